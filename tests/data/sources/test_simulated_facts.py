"""The simulated market against what is known of real ones.

Bands follow Cont (2001), "Empirical properties of asset returns", and Lillo & Farmer (2004); the
figure in each comment was measured with this seed and start. Prices are those of the last trade.
"""

from itertools import pairwise

import numpy as np
import pytest

from core.domain.units import NS_PER_MINUTE, NS_PER_S
from tests.support.simulated import past

LEADING = ("binance.perp.BTCUSDT", "binance.perp.ETHUSDT", "binance.perp.SOLUSDT")


@pytest.fixture(scope="module")
def histories():
    return past()[1]


def rows(histories, name):
    return histories[name].trades


def log_bps(histories, name, every_s=1):
    """Logarithm of the last price on a grid of time, in basis points."""
    trades = rows(histories, name)
    times = trades["ts_event_ns"]
    step_ns = every_s * NS_PER_S
    grid = np.arange(times[0] // step_ns + 1, times[-1] // step_ns) * step_ns
    last = np.searchsorted(times, grid, side="right") - 1
    return 1e4 * np.log(trades["price_ticks"][last] * float(histories[name].instrument.tick_size))


def moves(histories, name, every_s=1):
    return np.diff(log_bps(histories, name, every_s))


def orders(trades):
    """First row of each taker order: fills of one order share stamp and side."""
    times, sides = trades["ts_event_ns"], trades["aggressor"]
    new = (times[1:] != times[:-1]) | (sides[1:] != sides[:-1])
    return trades[np.concatenate([[True], new])]


def memory(values, lag):
    return np.corrcoef(values[:-lag], values[lag:])[0, 1]


def excess_kurtosis(values):
    centred = values - values.mean()
    return (centred**4).mean() / (centred**2).mean() ** 2 - 3


@pytest.mark.parametrize("name", LEADING)
def test_returns_add_up_like_a_random_walk(histories, name):
    price = log_bps(histories, name)
    minute, second = np.var(price[60:] - price[:-60]) / 60, np.var(np.diff(price))
    assert 0.7 < minute / second < 1.3  # BTC 1.05, ETH 1.21, SOL 0.94


@pytest.mark.parametrize("name", LEADING)
def test_returns_have_fat_tails_that_thin_out_with_time(histories, name):
    second, minute = moves(histories, name), moves(histories, name, 60)
    assert 2 < excess_kurtosis(second) < 30  # BTC 7.9, ETH 4.4, SOL 4.7
    assert excess_kurtosis(minute) < excess_kurtosis(second)


@pytest.mark.parametrize("name", LEADING)
def test_volatility_clusters_for_minutes(histories, name):
    size = np.abs(moves(histories, name))
    assert memory(size, 1) > 0.08
    assert memory(size, 10) > 0.05
    assert memory(size, 60) > 0.03
    assert memory(size, 300) > 0.01


@pytest.mark.parametrize("name", LEADING)
def test_returns_do_not_remember_beyond_seconds(histories, name):
    move = moves(histories, name)
    assert all(abs(memory(move, lag)) < 0.04 for lag in (5, 10, 30, 60))


@pytest.mark.parametrize("name", LEADING)
def test_the_sides_of_orders_persist_and_slowly_forget(histories, name):
    side = orders(rows(histories, name))["aggressor"].astype(float)
    near, later, far = memory(side, 1), memory(side, 10), memory(side, 100)
    assert 0.1 < near < 0.4
    assert 0.02 < later < near  # an exponential that fits lags 1 and 10 would leave 1e-7 at 100
    assert 0.004 < far < later


@pytest.mark.parametrize("name", LEADING)
def test_orders_come_in_clusters(histories, name):
    waits = np.diff(orders(rows(histories, name))["ts_event_ns"])
    assert waits.std() / waits.mean() > 1.2  # 1.0 would be a Poisson process; here 1.66 to 1.91


def test_large_orders_take_several_levels(histories):
    trades = rows(histories, LEADING[0])
    assert len(trades) / len(orders(trades)) > 1.1  # 1.12; fewer where ticks are wide: SOL 1.03


def test_fills_of_one_order_walk_away_from_the_best_price(histories):
    for each in histories.values():
        trades = each.trades
        same = (np.diff(trades["ts_event_ns"]) == 0) & (np.diff(trades["aggressor"]) == 0)
        step = np.diff(trades["price_ticks"].astype(np.int64)) * trades["aggressor"][1:]
        assert (step[same] >= 0).all()
        assert (step[same] > 0).any()


@pytest.mark.parametrize("name", LEADING)
@pytest.mark.parametrize("every_s", [1, 5, 10])
def test_price_goes_with_the_signed_volume(histories, name, every_s):
    trades = rows(histories, name)
    step_ns = every_s * NS_PER_S
    slot = trades["ts_event_ns"] // step_ns
    signed = np.bincount(slot - slot[0], weights=trades["size_lots"] * trades["aggressor"])
    move = moves(histories, name, every_s)
    assert np.corrcoef(signed[1 : 1 + move.size], move)[0, 1] > 0.3  # 0.32 to 0.46


def test_impact_is_concave(histories):
    trades = rows(histories, LEADING[0])
    slot = trades["ts_event_ns"] // (10 * NS_PER_S)
    signed = np.bincount(slot - slot[0], weights=trades["size_lots"] * trades["aggressor"])
    move = moves(histories, LEADING[0], 10)
    flow = signed[1 : 1 + move.size]
    edges = np.quantile(np.abs(flow), [0.5, 0.8, 0.95, 1.0])
    groups = [(np.abs(flow) > low) & (np.abs(flow) <= high) for low, high in pairwise(edges)]
    per_lot = [np.sum(move[g] * np.sign(flow[g])) / np.sum(np.abs(flow[g])) for g in groups]
    assert per_lot[0] > per_lot[1] > per_lot[2] > 0


def test_volume_goes_with_volatility(histories):
    trades = rows(histories, LEADING[0])
    minute = trades["ts_event_ns"] // NS_PER_MINUTE
    volume = np.bincount(minute - minute[0], weights=trades["size_lots"])
    size = np.abs(moves(histories, LEADING[0], 60))
    assert np.corrcoef(volume[1 : 1 + size.size], size)[0, 1] > 0.3


def test_one_minute_candles_of_bitcoin_have_a_believable_and_varied_range(histories):
    trades = rows(histories, LEADING[0])
    minute = trades["ts_event_ns"] // NS_PER_MINUTE
    first = np.flatnonzero(np.diff(minute, prepend=0))
    price = trades["price_ticks"] * 0.1
    span = np.maximum.reduceat(price, first) - np.minimum.reduceat(price, first)
    assert 20 < np.median(span) < 60  # 42 USD
    assert np.quantile(span, 0.95) > 3 * np.quantile(span, 0.05)


def test_the_market_is_as_busy_as_a_real_one(histories):
    seconds = (past()[0].schedule.start_ns - past()[0].schedule.begin_ns) / NS_PER_S
    rates = {name: len(each.trades) / seconds for name, each in histories.items()}
    assert 60 < sum(rates.values()) < 120  # 100 on this Wednesday; 58 on a Saturday morning
    assert 8 < rates[LEADING[0]] < 18
    assert max(rates, key=rates.__getitem__) == LEADING[0]
    for name in rates:
        eth, sol = name.replace("BTC", "ETH"), name.replace("BTC", "SOL")
        assert rates[name] >= rates[eth] >= rates[sol]


def test_sizes_spread_over_decades_with_a_heavy_tail(histories):
    trades = rows(histories, LEADING[0])
    size = trades["size_lots"]
    assert size.mean() > 3 * np.median(size)
    largest = np.sort(size)[-len(size) // 100 :]
    assert largest.sum() > 0.15 * size.sum()  # the largest hundredth; 0.19


@pytest.mark.parametrize("coin", ["BTC", "ETH", "SOL"])
def test_the_markets_of_a_coin_stay_together(histories, coin):
    names = [name for name in histories if f".{coin}" in name]
    paths = [log_bps(histories, name) for name in names]
    length = min(path.size for path in paths) - 5
    grid = np.stack([path[-length:] for path in paths])
    basis = np.abs(grid - grid[0])
    assert np.quantile(basis, 0.999) < 15
    assert all(basis[1:].std(axis=1) > 0.3)  # and yet it wanders


@pytest.mark.parametrize("name", LEADING[1:])
def test_coins_move_together_but_not_as_one(histories, name):
    bitcoin, other = moves(histories, LEADING[0], 60), moves(histories, name, 60)
    length = min(bitcoin.size, other.size)
    assert 0.4 < np.corrcoef(bitcoin[:length], other[:length])[0, 1] < 0.95
