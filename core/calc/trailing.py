"""Trailing: how large a value is usually, as far as was known before it."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from core.domain.units import NS_PER_DAY, Ns

LEAST: Final = 500
"""Values that a quantile needs at least, however it is set."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What counts as usual.

    Attributes:
        frac: the quantile, in (0, 1).
        window_ns: how far back values count.
        least: how many there must be; None = 500, and five beyond the quantile.
    """

    frac: Fraction = Fraction(99, 100)
    window_ns: Ns = NS_PER_DAY
    least: int | None = None

    @property
    def needed(self) -> int:
        """Return how many values there must be before anything can be said."""
        if self.least is not None:
            return self.least
        return max(LEAST, -(-5 // (1 - self.frac)))


def trailing_quantile(ts_ns: IntArray, values: FloatArray, usual: Usual) -> FloatArray:
    """Return the quantile of the values before each one; the value itself is never among them.

    Args:
        ts_ns: int64[n], when each was known, non-decreasing.
        values: float64[n]; NaN is not known and does not count.

    Returns:
        float64[n]: the smallest earlier value that at least ``frac`` of them do not exceed; NaN
        where there are fewer than ``usual.needed``. A NaN has one too.

    Source:
        DEFINITIONS section 0, adaptive thresholds.
    """
    many, per = usual.frac.numerator, usual.frac.denominator

    def quantile(ranked: list[float], _: float) -> float:
        return ranked[max(-(-many * len(ranked) // per), 1) - 1]

    return _walk(ts_ns, values, usual, quantile)


def trailing_rank(ts_ns: IntArray, values: FloatArray, usual: Usual) -> FloatArray:
    """Return which share of the values before each one it exceeds; ties count half.

    Args:
        ts_ns: int64[n], when each was known, non-decreasing.
        values: float64[n]; NaN is not known and does not count.

    Returns:
        float64[n] in [0, 1]; NaN where the value is not known or too few are before it.
    """

    def rank(ranked: list[float], value: float) -> float:
        both = bisect_left(ranked, value) + bisect_right(ranked, value)
        return both / (2 * len(ranked)) if value == value else value  # noqa: PLR0124

    return _walk(ts_ns, values, usual, rank)


def _walk(
    ts_ns: IntArray, values: FloatArray, usual: Usual, judge: Callable[[list[float], float], float]
) -> FloatArray:
    """Return what ``judge`` says of each value and the sorted ones before it."""
    out = np.full(values.size, np.nan)
    ranked: list[float] = []
    times, told = ts_ns.tolist(), values.tolist()
    needed, oldest = max(usual.needed, 1), 0
    for index, value in enumerate(told):
        while times[index] - times[oldest] > usual.window_ns:
            if told[oldest] == told[oldest]:
                del ranked[bisect_left(ranked, told[oldest])]
            oldest += 1
        if len(ranked) >= needed:
            out[index] = judge(ranked, value)
        if value == value:  # noqa: PLR0124
            insort(ranked, value)
    return out
