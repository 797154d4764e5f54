"""Value area: the rows around the point of control that hold a given share of the volume."""

from fractions import Fraction
from typing import Final

import numpy as np

from core.calc.compiled import compilable
from core.domain.arrays import IntArray

SEVENTY_PER_CENT: Final = Fraction(7, 10)


@compilable
def poc_row(total_lots: IntArray) -> int:
    """Return the row of greatest volume, the point of control.

    A tie goes to the row nearest the middle between the lowest and the highest row that traded,
    then to the lower.

    Args:
        total_lots: int64[n], volume of each row, ascending in price, rows without volume included.

    Returns:
        An index, or -1 when nothing traded.

    Source:
        DEFINITIONS section 6 (Linn; mypivots).
    """
    traded = np.flatnonzero(total_lots)
    if not traded.size:
        return -1
    tied = np.flatnonzero(total_lots == total_lots.max())
    return int(tied[np.argmin(np.abs(2 * tied - (traded[0] + traded[-1])))])


@compilable
def value_area(
    total_lots: IntArray, *, poc: int, frac: Fraction = SEVENTY_PER_CENT, step_rows: int = 2
) -> tuple[int, int]:
    """Return the lowest and highest row of the value area.

    From the point of control outwards: of the next ``step_rows`` rows above and below, the larger
    sum joins whole and the other stays a candidate. Equal sums go up; two empty sums are stepped
    over on both sides at once. It stops at ``frac`` of all volume or more, compared exactly, and
    drops empty rows from both ends.

    Args:
        total_lots: int64[n], volume of each row, ascending in price, rows without volume included.
        poc: the row to start from; -1 = nothing traded.
        frac: share of the volume wanted, in (0, 1].
        step_rows: rows compared at a time; 2 is the two-row rule, 1 the single-row variant.

    Returns:
        ``(val_row, vah_row)``, or ``(-1, -1)`` when nothing traded.

    Raises:
        ValueError: ``frac`` is outside (0, 1] or ``step_rows`` below 1.

    Source:
        DEFINITIONS section 6; Dalton, Jones & Dalton, "Mind Over Markets", appendix 1.
    """
    if not 0 < frac <= 1 or step_rows < 1:
        msg = f"frac must be in (0, 1] and step_rows at least 1, were {frac} and {step_rows}"
        raise ValueError(msg)
    if poc < 0:
        return -1, -1
    sums: list[int] = [0, *np.cumsum(total_lots).tolist()]  # plain ints: exact and quick to index
    rows = len(sums) - 1
    low, end = poc, poc + 1  # the area is [low, end)
    while (sums[end] - sums[low]) * frac.denominator < frac.numerator * sums[-1]:
        higher, lower = min(end + step_rows, rows), max(low - step_rows, 0)
        above, below = sums[higher] - sums[end], sums[low] - sums[lower]
        if above >= below:
            end = higher
        if below > above or not above:
            low = lower
    traded = low + np.flatnonzero(total_lots[low:end])
    return int(traded[0]), int(traded[-1])
