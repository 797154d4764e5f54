"""Walls out of a book and a tape that an engine keeps, as they come."""

import numpy as np
import pytest

from core.calc.wall_events import WallEventKind
from core.domain.arrays import BookSide
from core.domain.events import BookEnds, Channel
from core.domain.units import NS_PER_S
from data.buffers import book_log
from data.engine import Engine
from data.views.walls import WallsSpec
from tests.support.book_events import BTC, START_NS
from tests.support.depth_books import BookMarket

S = NS_PER_S
BIDS = [(99_999 - n, 10) for n in range(300)]
ASKS = [(100_001 + n, 10) for n in range(300)]


@pytest.fixture
def engine(book_engine):
    return book_engine


class Market(BookMarket):
    """A book that is told every tenth of a second, and what is asked of it."""

    def __init__(self, engine):
        super().__init__(engine, BIDS, ASKS)
        self.query = WallsSpec(BTC.id).query()
        self.seen()

    def calm(self, from_s, to_s):
        for at_ms in range(round(from_s * 1000), round(to_s * 1000), 100):
            self.tell(at_ms / 1000, bids=[(99_900, 10 + at_ms // 100 % 2)])

    def seen(self, query=None):
        query, log = query or self.query, self.engine.tape(BTC.id).book.log
        span = {"from_ns": START_NS, "now_ns": START_NS + 900 * S}
        view = query.view(self.engine, **span)
        while log.waiting:
            view = query.view(self.engine, **span)
        return view


@pytest.fixture
def market(engine):
    market = Market(engine)
    market.calm(0.2, 1.5)
    market.tell(1.5, bids=[(99_950, 400)])
    market.calm(1.6, 6)
    return market


def test_a_large_level_that_stood_for_two_seconds_is_a_wall_since_it_came(market):
    (wall,) = market.seen().standing
    assert (wall.side, wall.price_ticks, wall.size_lots) == (BookSide.BID, 99_950, 400)
    assert wall.since_ns == START_NS + round(1.5 * S)
    assert wall.least_lots == 50
    assert market.seen().not_ready == ""


def test_its_size_is_what_rests_now(market):
    market.tell(6.1, bids=[(99_950, 380)])
    market.calm(6.2, 8)
    (wall,) = market.seen().standing
    assert (wall.kind, wall.size_lots) == (WallEventKind.CREATED, 380), "too little to be told"


def test_a_wall_that_trades_took_was_eaten_and_one_that_went_was_pulled(market):
    market.trade(6.05, 99_950, 395, -1)
    market.tell(6.1, bids=[(99_950, 5)], asks=[(100_050, 300)])
    market.calm(6.2, 11)
    market.tell(11, asks=[(100_050, 0)])
    market.calm(11.1, 13)
    view = market.seen()
    assert view.standing == ()
    assert [each.kind for each in view.ended] == [WallEventKind.EATEN, WallEventKind.PULLED]
    assert [each.filled_lots for each in view.ended] == [395, 0]
    assert view.ended[1].cancelled_lots == 300


def test_a_level_filled_up_again_and_again_is_told(market):
    for number in range(8):
        at_s = 6.1 + number / 5
        market.trade(at_s - 0.01, 99_999, 10, -1)
        market.tell(at_s, bids=[(99_999, 0)])
        market.tell(at_s + 0.1, bids=[(99_999, 10)])
    market.calm(8, 10)
    (iceberg,) = market.seen().icebergs
    assert (iceberg.price_ticks, iceberg.side) == (99_999, BookSide.BID)


def test_all_who_ask_of_one_book_share_its_one_reader(market):
    other = WallsSpec(BTC.id).query()
    assert other.channels() == ((BTC.id, Channel.BOOK),)
    assert market.seen(other) == market.seen()
    market.calm(6, 9)
    (wall,) = market.seen(other).standing
    assert wall.since_ns == START_NS + round(1.5 * S)
    assert market.seen().standing == (wall,), "what the one read, the other knows"


def test_while_the_book_is_lost_nothing_stands(market):
    market.take(BookEnds(BTC, "the connection was lost", START_NS))
    view = market.seen()
    assert (view.standing, view.is_live) == ((), False)


def test_who_stayed_away_too_long_begins_again(market, monkeypatch):
    monkeypatch.setattr(book_log, "MAX_ENTRIES", 5)
    market.calm(6, 9)
    monkeypatch.setattr(book_log, "MAX_ENTRIES", 500)
    market.seen()
    market.calm(9, 9.5)
    view = market.seen()
    assert view.standing == ()
    assert view.since_ns == START_NS + 9 * S
    market.calm(9.5, 13)
    assert [each.price_ticks for each in market.seen().standing] == [99_950]


def test_how_often_it_is_asked_changes_nothing(engine):
    rng = np.random.default_rng(7)
    often, seldom = Market(engine), None
    again = Engine()
    again.follow(lambda *_: None, now_ns=lambda: START_NS)
    again.start()
    seldom = Market(again)
    for number in range(300):
        at_s = 0.2 + number / 10
        bids = [
            (int(99_999 - n), int(q))
            for n, q in zip(rng.integers(0, 60, 6), rng.choice([0, 5, 10, 300], 6), strict=True)
        ]
        for each in (often, seldom):
            if number % 3 == 0:
                each.trade(at_s - 0.02, bids[0][0], 40, -1)
            each.tell(at_s, bids=bids)
        often.seen()
        if number % 60 == 59:
            seldom.seen()
    one, other = often.seen(), seldom.seen()
    again.stop()
    assert one.standing or one.ended
    assert one == other


def test_before_anything_comes_there_is_no_view(engine):
    assert WallsSpec(BTC.id).query().view(engine, from_ns=0, now_ns=1) is None
