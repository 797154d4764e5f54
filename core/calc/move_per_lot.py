"""Move per lot: how far the mid usually goes with the flow of a window."""

import numpy as np

from core.domain.arrays import FloatArray


def move_per_lot(
    flow_lots: FloatArray,
    moved_ticks: FloatArray,
    *,
    apart: int,
    fit: int,
    least: int,
    first: int = 0,
) -> FloatArray:
    """Return ticks a lot, by least squares through zero over the windows before each one.

    Args:
        flow_lots: float64[n], buy less sell volume of windows at equal distances.
        moved_ticks: float64[n], change of the mid over each; NaN is not known.
        apart: the last so many windows overlap with this one and do not count, itself included.
        fit: how many windows before these count, >= 1.
        least: how many of them must be known.
        first: number of the first window, if others were before: of those that ``fit`` and
            ``apart`` reach back to, all must be given for the same result to the last bit.

    Returns:
        float64[n], > 0; NaN where too few are known or the mid went against the flow.

    Source:
        DEFINITIONS section 12, Kyle's lambda, without the intercept: no flow, no move.
    """
    known = ~np.isnan(moved_ticks)
    products = np.where(known, flow_lots * moved_ticks, 0.0)
    squares = np.where(known, flow_lots**2, 0.0)
    rows = np.stack((products, squares, known * 1.0))
    sums = np.zeros(rows.shape)
    if flow_lots.size > apart:
        sums[:, apart:] = aligned_sums(rows, fit, first)[:, :-apart]
    is_fitted = (sums[2] >= least) & (sums[0] > 0) & (sums[1] > 0)
    none = np.full(flow_lots.shape, np.nan)
    slope: FloatArray = np.divide(sums[0], sums[1], out=none, where=is_fitted)
    return slope


def aligned_sums(rows: FloatArray, width: int, first: int) -> FloatArray:
    """Return float64[k, n]: the sum of the last ``width`` values; of fewer at the start.

    Values are added up within blocks whose ends do not depend on where the rows begin: from the
    block's start on, and towards its end. A window is the end of one and the start of the next,
    so that no sum holds anything that is not in its window, and none loses digits to it.

    Args:
        rows: float64[k, n].
        first: number of the first value; blocks begin at multiples of ``width``.
    """
    count = rows.shape[1]
    before = first % width + width
    after = -(before + count) % width
    blocks = np.pad(rows, ((0, 0), (before, after))).reshape(rows.shape[0], -1, width)
    starts = np.cumsum(blocks, axis=2)
    ends = np.cumsum(blocks[:, :, ::-1], axis=2)[:, :, ::-1]
    # Of a window that ends with a block nothing lies in the block before.
    ends = np.concatenate((ends[:, :, 1:], np.zeros_like(ends[:, :, :1])), axis=2)
    at = slice(before, before + count)
    whole: FloatArray = (
        ends.reshape(rows.shape[0], -1)[:, before - width : before - width + count]
        + starts.reshape(rows.shape[0], -1)[:, at]
    )
    return whole


def rolling(values: FloatArray, width: int) -> FloatArray:
    """Return float64[n]: the sum of the last ``width`` whole numbers; of fewer at the start."""
    sums = np.append(0.0, np.cumsum(values))
    at = np.arange(values.size)
    out: FloatArray = sums[at + 1] - sums[np.maximum(at + 1 - width, 0)]
    return out
