"""Books out of recordings: as their messages made them, whole at checkpoints, refused when lost."""

import numpy as np
import pytest

from core.domain.arrays import BookSide, LevelFlag
from core.domain.errors import RecordingError
from core.domain.events import BookDelta, BookSnapshot, Channel, Gap
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_S
from data.buffers.book import Book
from data.store.checkpoints import EVERY_NS, Checkpoints
from data.store.level_book import LevelBook
from data.store.past_book import book_at
from tests.support.rows import book, event, message
from tests.support.trades import START_NS, instrument

LISTED = instrument()
BID, ASK = BookSide.BID, BookSide.ASK


def events_of(rows):
    """The messages as the book of the buffers takes them: another way to the same book."""
    starts = np.flatnonzero(rows["flags"] & LevelFlag.FIRST).tolist()
    for part in np.split(rows, starts[1:]):
        first = part[0]
        levels = {
            side: [(int(r["price_ticks"]), int(r["size_lots"])) for r in part if r["side"] == side]
            for side in (BID, ASK)
        }
        known = {
            "instrument": LISTED,
            "channel": "depth",
            "ts_event_ns": int(first["ts_event_ns"]),
            "ts_recv_ns": int(first["ts_recv_ns"]),
            "last_id": int(first["update_id"]),
            "bids": levels[BID],
            "asks": levels[ASK],
        }
        if first["flags"] & LevelFlag.SNAPSHOT:
            rolls = bool(first["flags"] & LevelFlag.ROLLS)
            yield BookSnapshot(depth=int(first["depth"]), rolls=rolls, **known)
        else:
            yield BookDelta(first_id=0, previous_id=None, **known)


def buffers_book(rows):
    kept = Book()
    for each in events_of(rows):
        kept.replace(each) if isinstance(each, BookSnapshot) else kept.apply(each)
    return kept


