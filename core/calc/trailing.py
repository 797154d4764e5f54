"""Trailing: how large a value is usually, as far as was known before it."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Self, TypeAlias

import numpy as np

from core.calc.hour_cells import HourCells
from core.calc.ranked import Ranked
from core.calc.ranked_window import RankedWindow
from core.domain.arrays import FloatArray, IntArray
from core.domain.units import NS_PER_DAY, Ns

LEAST: Final = 500
"""Values that a quantile needs at least, however it is set."""
DAYS: Final = 5
"""From so many days on, what is usual differs by the hour of the day, for rules of seconds."""

Judge: TypeAlias = Callable[[Ranked, float], float]
"""(the values before, a value) -> what is said of it."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What counts as usual.

    Attributes:
        frac: the quantile, in (0, 1).
        window_ns: how far back values count.
        least: how many there must be; None = 500, and five beyond the quantile.
        days: where each of so many UTC days before had values, those of the same hour of the day
            in them count instead of the window's, if there are as many as there must be; None =
            the window's always do.
    """

    frac: Fraction = Fraction(99, 100)
    window_ns: Ns = NS_PER_DAY
    least: int | None = None
    days: int | None = None

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
        self._window = RankedWindow()
        self._hours = HourCells(usual.days) if usual.days is not None else None

    def fork(self) -> Self:
        """Return a copy; what is done to either does not show in the other."""
        twin = copy(self)
        twin._window = self._window.fork()
        twin._hours = self._hours.fork() if self._hours else None
        return twin

    def __len__(self) -> int:
        """Return how many values there were in the window of the last one."""
        return len(self._window.ranked)

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
            before = self._before(at_ns)
            if len(before) >= self._needed:
                out[:, index] = [judge(before, value) for judge in self._judges]
            if value == value:  # noqa: PLR0124
                self._window.add(at_ns, value)
                if self._hours is not None:
                    self._hours.add(at_ns, value)
        return out

    def _before(self, at_ns: Ns) -> Ranked:
        """Return what a value is judged by: its hour of the days before, or the window."""
        self._window.forget(at_ns - self._window_ns)
        hour = self._hours.before(at_ns) if self._hours is not None else None
        if hour is not None and len(hour) >= self._needed:
            return hour
        return self._window.ranked


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
