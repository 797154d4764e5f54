"""The simulated venue's candles: whole, aligned, and one story at every timeframe."""

import numpy as np
import pytest

from core.calc.bars import merge_bars, time_bars
from core.domain.arrays import Provenance
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from tests.support.simulated import WEDNESDAY_NS, past

TIMEFRAMES = ("1m", "3m", "5m", "15m", "30m", "1h", "4h", "1d")
STARTS = (WEDNESDAY_NS, 1_795_219_200 * NS_PER_S + 60)
"""The second one is just after midnight: the history begins in the day before."""


@pytest.fixture(scope="module", params=STARTS, ids=["afternoon", "midnight"])
def run(request):
    market, histories = past(7, request.param)
    return market.schedule, histories["binance.perp.BTCUSDT"]


@pytest.fixture
def klines(run):
    return run[1].klines


@pytest.mark.parametrize("timeframe", TIMEFRAMES)
def test_three_hundred_bars_and_none_missing(run, klines, timeframe):
    schedule, _ = run
    bars, step_ns = klines[timeframe], TIMEFRAMES_NS[timeframe]
    assert (np.diff(bars["open_ns"]) == step_ns).all()
    assert (bars["open_ns"] % step_ns == 0).all()
    assert (bars["open_ns"] < schedule.begin_ns).sum() >= 300
    assert (bars["open_ns"] + step_ns <= schedule.start_ns).all()
    last_open_ns = (schedule.begin_ns - 1) // step_ns * step_ns
    if last_open_ns + step_ns <= schedule.start_ns:
        assert bars["open_ns"][-1] == last_open_ns


def test_minutes_reach_back_to_the_begin_of_the_day(run, klines):
    schedule, _ = run
    assert klines["1m"]["open_ns"][0] <= schedule.begin_ns // NS_PER_DAY * NS_PER_DAY


@pytest.mark.parametrize("timeframe", TIMEFRAMES)
def test_a_bar_is_consistent_in_itself(klines, timeframe):
    bars = klines[timeframe]
    assert (bars["provenance"] == Provenance.KLINES).all()
    assert (bars["low_ticks"] <= np.minimum(bars["open_ticks"], bars["close_ticks"])).all()
    assert (bars["high_ticks"] >= np.maximum(bars["open_ticks"], bars["close_ticks"])).all()
    assert (bars["low_ticks"] > 0).all()
    assert min(bars["buy_lots"].min(), bars["sell_lots"].min()) >= 0
    assert not bars["unknown_lots"].any()
    lots = bars["buy_lots"] + bars["sell_lots"]
    assert lots.min() >= 1
    mean = bars["open_ticks"] + bars["moment1"] / lots
    assert (mean >= bars["low_ticks"] - 1).all()
    assert (mean <= bars["high_ticks"] + 1).all()
    assert (bars["moment2"] * lots >= bars["moment1"].astype(float) ** 2 * (1 - 1e-9)).all()


@pytest.mark.parametrize(
    ("fine", "coarse"),
    [("1m", "3m"), ("1m", "5m"), ("15m", "30m"), ("15m", "1h"), ("1h", "4h"), ("4h", "1d")],
)
def test_a_coarse_bar_is_the_sum_of_the_fine_ones(klines, fine, coarse):
    step_ns = TIMEFRAMES_NS[coarse]
    merged = merge_bars(klines[fine], step_ns=step_ns)
    # The first may lack its begin, the last its end.
    inner = merged[1:-1]
    same = klines[coarse][np.isin(klines[coarse]["open_ns"], inner["open_ns"])]
    assert same.size > 10
    matched = inner[np.isin(inner["open_ns"], same["open_ns"])]
    for name in ("open_ticks", "high_ticks", "low_ticks", "close_ticks", "buy_lots", "sell_lots"):
        assert (matched[name] == same[name]).all()


@pytest.mark.parametrize("timeframe", ["1m", "3m", "5m", "15m"])
def test_the_path_ends_where_the_history_begins(run, klines, timeframe):
    schedule, history = run
    bars = klines[timeframe]
    assert bars["open_ns"][-1] + TIMEFRAMES_NS[timeframe] == schedule.begin_ns
    assert bars["close_ticks"][-1] == history.trades["price_ticks"][0]


def test_a_bar_that_spans_the_begin_of_the_history_counts_its_trades():
    market, histories = past(7, STARTS[0])
    history = histories["binance.perp.BTCUSDT"]
    spanning = history.klines["4h"][-1]
    begin_ns = market.schedule.begin_ns
    assert spanning["open_ns"] < begin_ns < spanning["open_ns"] + 4 * NS_PER_HOUR
    trades = history.trades
    inside = trades[trades["ts_event_ns"] < spanning["open_ns"] + 4 * NS_PER_HOUR]
    before = history.klines["15m"]
    before = before[before["open_ns"] >= spanning["open_ns"]]
    seen = time_bars(inside, step_ns=NS_PER_MINUTE)
    for name in ("buy_lots", "sell_lots"):
        assert spanning[name] == before[name].sum() + seen[name].sum()
    assert spanning["close_ticks"] == inside["price_ticks"][-1]


def test_the_volume_before_the_history_is_of_the_same_order_as_in_it(run, klines):
    _, history = run
    quarters = klines["15m"]
    before = (quarters["buy_lots"] + quarters["sell_lots"]).mean()
    seen = time_bars(history.trades, step_ns=15 * NS_PER_MINUTE)
    within = (seen["buy_lots"] + seen["sell_lots"]).mean()
    assert 0.2 < before / within < 5


def test_buyers_are_behind_most_rises(klines):
    bars = klines["15m"]
    rise = bars["close_ticks"] - bars["open_ticks"]
    assert 0.3 < np.corrcoef(bars["buy_lots"] - bars["sell_lots"], rise)[0, 1] < 0.99


def test_candles_of_a_year_look_like_a_market():
    bars = past()[1]["binance.perp.BTCUSDT"].klines["1d"]
    close = bars["close_ticks"] * 0.1
    daily = np.diff(np.log(close))
    assert 0.005 < daily.std() < 0.05
    assert 20_000 < close.min() < close.max() < 400_000
    span = np.log(bars["high_ticks"] / bars["low_ticks"])
    assert span.std() > 0.3 * span.mean()
