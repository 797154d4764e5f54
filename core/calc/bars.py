"""Time bars: what traded in each interval of time, from trades or from finer bars."""

from typing import Final

import numpy as np

from core.calc.compiled import compilable
from core.calc.grouping import BLOCK, intervals, runs
from core.domain.arrays import (
    BAR_DTYPE,
    BarArray,
    Provenance,
    TradeArray,
    empty_bars,
    require_sorted,
)
from core.domain.units import Ns

_SUMMED: Final = ("buy_lots", "sell_lots", "unknown_lots", "trades")


@compilable
def time_bars(trades: TradeArray, *, step_ns: Ns) -> BarArray:
    """Return one bar for every interval ``[k*step_ns, (k+1)*step_ns)`` UTC that has a trade.

    Trades of unknown aggressor count in ``unknown_lots`` and leave the running delta as it is.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``; equal stamps count in the order given.
        step_ns: length of a bar, > 0.

    Returns:
        BAR_DTYPE[m], ascending, provenance TRADES; intervals without a trade are left out.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``, or ``step_ns`` is not above zero.
    """
    require_sorted(trades, "ts_event_ns")
    if not trades.size:
        return empty_bars()
    stamps = trades["ts_event_ns"]
    marks = intervals(stamps[BLOCK::BLOCK], width=step_ns) * step_ns
    blocks = np.split(trades, np.unique(np.searchsorted(stamps, marks)))
    return np.concatenate([_bars(block, step_ns) for block in blocks if block.size])


def merge_bars(bars: BarArray, *, step_ns: Ns) -> BarArray:
    """Return coarser bars: the same, integer for integer, as if built from the trades themselves.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``.
        step_ns: length of a merged bar, a whole multiple of the length of ``bars``.

    Returns:
        BAR_DTYPE[m], ascending; provenance is the weakest of the parts.

    Raises:
        ValueError: ``bars`` is not sorted by ``open_ns``, or ``step_ns`` is not above zero.

    Source:
        Shift of moments: sum w(x+d)^2 = sum w x^2 + 2d sum w x + d^2 sum w. DEFINITIONS section 4
        for the extremes of delta: what the parts before have left, plus the part's own extreme.
    """
    require_sorted(bars, "open_ns")
    slots = intervals(bars["open_ns"], width=step_ns)
    starts, ends = runs(slots)
    if not starts.size:
        return empty_bars()
    merged = np.zeros(starts.size, BAR_DTYPE)
    merged["open_ns"] = slots[starts] * step_ns
    for name in ("first_ns", "open_ticks"):
        merged[name] = bars[name][starts]
    for name in ("last_ns", "close_ticks"):
        merged[name] = bars[name][ends - 1]
    for name in _SUMMED:
        merged[name] = np.add.reduceat(bars[name], starts)
    for name in ("high_ticks", "provenance"):
        merged[name] = np.maximum.reduceat(bars[name], starts)
    merged["low_ticks"] = np.minimum.reduceat(bars["low_ticks"], starts)

    sizes = ends - starts
    delta = bars["buy_lots"] - bars["sell_lots"]
    before = np.cumsum(delta) - delta
    before -= np.repeat(before[starts], sizes)
    merged["min_delta_lots"] = np.minimum.reduceat(before + bars["min_delta_lots"], starts)
    merged["max_delta_lots"] = np.maximum.reduceat(before + bars["max_delta_lots"], starts)

    shift = bars["open_ticks"].astype(np.int64) - np.repeat(merged["open_ticks"], sizes)
    lots = bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"]
    moment2 = bars["moment2"] + shift * (2.0 * bars["moment1"] + shift * lots.astype(np.float64))
    merged["moment1"] = np.add.reduceat(bars["moment1"] + shift * lots, starts)
    merged["moment2"] = np.add.reduceat(moment2, starts)
    return merged


def _bars(trades: TradeArray, step_ns: Ns) -> BarArray:
    stamps = trades["ts_event_ns"]
    slots = intervals(stamps, width=step_ns)
    starts, ends = runs(slots)
    sizes = ends - starts
    bars = np.zeros(starts.size, BAR_DTYPE)
    bars["open_ns"] = slots[starts] * step_ns
    bars["first_ns"], bars["last_ns"] = stamps[starts], stamps[ends - 1]
    bars["trades"], bars["provenance"] = sizes, Provenance.TRADES

    prices = trades["price_ticks"].astype(np.int64)
    opens = prices[starts]
    bars["open_ticks"], bars["close_ticks"] = opens, prices[ends - 1]
    bars["high_ticks"] = np.maximum.reduceat(prices, starts)
    bars["low_ticks"] = np.minimum.reduceat(prices, starts)

    lots = trades["size_lots"].copy()
    signed = lots * trades["aggressor"]
    running = np.cumsum(signed)
    before = running[starts] - signed[starts]
    delta = running[ends - 1] - before
    known = np.add.reduceat(np.abs(signed), starts)
    bars["buy_lots"], bars["sell_lots"] = (known + delta) // 2, (known - delta) // 2
    bars["unknown_lots"] = np.add.reduceat(lots, starts) - known
    bars["min_delta_lots"] = np.minimum(np.minimum.reduceat(running, starts) - before, 0)
    bars["max_delta_lots"] = np.maximum(np.maximum.reduceat(running, starts) - before, 0)

    # From the bar's own open: squares of whole prices would lose the variance to rounding.
    offsets = prices - np.repeat(opens, sizes)
    weighted = lots * offsets
    bars["moment1"] = np.add.reduceat(weighted, starts)
    # Added one after the other, as the compiled form does: reduceat adds in pairs.
    squares = weighted * offsets.astype(np.float64)
    bars["moment2"] = np.bincount(np.repeat(np.arange(sizes.size), sizes), weights=squares)
    return bars
