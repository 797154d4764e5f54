"""OKX's rule, clause by clause; the clauses are those of data/venues/okx/sync.py."""

from core.domain.events import NO_ID
from data.venues.okx.sync import OkxSync
from data.venues.sync import BACKLOG, Apply, FetchSnapshot, Lost, Phase, Replace, Resubscribe
from tests.support.book_events import delta, snapshot

S = 1_000_000_000


def pushed(last_id, **fields):
    return snapshot(last_id, channel="books", rolls=True, depth=400, **fields)


def answer(last_id, **fields):
    return snapshot(last_id, rolls=True, depth=400, **fields)


def update(last_id, after, **fields):
    return delta(last_id, after=after, **fields)


def kinds(actions):
    return [type(each) for each in actions]


def live(last_id=100):
    rule = OkxSync()
    rule.start(now_ns=0)
    assert kinds(rule.take(pushed(last_id), now_ns=0)) == [Replace]
    assert rule.phase is Phase.LIVE
    return rule


def test_1_a_snapshot_replaces_the_book_whenever_it_comes():
    rule = live()
    assert kinds(rule.take(pushed(150), now_ns=S)) == [Replace]
    assert kinds(rule.take(update(160, 150), now_ns=S)) == [Apply]


def test_2_each_update_names_the_message_before_it():
    rule = live()
    assert kinds(rule.take(update(103, 100), now_ns=0)) == [Apply]
    assert kinds(rule.take(update(250, 103), now_ns=0)) == [Apply]


def test_3_a_heartbeat_is_valid():
    rule = live()
    for at_ms in (60_000, 120_000):
        assert kinds(rule.take(update(100, 100, at_ms=at_ms), now_ns=0)) == [Apply]
    assert kinds(rule.take(update(101, 100, at_ms=120_001), now_ns=0)) == [Apply]


def test_4_after_maintenance_the_id_may_be_smaller_while_the_chain_holds():
    rule = live()
    assert kinds(rule.take(update(3, 100, at_ms=200), now_ns=0)) == [Apply]
    assert kinds(rule.take(update(5, 3, at_ms=300), now_ns=0)) == [Apply]


def test_5_a_broken_chain_is_a_loss_and_the_topic_is_subscribed_again():
    rule = live()
    lost, again = rule.take(update(120, 110), now_ns=9 * S)
    assert lost == Lost("updates of the book were lost", 100, 120)
    assert isinstance(again, Resubscribe)
    assert rule.phase is Phase.STALE
    assert list(rule.take(update(130, 120), now_ns=9 * S)) == []
    assert kinds(rule.take(pushed(140), now_ns=9 * S)) == [Replace]
    assert kinds(rule.take(update(150, 140), now_ns=9 * S)) == [Apply]


def test_6_without_a_snapshot_for_a_few_seconds_one_is_fetched():
    rule = OkxSync()
    rule.start(now_ns=0)
    assert list(rule.take(update(10, 5), now_ns=S)) == []
    assert kinds(rule.take(update(20, 10), now_ns=3 * S)) == [FetchSnapshot]
    assert list(rule.take(update(30, 20), now_ns=3 * S)) == []
    [made] = rule.take(answer(20), now_ns=4 * S)
    assert [each.last_id for each in made.deltas] == [30]
    assert rule.dropped == 2
    assert kinds(rule.take(update(40, 30), now_ns=4 * S)) == [Apply]


def test_6_an_answer_from_between_two_updates_is_covered_by_the_second():
    rule = OkxSync()
    rule.take(update(10, 5), now_ns=0)
    rule.take(update(20, 10), now_ns=0)
    [made] = rule.take(answer(15), now_ns=0)
    assert [each.last_id for each in made.deltas] == [20]


def test_6_an_answer_from_before_the_stream_is_asked_for_again():
    rule = OkxSync()
    rule.start(now_ns=0)
    rule.take(update(10, 5), now_ns=3 * S)
    assert list(rule.take(answer(4), now_ns=3 * S)) == []
    assert kinds(rule.take(update(20, 10), now_ns=5 * S)) == [FetchSnapshot]


def test_6_an_answer_ahead_of_the_stream_waits_for_it():
    rule = OkxSync()
    rule.take(update(10, 5), now_ns=0)
    assert list(rule.take(answer(25), now_ns=0)) == []
    assert list(rule.take(update(20, 10), now_ns=0)) == []
    [made] = rule.take(update(30, 20), now_ns=0)
    assert [each.last_id for each in made.deltas] == [30]


