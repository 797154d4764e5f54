"""Binance's rule, clause by clause; the clauses are those of data/venues/binance/sync.py."""

import pytest

from core.domain.instrument import MarketKind
from data.venues.binance.sync import BinanceSync
from data.venues.sync import BACKLOG, Apply, FetchSnapshot, Lost, Phase, Replace
from tests.support.book_events import delta, snapshot

SPOT, PERP = MarketKind.SPOT, MarketKind.PERP
S = 1_000_000_000


class Spot:
    """Deltas that go on by one."""

    kind = SPOT

    @staticmethod
    def delta(first_id, last_id, **fields):
        return delta(last_id, first_id, **fields)


class Perp:
    """Deltas whose ids jump, and that name the one before by the same numbers."""

    kind = PERP

    @staticmethod
    def delta(first_id, last_id, **fields):
        return delta(last_id, first_id + 3, after=first_id - 1, **fields)


BOTH = pytest.mark.parametrize("market", [Spot, Perp])


def kinds(actions):
    return [type(each) for each in actions]


def synced(market, last_id=10):
    rule = BinanceSync(market.kind)
    rule.start(now_ns=0)
    rule.take(market.delta(last_id - 4, last_id - 2), now_ns=0)
    rule.take(market.delta(last_id - 1, last_id), now_ns=0)
    [made] = rule.take(snapshot(last_id - 1), now_ns=S)
    assert kinds(made.deltas) == kinds([delta(1)])
    assert rule.phase is Phase.LIVE
    return rule


