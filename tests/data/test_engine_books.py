"""What the engine makes of books, quotes, tickers and liquidations."""

import numpy as np
import pytest

from core.domain.arrays import LEVEL_DTYPE, Position
from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.events import (
    BestQuote,
    BookBegins,
    BookEnds,
    Channel,
    Gap,
    Listed,
    NoSnapshot,
    Rows,
)
from data.buffers.book import Book
from data.buffers.level_rows import as_rows, book_rows, messages
from data.engine import Engine
from data.feeds.health import HealthBoard, State
from data.venues.sync import FetchSnapshot, Lost, Phase
from tests.support.book_events import BTC, START_NS, delta, snapshot
from tests.support.trades import instrument
from tests.support.waiting import until

MS = 1_000_000
S = 1_000 * MS


class Run:
    """An engine whose books ask here."""

    def __init__(self):
        self.engine = Engine()
        self.health = HealthBoard()
        self.health.set_state(BTC.id, Channel.BOOK, State.CONNECTING, now_ns=START_NS)
        self.asked = []
        self.told = []
        self.engine.follow(
            lambda _, request: self.asked.append(request),
            now_ns=lambda: START_NS,
            health=self.health,
        )
        self.engine.tap(self.told.append)
        self.engine.start()

    def take(self, *events):
        for event in events:
            self.engine.submit(event)
        assert self.engine.settle()

    @property
    def tape(self):
        return self.engine.tape(BTC.id)

    @property
    def state(self):
        return [(c.state, c.reason) for c in self.health.snapshot() if c.channel == Channel.BOOK]

    def levels(self):
        """The book that whoever records can rebuild."""
        book = Book()
        rows = np.concatenate([e.rows for e in self.told if getattr(e, "channel", "") == "book"])
        for message in messages(BTC, "depth", rows):
            (book.replace if hasattr(message, "depth") else book.apply)(message)
        return book.levels()


@pytest.fixture
def run():
    run = Run()
    yield run
    run.engine.stop()


def live(run):
    run.take(BookBegins(BTC), delta(10, after=9), snapshot(10))
    run.take(delta(11, 11, after=10, bids=[(100, 3)]))
    assert run.tape.book.phase is Phase.LIVE
    return run


def test_a_book_syncs_by_its_venues_rule_and_asks_for_what_it_needs(run):
    run.take(BookBegins(BTC), delta(10, after=9))
    assert [type(each) for each in run.asked] == [FetchSnapshot]
    assert run.state == [(State.SYNCING, "")]
    run.take(snapshot(10), delta(11, after=10, bids=[(100, 3)]))
    assert run.tape.book.best() == (100, 101)
    assert run.state == [(State.LIVE, "")]


def test_a_snapshot_that_will_not_come_is_asked_for_again(run):
    run.take(BookBegins(BTC), delta(10, after=9))
    run.take(NoSnapshot(BTC, START_NS + 2 * S))
    assert [type(each) for each in run.asked] == [FetchSnapshot, FetchSnapshot]


def test_lost_updates_make_the_book_stale_and_leave_a_gap_once_it_is_back(run):
    live(run)
    run.take(delta(15, after=14, at_ms=500))
    assert run.tape.book.phase is Phase.STALE
    assert run.state == [(State.STALE, "updates of the book were lost")]
    assert Lost in [type(each) for each in run.asked]
    assert run.tape.gaps_of(Channel.BOOK) == ()
    run.take(snapshot(15, at_ms=900), delta(16, after=15, at_ms=1_000))
    (gap,) = run.tape.gaps_of(Channel.BOOK)
    assert (gap.from_ns, gap.channel) == (START_NS + 11 * MS, Channel.BOOK)
    assert START_NS + 500 * MS <= gap.to_ns <= START_NS + 1_000 * MS
    assert gap in run.told
    assert run.tape.gaps == (), "no trade is missing"


def test_a_lost_connection_makes_the_book_stale_with_its_reason_and_what_it_still_sends_is_unused(
    run,
):
    live(run)
    run.take(BookEnds(BTC, "the connection was lost", START_NS), delta(12, after=11))
    assert (run.tape.book.phase, run.tape.book.reason) == (Phase.STALE, "the connection was lost")
    assert run.state == [(State.STALE, "the connection was lost")]
    assert run.tape.book.view(1).last_id == 11


def test_the_gap_of_a_lost_connection_says_what_was_missed_and_not_when_it_is_tried_again(run):
    live(run)
    run.take(BookEnds(BTC, "the connection broke; next try in 0.1 s", START_NS))
    run.take(BookBegins(BTC), delta(20, after=19), snapshot(20))
    assert [gap.reason for gap in run.tape.gaps_of(Channel.BOOK)] == ["the connection broke"]


