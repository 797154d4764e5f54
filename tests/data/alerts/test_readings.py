from math import isnan

import pytest

from core.domain.arrays import Position
from core.domain.events import Channel, Gap
from core.domain.instrument import Instrument, InstrumentId
from core.domain.marker import MarkerKind
from core.domain.units import NS_PER_S
from data.alerts.figures import FIGURES, FigureSpec
from data.views.moment import Moment
from tests.support.alerts import PERP, SPOT, HeldMarket
from tests.support.derivatives import liquidations, tickers
from tests.support.rows import book
from tests.support.trades import START_NS

HOUR_S = 3600


@pytest.fixture
def market(tmp_path):
    return HeldMarket(tmp_path)


def read(market, figure):
    """What a figure of the perpetual is now, NaN where it is not known."""
    moment = Moment(market.source.now_ns(), market.source.name)
    return FigureSpec(figure, PERP.id).query().view(market.engine, moment).value


def test_the_last_price_is_that_of_the_newest_trade(market):
    market.trade((0, 1000, 1, 1), (5, 1234, 1, -1)).at(6)
    assert read(market, "last_price") == pytest.approx(123.4)


def test_the_spread_is_in_basis_points_of_the_middle_and_no_older_than_a_minute(market):
    market.quote((0, 999, 1001))
    assert read(market.at(1), "spread") == pytest.approx(20.0)
    assert isnan(read(market.at(61), "spread"))


def test_the_flow_of_a_minute_is_by_notional(market):
    market.trade((0, 1000, 50, 1), (100, 1000, 3000, 1), (110, 1000, 1000, -1)).at(120)
    # 3 and 1 base coins at 100: 300 bought, 100 sold; what is older than a minute is not in it.
    assert read(market, "buy_share") == pytest.approx(0.75)
    assert read(market, "net_flow") == pytest.approx(200.0)


def test_a_minute_of_which_trades_are_missing_has_no_flow(market):
    market.trade((30, 1000, 1, 1))
    assert isnan(read(market.at(60), "buy_share"))
    assert read(market.at(90), "buy_share") == 1.0
    gap = Gap(PERP.id, START_NS + 80 * NS_PER_S, START_NS + 85 * NS_PER_S, "lost")
    market.submit(gap)
    assert isnan(read(market.at(90), "buy_share"))
    assert isnan(read(market.at(90), "net_flow"))


def test_cvd_is_of_fifteen_minutes_in_base_coins(market):
    market.trade((0, 1000, 9000, 1), (600, 1000, 2500, 1), (700, 1000, 500, -1))
    assert isnan(read(market.at(800), "cvd_15m"))
    assert read(market.at(1000), "cvd_15m") == pytest.approx(2.0)


def test_the_tape_is_as_fast_as_orders_come_not_fills(market):
    fills = [(20, 1000, 1, 1)] * 3 + [(21, 1001, 1, -1)]
    market.trade((0, 1000, 1, 1), *fills).at(25)
    assert read(market, "orders_per_s") == pytest.approx(0.2)


def test_basis_is_against_the_same_coins_spot(market):
    market.quote((0, 10099, 10101)).quote((0, 99_990, 100_010), of=SPOT).at(1)
    assert read(market, "basis") == pytest.approx(100.0)
    assert isnan(read(market.at(70), "basis"))


def test_funding_is_per_cent_and_open_interest_is_compared_with_an_hour_before(market):
    market.rows(Channel.TICKER, tickers((0, 0.0001, 1000.0), (HOUR_S, 0.0003, 1050.0)))
    market.at(HOUR_S + 10)
    assert read(market, "funding_rate") == pytest.approx(0.03)
    assert read(market, "open_interest_1h") == pytest.approx(5.0)
    market.at(HOUR_S + 200)
    assert isnan(read(market, "funding_rate"))


def test_liquidated_is_the_notional_of_five_minutes_where_it_was_followed(market):
    market.rows(
        Channel.LIQUIDATIONS,
        liquidations((0, 9, 100.0, Position.LONG), (400, 2000, 100.0, Position.SHORT)),
    ).at(500)
    assert isnan(read(market, "liquidated_5m"))
    market.quote((0, 999, 1001))
    assert read(market, "liquidated_5m") == pytest.approx(200.0)


