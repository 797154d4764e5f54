"""Point of control and value area of rows of volume."""

from fractions import Fraction
from typing import Any

import numpy as np

from core.calc.kernels.signatures import INT, INT_PAIR, VOLUMES, compiled
from core.calc.value_area import SEVENTY_PER_CENT
from core.domain.arrays import IntArray

_LARGEST = 2**63 - 1
_MOST = 2**31


def poc_row(total_lots: IntArray) -> int | None:
    """Return what ``core.calc.value_area.poc_row`` does."""
    if total_lots.dtype != np.int64:
        return None
    return int(poc_of(total_lots))


def value_area(
    total_lots: IntArray, *, poc: int, frac: Fraction = SEVENTY_PER_CENT, step_rows: int = 2
) -> tuple[int, int] | None:
    """Return what ``core.calc.value_area.value_area`` does."""
    if not 0 < frac <= 1 or frac.denominator > _MOST or not 0 < step_rows < _MOST:
        return None
    if total_lots.dtype != np.int64 or not 0 <= poc < total_lots.size:
        return None
    val, vah = area_of(total_lots, poc, frac.numerator, frac.denominator, step_rows)
    return (int(val), int(vah)) if val >= 0 else None


@compiled(INT(VOLUMES))
def poc_of(total: IntArray) -> int:
    """Return the row of greatest volume; -1 = nothing traded."""
    first, last, most = 0, total.size - 1, np.int64(0)
    while first <= last and total[first] == 0:
        first += 1
    while first < last and total[last] == 0:
        last -= 1
    poc, nearest = -1, 0
    for row in range(first, last + 1):
        away = abs(2 * row - first - last)
        if total[row] > most or (total[row] == most and away < nearest):
            poc, nearest, most = row, away, total[row]
    return poc


@compiled(INT_PAIR(VOLUMES, INT, INT, INT, INT))
def area_of(total: IntArray, poc: int, numerator: int, denominator: int, step: int) -> Any:
    """Return the lowest and highest row; (-1, -1) = 64 bits are too few to compare exactly."""
    rows, whole = total.size, total.sum()
    if whole == 0 or whole > _LARGEST // denominator:
        return -1, -1
    low, end, held = poc, poc + 1, total[poc]
    while held * denominator < numerator * whole:
        higher, lower = min(end + step, rows), max(low - step, 0)
        above, below = total[end:higher].sum(), total[lower:low].sum()
        if above >= below:
            end = higher
            held += above
        if below > above or above == 0:
            low = lower
            held += below
    while total[low] == 0:
        low += 1
    while total[end - 1] == 0:
        end -= 1
    return low, end - 1
