"""Edge zone: how many ticks at the edge of a move belong together."""

import numpy as np

from core.domain.arrays import BarArray, FloatArray, IntArray
from core.domain.units import NS_PER_MINUTE


def edge_zone_ticks(bars: BarArray, at_ns: IntArray, *, minutes: int, frac: float) -> FloatArray:
    """Return a share of the median range of the last minutes that were over at each moment.

    Args:
        bars: BAR_DTYPE[n] of one minute, sorted by ``open_ns``.
        at_ns: int64[m], any order, none after what ``bars`` are known up to.
        minutes: how many minutes that traded the median is of, >= 1.
        frac: > 0.

    Returns:
        float64[m], whole ticks, rounded up; NaN where fewer minutes were over.

    Source:
        DEFINITIONS section 8, absorption 1: the zone.
    """
    over_ns = bars["open_ns"] + NS_PER_MINUTE
    ranges = (bars["high_ticks"].astype(np.int64) - bars["low_ticks"]).astype(np.float64)
    median = np.full(bars.size + 1, np.nan)
    if bars.size >= minutes:
        windows = np.lib.stride_tricks.sliding_window_view(ranges, minutes)
        median[minutes:] = np.median(windows, axis=1)
    usual: FloatArray = median[np.searchsorted(over_ns, at_ns, side="right")]
    return np.ceil(frac * usual)
