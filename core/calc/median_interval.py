"""Median interval: two of the values themselves between which the median is, to 95 per cent."""

from functools import cache
from math import comb
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray

_COVER: Final = 0.95
_NORMAL: Final = 1.959963984540054
_EXACT: Final = 1_000
"""Up to so many values the ranks come from binomial counts."""


def median_interval(values: FloatArray) -> tuple[float, float]:
    """Return two of the values that have the median between them in 95 of 100 samples, at least.

    It supposes that values are independent, and nothing of how they are spread.

    Args:
        values: float64[n], any order, no NaN.

    Returns:
        NaN twice below six values: no two of them are sure enough.

    Source:
        DEFINITIONS section 17, what followed: order statistics, ranks by the binomial with 1/2.
    """
    rank = _rank(values.size)
    if rank < 1:
        return float("nan"), float("nan")
    ordered = np.sort(values)
    return float(ordered[rank - 1]), float(ordered[values.size - rank])


@cache
def _rank(n: int) -> int:
    """Return which value from either end bounds the interval; 0 = there is none."""
    if n > _EXACT:
        return int((n - _NORMAL * n**0.5) / 2)
    outside, rank = 0.0, 0
    while rank < n / 2:
        outside += 2 * comb(n, rank) / 2**n
        if outside > 1 - _COVER:
            break
        rank += 1
    return rank