def random_messages(seed, *, rolls, depth=20, count=300):
    """A snapshot and changes around a price that wanders."""
    rng = np.random.default_rng(seed)
    bids = {1_000 - i: int(rng.integers(1, 99)) for i in range(depth)}
    asks = {1_001 + i: int(rng.integers(1, 99)) for i in range(depth if rolls else depth // 2)}
    parts, middle = [book(START_NS, bids, asks, depth=depth, rolls=rolls)], 1_000
    for number in range(1, count):
        middle += int(rng.integers(-1, 2))
        levels = [
            (BID, middle - int(rng.integers(0, 25)), int(rng.integers(0, 4))),
            (ASK, middle + 1 + int(rng.integers(0, 25)), int(rng.integers(0, 4))),
        ]
        parts.append(message(START_NS + number * NS_PER_S, levels, update_id=number))
    return parts


@pytest.mark.parametrize("rolls", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_rows_make_the_book_that_their_messages_make(rolls, seed):
    parts = random_messages(seed, rolls=rolls)
    kept = LevelBook()
    for part in parts:
        kept.take(part)
    expected = buffers_book(np.concatenate(parts))
    assert kept.top(10_000) == expected.top(10_000)
    again = kept.rows(at_ns=START_NS)
    whole = buffers_book(again)
    assert whole.top(10_000) == expected.top(10_000)
    if not rolls:
        ours, theirs = whole.view(5), expected.view(5)
        assert ours.known_from_ticks >= theirs.known_from_ticks > 0
        assert ours.known_to_ticks <= theirs.known_to_ticks


def test_changes_before_the_first_snapshot_are_of_no_use():
    kept = LevelBook()
    kept.take(message(START_NS, [(BID, 90, 5)]))
    assert not kept.known
    kept.take(book(START_NS, {99: 1}, {101: 2}))
    assert kept.known
    assert kept.top(5) == ([(99, 1)], [(101, 2)])


def test_an_empty_book_is_written_and_read_as_one():
    kept = LevelBook()
    kept.take(book(START_NS, {99: 1}, {}))
    kept.take(message(START_NS + 1, [(BID, 99, 0)]))
    rows = kept.rows(at_ns=START_NS + 2)
    assert rows["side"].tolist() == [BookSide.NONE]
    again = LevelBook()
    again.take(book(START_NS, {50: 1}, {}))
    again.take(rows)
    assert again.top(5) == ([], [])


def test_a_checkpoint_is_due_after_some_minutes_and_with_a_new_day():
    checkpoints = Checkpoints()

    def came(at_ns, rows):
        found = checkpoints.before(event(Channel.BOOK, rows))
        checkpoints.took(event(Channel.BOOK, rows))
        return None if found is None else int(found.rows["ts_recv_ns"][0]) - at_ns

    start = START_NS // NS_PER_DAY * NS_PER_DAY + NS_PER_MINUTE
    assert came(start, book(start, {99: 1}, {101: 1})) is None
    later = start + EVERY_NS - 1
    assert came(later, message(later, [(BID, 98, 1)])) is None
    assert came(later + 1, message(later + 1, [(BID, 97, 1)])) == 0
    assert came(later + 2, message(later + 2, [(BID, 97, 2)])) is None
    midnight = start + NS_PER_DAY - NS_PER_MINUTE
    assert came(midnight, message(midnight, [(BID, 97, 3)])) == 0
    anew = midnight + EVERY_NS
    assert came(anew, book(anew, {99: 1}, {101: 1})) is None
    assert came(anew + EVERY_NS - 1, message(anew + EVERY_NS - 1, [(BID, 97, 3)])) is None
    checkpoints.lost(LISTED.id)
    after = midnight + 2 * EVERY_NS
    assert came(after, message(after, [(BID, 97, 4)])) is None
    assert came(after + 1, message(after + 1, [(BID, 97, 4)])) is None


def put(store, *parts):
    for part in parts:
        store.append_rows("live", event(Channel.BOOK, part))
    store.flush()


@pytest.mark.parametrize("seals", [False, True])
def test_a_book_of_the_past_is_its_last_snapshot_and_what_came_until_then(
    store, monkeypatch, seals
):
    monkeypatch.setattr("data.store.tail.SEGMENT_ROWS", 100)
    parts = random_messages(7, rolls=True)
    parts[150:150] = [book(START_NS + 150 * NS_PER_S, {900: 1}, {1_200: 1}, rolls=True, depth=20)]
    for part in parts:
        put(store, part)
        store.sync()
    if seals:
        store.seal()
    for place in (0, 1, 77, 149, 151, 200, len(parts) - 1):
        at_ns = int(parts[place]["ts_recv_ns"][0])
        until = [part for part in parts if part["ts_recv_ns"][0] <= at_ns]
        found = book_at(store, "live", LISTED, at_ns)
        assert found.top(100) == buffers_book(np.concatenate(until)).top(100)
        assert found.ts_recv_ns == at_ns
    assert book_at(store, "live", LISTED, START_NS + 77 * NS_PER_S + 5).update_id == 77


def test_a_book_before_its_first_snapshot_is_refused(store):
    put(store, message(START_NS, [(BID, 90, 5)]), book(START_NS + 10, {99: 1}, {101: 2}))
    with pytest.raises(RecordingError, match="none was recorded whole"):
        book_at(store, "live", LISTED, START_NS + 9)
    assert book_at(store, "live", LISTED, START_NS + 10).known


def test_a_book_long_after_its_last_message_is_refused(store):
    put(store, book(START_NS, {99: 1}, {101: 2}))
    assert book_at(store, "live", LISTED, START_NS + NS_PER_MINUTE).known
    with pytest.raises(RecordingError, match="it was recorded until 2023-11-14T22:13:00Z"):
        book_at(store, "live", LISTED, START_NS + NS_PER_MINUTE + 1)


def test_a_lost_book_is_refused_and_says_since_when_until_its_next_snapshot(store):
    put(store, book(START_NS, {99: 1}, {101: 2}))
    lost_ns, back_ns = START_NS + NS_PER_S, START_NS + 9 * NS_PER_S
    store.append_gap("live", Gap(LISTED.id, lost_ns, back_ns, "ids were missing", Channel.BOOK))
    store.append_gap("live", Gap(LISTED.id, START_NS + 1, back_ns, "asleep"))
    put(store, message(back_ns - 1, [(BID, 98, 1)]), book(back_ns, {97: 1}, {103: 1}))
    assert book_at(store, "live", LISTED, lost_ns - 1).top(1) == ([(99, 1)], [(101, 2)])
    for at_ns in (lost_ns, back_ns - 1):
        with pytest.raises(RecordingError, match=r"lost at 2023-11-14T22:13:01Z \(ids were miss"):
            book_at(store, "live", LISTED, at_ns)
    assert book_at(store, "live", LISTED, back_ns).top(1) == ([(97, 1)], [(103, 1)])


def test_a_gap_that_is_told_after_the_snapshot_that_ended_it_does_not_stop_checkpoints():
    checkpoints, due_ns = Checkpoints(), START_NS + 2 * EVERY_NS
    checkpoints.took(event(Channel.BOOK, book(START_NS, {99: 1}, {101: 1})))
    due = event(Channel.BOOK, message(due_ns, [(BID, 97, 4)]))
    checkpoints.missed(Gap(LISTED.id, START_NS - 5, START_NS, "lost", Channel.BOOK))
    assert checkpoints.before(due) is not None
    checkpoints.missed(Gap(LISTED.id, START_NS + 1, START_NS + 5, "lost", Channel.BOOK))
    assert checkpoints.before(event(Channel.BOOK, message(2 * due_ns, [(BID, 9, 4)]))) is None
