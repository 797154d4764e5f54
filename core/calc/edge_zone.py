"""Edge zone: how many ticks at the edge of a move belong together."""

import numpy as np

from core.calc.bars import time_bars
from core.domain.arrays import FloatArray, IntArray, TradeArray
from core.domain.units import NS_PER_MINUTE


def edge_zone_ticks(
    trades: TradeArray, at_ns: IntArray, *, minutes: int, frac: float
) -> FloatArray:
    """Return a share of the median range of the last minutes that were over at each moment.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        at_ns: int64[m], any order, none after the last trade.
        minutes: how many minutes that traded the median is of, >= 1.
        frac: > 0.

    Returns:
        float64[m], whole ticks, rounded up; NaN where fewer minutes were over.

    Raises:
        ValueError: ``trades`` is not sorted.

    Source:
        DEFINITIONS section 8, absorption 1: the zone.
    """
    bars = time_bars(trades, step_ns=NS_PER_MINUTE)
    over_ns = bars["open_ns"] + NS_PER_MINUTE
    ranges = (bars["high_ticks"].astype(np.int64) - bars["low_ticks"]).astype(np.float64)
    median = np.full(bars.size + 1, np.nan)
    if bars.size >= minutes:
        windows = np.lib.stride_tricks.sliding_window_view(ranges, minutes)
        median[minutes:] = np.median(windows, axis=1)
    usual: FloatArray = median[np.searchsorted(over_ns, at_ns, side="right")]
    return np.ceil(frac * usual)
