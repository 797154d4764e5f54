"""The ladder, the balance, the cost of an order and the walls, out of an engine's book."""

import numpy as np
import pytest

from core.calc.book_imbalance import imbalance_within
from core.calc.wall_events import WallEventKind
from core.domain.events import BookEnds, Channel
from core.domain.units import NS_PER_S
from data.views.book_ladder import LadderSpec, LastTrade
from data.views.book_now import BookNowSpec
from data.views.moment import Moment, Off
from data.views.order_cost import HORIZON_NS, OrderCostSpec
from data.views.wall_ledger import WallLedgerSpec, ledger_events
from tests.support.book_events import BTC, START_NS
from tests.support.depth_books import ASKS, BIDS, BookMarket

S = NS_PER_S
ALL = [LadderSpec(BTC.id), BookNowSpec(BTC.id), OrderCostSpec(BTC.id, 50.0)]


@pytest.fixture
def engine(book_engine):
    return book_engine


@pytest.fixture
def market(engine):
    return BookMarket(engine)


@pytest.mark.parametrize(
    "spec", [*ALL, WallLedgerSpec(BTC.id)], ids=lambda each: type(each).__name__
)
def test_of_a_market_that_nobody_told_of_nothing_is_known(engine, spec):
    query = spec.query()
    assert query.view(engine, Moment(START_NS)) is None
    assert query.wants([BTC]) == [(BTC.id, "1m", 0)]


@pytest.mark.parametrize(
    "spec", [*ALL, WallLedgerSpec(BTC.id)], ids=lambda each: type(each).__name__
)
def test_a_book_that_is_not_live_says_why_and_since_when(engine, market, spec):
    query = spec.query()
    assert query.view(engine, market.moment()).off is None
    market.take(BookEnds(BTC, "the connection was lost", START_NS))
    assert query.view(engine, market.moment()).off == Off(
        "stale", START_NS + S // 10, "the connection was lost"
    )
    told = Off("stale", START_NS, "it says nothing")
    assert query.view(engine, market.moment(off={(BTC.id, Channel.BOOK): told})).off == told


def test_the_ladder_is_the_best_levels_of_the_book(engine, market):
    view = LadderSpec(BTC.id, rows=5).query().view(engine, market.moment())
    assert view.bids.row_ticks.tolist() == [ticks for ticks, _ in BIDS[:5]]
    assert view.bids.lots.tolist() == [lots for _, lots in BIDS[:5]]
    assert view.asks.row_ticks.tolist() == [ticks for ticks, _ in ASKS[:5]]
    assert view.asks.total_lots.tolist() == [20, 41, 63, 86, 110]
    assert (view.bid_ticks, view.ask_ticks) == (20_000, 20_001)


def test_rows_of_which_not_all_is_known_are_left_out(engine):
    market = BookMarket(engine, BIDS[:30], ASKS[:30], depth=30)
    view = LadderSpec(BTC.id, rows=50, ticks_per_row=10).query().view(engine, market.moment())
    assert view.bids.row_ticks.tolist() == [20_000, 19_990, 19_980]
    assert view.asks.row_ticks.tolist() == [20_000, 20_010, 20_020]


def test_the_last_trade_stands_in_the_ladder_for_a_minute(engine, market):
    market.trade(1.0, 20_001, 5, 1)
    market.trade(1.0, 20_000, 7, -1)
    query = LadderSpec(BTC.id).query()
    newest = query.view(engine, market.moment(30)).last
    assert newest == LastTrade(START_NS + S, newest.price_ticks, newest.size_lots, newest.aggressor)
    assert (newest.price_ticks, newest.size_lots, newest.aggressor) in {
        (20_000, 7, -1),
        (20_001, 5, 1),
    }
    assert query.view(engine, market.moment(62)).last is None


def test_imbalance_is_that_of_the_calculator_as_far_as_the_book_is_known(engine):
    market = BookMarket(engine, BIDS[:30], ASKS[:30], depth=30)
    view = BookNowSpec(BTC.id).query().view(engine, market.moment())
    bids, asks = (np.array(side[:30], np.int64).T for side in (BIDS, ASKS))
    wanted = [imbalance_within(bids, asks, within_bps=each) for each in (5.0, 10.0)]
    assert view.near[:2].tolist() == pytest.approx(wanted)
    assert np.isnan(view.near[2:]).all(), "25 bps are 50 ticks, and 30 are known"
    assert view.touch == pytest.approx((10 - 20) / 30)
    assert view.spread_bps == pytest.approx(1 / 20_000.5 * 1e4)
    assert view.weighted_mid_ticks == pytest.approx((20_000 * 20 + 20_001 * 10) / 30)


