"""VWAP and sigma, trade by trade and bar by bar, with the roundings of the numpy form."""

import numpy as np

from core.calc.grouping import BLOCK
from core.calc.kernels.signatures import BARS, BOOL, FLOATS, INT, INTS, TRADES, compiled, fits
from core.calc.vwap import Vwap
from core.domain.arrays import (
    BAR_DTYPE,
    TRADE_DTYPE,
    BarArray,
    FloatArray,
    IntArray,
    TradeArray,
)
from core.domain.units import NS_PER_DAY, Ns


def vwap(trades: TradeArray, *, anchor_ns: Ns) -> Vwap | None:
    """Return what ``core.calc.vwap.vwap`` does."""
    if not fits(trades, TRADE_DTYPE):
        return None
    first = _since(trades, anchor_ns)
    if first < 0:
        return None
    count = trades.size - first
    line = np.empty(count, np.int64), np.empty(count), np.empty(count)
    return Vwap(*line) if _vwap(trades, first, BLOCK, *line) else None


def vwap_bars(
    bars: BarArray, *, session_ns: Ns = NS_PER_DAY, session_start_ns: Ns = 0
) -> Vwap | None:
    """Return what ``core.calc.vwap.vwap_bars`` does."""
    if session_ns <= 0 or not fits(bars, BAR_DTYPE):
        return None
    line = np.empty(bars.size, np.int64), np.empty(bars.size), np.empty(bars.size)
    return Vwap(*line) if _vwap_bars(bars, session_ns, session_start_ns, *line) else None


@compiled(INT(TRADES, INT))
def _since(trades: TradeArray, anchor_ns: int) -> int:
    """Return the first trade at or after the anchor; -1 = those before it are not sorted."""
    for i in range(trades.size):
        if i > 0 and trades[i]["ts_event_ns"] < trades[i - 1]["ts_event_ns"]:
            return -1
        if trades[i]["ts_event_ns"] >= anchor_ns:
            return i
    return int(trades.size)


@compiled(BOOL(TRADES, INT, INT, INTS, FLOATS, FLOATS))
def _vwap(
    trades: TradeArray,
    first: int,
    block: int,
    stamps: IntArray,
    means: FloatArray,
    sigmas: FloatArray,
) -> bool:
    """Fill the line from trade ``first`` on; False = the trades are not sorted.

    Sums are whole numbers within a block and floats from one to the next, as in the numpy form.
    """
    if first == trades.size:
        return True
    origin = np.int64(trades[first]["price_ticks"])
    last_ns = trades[first]["ts_event_ns"]
    weight = mean = before = m2 = 0.0  # before: the mean one trade earlier
    for start in range(first, trades.size, block):
        lots, moment1, growth = np.int64(0), np.int64(0), 0.0
        total, divisor = weight, 1.0
        for i in range(start, min(start + block, trades.size)):
            trade = trades[i]
            at_ns = trade["ts_event_ns"]
            if at_ns < last_ns:
                return False
            last_ns = at_ns
            size, offset = trade["size_lots"], np.int64(trade["price_ticks"]) - origin
            lots += size
            moment1 += size * offset
            total = weight + float(lots)
            divisor = max(total, 1.0)
            now = (weight * mean + float(moment1)) / divisor
            growth += abs((float(offset) - before) * (float(offset) - now) * float(size))
            before = now
            stamps[i - first] = at_ns
            means[i - first] = origin + now if total > 0.0 else np.nan
            sigmas[i - first] = np.sqrt((m2 + growth) / divisor) if total > 0.0 else np.nan
        weight, mean, m2 = total, before, m2 + growth
    return True


@compiled(BOOL(BARS, INT, INT, INTS, FLOATS, FLOATS))
def _vwap_bars(
    bars: BarArray,
    session_ns: int,
    session_start_ns: int,
    stamps: IntArray,
    means: FloatArray,
    sigmas: FloatArray,
) -> bool:
    """Fill the line; False = the bars are not sorted."""
    session = last_ns = origin = lots = moment1 = np.int64(0)
    mean = m2 = 0.0
    for i in range(bars.size):
        bar = bars[i]
        open_ns = bar["open_ns"]
        if i > 0 and open_ns < last_ns:
            return False
        last_ns = open_ns
        now_in = (open_ns - session_start_ns) // session_ns
        if i == 0 or now_in != session:
            session, origin = now_in, np.int64(bar["open_ticks"])
            lots, moment1, mean, m2 = np.int64(0), np.int64(0), 0.0, 0.0
        size = bar["buy_lots"] + bar["sell_lots"] + bar["unknown_lots"]
        own = bar["moment1"] / max(size, 1)
        own_m2 = bar["moment2"] - own * bar["moment1"]
        own_m2 = 0.0 if own_m2 < 0.0 else own_m2
        shift = np.int64(bar["open_ticks"]) - origin
        price = shift + own
        lots += size
        moment1 += bar["moment1"] + shift * size
        divisor = max(float(lots), 1.0)
        now = float(moment1) / divisor
        m2 += own_m2 + abs((price - mean) * (price - now) * float(size))
        mean = now
        stamps[i] = open_ns
        means[i] = origin + now if lots > 0 else np.nan
        sigmas[i] = np.sqrt(m2 / divisor) if lots > 0 else np.nan
    return True
