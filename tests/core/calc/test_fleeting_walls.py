import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.fleeting_walls import FleetingRule, fleeting_walls
from core.calc.wall_events import WallEvent, WallEventKind
from core.domain.arrays import BookSide
from tests.core.calc.test_spreads import trades
from tests.support.tapes import NOON_NS, tapes

S = 1_000_000_000
BID, ASK = BookSide.BID, BookSide.ASK
LATE = 2**62


def wall(end_ns, *, side=BID, life_ns=5 * S, filled=0, cancelled=100, kind=WallEventKind.PULLED):
    return WallEvent(
        kind=kind,
        side=side,
        price_ticks=100,
        event_ns=end_ns,
        known_ns=end_ns + S // 4,
        since_ns=end_ns - life_ns,
        size_lots=0,
        peak_lots=100,
        least_lots=50,
        added_lots=100,
        filled_lots=filled,
        cancelled_lots=cancelled,
        distance_bps=5.0,
        is_near=True,
    )


def found(*walls, traded=(), until_ns=LATE):
    return fleeting_walls(walls, trades(*traded), until_ns=until_ns)


def test_only_what_went_soon_and_hardly_filled_is_fleeting():
    walls = [
        wall(20 * S, life_ns=10 * S),
        wall(21 * S, life_ns=10 * S - 1, filled=5, cancelled=95),
        wall(22 * S, filled=6, cancelled=94),
        wall(23 * S, kind=WallEventKind.OUT_OF_VIEW),
    ]
    assert [each.wall for each in found(*walls)] == [walls[1]]


def test_others_of_the_same_side_are_counted_in_the_window_before():
    ends = (wall(0), wall(10 * S, side=ASK), wall(30 * S), wall(60 * S), wall(61 * S))
    assert [each.before for each in found(*ends)] == [0, 0, 1, 2, 2]


def test_takers_right_after_it_are_told_by_whether_they_went_against_it():
    traded = [
        (10 * S, 100, 1, -1),
        (10 * S + 1, 100, 7, -1),
        (11 * S, 100, 3, 1),
        (11 * S, 100, 50, 0),
        (12 * S, 100, 2, -1),
        (12 * S + 1, 100, 9, -1),
    ]
    bids, asks = found(wall(10 * S), wall(10 * S, side=ASK), traded=traded)
    assert (bids.against_lots, bids.along_lots) == (9, 3)
    assert (asks.against_lots, asks.along_lots) == (3, 9)
    assert bids.known_ns == 12 * S


def test_what_is_not_over_is_left_for_later():
    assert found(wall(10 * S), until_ns=12 * S) == []
    assert len(found(wall(10 * S), until_ns=12 * S + 1)) == 1


@given(
    tapes(),
    st.lists(st.tuples(st.integers(0, 90), st.sampled_from([BID, ASK])), max_size=8),
    st.integers(0, 120),
)
def test_nothing_that_was_known_changes_later(tape, ends, until_s):
    walls = [wall(NOON_NS + at * S, side=side) for at, side in sorted(ends)]
    until_ns = NOON_NS + until_s * S
    early = fleeting_walls(walls, tape[tape["ts_event_ns"] < until_ns], until_ns=until_ns)
    later = fleeting_walls(walls, tape, until_ns=LATE)
    assert early == [each for each in later if each.known_ns < until_ns]


def test_trades_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        fleeting_walls([], trades((2, 1, 1, 1), (1, 1, 1, 1)), FleetingRule(), until_ns=9)
