"""Open interest: contracts that are open, one side counted, in base coins."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.arrays import FloatArray
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class Change(Framed):
    """How a value moved over a window.

    Attributes:
        first: the first that is known.
        last: the last that is known.
        frac: ``last / first - 1``; NaN where the first is 0.
        bars: how many bars the two are apart, >= 1.
    """

    first: float
    last: float
    frac: float
    bars: int


def total(parts: Sequence[FloatArray]) -> FloatArray:
    """Return the sum over venues, known only where every one of them is.

    Args:
        parts: at least one float64[n], base coins, one side counted; NaN is not known.

    Source:
        DEFINITIONS section 13, open interest.
    """
    summed: FloatArray = np.sum(np.stack(parts), axis=0)
    return summed


def change(values: FloatArray) -> Change | None:
    """Return the change from the first to the last value known; None = there are no two."""
    known = np.flatnonzero(~np.isnan(values))
    if known.size <= 1:
        return None
    first, last = float(values[known[0]]), float(values[known[-1]])
    frac = last / first - 1 if first else float("nan")
    return Change(first, last, frac, int(known[-1] - known[0]))


def rebased(values: FloatArray) -> FloatArray:
    """Return each value as a share of the first one known, less one; NaN stays NaN."""
    known = np.flatnonzero(~np.isnan(values))
    if not known.size or not values[known[0]]:
        return np.full(values.size, np.nan)
    shares: FloatArray = values / values[known[0]] - 1
    return shares
