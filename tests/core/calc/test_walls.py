import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.ledger import STEP_DTYPE
from core.calc.ledger_steps import ledger_steps
from core.calc.wall_events import WallEventKind
from core.calc.wall_size import WallSize, WallSizeRule
from core.calc.walls import Walls
from core.domain.arrays import BookSide
from tests.core.calc.test_ledger import OPEN, changes, trades, worlds
from tests.support.rows import book, message
from tests.support.vectors import vector

BID = BookSide.BID
SELL = -1
MS = 1_000_000
S = 1_000 * MS
CREATED, RESIZED, EATEN = WallEventKind.CREATED, WallEventKind.RESIZED, WallEventKind.EATEN
PULLED, MIXED, OUT = WallEventKind.PULLED, WallEventKind.MIXED, WallEventKind.OUT_OF_VIEW


def quiet(at_s, lots=1):
    """A change far from the walls, so that time goes on."""
    return message(int(at_s * S), [(BID, 50, lots)])


def walls(*messages, traded=(), least_lots=40, rows=OPEN):
    steps = ledger_steps(changes(rows, *messages), trades(*traded))
    return Walls().take(steps, least_lots=least_lots)


def of_bids(events):
    return [each for each in events if each.side == BID]


def kinds(events):
    return [each.kind for each in of_bids(events)]


NARROW = book(0, {10_000: 10}, {10_001: 5})


def at(at_s, lots, price=10_000):
    return message(int(at_s * S), [(BID, price, lots)])


def test_the_wall_of_the_vector_is_eaten_with_the_shares_of_the_vector():
    inputs, expected = (vector("wall-pulled-eaten")[key] for key in ("inputs", "expected"))
    books = [each for each in inputs if each["kind"] == "book"]
    first = book(0, {10_000: books[0]["size"]}, {10_001: 1})
    sold = [each for each in inputs if each["kind"] == "trade"]
    found = of_bids(
        walls(
            *(at(each["t"], each["size"]) for each in books[1:]),
            traded=[(each["t"] * S, 10_000, each["qty"], SELL) for each in sold],
            least_lots=10,
            rows=first,
        )
    )
    assert found[-1].kind is EATEN
    assert found[-1].eaten_frac == expected["eaten_share"]
    assert 1 - found[-1].eaten_frac == pytest.approx(expected["pulled_share"])
    assert (found[-1].added_lots, found[-1].filled_lots, found[-1].cancelled_lots) == tuple(
        expected["totals"][name] for name in ("added", "filled", "cancelled")
    )


def test_a_wall_is_told_of_when_it_has_stood_two_seconds():
    found = of_bids(walls(at(1, 60), quiet(2.9), quiet(3, 2), rows=NARROW))
    assert [each.kind for each in found] == [CREATED]
    assert (found[0].event_ns, found[0].known_ns) == (1 * S, 3 * S + 250 * MS)
    assert (found[0].size_lots, found[0].least_lots) == (60, 40)


def test_what_was_not_large_for_so_long_was_no_wall():
    assert kinds(walls(at(1, 60), at(2, 39), at(2.5, 60), quiet(4), rows=NARROW)) == []


def test_a_wall_that_goes_without_trades_was_pulled():
    found = of_bids(walls(at(1, 60), quiet(3), at(4, 17), rows=NARROW))
    assert [each.kind for each in found] == [CREATED, PULLED]
    assert (found[1].filled_lots, found[1].cancelled_lots, found[1].peak_lots) == (0, 43, 60)


def test_a_wall_that_stays_above_its_end_is_resized():
    found = of_bids(walls(at(1, 60), quiet(3), at(4, 46), at(5, 45), at(6, 18), rows=NARROW))
    assert [(each.kind, each.size_lots) for each in found] == [
        (CREATED, 60),
        (RESIZED, 45),
        (RESIZED, 18),
    ]


def test_a_wall_is_eaten_from_seven_tenths_pulled_to_three_tenths_and_mixed_between():
    for filled, kind in ((70, EATEN), (69, MIXED), (31, MIXED), (30, PULLED)):
        found = walls(
            at(1, 100),
            quiet(3),
            at(4, 0),
            traded=[(int(3.9 * S), 10_000, filled, SELL)],
            rows=NARROW,
        )
        assert kinds(found) == [CREATED, kind]


