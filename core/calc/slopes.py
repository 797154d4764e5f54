"""Slopes: the straight line through the last points, at every point."""

from dataclasses import dataclass

import numpy as np

from core.calc.ratio import ratio
from core.domain.arrays import FloatArray
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class Slopes(Framed):
    """One value per point; NaN until the window is full and where a point of it is not known.

    Attributes:
        slope: float64[n], least squares, change per point.
        r: float64[n] in [-1, 1], correlation with time; NaN where nothing changed.
    """

    slope: FloatArray
    r: FloatArray


def slopes(values: FloatArray, *, window: int) -> Slopes:
    """Return the slope of the last ``window`` points, each point's own included.

    Prices and CVD wander: their t-values are no tests (two of three random walks "trend").

    Args:
        values: float64[n], at equal distances; NaN is not known.
        window: >= 2.

    Source:
        DEFINITIONS section 9.
    """
    times = np.arange(window) - (window - 1) / 2
    away = centred(values, window=window)
    # Row by row, not by a matrix product: that rounds by how many rows there are.
    along = (away * times).sum(axis=1)
    per_time = float(times @ times)
    spread = np.sqrt((away**2).sum(axis=1) * per_time)
    return Slopes(slope=along / per_time, r=ratio(along, spread))


def correlations(first: FloatArray, second: FloatArray, *, window: int) -> FloatArray:
    """Return float64[n]: the correlation of two series over the last ``window`` points."""
    one, other = centred(first, window=window), centred(second, window=window)
    spread = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    return ratio((one * other).sum(axis=1), spread)


def centred(values: FloatArray, *, window: int) -> FloatArray:
    """Return float64[n, window]: the last points of each, less their mean; NaN where too few."""
    if not values.size:
        return np.zeros((0, window))
    padded = np.concatenate((np.full(window - 1, np.nan), values))
    last = np.lib.stride_tricks.sliding_window_view(padded, window)
    # From the first of them, so that a level that is large beside the changes costs no digits.
    moved: FloatArray = last - last[:, :1]
    away: FloatArray = moved - moved.mean(axis=1, keepdims=True)
    return away
