from dataclasses import replace

import numpy as np
import pytest

from core.domain.events import Channel, Gap, Listed
from core.domain.units import NS_PER_S
from data.views.coin_markets import coin_markets
from data.views.moment import Moment, Off
from data.views.nearest_wall import NearestWallSpec
from tests.support.books import whole
from tests.support.trades import START_NS, instrument

BTC = instrument("binance.spot.BTCUSDT", tick="1", step="0.1")
ETH = replace(
    instrument("binance.spot.ETHUSDT", tick="0.1", step="0.1"),
    base="ETH",
)
PERP = instrument("binance.perp.BTCUSDT")
SPEC = NearestWallSpec(coin_markets([BTC, PERP], "BTC"))
BIDS = [(89_990, 10), (89_910, 151), (89_820, 400)]
ASKS = [(90_010, 150), (90_090, 20), (90_180, 160)]


def moment(after_s, off=None):
    return Moment(START_NS + round(after_s * NS_PER_S), "simulated", off or {})


class Market:
    def __init__(self, engine):
        self.engine = engine
        engine.submit(Listed(BTC))
        self.tell(BTC, BIDS, ASKS)

    def tell(self, grid, bids, asks, *, depth=1_000):
        self.engine.submit(whole(grid, bids, asks, at_ns=START_NS, depth=depth))
        assert self.engine.settle()


@pytest.fixture
def market(engine):
    return Market(engine)


def test_the_nearest_of_more_than_15_btc_is_told_on_each_side(market):
    view = SPEC.query().view(market.engine, moment(0))
    assert (view.instrument.id, view.middle_ticks, view.least_lots) == (BTC.id, 90_000.0, 150.0)
    above, below = view.above.nearest.resting, view.below.nearest.resting
    assert (above.price_ticks, above.size_lots) == (90_180, 160), "150 lots are 15 BTC, not more"
    assert (below.price_ticks, below.size_lots) == (89_910, 151)
    assert (above.distance_bps, below.distance_bps) == (pytest.approx(20), pytest.approx(10))
    assert (view.above.count, view.below.count) == (1, 2)


def test_what_a_wall_needs_is_a_setting(market):
    view = replace(SPEC, btc_base=30.0).query().view(market.engine, moment(0))
    assert view.below.nearest.resting.price_ticks == 89_820
    assert view.above.nearest is None
    assert view.above.largest.size_lots == 160


def test_a_wall_stands_since_it_was_first_seen_and_one_of_the_first_look_at_least_so_long(market):
    query = SPEC.query()
    query.view(market.engine, moment(0))
    market.tell(BTC, BIDS, [(90_010, 200), *ASKS[1:]])
    view = query.view(market.engine, moment(1))
    above, below = view.above.nearest, view.below.nearest
    assert (above.since_ns, above.is_at_least) == (START_NS + NS_PER_S, False)
    assert (below.since_ns, below.is_at_least) == (START_NS, True)
    later = query.view(market.engine, moment(4))
    assert later.above.nearest.since_ns == START_NS + NS_PER_S


def test_a_wall_that_went_and_came_back_is_a_new_one(market):
    query = SPEC.query()
    for at_s, lots in ((0, 151), (1, 149), (2, 151)):
        market.tell(BTC, [BIDS[0], (89_910, lots), BIDS[2]], ASKS)
        view = query.view(market.engine, moment(at_s))
    assert view.below.nearest.since_ns == START_NS + 2 * NS_PER_S
    assert not view.below.nearest.is_at_least


def test_where_nobody_looked_for_a_while_it_is_not_known_what_stood(market):
    query = SPEC.query()
    query.view(market.engine, moment(0))
    view = query.view(market.engine, moment(6))
    assert (view.below.nearest.since_ns, view.below.nearest.is_at_least) == (moment(6).now_ns, True)


def test_how_far_the_book_is_known_is_told(market):
    assert np.isnan(SPEC.query().view(market.engine, moment(0)).above.known_bps), "all of it"
    market.tell(BTC, BIDS, ASKS, depth=3)
    view = SPEC.query().view(market.engine, moment(0))
    assert (view.above.known_bps, view.below.known_bps) == (pytest.approx(20), pytest.approx(20))


def test_another_coins_wall_is_worth_as_much_as_15_btc(market):
    market.engine.submit(Listed(ETH))
    market.tell(ETH, [(29_990, 4_501)], [(30_010, 4_500)])
    spec = NearestWallSpec(coin_markets([ETH, BTC], "ETH"))
    view = spec.query().view(market.engine, moment(0))
    assert view.least_lots == pytest.approx(4_500.0), "450 ETH at 3,000 are 15 BTC at 90,000"
    assert view.below.nearest.resting.size_lots == 4_501
    assert view.above.nearest is None


def test_without_a_price_of_btc_it_cannot_be_said_what_is_large(engine):
    engine.submit(Listed(ETH))
    engine.submit(whole(ETH, [(29_990, 9_999)], [(30_010, 9_999)], at_ns=START_NS))
    assert engine.settle()
    view = NearestWallSpec(coin_markets([ETH], "ETH")).query().view(engine, moment(0))
    assert np.isnan(view.least_lots)
    assert (view.above, view.below, view.off) == (None, None, None)


def test_a_book_that_is_off_has_no_walls_and_says_since_when(market):
    off = Off("stale", START_NS, "nothing came")
    view = SPEC.query().view(market.engine, moment(0, {(BTC.id, Channel.BOOK): off}))
    assert (view.above, view.below, view.off) == (None, None, off)
    assert np.isnan(view.middle_ticks)


def test_a_book_that_is_lost_has_no_walls(market):
    market.engine.submit(Gap(BTC.id, START_NS, START_NS + 1, "messages are missing", Channel.BOOK))
    assert market.engine.settle()
    view = SPEC.query().view(market.engine, moment(0))
    assert (view.above, view.off.state, view.off.reason) == (
        None, "stale", "messages are missing",
    )  # fmt: skip


def test_a_side_that_is_empty_has_neither_walls_nor_a_middle(market):
    market.tell(BTC, BIDS, [])
    view = SPEC.query().view(market.engine, moment(0))
    assert np.isnan(view.middle_ticks)
    assert view.above is None


def test_nothing_is_told_of_a_coin_without_a_spot_market(engine):
    spec = NearestWallSpec(coin_markets([PERP], "BTC"))
    assert spec.instrument is None
    assert spec.query().view(engine, moment(0)) is None
    assert list(spec.query().wants([PERP])) == []
    assert SPEC.query().view(engine, moment(0)) is None


def test_it_asks_for_its_own_market_and_that_of_btc():
    spec = NearestWallSpec(coin_markets([ETH, BTC], "ETH"))
    assert [each[0] for each in spec.query().wants([BTC, ETH, PERP])] == [ETH.id, BTC.id]
    assert [each[0] for each in SPEC.query().wants([BTC, ETH])] == [BTC.id]