@BOTH
def test_1_and_2_the_snapshot_is_asked_for_with_the_first_delta(market):
    rule = BinanceSync(market.kind)
    assert rule.phase is Phase.SYNCING
    assert list(rule.start(now_ns=0)) == []
    assert kinds(rule.take(market.delta(5, 6), now_ns=0)) == [FetchSnapshot]
    assert list(rule.take(market.delta(7, 8), now_ns=S // 10)) == []


@BOTH
def test_a_quiet_book_is_asked_for_before_its_first_delta(market):
    rule = BinanceSync(market.kind)
    rule.start(now_ns=0)
    assert list(rule.tick(now_ns=S)) == []
    assert kinds(rule.tick(now_ns=2 * S)) == [FetchSnapshot]
    assert list(rule.take(snapshot(20), now_ns=2 * S)) == []
    assert list(rule.tick(now_ns=60 * S)) == [], "the answer waits for the stream"
    assert rule.phase is Phase.SYNCING
    [made] = rule.take(market.delta(19, 21), now_ns=60 * S)
    assert [each.last_id for each in made.deltas] == [21]


@BOTH
def test_3_a_snapshot_from_before_the_stream_is_asked_for_again(market):
    rule = BinanceSync(market.kind)
    rule.take(market.delta(5, 6), now_ns=0)
    assert list(rule.take(snapshot(3), now_ns=S // 10)) == [], "but not at once"
    assert kinds(rule.take(market.delta(7, 8), now_ns=S)) == [FetchSnapshot]
    assert kinds(rule.take(snapshot(4), now_ns=2 * S)) == [Replace]


def test_4_on_spot_a_delta_that_ends_with_the_snapshot_is_dropped():
    rule = BinanceSync(SPOT)
    for first_id, last_id in ((1, 2), (3, 4), (5, 6)):
        rule.take(Spot.delta(first_id, last_id), now_ns=0)
    [made] = rule.take(snapshot(4), now_ns=0)
    assert [each.last_id for each in made.deltas] == [6]
    assert rule.dropped == 2


def test_4_on_perpetuals_it_is_applied_again():
    rule = BinanceSync(PERP)
    for first_id, last_id in ((1, 2), (3, 4), (5, 6)):
        rule.take(Perp.delta(first_id, last_id), now_ns=0)
    [made] = rule.take(snapshot(4), now_ns=0)
    assert [each.last_id for each in made.deltas] == [4, 6]
    assert rule.dropped == 1


@BOTH
@pytest.mark.parametrize("last_id", [4, 5, 6, 7, 8])
def test_5_the_first_delta_goes_on_from_the_snapshot_wherever_that_lies(market, last_id):
    rule = BinanceSync(market.kind)
    rule.take(market.delta(5, 6), now_ns=0)
    rule.take(market.delta(7, 8), now_ns=0)
    assert kinds(rule.take(snapshot(last_id), now_ns=0)) == [Replace]
    assert rule.phase is Phase.LIVE
    assert kinds(rule.take(market.delta(9, 9), now_ns=0)) == [Apply]


@BOTH
def test_6_a_delta_that_does_not_go_on_is_a_loss(market):
    rule = synced(market)
    lost, ask = rule.take(market.delta(12, 13), now_ns=5 * S)
    assert lost == Lost("updates of the book were lost", 10, 13)
    assert isinstance(ask, FetchSnapshot)
    assert rule.phase is Phase.STALE
    assert list(rule.take(market.delta(14, 15), now_ns=5 * S)) == []
    [made] = rule.take(snapshot(13), now_ns=6 * S)
    assert made.deltas[-1].last_id == 15
    assert rule.phase is Phase.LIVE


def test_6_on_spot_a_delta_may_overlap_what_is_held():
    rule = synced(Spot)
    assert kinds(rule.take(Spot.delta(8, 11), now_ns=S)) == [Apply]


def test_6_on_perpetuals_ids_that_go_on_are_no_proof():
    rule = synced(Perp)
    assert kinds(rule.take(delta(12, 11, after=9), now_ns=S))[0] is Lost


@BOTH
def test_7_repeats_and_old_deltas_change_nothing(market):
    rule = synced(market)
    for first_id, last_id in ((9, 10), (6, 8), (1, 2)):
        assert list(rule.take(market.delta(first_id, last_id), now_ns=S)) == []
    assert rule.phase is Phase.LIVE
    assert kinds(rule.take(market.delta(11, 12), now_ns=S)) == [Apply]


@BOTH
def test_7_swapped_deltas_are_a_loss_and_the_late_one_is_not_used(market):
    rule = synced(market)
    assert kinds(rule.take(market.delta(13, 14), now_ns=9 * S)) == [Lost, FetchSnapshot]
    assert list(rule.take(market.delta(11, 12), now_ns=9 * S)) == []
    [made] = rule.take(snapshot(12), now_ns=9 * S)
    assert [each.last_id for each in made.deltas][-1] == 14


@BOTH
def test_7_ids_that_go_back_while_time_goes_on_began_again(market):
    rule = synced(market, last_id=1_000)
    assert kinds(rule.take(market.delta(2, 3, at_ms=1_001), now_ns=9 * S)) == [Lost, FetchSnapshot]
    rule.take(market.delta(4, 5, at_ms=1_002), now_ns=9 * S)
    assert list(rule.take(snapshot(990), now_ns=9 * S)) == [], "a book of the old ids"
    assert rule.phase is Phase.STALE
    assert kinds(rule.take(snapshot(3), now_ns=20 * S)) == [Replace]


@BOTH
def test_a_hole_in_what_is_kept_throws_away_what_lies_before_it(market):
    rule = BinanceSync(market.kind)
    rule.take(market.delta(1, 2), now_ns=0)
    rule.take(market.delta(5, 6), now_ns=0)
    assert list(rule.take(snapshot(2), now_ns=0)) == []
    assert rule.phase is Phase.SYNCING
    [made] = rule.take(snapshot(5), now_ns=0)
    assert [each.last_id for each in made.deltas] == [6]
    assert rule.dropped == 1


@BOTH
def test_8_what_is_kept_is_bounded(market):
    rule = BinanceSync(market.kind)
    for last_id in range(1, 2 * BACKLOG):
        rule.take(market.delta(last_id, last_id), now_ns=0)
    assert list(rule.take(snapshot(BACKLOG - 2), now_ns=0)) == [], "what follows it is gone"
    [made] = rule.take(snapshot(BACKLOG), now_ns=0)
    assert BACKLOG - 1 <= len(made.deltas) <= BACKLOG
    assert len(made.deltas) + rule.dropped == 2 * BACKLOG - 1, "each is used or counted"


@BOTH
def test_9_a_snapshot_ahead_of_the_stream_waits_for_it(market):
    rule = BinanceSync(market.kind)
    rule.take(market.delta(5, 6), now_ns=0)
    assert list(rule.take(snapshot(9), now_ns=0)) == []
    assert list(rule.take(market.delta(7, 8), now_ns=0)) == []
    assert rule.phase is Phase.SYNCING
    [made] = rule.take(market.delta(9, 10), now_ns=0)
    assert [each.last_id for each in made.deltas] == [10]


@BOTH
def test_10_a_wider_range_is_spliced_in_while_the_book_stays_live(market):
    rule = synced(market)
    assert kinds(rule.refresh(now_ns=30 * S)) == [FetchSnapshot]
    assert list(rule.refresh(now_ns=30 * S)) == []
    for last_id in (11, 12, 13):
        assert kinds(rule.take(market.delta(last_id, last_id), now_ns=30 * S)) == [Apply]
    [made] = rule.take(snapshot(12), now_ns=31 * S)
    assert made.merge
    assert made.deltas[-1].last_id == 13
    assert rule.phase is Phase.LIVE
    assert kinds(rule.take(market.delta(14, 14), now_ns=31 * S)) == [Apply]


@BOTH
def test_10_a_wider_range_from_before_the_stream_was_kept_is_asked_for_again(market):
    rule = synced(market)
    rule.refresh(now_ns=30 * S)
    rule.take(market.delta(11, 12), now_ns=30 * S)
    assert list(rule.take(snapshot(9), now_ns=30 * S)) == []
    assert kinds(rule.take(market.delta(13, 13), now_ns=40 * S)) == [Apply, FetchSnapshot]
    assert kinds(rule.take(snapshot(12), now_ns=40 * S)) == [Replace]


def test_a_snapshot_that_nobody_asked_for_is_no_matter():
    rule = synced(Spot)
    assert list(rule.take(snapshot(50), now_ns=S)) == []
    assert kinds(rule.take(Spot.delta(11, 11), now_ns=S)) == [Apply]


@pytest.mark.parametrize(
    ("market", "times"),
    [
        (Spot, [0, 1, 2, 3, 4, 8, 16, 24, 32, 40, 48, 56]),
        (Perp, [0, 1, 2, 3, 4, 5, 6, 7, *range(8, 60, 2)]),
    ],
)
def test_a_few_questions_are_asked_at_once_and_then_as_often_as_the_weights_allow(market, times):
    rule = BinanceSync(market.kind)
    asked = []
    for tenth in range(600):
        now_ns = tenth * S // 10
        actions = list(rule.take(market.delta(tenth + 100, tenth + 100), now_ns=now_ns))
        if actions:
            assert kinds(actions) == [FetchSnapshot]
            asked.append(tenth / 10)
            rule.failed(now_ns=now_ns)
    assert asked == times


def test_an_answer_that_never_comes_is_given_up():
    rule = BinanceSync(SPOT)
    rule.take(Spot.delta(1, 1), now_ns=0)
    assert list(rule.tick(now_ns=9 * S)) == []
    assert kinds(rule.tick(now_ns=10 * S)) == [FetchSnapshot]


def test_a_book_found_wrong_is_made_anew():
    rule = synced(Spot)
    lost, ask = rule.doubt("it crossed", now_ns=30 * S)
    assert (lost.reason, lost.held_id) == ("it crossed", 10)
    assert isinstance(ask, FetchSnapshot)
    assert rule.phase is Phase.STALE
    rule.take(Spot.delta(11, 12), now_ns=30 * S)
    assert kinds(rule.take(snapshot(11), now_ns=30 * S)) == [Replace]


def test_a_new_connection_begins_from_nothing():
    rule = synced(Spot)
    rule.start(now_ns=50 * S)
    assert rule.phase is Phase.STALE
    assert kinds(rule.take(Spot.delta(3, 4), now_ns=50 * S)) == [FetchSnapshot]
    assert kinds(rule.take(snapshot(3), now_ns=50 * S)) == [Replace]