def test_who_records_is_told_what_makes_the_same_book(run):
    live(run)
    run.take(delta(12, after=11, asks=[(101, 0), (103, 2)]))
    view = run.tape.book.view(100)
    bids = dict(zip(view.bid_ticks.tolist(), view.bid_lots.tolist(), strict=True))
    asks = dict(zip(view.ask_ticks.tolist(), view.ask_lots.tolist(), strict=True))
    assert run.levels() == (bids, asks)
    assert asks == {103: 2}


def test_a_recorded_book_is_taken_as_it_is_and_stale_where_messages_are_missing(run):
    book = Book()
    book.replace(snapshot(5))
    rows = as_rows(book_rows(book))
    run.take(Rows(BTC, Channel.BOOK, "depth", rows))
    assert (run.tape.book.phase, run.tape.book.best()) == (Phase.LIVE, (99, 101))
    run.take(Gap(BTC.id, START_NS, START_NS + S, "the disk was full", Channel.BOOK))
    assert (run.tape.book.phase, run.tape.book.reason) == (Phase.STALE, "the disk was full")
    change = np.zeros(1, LEVEL_DTYPE)
    change[0] = (START_NS, START_NS, 9, 7, 100, 1, 1, 0)
    run.take(Rows(BTC, Channel.BOOK, "depth", change))
    assert run.tape.book.best() == (99, 101), "a change of a book that is not known is of no use"
    assert run.tape.book.reason == "the disk was full"
    run.take(Rows(BTC, Channel.BOOK, "depth", rows))
    assert run.tape.book.phase is Phase.LIVE


def quote(at_ms, bid, ask=None):
    ns = START_NS + at_ms * MS
    return BestQuote(
        instrument=BTC,
        channel="bookTicker",
        ts_event_ns=0,
        ts_recv_ns=ns,
        update_id=at_ms,
        bid=(bid, 4),
        ask=None if ask is None else (ask, 5),
    )


def test_of_each_second_the_last_quote_is_held_and_of_each_tenth_the_last_is_told(run):
    for each in (quote(0, 90, 91), quote(50, 91, 92), quote(120, 92, 93), quote(1_100, 93)):
        run.take(each)
    held = run.tape.quotes.window(0, 2**62)
    assert held["bid_ticks"].tolist() == [92, 93]
    assert held["ask_lots"].tolist() == [5, 0], "nobody offers"
    assert held["ts_event_ns"].tolist() == [START_NS + 120 * MS, START_NS + 1_100 * MS]
    told = [e.rows["bid_ticks"].tolist() for e in run.told if e.channel is Channel.QUOTES]
    assert told == [[91], [92]]


def test_tickers_and_liquidations_are_held_and_told(run):
    ticker = DerivativeTicker(
        instrument=BTC, channel="markPrice", ts_event_ns=START_NS, ts_recv_ns=START_NS, mark=100.5
    )
    row = (START_NS, START_NS, 20, 99.25, Position.LONG, 0)
    run.take(ticker, Liquidations(BTC, "forceOrder", [row]))
    assert run.tape.tickers.newest["mark"] == 100.5
    assert run.tape.liquidations.window(0, 2**62)[0].item() == row
    assert [(e.channel, e.rows.size) for e in run.told] == [
        (Channel.TICKER, 1),
        (Channel.LIQUIDATIONS, 1),
    ]
    assert run.tape.version(Channel.TICKER) == 1


def test_what_counts_on_another_grid_is_refused_and_stops_nobody(run, caplog):
    run.take(Listed(instrument("binance.perp.BTCUSDT", tick="0.5", step="1")))
    run.take(quote(0, 90, 91))
    assert run.engine.faults == 1
    assert len(run.tape.quotes) == 0
    assert "another grid" in caplog.text


def test_what_is_told_of_quotes_does_not_depend_on_what_came_together(run):
    quotes = [quote(each, 90 + each // 20, 200) for each in range(0, 900, 20)]
    run.take(*quotes)
    again = Run()
    for each in quotes:
        again.take(each)
    again.engine.stop()
    together = np.concatenate([each.rows for each in run.told])
    one_by_one = np.concatenate([each.rows for each in again.told])
    assert np.array_equal(together, one_by_one)
    assert together.size == 8, "of nine tenths of a second the last one is not over"


def test_a_quote_that_no_other_follows_is_told_all_the_same_and_once(run):
    run.take(quote(0, 90, 91))
    assert not run.told
    until(lambda: run.told)
    run.take(quote(5_000, 92, 93), quote(5_200, 94, 95))
    told = [e.rows["bid_ticks"].tolist() for e in run.told if e.channel is Channel.QUOTES]
    assert told == [[90], [92]]
