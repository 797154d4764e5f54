"""Mark, index, funding, open interest and liquidations of the simulated perpetuals."""

import numpy as np
import pytest

from core.domain.arrays import (
    LIQUIDATION_DTYPE,
    TICKER_DTYPE,
    LiquidationPrice,
    Position,
)
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_MS, NS_PER_S
from data.sources.simulated import SimulatedMarket
from tests.support.simulated import WEDNESDAY_NS, past

PERPS = [
    f"{venue}.perp.{symbol}"
    for venue, symbols in {
        "binance": ("BTCUSDT", "ETHUSDT", "SOLUSDT"),
        "okx": ("BTC-USDT-SWAP", "ETH-USDT-SWAP", "SOL-USDT-SWAP"),
        "bybit": ("BTCUSDT", "ETHUSDT", "SOLUSDT"),
    }.items()
    for symbol in symbols
]
EACH = pytest.mark.parametrize("name", PERPS)


@pytest.fixture(scope="module")
def histories():
    return past()[1]


def price_at(history, stamps_ns):
    """Price of the last trade before each instant."""
    trades = history.trades
    at = np.searchsorted(trades["ts_event_ns"], stamps_ns, side="right") - 1
    return trades["price_ticks"][np.maximum(at, 0)] * float(history.instrument.tick_size)


@EACH
def test_tickers_go_back_as_far_as_trades_one_in_five_seconds(histories, name):
    tickers = histories[name].tickers
    assert tickers.dtype == TICKER_DTYPE
    stamps = tickers["ts_event_ns"]
    assert stamps[0] == past()[0].schedule.begin_ns + 5 * NS_PER_S
    before = stamps[stamps <= WEDNESDAY_NS]
    assert set(np.diff(before)) == {5 * NS_PER_S}
    assert set(np.diff(stamps[stamps > WEDNESDAY_NS])) == {NS_PER_S}
    assert (tickers["ts_recv_ns"] > stamps).all()


@EACH
def test_every_field_is_told_and_sane(histories, name):
    tickers = histories[name].tickers
    for field in ("mark", "index", "funding_rate", "open_interest"):
        assert np.isfinite(tickers[field]).all()
    last = price_at(histories[name], tickers["ts_event_ns"])
    assert np.abs(tickers["mark"] / last - 1).max() < 1e-3
    assert np.abs(tickers["index"] / last - 1).max() < 2e-3


def test_spot_markets_have_neither_tickers_nor_liquidations(histories):
    spots = [each for name, each in histories.items() if ".spot." in name]
    assert len(spots) == 9
    assert all(each.tickers.size == each.liquidations.size == 0 for each in spots)


@pytest.mark.parametrize("coin", ["BTC", "ETH", "SOL"])
def test_the_index_is_what_the_spot_markets_cost_on_average(histories, coin):
    spots = [each for name, each in histories.items() if ".spot." in name and coin in name]
    for name in (each for each in PERPS if coin in each):
        tickers = histories[name].tickers
        mean = np.mean([price_at(spot, tickers["ts_event_ns"]) for spot in spots], axis=0)
        off_bps = 1e4 * (tickers["index"] / mean - 1)
        assert abs(off_bps.mean()) < 1.0
        assert np.abs(off_bps).max() < 12.0


@EACH
def test_the_mark_is_smoother_than_the_price(histories, name):
    history = histories[name]
    stamps = history.tickers["ts_event_ns"]
    premium = price_at(history, stamps) / history.tickers["index"] - 1
    marked = history.tickers["mark"] / history.tickers["index"] - 1
    assert np.std(np.diff(marked)) < 0.7 * np.std(np.diff(premium))
    assert abs(np.mean(marked) - np.mean(premium)) < 2e-5


@EACH
def test_funding_is_paid_at_midnight_eight_and_sixteen(histories, name):
    tickers = histories[name].tickers
    assert set(tickers["funding_interval_ns"]) == {8 * NS_PER_HOUR}
    left_ns = tickers["next_funding_ns"] - tickers["ts_event_ns"]
    assert ((left_ns > 0) & (left_ns <= 8 * NS_PER_HOUR)).all()
    # 2026-11-18 16:00 UTC, a little after the start at 14:00; the history begins at 07:45.
    assert int(tickers["next_funding_ns"][-1]) == 1_795_017_600 * NS_PER_S
    assert set(tickers["next_funding_ns"] % (8 * NS_PER_HOUR)) == {0}
    assert len(set(tickers["next_funding_ns"])) == 2


@EACH
def test_the_funding_rate_is_the_average_premium_since_the_last_funding(histories, name):
    tickers = histories[name].tickers
    paid_ns = 1_794_988_800 * NS_PER_S  # 2026-11-18 08:00 UTC
    inside = tickers[(tickers["ts_event_ns"] >= paid_ns + NS_PER_HOUR)]
    since = tickers[tickers["ts_event_ns"] >= paid_ns]
    premium = since["mark"] / since["index"] - 1
    average = np.cumsum(premium) / np.arange(1, premium.size + 1)
    told = inside["funding_rate"] - average[-inside.size :]
    # The same up to what a premium usually is; the mark lags by half a minute.
    assert np.ptp(told) < 1e-5
    assert np.abs(inside["funding_rate"]).max() < 1e-3
    assert np.ptp(inside["funding_rate"]) > 1e-6