def test_a_wall_that_leaves_the_depth_is_out_of_view_and_not_pulled():
    rolling = book(0, {10_000: 10, 9_999: 60}, {10_001: 5}, depth=2, rolls=True)
    found = of_bids(walls(at(2, 20), at(3, 1, 10_002), rows=rolling))
    assert [each.kind for each in found] == [CREATED, OUT]
    assert (found[1].size_lots, found[1].cancelled_lots) == (60, 0)
    assert math.isnan(found[1].eaten_frac)


def test_a_new_snapshot_ends_a_wall_only_where_it_does_not_show_it():
    for lots, told in ((60, [CREATED]), (17, [CREATED, OUT])):
        again = book(4 * S, {10_000: lots}, {10_001: 5})
        assert kinds(walls(at(1, 60), quiet(3), again, quiet(9, 2), rows=NARROW)) == told


def test_a_wall_is_near_when_the_price_was_within_ten_bps_two_seconds_before():
    def pulled(at_s):
        wide = book(0, {10_000: 10, 9_985: 1}, {10_001: 5})
        there_and_back = at(5, 0), at(5.5, 10)
        found = walls(at(1, 60, 9_985), *there_and_back, at(at_s, 0, 9_985), rows=wide)
        return of_bids(found)[-1]

    assert (pulled(7).kind, pulled(7).is_near) == (PULLED, True)
    assert (pulled(7.1).kind, pulled(7.1).is_near) == (PULLED, False)
    stays = of_bids(walls(at(1, 60, 9_980), quiet(4), at(6, 0, 9_980), rows=NARROW))[-1]
    assert (stays.kind, stays.is_near) == (PULLED, False)
    assert stays.distance_bps == abs(9_980 - 10_000.5) / 10_000.5 * 1e4


def test_far_from_the_price_and_without_a_threshold_no_wall_begins():
    assert kinds(walls(at(1, 60, 9_899), quiet(4), rows=NARROW)) == []
    assert kinds(walls(at(1, 60), quiet(4), rows=NARROW, least_lots=None)) == []


def test_no_steps_tell_nothing():
    assert Walls().take(np.zeros(0, STEP_DTYPE), least_lots=1) == []


@given(worlds(), st.integers(0, 40))
def test_walls_are_the_same_in_portions_and_nothing_known_changes_later(world, cut):
    steps = ledger_steps(*world)
    cut = int(np.searchsorted(steps["message"], cut // 4))
    followed = Walls()
    early = followed.take(steps[:cut], least_lots=5)
    later = followed.take(steps[cut:], least_lots=5)
    assert repr(early + later) == repr(Walls().take(steps, least_lots=5))
    known = [each.known_ns for each in early + later]
    assert known == sorted(known)
    assert all(each.event_ns < each.known_ns for each in early + later)


def test_the_least_size_is_the_larger_of_five_medians_and_the_quantile_before():
    rule = WallSizeRule(least_values=4, quantile=0.75, window_ns=10, every_ns=1)
    size = WallSize(rule)
    assert (size.least_lots, size.not_ready) == (None, "no book was seen yet")
    size.look(0, np.arange(1, 21))
    assert (size.least_lots, size.not_ready) == (53, "")
    size.look(1, np.array([1, 1, 1, 1]))
    assert size.least_lots == 14
    size.look(10, np.array([2] * 40))
    assert size.least_lots == 10


def test_until_enough_sizes_were_seen_and_while_a_side_is_empty_nothing_can_be_judged():
    size = WallSize()
    size.look(0, np.ones(499, np.int64))
    assert (size.least_lots, size.not_ready) == (None, "499 of 500 sizes of levels were seen")
    size.look(59 * S, np.ones(499, np.int64))
    assert size.least_lots is None
    size.look(60 * S, np.ones(1, np.int64))
    assert (size.least_lots, size.not_ready) == (5, "")
    size.look(61 * S, np.zeros(0, np.int64))
    assert (size.least_lots, size.not_ready) == (None, "the book has no two sides")
