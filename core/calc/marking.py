"""Marking: what rules that mark moments have in common."""

from collections.abc import Sequence

import numpy as np

from core.domain.arrays import BoolArray, IntArray
from core.domain.units import Ns


def beyond(value: float, threshold: float) -> float:
    """Return how far ``value`` is beyond ``threshold``: 0 at it, 1/2 at twice of it, towards 1.

    Args:
        value: >= 0.
        threshold: >= 0; of 0 any value is all the way beyond.
    """
    return max(1 - threshold / value, 0.0) if value > 0 else 0.0


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
    begins = np.flatnonzero(holds & ~np.append(False, holds[:-1])[: holds.size])
    kept: list[int] = []
    for index in begins.tolist():
        if not kept or ts_ns[index] - ts_ns[kept[-1]] >= rest_ns:
            kept.append(index)
    return np.array(kept, np.int64)


def touches(from_ns: IntArray, to_ns: IntArray, gaps_ns: Sequence[tuple[Ns, Ns]]) -> BoolArray:
    """Return which of the half-open spans ``[from_ns, to_ns)`` a gap lies in, if in part.

    Args:
        from_ns: int64[n].
        to_ns: int64[n], each above its ``from_ns``.
        gaps_ns: half-open spans in which something may be missing, any order.
    """
    touched = np.zeros(from_ns.size, np.bool_)
    for begin_ns, end_ns in gaps_ns:
        touched |= (from_ns < end_ns) & (to_ns > begin_ns)
    return touched
