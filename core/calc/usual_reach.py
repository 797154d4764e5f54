"""Usual reach: how far one side rarely goes at once, second by second."""

from collections.abc import Sequence
from copy import copy
from typing import Self

import numpy as np

from core.calc.grouping import runs
from core.calc.marking import touches
from core.calc.trailing import Trailing, Usual
from core.domain.arrays import FloatArray, IntArray
from core.domain.units import NS_PER_S, Ns


class UsualReach:
    """Keeps the furthest of each second of the window, and of the second that goes on."""

    def __init__(self, usual: Usual) -> None:
        self._needed = usual.needed
        self._usual = Trailing(usual)
        self._open, self._ticks = (np.zeros(0, np.int64) for _ in range(2))
        self._reach = np.zeros(0)

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        twin._usual = self._usual.fork()
        return twin

    @property
    def not_ready(self) -> str:
        """Return why nothing can be said of the last second, a clause; empty = something can."""
        if np.isfinite(self._reach).all() and self._reach.size:
            return ""
        return f"{len(self._usual)} seconds with trades, {self._needed} are needed"

    def after(
        self, at_ns: IntArray, ticks: IntArray, gaps_ns: Sequence[tuple[Ns, Ns]]
    ) -> FloatArray:
        """Return what each move has to reach: the quantile of the seconds before its own.

        Args:
            at_ns: int64[n], when the moves were, of both sides, non-decreasing, none before the
                piece before.
            ticks: int64[n], how far each went.
            gaps_ns: half-open spans; seconds that one touches count for nothing.

        Returns:
            float64[n], ticks; NaN while too few seconds were before.
        """
        if not at_ns.size:
            return np.zeros(0)
        second = np.append(self._open, at_ns // NS_PER_S)
        starts, ends = runs(second)
        opens = second[starts]
        far = np.maximum.reduceat(np.append(self._ticks, ticks), starts)
        lacks = touches(opens * NS_PER_S, (opens + 1) * NS_PER_S, gaps_ns)
        # Asked at the start of each second, which is told at its end; the last one goes on.
        times_ns = np.column_stack((opens, opens + 1)).ravel() * NS_PER_S
        values = np.column_stack((np.full(far.size, np.nan), np.where(lacks, np.nan, far))).ravel()
        goes_on = self._open.size
        told = self._usual.after(times_ns[goes_on:-1], values[goes_on:-1])[0]
        reach = np.append(self._reach, told[goes_on::2])
        self._open, self._ticks, self._reach = opens[-1:], far[-1:], reach[-1:]
        every: FloatArray = np.repeat(reach, ends - starts)[goes_on:]
        return every
