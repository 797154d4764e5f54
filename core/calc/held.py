"""Held: what was last told at the end of each bar, for as long as it can be taken to hold."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from core.domain.units import Ns

_NEVER: Final[Ns] = -(2**62)


def held(
    ts_ns: IntArray,
    values: FloatArray,
    ends_ns: IntArray,
    *,
    hold_ns: Ns,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> FloatArray:
    """Return the newest of ``values`` told before each end; nothing is interpolated.

    Args:
        ts_ns: int64[m], when each was told, sorted.
        values: float64[m], or float64[m, k] for k numbers told at once; NaN is not known.
        ends_ns: int64[n], any order.
        hold_ns: a value that is older than this at the end does not hold any more, > 0.
        gaps_ns: half-open spans in which something told may be missing: what was told before the
            end of one does not hold after its start.

    Returns:
        float64[n] or float64[n, k]; NaN where nothing holds.

    Source:
        DEFINITIONS section 13, values by bar.
    """
    shape = (ends_ns.size, *values.shape[1:])
    if not ts_ns.size:
        return np.full(shape, np.nan)
    at = np.searchsorted(ts_ns, ends_ns, side="left") - 1
    told_ns = np.where(at >= 0, ts_ns[np.maximum(at, 0)], _NEVER)
    holds = ends_ns - told_ns <= hold_ns
    for from_ns, to_ns in gaps_ns:
        holds &= (told_ns >= to_ns) | (ends_ns <= from_ns)
    out = values[np.maximum(at, 0)].astype(np.float64)
    out[~holds] = np.nan
    return out