def test_6_an_answer_that_is_exactly_where_the_stream_is_needs_nothing_more():
    rule = OkxSync()
    rule.take(update(10, 5), now_ns=0)
    [made] = rule.take(answer(10), now_ns=0)
    assert made.deltas == ()
    assert kinds(rule.take(update(20, 10), now_ns=0)) == [Apply]


def test_6_while_the_book_is_live_an_answer_is_no_matter():
    rule = live()
    assert list(rule.take(answer(500), now_ns=0)) == []
    assert kinds(rule.take(update(101, 100), now_ns=0)) == [Apply]


def test_7_what_is_older_by_the_venues_clock_changes_nothing():
    rule = live()
    rule.take(update(110, 100), now_ns=0)
    assert list(rule.take(update(110, 100), now_ns=0)) == []
    assert list(rule.take(update(90, 80), now_ns=0)) == []
    assert list(rule.take(pushed(50), now_ns=0)) == []
    assert rule.phase is Phase.LIVE
    assert kinds(rule.take(update(120, 110), now_ns=0)) == [Apply]


def test_7_a_clock_that_was_set_back_does_not_freeze_the_book():
    rule = live()
    lost = [
        each
        for number in range(60)
        for each in rule.take(update(500 + number, 499 + number, at_ms=1), now_ns=S)
    ]
    assert kinds(lost) == [Lost, Resubscribe]
    assert rule.phase is Phase.STALE


def test_8_ids_that_go_back_among_what_is_kept_make_older_answers_useless():
    rule = OkxSync()
    rule.take(update(900, 800, at_ms=1), now_ns=0)
    rule.take(update(3, 900, at_ms=2), now_ns=0)
    rule.take(update(950, 3, at_ms=3), now_ns=0)
    assert list(rule.take(answer(920, at_ms=1), now_ns=0)) == [], "of the old ids, by its time"
    assert rule.phase is Phase.SYNCING
    [made] = rule.take(answer(10, at_ms=3), now_ns=20 * S)
    assert [each.last_id for each in made.deltas] == [950]


def test_8_what_is_kept_is_bounded():
    rule = OkxSync()
    for last_id in range(1, 2 * BACKLOG):
        rule.take(update(last_id, last_id - 1), now_ns=0)
    [made] = rule.take(answer(BACKLOG), now_ns=0)
    assert len(made.deltas) == BACKLOG - 1
    assert len(made.deltas) + rule.dropped == 2 * BACKLOG - 1, "each is used or counted"


def test_9_recordings_without_ids_always_hold_together():
    rule = OkxSync()
    assert kinds(rule.take(pushed(NO_ID, checksum=1), now_ns=0)) == [Replace]
    for at_ms in (1, 2):
        old = update(NO_ID, NO_ID, at_ms=at_ms, checksum=1)
        assert kinds(rule.take(old, now_ns=0)) == [Apply]
    assert kinds(rule.doubt("the checksum", now_ns=0)) == [Lost, Resubscribe]


def test_a_silent_subscription_is_tried_again():
    rule = OkxSync()
    rule.start(now_ns=0)
    assert list(rule.tick(now_ns=2 * S)) == []
    assert kinds(rule.tick(now_ns=3 * S)) == [Resubscribe]
    assert list(rule.tick(now_ns=4 * S)) == []
    assert kinds(rule.tick(now_ns=7 * S)) == [Resubscribe]


def test_a_fetch_that_failed_is_tried_again():
    rule = OkxSync()
    rule.start(now_ns=0)
    rule.take(update(10, 5), now_ns=0)
    assert kinds(rule.tick(now_ns=3 * S)) == [FetchSnapshot]
    assert list(rule.failed(now_ns=3 * S)) == []
    assert kinds(rule.tick(now_ns=4 * S)) == [FetchSnapshot]


def test_a_hole_in_what_is_kept_throws_away_what_lies_before_it():
    rule = OkxSync()
    rule.take(update(10, 5), now_ns=0)
    rule.take(update(30, 20), now_ns=0)
    assert list(rule.take(answer(10), now_ns=0)) == []
    [made] = rule.take(answer(20), now_ns=0)
    assert [each.last_id for each in made.deltas] == [30]
    assert rule.dropped == 1