@EACH
def test_open_interest_moves_and_stays_near_where_it_was(histories, name):
    history = histories[name]
    held = history.tickers["open_interest"]
    lots = held / float(history.instrument.lot_size)
    assert np.allclose(lots, np.rint(lots))
    assert 0.75 * held[0] < held.min() < held.max() < 1.25 * held[0]
    assert np.unique(held).size > 0.9 * held.size
    assert 1e7 < held[0] * history.tickers["mark"][0] < 2e10


def test_open_interest_grows_with_what_takers_buy(histories):
    history = histories["binance.perp.BTCUSDT"]
    trades = history.trades
    minute = trades["ts_event_ns"] // NS_PER_MINUTE
    bought = np.bincount(
        minute - minute[0], weights=np.sqrt(trades["size_lots"]) * trades["aggressor"]
    )
    ends = (np.arange(bought.size + 1) + minute[0]) * NS_PER_MINUTE
    at = np.searchsorted(history.tickers["ts_event_ns"], ends[1:-1], side="right") - 1
    grown = np.diff(history.tickers["open_interest"][at])
    assert np.corrcoef(bought[1:-1][: grown.size], grown)[0, 1] > 0.15


@EACH
def test_liquidations_are_valid_rows_from_the_whole_history(histories, name):
    history = histories[name]
    rows = history.liquidations
    assert rows.dtype == LIQUIDATION_DTYPE
    assert rows.size > 100
    assert rows["size_lots"].min() >= 1
    assert (np.diff(rows["ts_event_ns"]) >= 0).all()
    assert (np.diff(rows["ts_recv_ns"]) >= 0).all()
    delay = rows["ts_recv_ns"] - rows["ts_event_ns"]
    assert 0 < delay.min() <= delay.max() < 1_100 * NS_PER_MS
    assert set(rows["position"]) == {Position.LONG, Position.SHORT}
    span = rows["ts_event_ns"][[0, -1]]
    assert span[0] < past()[0].schedule.begin_ns + 20 * NS_PER_MINUTE
    assert span[1] > WEDNESDAY_NS - 20 * NS_PER_MINUTE


@EACH
def test_falls_close_longs_and_rises_close_shorts(histories, name):
    history = histories[name]
    rows = history.liquidations
    now = price_at(history, rows["ts_event_ns"])
    before = price_at(history, rows["ts_event_ns"] - 30 * NS_PER_S)
    moved = np.abs(now / before - 1) > 2e-4
    against = np.sign(before - now) == rows["position"]
    assert against[moved].mean() > 0.75


@EACH
def test_liquidations_come_in_cascades(histories, name):
    rows = histories[name].liquidations
    minute = rows["ts_event_ns"] // NS_PER_MINUTE
    counts = np.bincount(minute - minute[0])
    assert counts.var() > 3 * counts.mean()  # 1 would be a Poisson process


def test_sizes_spread_over_decades(histories):
    history = histories["bybit.perp.BTCUSDT"]
    logs = np.log(history.liquidations["size_lots"])
    assert 1.2 < logs.std() < 1.8
    assert abs(((logs - logs.mean()) ** 3).mean() / logs.std() ** 3) < 0.5


@EACH
def test_each_venue_tells_what_it_tells_in_life(histories, name):
    rows = histories[name].liquidations
    second = rows["ts_event_ns"] // NS_PER_S
    executed = name.startswith("binance")
    assert (np.unique(second).size == second.size) is executed
    kind = LiquidationPrice.EXECUTED if executed else LiquidationPrice.BANKRUPTCY
    assert set(rows["price_kind"]) == {kind}
    touch = price_at(histories[name], rows["ts_event_ns"])
    off = (touch - rows["price"]) / touch * rows["position"]
    if executed:
        assert np.abs(off).max() < 1e-3
    else:
        assert 1e-3 < off.min() < off.max() < 1e-2


def test_another_seed_tells_other_things(histories):
    name = "okx.perp.ETH-USDT-SWAP"
    other = past(seed=8)[1][name]
    assert other.tickers.tobytes() != histories[name].tickers.tobytes()
    assert other.liquidations.tobytes() != histories[name].liquidations.tobytes()


def test_tickers_and_liquidations_go_on_over_the_edges_of_chunks():
    market = SimulatedMarket(seed=11, start_ns=WEDNESDAY_NS)
    first, *_ = market.history()
    tickers, liquidations = [first.tickers], [first.liquidations]
    for _ in range(20):
        _, drawn = market.advance()
        tickers.append(drawn[0].tickers)
        liquidations.append(drawn[0].liquidations)
    told, closed = np.concatenate(tickers), np.concatenate(liquidations)
    later = told[told["ts_event_ns"] > WEDNESDAY_NS]
    assert set(np.diff(later["ts_event_ns"])) == {NS_PER_S}
    steps = np.abs(np.diff(np.log(later["open_interest"])))
    assert steps.max() < 5e-3
    assert np.abs(np.diff(np.log(later["mark"]))).max() < 2e-3
    assert np.abs(np.diff(later["funding_rate"])).max() < 1e-5
    assert (np.diff(closed["ts_event_ns"]) >= 0).all()
