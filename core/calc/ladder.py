"""Ladder: one side of a book by price rows, and what must be taken to get through each."""

from dataclasses import dataclass

import numpy as np

from core.domain.arrays import IntArray
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class Ladder(Framed):
    """One value per row in which something rests, best first.

    Attributes:
        row_ticks: int64[n], lower edge of the row.
        lots: int64[n], > 0.
        total_lots: int64[n], of this row and all that are better.
    """

    row_ticks: IntArray
    lots: IntArray
    total_lots: IntArray


def ladder(ticks: IntArray, lots: IntArray, *, ticks_per_row: int, most: int) -> Ladder:
    """Return the best ``most`` rows of one side.

    Args:
        ticks: int64[n], prices of the side, best first.
        lots: int64[n], what rests at each, > 0.
        ticks_per_row: height of a row, >= 1; rows are anchored at zero.
        most: how many rows, >= 1.

    Raises:
        ValueError: ``ticks_per_row`` or ``most`` is not above zero.

    Source:
        DEFINITIONS sections 0 (row grid) and 10.
    """
    if ticks_per_row < 1 or most < 1:
        msg = f"a ladder has rows of at least a tick, was {most} of {ticks_per_row}"
        raise ValueError(msg)
    rows = ticks // ticks_per_row
    starts = np.flatnonzero(np.diff(rows, prepend=rows[:1] - 1))
    sums = np.add.reduceat(lots, starts) if starts.size else lots[:0]
    return Ladder(
        row_ticks=rows[starts][:most] * ticks_per_row,
        lots=sums[:most],
        total_lots=np.cumsum(sums)[:most],
    )