def test_flow_is_of_whole_seconds_and_of_all_of_them(engine, market):
    market.tell(1.0)
    market.tell(1.5, bids=[(20_000, 16)])
    market.tell(2.0)
    view = BookNowSpec(BTC.id).query().view(engine, market.moment())
    assert view.flow_lots[0] == 6, "the best bid grew from 10 to 16"
    assert view.flow_share[0] == pytest.approx(6 / ((16 + 20) / 2))
    assert np.isnan(view.flow_lots[1:]).all(), "ten seconds are not known yet"
    for second in range(3, 13):
        market.tell(second)
    view = BookNowSpec(BTC.id).query().view(engine, market.moment())
    assert view.flow_lots[:2].tolist() == [0, 6 * (view.at_ns // S - 10 < START_NS // S + 2)]


def test_a_side_without_anybody_has_no_middle(engine):
    market = BookMarket(engine, BIDS, [])
    now = BookNowSpec(BTC.id).query().view(engine, market.moment())
    assert np.isnan([now.spread_bps, now.weighted_mid_ticks, now.microprice_ticks]).all()
    cost = OrderCostSpec(BTC.id, 5.0).query().view(engine, market.moment())
    assert np.isnan(cost.mid_ticks)
    assert cost.buy.filled_lots.tolist() == [0] * 7


def test_an_order_pays_the_levels_that_it_takes(engine, market):
    view = OrderCostSpec(BTC.id, 50.0).query().view(engine, market.moment())
    assert view.sizes_lots.tolist() == [5, 10, 25, 50, 100, 250, 500]
    average = (20 * 20_001 + 21 * 20_002 + 9 * 20_003) / 50
    assert view.buy.average_ticks[3] == pytest.approx(average)
    assert view.buy.slippage_bps[3] == pytest.approx((average - 20_000.5) / 20_000.5 * 1e4)
    assert view.sell.average_ticks[0] == 20_000


def test_an_order_is_not_walked_through_prices_of_which_only_some_are_known(engine):
    market = BookMarket(engine, BIDS[:30], ASKS[:30], depth=30)
    market.tell(0.2, asks=[(20_100, 9_999)], bids=[(19_900, 9_999)])
    view = OrderCostSpec(BTC.id, 1_000.0).query().view(engine, market.moment())
    held = sum(lots for _, lots in ASKS[:30])
    assert (view.buy.filled_lots[3], view.buy.unfilled_lots[3]) == (held, 1_000 - held)
    assert view.sell.last_ticks[3] == BIDS[29][0]


def test_an_order_is_at_least_a_lot(engine, market):
    view = OrderCostSpec(BTC.id, 1e-9).query().view(engine, market.moment())
    assert view.sizes_lots.tolist() == [1] * 7


def test_moves_after_orders_are_from_the_middle_before_to_that_at_the_horizon(engine, market):
    query = OrderCostSpec(BTC.id).query()
    assert query.view(engine, market.moment()).impact is None
    market.tell(1.0)
    market.trade(2.0, 20_001, 20, 1)
    market.tell(2.5, asks=[(20_001, 0)])
    for second in range(3, 2 + HORIZON_NS // S + 12):
        market.tell(second)
    impact = query.view(engine, market.moment()).impact
    assert (impact.orders.tolist(), impact.size.tolist()) == ([1], [20.0])
    assert impact.impact_bps[0] == pytest.approx((20_001 - 20_000.5) / 20_000.5 * 1e4)


def test_the_ledger_has_the_walls_and_a_file_of_it_all_of_them(engine):
    bids = [(99_999 - n, 12) for n in range(300)]
    market = BookMarket(engine, bids, [(100_001 + n, 12) for n in range(300)])
    query = WallLedgerSpec(BTC.id).query()
    query.view(engine, market.moment())
    for step in range(2, 60):
        size = 900 if 20 <= step < 50 else 12
        market.tell(step / 10, bids=[(99_950, size), (99_700, 10 + step % 2)])
        query.view(engine, market.moment())
    for step in range(60, 90):
        market.tell(step / 10, bids=[(99_700, 10 + step % 2)])
        view = query.view(engine, market.moment())
    (ended,) = view.walls.ended
    assert (ended.kind, ended.price_ticks, ended.peak_lots) == (WallEventKind.PULLED, 99_950, 900)
    assert ended.since_ns == START_NS + 2 * S
    assert (ended.eaten_frac, ended.cancelled_lots) == (0.0, 888)
    assert ledger_events(engine, BTC.id) == (ended,)
    engine.clear()
    assert engine.settle()
    assert ledger_events(engine, BTC.id) == ()
