"""Bybit's rule, clause by clause; the clauses are those of data/venues/bybit/sync.py."""

from data.venues.bybit.sync import BybitSync
from data.venues.sync import Apply, Lost, Phase, Replace, Resubscribe
from tests.support.book_events import delta, snapshot

S = 1_000_000_000


def pushed(last_id, **fields):
    return snapshot(last_id, channel="orderbook.50", rolls=True, depth=50, **fields)


def kinds(actions):
    return [type(each) for each in actions]


def live(last_id=100):
    rule = BybitSync()
    rule.start(now_ns=0)
    assert kinds(rule.take(pushed(last_id), now_ns=0)) == [Replace]
    assert rule.phase is Phase.LIVE
    return rule


def test_1_a_snapshot_replaces_the_book_whenever_it_comes():
    rule = live()
    assert kinds(rule.take(pushed(200), now_ns=0)) == [Replace]
    assert kinds(rule.take(pushed(150, at_ms=201), now_ns=0)) == [Replace]
    assert kinds(rule.take(delta(151, at_ms=202), now_ns=0)) == [Apply]


def test_2_a_restarted_service_counts_from_one():
    rule = live()
    assert kinds(rule.take(pushed(1, at_ms=100), now_ns=0)) == [Replace]
    assert kinds(rule.take(delta(2, at_ms=200), now_ns=0)) == [Apply]


def test_2_where_its_snapshot_was_lost_the_small_ids_are_a_loss():
    rule = live()
    assert kinds(rule.take(delta(2, at_ms=200), now_ns=9 * S)) == [Lost, Resubscribe]


def test_3_and_4_ids_count_by_one_or_messages_were_lost():
    rule = live()
    assert kinds(rule.take(delta(101), now_ns=0)) == [Apply]
    lost, again = rule.take(delta(103), now_ns=9 * S)
    assert lost == Lost("updates of the book were lost", 101, 103)
    assert isinstance(again, Resubscribe)
    assert rule.phase is Phase.STALE
    assert list(rule.take(delta(102), now_ns=9 * S)) == []
    assert list(rule.take(delta(104), now_ns=9 * S)) == []
    assert rule.dropped == 2
    assert kinds(rule.take(pushed(105), now_ns=9 * S)) == [Replace]


def test_6_repeats_and_old_deltas_change_nothing():
    rule = live()
    rule.take(delta(101), now_ns=0)
    assert list(rule.take(delta(101), now_ns=0)) == []
    assert list(rule.take(delta(50), now_ns=0)) == []
    assert list(rule.take(pushed(101), now_ns=0)) == []
    assert rule.phase is Phase.LIVE
    assert kinds(rule.take(delta(102), now_ns=0)) == [Apply]


def test_6_a_delta_from_before_a_restart_is_not_taken_for_the_next():
    rule = live()
    rule.take(pushed(1, at_ms=200), now_ns=0)
    assert kinds(rule.take(delta(2, at_ms=2), now_ns=0)) == [Lost, Resubscribe]


def test_7_a_snapshot_older_than_one_of_the_last_few_messages_is_a_repeat():
    rule = live()
    for _ in range(9):
        assert list(rule.take(pushed(50), now_ns=0)) == []
    assert rule.phase is Phase.LIVE
    assert kinds(rule.take(delta(101), now_ns=0)) == [Apply]


def test_7_a_clock_that_was_set_back_does_not_lock_the_book_out():
    rule = live(1_000_000)
    rule.take(delta(1_000_002), now_ns=9 * S)
    for last_id in range(1, 6):
        rule.take(delta(last_id), now_ns=9 * S)
    assert rule.phase is Phase.STALE
    assert kinds(rule.take(pushed(6), now_ns=9 * S)) == [Replace]
    assert kinds(rule.take(delta(7), now_ns=9 * S)) == [Apply]


def test_7_an_old_snapshot_does_not_end_the_wait_for_a_new_one():
    rule = live()
    rule.take(delta(103), now_ns=9 * S)
    assert list(rule.take(pushed(50), now_ns=9 * S)) == []
    assert rule.phase is Phase.STALE
    assert kinds(rule.take(pushed(104), now_ns=9 * S)) == [Replace]


def test_8_where_no_snapshot_comes_the_topic_is_subscribed_again():
    rule = BybitSync()
    rule.start(now_ns=0)
    assert list(rule.take(delta(5), now_ns=S)) == []
    assert list(rule.tick(now_ns=2 * S)) == []
    assert kinds(rule.tick(now_ns=3 * S)) == [Resubscribe]
    assert list(rule.tick(now_ns=4 * S)) == []
    assert kinds(rule.take(delta(6), now_ns=7 * S)) == [Resubscribe]


def test_an_answer_of_rest_counts_another_books_updates():
    rule = BybitSync()
    assert list(rule.take(snapshot(5), now_ns=0)) == []
    assert rule.phase is Phase.SYNCING
    assert list(rule.failed(now_ns=0)) == []


def test_a_book_found_wrong_is_subscribed_again():
    rule = live()
    assert kinds(rule.doubt("it crossed", now_ns=9 * S)) == [Lost, Resubscribe]
    assert rule.phase is Phase.STALE


def test_a_book_that_rolls_has_no_range_to_refresh():
    assert list(live().refresh(now_ns=0)) == []
