"""Marking: what rules that mark moments have in common."""

from collections.abc import Sequence
from copy import copy
from typing import Final, Self

import numpy as np

from core.domain.arrays import BoolArray, IntArray
from core.domain.units import Ns

_NEVER_NS: Final[Ns] = -(2**62)
_FOR_EVER_NS: Final[Ns] = 2**61


def beyond(value: float, threshold: float) -> float:
    """Return how far ``value`` is beyond ``threshold``: 0 at it, 1/2 at twice of it, towards 1.

    Args:
        value: >= 0.
        threshold: >= 0; of 0 any value is all the way beyond.
    """
    return max(1 - threshold / value, 0.0) if value > 0 else 0.0


class Edges:
    """Where a condition begins to hold, told piece by piece."""

    def __init__(self, rest_ns: Ns, *, lasts_ns: Ns = _FOR_EVER_NS) -> None:
        """Begin where it does not hold.

        Args:
            rest_ns: >= 0; a beginning so soon after the one before is left out.
            lasts_ns: >= 0; what held longer ago has ended, even if nothing was between.
        """
        self._rest_ns, self._lasts_ns = rest_ns, lasts_ns
        self._held = np.array([_NEVER_NS])
        self._kept_ns: Ns | None = None

    def fork(self) -> Self:
        """Return a copy."""
        return copy(self)

    def after(self, holds: BoolArray, ts_ns: IntArray) -> IntArray:
        """Return at which indices of this piece it begins to hold, ascending.

        Args:
            holds: bool[n].
            ts_ns: int64[n], non-decreasing, none before the piece before.
        """
        before = np.append(self._held, np.where(holds, ts_ns, _NEVER_NS))[: holds.size]
        goes_on = ts_ns - before <= self._lasts_ns
        begins = np.flatnonzero(holds & ~goes_on)
        kept: list[int] = []
        for index in begins.tolist():
            if self._kept_ns is None or ts_ns[index] - self._kept_ns >= self._rest_ns:
                kept.append(index)
                self._kept_ns = int(ts_ns[index])
        self._held = np.where(holds, ts_ns, _NEVER_NS)[-1:] if holds.size else self._held
        return np.array(kept, np.int64)


def edges(holds: BoolArray, ts_ns: IntArray, *, rest_ns: Ns) -> IntArray:
    """Return where a condition begins to hold, each at least ``rest_ns`` after the one before.

    Windows that overlap find the same thing many times; this finds it once.

    Args:
        holds: bool[n].
        ts_ns: int64[n], non-decreasing.
        rest_ns: >= 0; a beginning within it is left out.

    Returns:
        Ascending indices.
    """
    return Edges(rest_ns).after(holds, ts_ns)


def touches(from_ns: IntArray, to_ns: IntArray, gaps_ns: Sequence[tuple[Ns, Ns]]) -> BoolArray:
    """Return which of the half-open spans ``[from_ns, to_ns)`` a gap lies in, if in part.

    Args:
        from_ns: int64[n].
        to_ns: int64[n], each above its ``from_ns``.
        gaps_ns: half-open spans in which something may be missing, any order.
    """
    if not gaps_ns:
        return np.zeros(from_ns.size, np.bool_)
    begins_ns, ends_ns = np.sort(np.array(gaps_ns, np.int64), axis=0).T
    # Of the gaps that begin before a span ends, those that end before it begins do not touch it.
    begun = np.searchsorted(begins_ns, to_ns, side="left")
    over = np.searchsorted(ends_ns, from_ns, side="right")
    touched: BoolArray = begun > over
    return touched
