import numpy as np

from data.buffers import book_log
from data.buffers.book_log import Whole
from data.buffers.followed_book import FollowedBook
from data.buffers.level_rows import messages
from data.buffers.tape import Tape
from tests.support.book_events import BTC, delta, snapshot
from tests.support.trades import trades


def read(log):
    return list(log.read())


def test_nothing_is_kept_until_somebody_reads():
    book = FollowedBook()
    book.replace(snapshot(1))
    book.apply(delta(2, bids=[(98, 1)]))
    assert book.log.waiting == 0


def test_who_reads_first_gets_the_whole_book_and_then_each_change():
    book = FollowedBook()
    book.replace(snapshot(1))
    assert read(book.log) == []
    book.apply(delta(2, bids=[(98, 1)]))
    book.apply(change := delta(3, bids=[(98, 2)]))
    whole, after = read(book.log)
    assert whole.is_first
    (message,) = messages(BTC, "depth", whole.levels)
    assert (dict(message.bids), message.last_id) == ({99: 5, 98: 1}, 2)
    assert after is change
    assert read(book.log) == []


def test_a_book_made_anew_is_told_whole_and_goes_on():
    book = FollowedBook()
    read(book.log)
    book.replace(snapshot(1))
    book.replace(snapshot(5))
    assert [each.is_first for each in read(book.log)] == [True, False]


def test_who_stays_away_begins_again(monkeypatch):
    monkeypatch.setattr(book_log, "MAX_ENTRIES", 3)
    book = FollowedBook()
    read(book.log)
    for number in range(1, 6):
        book.apply(delta(number))
    assert (book.log.waiting, book.log.is_wanted) == (0, False)
    assert read(book.log) == []
    book.apply(delta(6))
    (whole,) = read(book.log)
    assert isinstance(whole, Whole)
    assert whole.is_first


def test_a_new_reader_begins_with_a_whole_book():
    book = FollowedBook()
    read(book.log)
    book.replace(snapshot(1))
    book.log.restart()
    book.apply(delta(2))
    (whole,) = read(book.log)
    assert whole.is_first


def test_trades_stand_where_they_came_and_not_before_a_book():
    tape = Tape(BTC)
    read(tape.book.log)
    tape.take_trades("trade", trades((0, 100, 1, 1)))
    assert read(tape.book.log) == []
    tape.book.log.take_whole(np.zeros(0))
    tape.take_trades("trade", (late := trades((0, 100, 1, 1), (1, 101, 2, -1)))[1:])
    _, taken = read(tape.book.log)
    assert taken.tobytes() == late[1:].tobytes()
