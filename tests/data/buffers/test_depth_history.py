"""What rested in each row, second by second, against copies of the book at those instants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.events import BookBegins, BookEnds
from core.domain.units import NS_PER_S
from data.buffers.depth_history import MAX_COLUMNS, column_of
from data.buffers.followed_book import FollowedBook
from tests.support.book_events import BTC, START_NS, delta, snapshot

S = NS_PER_S
BIDS = [(10_000 - n, 10 + n) for n in range(300)]
ASKS = [(10_001 + n, 20 + n) for n in range(300)]


def followed(*messages, first=None):
    book = FollowedBook()
    book.replace(first or snapshot(1, BIDS, ASKS, at_ms=500))
    for each in messages:
        book.apply(each)
    return book


def seconds(book):
    return [(each.second_ns - START_NS) // S for each in book.history.columns()]


def at(column, ticks):
    return column.lots[ticks // column.ticks_per_row - column.first_row]


def test_a_second_has_the_book_as_it_stood_at_its_end():
    book = followed(
        delta(2, bids=[(9_990, 500)], at_ms=900),
        delta(3, bids=[(9_990, 600)], at_ms=1_900),
        delta(4, bids=[(9_990, 700)], at_ms=2_000),
    )
    assert seconds(book) == [0, 1]
    assert [at(each, 9_990) for each in book.history.columns()] == [500, 600]


def test_the_best_prices_go_with_it():
    book = followed(delta(2, bids=[(10_000, 0)], at_ms=800), delta(3, at_ms=1_000))
    (column,) = book.history.columns()
    assert (column.bid_ticks, column.ask_ticks) == (9_999, 10_001)


def test_rows_reach_one_percent_both_ways():
    (column,) = followed(delta(2, at_ms=1_000)).history.columns()
    assert column.ticks_per_row == 1, "200 ticks of reach have room in 600 rows"
    assert (column.first_row, column.lots.size) == (9_900, 201)


def test_beyond_what_the_book_holds_nothing_is_known():
    shallow = snapshot(1, BIDS[:30], ASKS[:40], at_ms=500, depth=30)
    (column,) = followed(delta(2, at_ms=1_000), first=shallow).history.columns()
    assert (column.first_row, column.first_row + column.lots.size - 1) == (9_971, 10_040)


def test_seconds_in_which_it_was_not_live_are_missing_and_not_empty():
    book = followed(delta(2, at_ms=1_100), delta(3, at_ms=2_100))
    book.lose()
    book.replace(snapshot(9, BIDS, ASKS, at_ms=5_500))
    book.apply(delta(10, at_ms=6_100))
    assert seconds(book) == [0, 1, 5]


def test_a_calm_book_keeps_what_it_is_for_a_minute_at_no_cost():
    book = followed(delta(2, at_ms=1_100), delta(3, at_ms=100_000))
    assert seconds(book) == list(range(61))
    held = book.history.columns()
    assert held[5].lots is held[50].lots
    assert book.history.nbytes() == 2 * held[0].lots.nbytes


def test_where_time_jumps_back_what_came_after_is_gone():
    ahead = [delta(2 + n, at_ms=1_000 * n) for n in range(1, 200)]
    book = followed(*ahead, delta(900, at_ms=50_500), delta(901, at_ms=51_500))
    assert seconds(book) == list(range(51))
    book.apply(delta(902, at_ms=52_100))
    assert seconds(book) == list(range(52))


def test_it_is_bounded():
    book = followed(*(delta(2 + n, at_ms=1_000 * n) for n in range(1, MAX_COLUMNS + 50)))
    assert len(seconds(book)) == MAX_COLUMNS


def test_readers_ask_for_what_is_new():
    book = followed(*(delta(2 + n, at_ms=1_000 * n) for n in range(1, 6)))
    found = book.history.columns(START_NS + 2 * S)
    assert [(each.second_ns - START_NS) // S for each in found] == [3, 4]


def test_a_price_far_from_before_begins_again_with_other_rows():
    tenfold = snapshot(5, [(200_000, 3)], [(200_010, 4)], at_ms=3_500)
    book = followed(delta(2, at_ms=1_000), delta(3, at_ms=2_000))
    before = book.history.ticks_per_row
    book.replace(tenfold)
    book.apply(delta(6, at_ms=4_000))
    assert (before, book.history.ticks_per_row) == (1, 10)
    assert seconds(book) == [3]


def test_an_empty_book_has_a_column_without_rows():
    book = followed(delta(2, at_ms=1_000), first=snapshot(1, [], [], at_ms=500))
    (column,) = book.history.columns()
    assert (column.lots.size, column.bid_ticks, column.ask_ticks) == (0, 0, 0)


LEVEL = st.tuples(st.integers(9_800, 10_200), st.sampled_from([0, 1, 7, 40_000]))
STEPS = st.lists(
    st.tuples(st.integers(1, 1_700), st.lists(LEVEL, max_size=4), st.booleans()), max_size=40
)


@given(STEPS)
def test_columns_are_the_book_at_those_instants(steps):
    """The oracle: a plain dict of the levels, copied whenever a second is over."""
    book, at_ms, plain, copies = followed(), 500, dict([*BIDS, *ASKS]), {}
    for number, (wait_ms, levels, lost) in enumerate(steps):
        before = at_ms // 1_000
        at_ms += wait_ms
        for second in range(before, at_ms // 1_000):
            copies[second] = dict(plain)
        if lost:
            book.lose()
            copies = {second: known for second, known in copies.items() if second < before}
            plain = dict([*BIDS, *ASKS])
            book.replace(snapshot(10 + number, BIDS, ASKS, at_ms=at_ms))
            continue
        bids = [each for each in levels if each[0] <= 10_000]
        asks = [each for each in levels if each[0] > 10_000]
        book.apply(delta(10 + number, bids=bids, asks=asks, at_ms=at_ms))
        plain |= dict([*bids, *asks])
    columns = book.history.columns()
    assert seconds(book) == sorted(copies)
    for column, second in zip(columns, sorted(copies), strict=True):
        known = copies[second]
        wanted = [
            sum(known.get(tick, 0) for tick in range(row * height, (row + 1) * height))
            for height in [column.ticks_per_row]
            for row in range(column.first_row, column.first_row + column.lots.size)
        ]
        assert column.lots.tolist() == wanted


@pytest.fixture
def engine(book_engine):
    return book_engine


def test_the_engine_writes_it_and_drops_it_with_all_it_holds(engine):
    for event in (
        BookBegins(BTC),
        delta(10, after=9, at_ms=0),
        snapshot(10, BIDS, ASKS, at_ms=0),
        *(delta(11 + n, after=10 + n, at_ms=500 * n) for n in range(9)),
        BookEnds(BTC, "the connection was lost", START_NS),
    ):
        engine.submit(event)
    assert engine.settle()
    held = engine.tape(BTC.id).book
    assert len(held.history.columns()) == 4
    now = column_of(held.resting(), 0, before=held.history.ticks_per_row)
    assert np.array_equal(now.lots, held.history.columns()[-1].lots)
    engine.clear()
    engine.submit(BookBegins(BTC))
    assert engine.settle()
    assert engine.tape(BTC.id).book.history.columns() == ()
