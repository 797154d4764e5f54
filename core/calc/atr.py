"""ATR: the average range of the bars before, gaps between bars included."""

import numpy as np

from core.domain.arrays import BarArray, FloatArray, IntArray


def true_range_ticks(bars: BarArray) -> IntArray:
    """Return the range of each bar, stretched to the close before it; the first has its own.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``.

    Returns:
        int64[n], ticks, >= 0.
    """
    high, low = bars["high_ticks"].astype(np.int64), bars["low_ticks"].astype(np.int64)
    high[1:] = np.maximum(high[1:], bars["close_ticks"][:-1])
    low[1:] = np.minimum(low[1:], bars["close_ticks"][:-1])
    return high - low


def atr_ticks(bars: BarArray, *, period: int = 14) -> FloatArray:
    """Return the plain mean of the true ranges of the ``period`` bars before each bar.

    The bar itself does not count, so that a wild bar does not raise the measure it is held to.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``.
        period: >= 1.

    Returns:
        float64[n], ticks; NaN where fewer bars are before.

    Raises:
        ValueError: ``period`` is below 1.
    """
    if period < 1:
        msg = f"an average range needs at least one bar, was {period}"
        raise ValueError(msg)
    sums = np.append(0, np.cumsum(true_range_ticks(bars)))
    out = np.full(bars.size, np.nan)
    out[period:] = (sums[period:-1] - sums[: -period - 1]) / period
    return out
