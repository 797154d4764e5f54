"""Grouping: which interval a value lies in, and where runs of one label start."""

from typing import Final

import numpy as np

from core.domain.arrays import IntArray

BLOCK: Final = 32_768
"""Trades worked on at a time: a block's columns stay in the processor's cache, which saves half."""


def intervals(values: IntArray, *, width: int, origin: int = 0) -> IntArray:
    """Return the index ``i`` of the interval ``[origin + i*width, origin + (i+1)*width)`` of each.

    Serves time (bars, sessions) and price (rows). Rounds down below the origin too.

    Args:
        values: whole numbers in the unit of ``width`` and ``origin``, in any order.
        width: > 0.
        origin: lower edge of interval 0.

    Raises:
        ValueError: ``width`` is not above zero.
    """
    if width <= 0:
        msg = f"the width of an interval must be above zero, was {width}"
        raise ValueError(msg)
    return (values.astype(np.int64, copy=False) - origin) // width


def runs(labels: IntArray) -> tuple[IntArray, IntArray]:
    """Return where each run of equal neighbours starts and ends, ``[start, end)``, ascending.

    Args:
        labels: any order; equal labels that are not neighbours are different runs.
    """
    if not labels.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    changes = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    return np.append(0, changes), np.append(changes, labels.size)
