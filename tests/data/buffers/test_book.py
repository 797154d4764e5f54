import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.events import NO_ID
from core.domain.units import MAX_PRICE_TICKS
from data.buffers.book import Book
from tests.support.book_events import delta, snapshot

LEVELS = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), max_size=12)


def book(bids=((99, 5), (98, 4), (95, 1)), asks=((101, 5), (103, 2)), **fields):
    made = Book()
    made.replace(snapshot(1, bids, asks, **fields))
    return made


def test_a_new_book_knows_nothing():
    view = Book().view(5)
    assert view.bid_ticks.size == view.ask_ticks.size == 0
    assert view.last_id == NO_ID
    assert view.known_from_ticks > view.known_to_ticks


def test_a_delta_inserts_overwrites_and_removes():
    made = book()
    made.apply(delta(2, bids=[(100, 7), (99, 0), (98, 6)], asks=[(101, 0), (102, 1)]))
    assert made.levels() == ({100: 7, 98: 6, 95: 1}, {102: 1, 103: 2})
    assert (made.best_bid_ticks, made.best_ask_ticks) == (100, 102)
    assert made.last_id == 2


def test_removing_what_is_not_there_is_no_error():
    made = book()
    made.apply(delta(2, bids=[(50, 0)], asks=[(500, 0)]))
    assert made.levels() == ({99: 5, 98: 4, 95: 1}, {101: 5, 103: 2})


def test_of_one_price_told_twice_in_a_message_the_last_counts():
    made = book()
    made.apply(delta(2, bids=[(100, 7), (100, 0), (99, 0), (99, 3)]))
    assert made.top(1)[0] == [(99, 3)]


def test_zeros_in_a_snapshot_are_no_levels():
    assert book(bids=[(99, 5), (98, 0)]).levels()[0] == {99: 5}


def test_a_view_is_best_first_and_says_when():
    made = book()
    made.apply(delta(7, at_ms=70))
    view = made.view(2)
    assert view.bid_ticks.tolist() == [99, 98]
    assert view.bid_lots.tolist() == [5, 4]
    assert view.ask_ticks.tolist() == [101, 103]
    assert view.ask_lots.tolist() == [5, 2]
    assert view.bid_ticks.dtype == np.int64
    assert (view.last_id, view.ts_event_ns, view.ts_recv_ns) == (7, *[made.ts_event_ns] * 2)


def test_what_a_reader_got_never_changes():
    made = book()
    view, levels, top = made.view(9), made.levels(), made.top(9)
    made.apply(delta(2, bids=[(99, 0), (100, 1)]))
    view.ask_lots[:] = 0
    levels[1].clear()
    assert view.bid_ticks.tolist() == [99, 98, 95]
    assert levels[0] == {99: 5, 98: 4, 95: 1}
    assert top[0][0] == (99, 5)
    assert made.levels()[1] == {101: 5, 103: 2}


def test_an_empty_side_has_no_best():
    made = book()
    made.apply(delta(2, asks=[(101, 0), (103, 0)]))
    assert made.best_ask_ticks is None
    assert made.best_bid_ticks == 99
    made.apply(delta(3, asks=[(104, 1)]))
    assert made.best_ask_ticks == 104


def test_beyond_the_range_of_a_full_snapshot_nothing_is_known():
    made = book(depth=3)
    assert (made.known_from_ticks, made.known_to_ticks) == (95, MAX_PRICE_TICKS)
    made.apply(delta(2, bids=[(80, 3), (95, 0)], asks=[(900, 1)]))
    view = made.view(9)
    assert view.bid_ticks.tolist() == [99, 98, 80]
    assert (view.known_from_ticks, view.known_to_ticks) == (95, MAX_PRICE_TICKS)


def test_a_side_with_fewer_levels_than_it_could_have_is_known_whole():
    made = book(depth=4)
    assert (made.known_from_ticks, made.known_to_ticks) == (0, MAX_PRICE_TICKS)


def test_a_book_that_rolls_keeps_its_depth_and_is_known_as_far_as_it_holds():
    made = book(depth=3, rolls=True)
    assert made.view(9).known_from_ticks == 95
    made.apply(delta(2, bids=[(97, 1), (100, 2)], asks=[(102, 1), (104, 9)]))
    assert made.levels() == ({100: 2, 99: 5, 98: 4}, {101: 5, 102: 1, 103: 2})
    view = made.view(9)
    assert (view.known_from_ticks, view.known_to_ticks) == (98, 103)
    made.apply(delta(3, bids=[(98, 0)]))
    assert made.view(9).known_from_ticks == 99


