"""Delta extremes: where the running delta of a bar went, as other platforms count it."""

from dataclasses import dataclass

import numpy as np

from core.domain.arrays import BarArray, FloatArray, IntArray, TradeArray
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class DeltaExtremes(Framed):
    """One value per bar; float64[m] in whole lots, NaN where no side of the bar is known.

    The bars themselves bear the extremes that count from 0. These leave the 0 out, so that a bar
    of sells alone has a greatest delta below zero.

    Attributes:
        min_lots: smallest running delta after a trade of known side.
        max_lots: greatest.
        since_high_lots: delta of the trades after the last one at the bar's high.
        since_low_lots: delta of the trades after the last one at its low.
    """

    min_lots: FloatArray
    max_lots: FloatArray
    since_high_lots: FloatArray
    since_low_lots: FloatArray


def delta_extremes(trades: TradeArray, *, bars: BarArray) -> DeltaExtremes:
    """Return the extremes of delta without the zero that every bar starts at.

    Args:
        trades: TRADE_DTYPE[n], in the order in which they are in the bars.
        bars: BAR_DTYPE[m], of just these trades, by time or by what traded.

    Raises:
        ValueError: the bars are not of as many trades.

    Source:
        DEFINITIONS section 4, variants: freqtrade (without zero), NinjaTrader (since high, low).
    """
    sizes = bars["trades"].astype(np.int64)
    if int(sizes.sum()) != trades.size:
        msg = f"bars of {sizes.sum()} trades do not go with {trades.size} trades"
        raise ValueError(msg)
    if not bars.size:
        nothing = np.zeros(0)
        return DeltaExtremes(nothing, nothing, nothing, nothing)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    signed = trades["size_lots"] * trades["aggressor"]
    running = np.cumsum(signed)
    running -= np.repeat(running[starts] - signed[starts], sizes)
    known = trades["aggressor"] != 0
    silent = ~np.logical_or.reduceat(known, starts)
    reach = np.iinfo(np.int64)

    def lots(values: IntArray) -> FloatArray:
        return np.where(silent, np.nan, values)

    def since(name: str) -> IntArray:
        touches = trades["price_ticks"] == np.repeat(bars[name], sizes)
        last = np.maximum.reduceat(np.where(touches, np.arange(trades.size), -1), starts)
        left: IntArray = running[ends - 1] - running[last]
        return left

    return DeltaExtremes(
        min_lots=lots(np.minimum.reduceat(np.where(known, running, reach.max), starts)),
        max_lots=lots(np.maximum.reduceat(np.where(known, running, reach.min), starts)),
        since_high_lots=lots(since("high_ticks")),
        since_low_lots=lots(since("low_ticks")),
    )
