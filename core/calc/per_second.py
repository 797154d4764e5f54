"""Per second: sums over whole seconds, and means over several of them."""

import numpy as np

from core.domain.arrays import BoolArray, FloatArray, IntArray


def per_second(ts_ns: IntArray, values: IntArray, edges_ns: IntArray) -> IntArray:
    """Return the exact sum of the values in each span between two edges.

    Args:
        ts_ns: int64[m], sorted.
        values: int64[m].
        edges_ns: int64[n + 1], ascending; a span has its first edge in it and its last not.

    Returns:
        int64[n].
    """
    sums = np.append(0, np.cumsum(values, dtype=np.int64))
    spans: IntArray = np.diff(sums[np.searchsorted(ts_ns, edges_ns)])
    return spans


def rolling_mean(sums: IntArray, gone: BoolArray, *, width: int) -> FloatArray:
    """Return the mean of each value and those before it.

    Args:
        sums: int64[n].
        gone: bool[n], which of them are not known.
        width: how many make a mean, >= 1.

    Returns:
        float64[n]; NaN where one of them is not known or there are too few.
    """
    out = np.full(sums.size, np.nan)
    if sums.size >= width:
        windows = np.lib.stride_tricks.sliding_window_view
        means = windows(sums, width).sum(axis=1) / width
        out[width - 1 :] = np.where(windows(gone, width).any(axis=1), np.nan, means)
    return out
