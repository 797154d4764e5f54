import numpy as np
import pytest

from core.domain.arrays import LevelFlag
from data.buffers.book import Book
from data.buffers.level_rows import as_rows, book_rows, delta_rows, messages
from tests.support.book_events import BTC, delta, snapshot


def rebuilt(rows):
    """The book that a reader of rows gets."""
    book = Book()
    for message in messages(BTC, "depth", as_rows(rows)):
        if hasattr(message, "depth"):
            book.replace(message)
        else:
            book.apply(message)
    return book


def held(depth, *, rolls=False, bids=((99, 5), (98, 2)), asks=((101, 5), (104, 1))):
    book = Book()
    book.replace(snapshot(7, bids, asks, depth=depth, rolls=rolls))
    return book


@pytest.mark.parametrize("depth", [2, 3, 1000])
@pytest.mark.parametrize("rolls", [True, False])
def test_a_book_goes_into_rows_and_back(depth, rolls):
    book = held(depth, rolls=rolls)
    changes = [delta(8, bids=[(99, 0), (97, 4)]), delta(9, asks=[(103, 9)])]
    rows = book_rows(book)
    for each in changes:
        book.apply(each)
        rows += delta_rows(each)
    again = rebuilt(rows)
    assert again.levels() == book.levels()
    assert (again.last_id, again.rolls) == (9, rolls)
    ours, theirs = book.view(0), again.view(0)
    assert (theirs.known_from_ticks, theirs.known_to_ticks) == (
        ours.known_from_ticks,
        ours.known_to_ticks,
    )


def test_no_more_is_told_to_be_known_than_was():
    book = held(2, bids=((99, 5), (98, 2)), asks=((101, 5),))
    book.apply(delta(8, bids=[(90, 1), (98, 0)]))
    before, after = book.view(0), rebuilt(book_rows(book)).view(0)
    assert before.known_from_ticks == 98
    assert after.known_from_ticks == 99, "the level at the old end is gone; the range ends above"
    assert after.known_to_ticks <= before.known_to_ticks
    assert rebuilt(book_rows(book)).levels() == book.levels()


def test_each_message_begins_with_a_first_row_and_a_snapshot_says_so_on_every_row():
    rows = as_rows(book_rows(held(1000)) + delta_rows(delta(8, bids=[(99, 1), (98, 1)])))
    assert (rows["flags"] & LevelFlag.FIRST).astype(bool).tolist() == [
        *(True, False, False, False),
        *(True, False),
    ]
    assert (rows["flags"] & LevelFlag.SNAPSHOT).astype(bool).tolist() == [True] * 4 + [False] * 2


def test_an_empty_book_is_a_row_without_a_level():
    book = held(1000, bids=(), asks=())
    rows = as_rows(book_rows(book))
    assert rows["side"].tolist() == [0]
    assert rebuilt(book_rows(book)).levels() == ({}, {})


def test_a_delta_that_changes_nothing_is_no_row():
    assert delta_rows(delta(8)) == []
    assert np.array_equal(as_rows([]), as_rows([]))