def test_a_snapshot_replaces_everything():
    made = book()
    made.replace(snapshot(9, [(50, 1)], [(60, 1)]), [delta(10, bids=[(51, 2)])])
    assert made.levels() == ({50: 1, 51: 2}, {60: 1})
    assert made.last_id == 10


def test_merging_keeps_what_was_known_beyond_the_snapshot():
    made = book(bids=[(99, 5), (98, 4)], asks=[(101, 5), (102, 2)], depth=2)
    made.apply(delta(2, bids=[(100, 1), (90, 7)], asks=[(101, 0), (102, 0), (103, 6), (150, 8)]))
    newer = snapshot(2, [(100, 1), (99, 5)], [(103, 6), (104, 3)], depth=2)
    made.replace(newer, [delta(3, bids=[(98, 2)])], merge=True)
    assert made.levels() == ({100: 1, 99: 5, 98: 2, 90: 7}, {103: 6, 104: 3, 150: 8})
    assert (made.known_from_ticks, made.known_to_ticks) == (98, 104)


def test_merging_drops_what_the_snapshot_says_is_gone():
    made = book(bids=[(99, 5), (98, 4)], asks=[(101, 5)], depth=2)
    made.replace(snapshot(2, [(99, 5), (97, 1)], [(101, 5)], depth=2), merge=True)
    assert made.levels()[0] == {99: 5, 97: 1}
    assert made.known_from_ticks == 97


@given(LEVELS, LEVELS, st.lists(st.tuples(LEVELS, LEVELS), max_size=12), st.integers(0, 7))
def test_a_book_is_two_plain_dicts(bids, asks, deltas, depth):
    made = Book()
    rolls = depth > 0
    made.replace(snapshot(1, bids, asks, depth=depth or 1000, rolls=rolls))
    plain = [dict(bids), dict(asks)]
    for number, sides in enumerate(deltas, 2):
        made.apply(delta(number, bids=sides[0], asks=sides[1]))
        for side, levels, descending in zip(plain, sides, (True, False), strict=True):
            side |= dict(levels)
            for ticks in [ticks for ticks, lots in side.items() if not lots]:
                del side[ticks]
            if rolls:
                for ticks in sorted(side, reverse=descending)[depth:]:
                    del side[ticks]
        check(made, *plain)


def check(made, bids, asks):
    assert made.levels() == (bids, asks)
    assert made.best_bid_ticks == max(bids, default=None)
    assert made.best_ask_ticks == min(asks, default=None)
    for count in (1, 3, 99):
        assert made.top(count) == (
            sorted(bids.items(), reverse=True)[:count],
            sorted(asks.items())[:count],
        )


@pytest.mark.parametrize("away", [1, 50, 99, 100, 101, 5_000])
def test_the_next_best_is_found_however_far_away_it_is(away):
    made = book(bids=[(10_000, 1), (10_000 - away, 2)], asks=[(10_001, 1), (10_001 + away, 2)])
    made.apply(delta(2, bids=[(10_000, 0)], asks=[(10_001, 0)]))
    assert (made.best_bid_ticks, made.best_ask_ticks) == (10_000 - away, 10_001 + away)


def test_a_best_price_that_comes_and_goes_in_one_message_leaves_the_old_one():
    made = book()
    made.apply(delta(2, bids=[(100, 7), (100, 0)], asks=[(100, 7), (100, 0)]))
    assert (made.best_bid_ticks, made.best_ask_ticks) == (99, 101)


@pytest.mark.parametrize("read", ["view", "top"])
def test_readers_never_see_half_a_change(read):
    made = Book()
    made.replace(snapshot(1, [(10, 1), (11, 1)], [(20, 1), (21, 1)]))
    done = threading.Event()
    torn = []

    def watch():
        while not done.is_set():
            got = getattr(made, read)(9)
            lots = (
                [*got.bid_lots.tolist(), *got.ask_lots.tolist()]
                if read == "view"
                else [lots for side in got for _, lots in side]
            )
            if len(set(lots)) != 1:
                torn.append(lots)

    readers = [threading.Thread(target=watch) for _ in range(2)]
    for each in readers:
        each.start()
    for lots in range(2, 3_000):
        sides = [(10, lots), (11, lots)], [(20, lots), (21, lots)]
        if lots % 2:
            made.apply(delta(lots, bids=sides[0], asks=sides[1]))
        else:
            made.replace(
                snapshot(lots, [(10, 7), (11, 8)], []), [delta(lots, bids=sides[0], asks=sides[1])]
            )
    done.set()
    for each in readers:
        each.join()
    assert not torn
