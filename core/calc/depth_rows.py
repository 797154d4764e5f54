"""Depth rows: what rests in each price row of a book."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.domain.arrays import FloatArray, IntArray
from core.domain.units import MAX_PRICE_TICKS


def depth_rows(
    ticks: IntArray, lots: IntArray, *, ticks_per_row: int, rows: tuple[int, int]
) -> IntArray:
    """Return the lots of each row; both sides together, since a row may hold the touch.

    Args:
        ticks: int64[n], prices of the levels of both sides, any order.
        lots: int64[n], what rests at each.
        ticks_per_row: height of a row, >= 1; rows are anchored at zero.
        rows: the first row wanted, and the first no longer wanted.

    Returns:
        int64[rows], ascending in price; 0 = nothing rests there.

    Raises:
        ValueError: ``ticks_per_row`` is not above zero.

    Source:
        DEFINITIONS sections 0 (row grid) and 10.
    """
    if ticks_per_row < 1:
        msg = f"a row must be at least a tick high, was {ticks_per_row}"
        raise ValueError(msg)
    first, end = rows
    count = max(end - first, 0)
    inside = (ticks >= first * ticks_per_row) & (ticks < end * ticks_per_row)
    places = ticks[inside] // ticks_per_row - first
    # Sums in float64 are exact: a book holds less than 2^53 lots.
    return np.bincount(places, weights=lots[inside], minlength=count)[:count].astype(np.int64)


def known_rows(known_ticks: tuple[int, int], *, ticks_per_row: int) -> tuple[int, int]:
    """Return the first row of which every price is known, and the first after the last such one.

    Args:
        known_ticks: bids are all known down to the first price, asks up to the second.
        ticks_per_row: as in ``depth_rows``.
    """
    low, high = known_ticks
    end = high + 1 if high < MAX_PRICE_TICKS else high + ticks_per_row
    return -(-low // ticks_per_row), end // ticks_per_row


def folded(
    lots: NDArray[np.floating[Any]], *, first_row: int, rows: int, wanted: tuple[int, int]
) -> FloatArray:
    """Return rows that are each so many times as high, of rows that are there already.

    Args:
        lots: float[n], ascending; NaN = not known.
        first_row: the row of the first.
        rows: how many become one, >= 1; the new rows are anchored at zero too.
        wanted: the first new row wanted, and how many.

    Returns:
        float64[wanted rows]; NaN where a part is not known.
    """
    first, count = wanted
    found = np.full(count, np.nan)
    low = max(-(-first_row // rows), first)
    high = min((first_row + lots.size) // rows, first + count)
    if high > low:
        part = lots[low * rows - first_row : high * rows - first_row]
        found[low - first : high - first] = part.astype(np.float64).reshape(-1, rows).sum(axis=1)
    return found
