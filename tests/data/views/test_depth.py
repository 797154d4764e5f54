"""The heat map of a book that an engine keeps, against copies of the book at those instants."""

import numpy as np
import pytest

from core.domain.events import BookEnds, Channel
from core.domain.units import NS_PER_S
from data.views.depth import COLUMNS, ROWS, DepthSpec
from data.views.largest_orders import LargestOrders
from data.views.moment import Moment, Off
from tests.support.book_events import BTC, START_NS
from tests.support.depth_books import ASKS, BIDS, BookMarket

S = NS_PER_S


@pytest.fixture
def engine(book_engine):
    return book_engine


@pytest.fixture
def market(engine):
    return BookMarket(engine)


@pytest.fixture
def query():
    return DepthSpec(BTC.id, reach_frac=0.005).query()


def column(view, second):
    return view.lots[(START_NS + second * S - view.from_ns) // S]


def at(view, second, ticks):
    return column(view, second)[ticks // view.ticks_per_row - view.first_row]


def test_of_a_market_that_nobody_told_of_there_is_no_picture(engine, query):
    assert query.view(engine, Moment(START_NS)) is None


def test_a_picture_is_ten_minutes_of_seconds_around_the_price(engine, market, query):
    view = query.view(engine, market.moment())
    assert view.lots.shape == (COLUMNS, ROWS) == (600, 200)
    assert view.from_ns == START_NS - 599 * S, "the last column is the second that runs"
    assert view.ticks_per_row == 1
    assert view.first_row == 20_000 - 100
    assert view.off is None


def test_seconds_that_are_over_and_the_one_that_runs(engine, market, query):
    market.tell(1.9, bids=[(19_990, 500)])
    market.tell(2.1, bids=[(19_990, 600)])
    view = query.view(engine, market.moment())
    assert [at(view, second, 19_990) for second in (0, 1, 2)] == [13, 500, 600]
    market.tell(2.5, bids=[(19_990, 700)])
    assert at(query.view(engine, market.moment()), 2, 19_990) == 700, "what runs goes on"
    assert view.bid_ticks[-1] == 20_000


def test_what_was_before_the_book_came_is_missing_and_not_empty(engine, market, query):
    view = query.view(engine, market.moment())
    assert np.isnan(column(view, -1)).all()
    assert not np.isnan(column(view, 0)).any()
    assert np.isnan(view.bid_ticks[:-1]).all()


def test_a_price_at_which_nothing_rests_is_empty_and_not_missing(engine, market, query):
    market.tell(0.5, bids=[(19_990, 0)])
    assert at(query.view(engine, market.moment()), 0, 19_990) == 0


def test_a_shallow_book_is_shown_as_far_as_it_goes(engine, query):
    market = BookMarket(engine, BIDS[:30], ASKS[:40], depth=30)
    view = query.view(engine, market.moment())
    known = np.flatnonzero(~np.isnan(column(view, 0))) + view.first_row
    assert (known[0], known[-1]) == (19_971, 20_040)


def test_seconds_of_a_book_that_was_lost_are_missing(engine, market, query):
    market.tell(1.2)
    market.take(BookEnds(BTC, "the connection was lost", START_NS + 2 * S))
    view = query.view(engine, market.moment(5.0))
    assert not np.isnan(column(view, 0)).any()
    assert all(np.isnan(column(view, each)).all() for each in range(1, 6))
    assert (view.off.state, view.off.reason) == ("stale", "the connection was lost")


def test_a_channel_that_is_not_live_shows_no_present(engine, market, query):
    off = Off("stale", START_NS, "it says nothing")
    view = query.view(engine, market.moment(3.0, off={(BTC.id, Channel.BOOK): off}))
    assert view is None or np.isnan(column(view, 3)).all()
    market.tell(4.0)
    view = query.view(engine, market.moment(4.5, off={(BTC.id, Channel.BOOK): off}))
    assert view.off == off
    assert np.isnan(column(view, 4)).all()


def test_a_book_that_says_nothing_is_what_it_was_for_a_minute(engine, market, query):
    view = query.view(engine, market.moment(30.0))
    assert not np.isnan(column(view, 30)).any()
    view = query.view(engine, market.moment(70.0))
    assert view is None or np.isnan(column(view, 70)).all()


def test_incremental_is_afresh(engine, market, query):
    rng = np.random.default_rng(5)
    for number in range(120):
        ticks = 20_000 - int(rng.integers(0, 90))
        market.tell(0.2 + number * 0.37, bids=[(ticks, int(rng.integers(1, 900)))])
        if number % 9 == 0:
            query.view(engine, market.moment())
    one = query.view(engine, market.moment())
    other = DepthSpec(BTC.id, reach_frac=0.005).query().view(engine, market.moment())
    assert np.array_equal(one.lots, other.lots, equal_nan=True)
    assert np.array_equal(one.bid_ticks, other.bid_ticks, equal_nan=True)
    assert one.contrast_lots == other.contrast_lots


def test_where_the_price_goes_far_the_picture_goes_with_it(engine, market, query):
    query.view(engine, market.moment())
    gone = [(ticks, 0) for ticks, _ in ASKS[:60]]
    market.tell(1.1, asks=gone, bids=[(ticks, 7) for ticks, _ in gone[:-1]])
    view = query.view(engine, market.moment())
    assert abs(view.first_row + 100 - 20_060) <= 1
    assert at(view, 0, 20_030) == 20 + 29 % 5, "and the past is shown around it too"
    assert at(view, 1, 20_030) == 7


def test_a_replay_that_jumped_back_begins_anew(engine, market, query):
    market.tell(8.0)
    query.view(engine, market.moment())
    engine.clear()
    again = BookMarket(engine)
    view = query.view(engine, again.moment())
    assert view.from_ns == START_NS - 599 * S
    assert not np.isnan(column(view, 0)).any()
    assert np.isnan(view.lots[:-1]).all()


def test_contrast_is_of_the_cells_that_are_not_empty(engine):
    market = BookMarket(engine, [(20_000 - n, n + 1) for n in range(100)], [(20_001, 1000)])
    view = DepthSpec(BTC.id, 0.005, low_frac=0.0, high_frac=1.0).query().view(
        engine, market.moment()
    )  # fmt: skip
    assert view.contrast_lots == (1.0, 1000.0)


def test_the_largest_orders_are_whole_orders(engine, market, query):
    market.trade(1.0, 20_001, 5, 1, fills=3)
    market.trade(2.0, 20_000, 7, -1)
    market.tell(2.2)
    (bought, sold) = query.view(engine, market.moment()).orders
    assert (bought["size_lots"], bought["fills"], bought["levels"]) == (15, 3, 3)
    assert (bought["vwap_ticks"], bought["last_ticks"], bought["aggressor"]) == (
        20_002,
        20_003,
        1,
    )
    assert (sold["size_lots"], sold["aggressor"]) == (7, -1)


def test_of_more_orders_the_largest_are_shown_and_of_equal_ones_the_newer(engine, market):
    for second, lots in enumerate([4, 9, 5, 5, 1]):
        market.trade(second + 1, 20_001, lots, 1)
    found = LargestOrders().update(engine.tape(BTC.id).trades, from_ns=START_NS, most=2)
    seconds = (found["ts_event_ns"] - START_NS) // S
    assert list(zip(seconds.tolist(), found["size_lots"].tolist(), strict=True)) == [(2, 9), (4, 5)]


def test_a_late_trade_is_put_in_its_place(engine, market, query):
    for second in range(1, 12):
        market.trade(second, 20_001, 5, 1)
    market.tell(11.0)
    query.view(engine, market.moment())
    market.trade(3.5, 20_001, 9, 1)
    found = query.view(engine, market.moment()).orders["size_lots"]
    assert found.tolist() == [5, 5, 5, 9, 5, 5, 5, 5, 5, 5, 5, 5]


def test_the_source_is_asked_for_its_market(query):
    assert query.wants([BTC]) == [(BTC.id, "1m", 0)]
    assert query.wants([]) == []