def test_the_book_leans_to_the_side_that_has_more_near_the_middle(market):
    near, far = {10_000: 3000, 9_999: 1000}, {10_001: 1000, 10_500: 9000}
    market.rows(Channel.BOOK, book(START_NS, near, far)).at(1)
    assert read(market, "book_imbalance") == pytest.approx(0.6)


def test_the_nearest_wall_is_the_first_level_worth_fifteen_bitcoin(market):
    bids, asks = {9_999: 14_000, 9_900: 16_000}, {10_001: 1000, 10_050: 20_000}
    market.rows(Channel.BOOK, book(START_NS, bids, asks)).trade((0, 10_000, 1, 1)).at(1)
    assert read(market, "wall_distance") == pytest.approx(50.0)


def test_what_a_wall_is_can_be_chosen(market):
    bids, asks = {9_999: 14_000, 9_900: 16_000}, {10_001: 1000, 10_050: 20_000}
    market.rows(Channel.BOOK, book(START_NS, bids, asks)).trade((0, 10_000, 1, 1)).at(1)
    moment = Moment(market.source.now_ns(), market.source.name)
    for btc_base, bps in ((13.9, 1.0), (14.0, 50.0), (0.5, 1.0), (19.0, 50.0)):
        spec = FigureSpec("wall_distance", PERP.id, btc_base)
        assert spec.query().view(market.engine, moment).value == pytest.approx(bps)
    none = FigureSpec("wall_distance", PERP.id, 20.0).query().view(market.engine, moment)
    assert isnan(none.value)


def test_what_is_near_the_middle_is_read_however_many_levels_that_are(market):
    bids = {1_000_000 - each: 10 for each in range(600)} | {999_350: 3_000, 992_000: 20_000}
    asks = {1_000_002 + each: 5 for each in range(600)}
    rows = book(START_NS, bids, asks)
    market.rows(Channel.BOOK, rows).trade((0, 1_000_000, 1, 1)).at(1)
    # Ten basis points are a thousand ticks: 9,000 lots against 3,000.
    assert read(market, "book_imbalance") == pytest.approx(0.5)
    assert read(market, "wall_distance") == pytest.approx(80.01, abs=0.001)


def test_a_book_that_is_not_told_so_far_has_no_imbalance(market):
    rows = book(START_NS, {10_000: 3000, 9_999: 9}, {10_001: 1000, 10_002: 9}, depth=2)
    market.rows(Channel.BOOK, rows).at(1)
    assert isnan(read(market, "book_imbalance"))


def test_a_book_that_is_not_live_says_nothing(market):
    assert isnan(read(market, "book_imbalance"))
    assert isnan(read(market, "wall_distance"))


def test_of_a_market_of_which_nothing_came_nothing_is_known_and_it_says_so(market):
    for name, figure in FIGURES.items():
        seen = FigureSpec(name, PERP.id).query().view(market.engine, Moment(START_NS))
        assert seen.missing or figure.rules
        assert isnan(seen.value)
        assert figure.channels


def test_there_is_a_figure_for_every_kind_of_marker():
    assert {each.value for each in MarkerKind} <= set(FIGURES)


def test_a_figure_wants_the_spot_market_that_it_is_compared_with(market):
    listed = market.source.instruments()
    wants = FigureSpec("basis", PERP.id).query().wants(listed)
    assert [each[0] for each in wants] == [PERP.id, SPOT.id]
    assert [each[0] for each in FigureSpec("spread", PERP.id).query().wants(listed)] == [PERP.id]


def test_a_figure_that_is_scaled_wants_the_market_of_bitcoin():
    ether = Instrument(
        InstrumentId.parse("binance.perp.ETHUSDT"), "ETH", "USDT", PERP.tick_size, PERP.size_step
    )
    wants = FigureSpec("wall_distance", ether.id).query().wants([ether, PERP, SPOT])
    assert [each[0] for each in wants] == [ether.id, PERP.id]
    assert [x[0] for x in FigureSpec("wall_distance", PERP.id).query().wants([PERP])] == [PERP.id]
