"""Trailing: how large a value is usually, as far as was known before it."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Self, TypeAlias

import numpy as np

from core.calc.ranked import Ranked
from core.domain.arrays import FloatArray, IntArray
from core.domain.units import NS_PER_DAY, Ns

LEAST: Final = 500
"""Values that a quantile needs at least, however it is set."""
_CHUNK: Final = 1_024

Judge: TypeAlias = Callable[[Ranked, float], float]
"""(the values before, a value) -> what is said of it."""


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


class Trailing:
    """The values of the window so far; each one that comes is judged by those before it."""

    def __init__(self, usual: Usual, *judges: Judge) -> None:
        """Make an empty one.

        Args:
            usual: the window, and how many values it needs.
            judges: what is asked of each value; none = its quantile ``usual.frac``.
        """
        self._judges = judges or (quantile(usual.frac),)
        self._window_ns = usual.window_ns
        self._needed = max(usual.needed, 1)
        self._ranked = Ranked()
        # Oldest first: whole chunks, which copies share, then what is not yet one.
        self._chunks: tuple[tuple[tuple[Ns, float], ...], ...] = ()
        self._newest: list[tuple[Ns, float]] = []
        self._gone = 0

    def fork(self) -> Self:
        """Return a copy; what is done to either does not show in the other."""
        twin = copy(self)
        twin._ranked, twin._newest = self._ranked.fork(), self._newest.copy()
        return twin

    def after(self, ts_ns: IntArray, values: FloatArray) -> FloatArray:
        """Return what the judges say of each value, and count it among those before the next.

        Args:
            ts_ns: int64[n], when each was known, non-decreasing, none before the last one.
            values: float64[n]; NaN is not known and does not count.

        Returns:
            float64[k, n], one row per judge; NaN where too few values are before.
        """
        out = np.full((len(self._judges), values.size), np.nan)
        for index, (at_ns, value) in enumerate(zip(ts_ns.tolist(), values.tolist(), strict=True)):
            self._forget(at_ns - self._window_ns)
            if len(self._ranked) >= self._needed:
                out[:, index] = [judge(self._ranked, value) for judge in self._judges]
            if value == value:  # noqa: PLR0124
                self._ranked.add(value)
                self._newest.append((at_ns, value))
        return out

    def _forget(self, before_ns: Ns) -> None:
        while (oldest := self._oldest()) is not None and oldest[0] < before_ns:
            self._ranked.drop(oldest[1])
            self._gone += 1

    def _oldest(self) -> tuple[Ns, float] | None:
        if self._chunks and self._gone == len(self._chunks[0]):
            self._chunks, self._gone = self._chunks[1:], 0
        if len(self._newest) >= _CHUNK:
            start = 0 if self._chunks else self._gone
            self._gone -= start
            self._chunks = (*self._chunks, tuple(self._newest[start:]))
            self._newest = []
        held = self._chunks[0] if self._chunks else self._newest
        return held[self._gone] if self._gone < len(held) else None


def quantile(frac: Fraction) -> Judge:
    """Return the judge that tells the quantile of the values before.

    It is the smallest of them that at least ``frac`` of them do not exceed.
    """
    many, per = frac.numerator, frac.denominator

    def judge(before: Ranked, _: float) -> float:
        return before.at(max(-(-many * len(before) // per), 1) - 1)

    return judge


def rank(before: Ranked, value: float) -> float:
    """Return which share of the values before is exceeded; ties count half, NaN stays NaN."""
    if value != value:  # noqa: PLR0124
        return value
    return (before.below(value) + before.up_to(value)) / (2 * len(before))


def trailing_quantile(ts_ns: IntArray, values: FloatArray, usual: Usual) -> FloatArray:
    """Return the quantile of the values before each one; the value itself is never among them.

    Args:
        ts_ns: int64[n], when each was known, non-decreasing.
        values: float64[n]; NaN is not known and does not count.

    Returns:
        float64[n]; NaN where there are fewer than ``usual.needed``. A NaN has one too.

    Source:
        DEFINITIONS section 0, adaptive thresholds.
    """
    told: FloatArray = Trailing(usual).after(ts_ns, values)[0]
    return told


def trailing_rank(ts_ns: IntArray, values: FloatArray, usual: Usual) -> FloatArray:
    """Return which share of the values before each one it exceeds, of the same; ties count half."""
    told: FloatArray = Trailing(usual, rank).after(ts_ns, values)[0]
    return told
