"""Move per lot: how far the mid usually goes with the flow of a window."""

import numpy as np

from core.domain.arrays import FloatArray


def move_per_lot(
    flow_lots: FloatArray, moved_ticks: FloatArray, *, apart: int, fit: int, least: int
) -> FloatArray:
    """Return ticks a lot, by least squares through zero over the windows before each one.

    Args:
        flow_lots: float64[n], buy less sell volume of windows at equal distances.
        moved_ticks: float64[n], change of the mid over each; NaN is not known.
        apart: the last so many windows overlap with this one and do not count, itself included.
        fit: how many windows before these count, >= 1.
        least: how many of them must be known.

    Returns:
        float64[n], > 0; NaN where too few are known or the mid went against the flow.

    Source:
        DEFINITIONS section 12, Kyle's lambda, without the intercept: no flow, no move.
    """
    known = ~np.isnan(moved_ticks)
    products = np.where(known, flow_lots * moved_ticks, 0.0)
    squares = np.where(known, flow_lots**2, 0.0)
    sums = [_earlier(rolling(each, fit), apart) for each in (products, squares, known * 1.0)]
    is_fitted = (sums[2] >= least) & (sums[0] > 0) & (sums[1] > 0)
    none = np.full(flow_lots.shape, np.nan)
    slope: FloatArray = np.divide(sums[0], sums[1], out=none, where=is_fitted)
    return slope


def rolling(values: FloatArray, width: int) -> FloatArray:
    """Return float64[n]: the sum of the last ``width`` values; of fewer at the start."""
    sums = np.append(0.0, np.cumsum(values))
    at = np.arange(values.size)
    out: FloatArray = sums[at + 1] - sums[np.maximum(at + 1 - width, 0)]
    return out


def _earlier(values: FloatArray, by: int) -> FloatArray:
    return np.append(np.zeros(by), values)[: values.size]
