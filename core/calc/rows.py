"""Row size: how many ticks a row of a footprint or profile should hold."""

from decimal import Decimal
from typing import Final

import numpy as np

from core.domain.arrays import BarArray

_WANTED_ROWS: Final = (15, 25)
_SNAPS: Final = (1, 2, 5)


def ticks_per_row(bars: BarArray, *, tick_size: Decimal) -> int:
    """Return the row size at which the median bar is about 15 to 25 rows high.

    Of the two sizes around the ideal of 20 rows, the one inside 15 to 25; if neither is, the one
    whose height in money is 1, 2 or 5 * 10^n too; then the nearer by ratio.

    Args:
        bars: BAR_DTYPE[n], one-minute bars, of the last day for example, any order.
        tick_size: price of a tick, in quote, > 0.

    Returns:
        Ticks, one of {1, 2, 5} * 10^n; 1 when there are no bars or they have no range.

    Source:
        DEFINITIONS section 5, row size.
    """
    if not bars.size:
        return 1
    ticks = float(np.median(bars["high_ticks"].astype(np.int64) - bars["low_ticks"] + 1))
    fewest, most = _WANTED_ROWS
    ideal = ticks / ((fewest * most) ** 0.5)

    def badness(size: int) -> tuple[bool, bool, float]:
        outside = not fewest <= ticks / size <= most
        return outside, not _is_round(size * tick_size), max(size / ideal, ideal / size)

    return min(_around(ideal), key=badness)


def _around(ideal: float) -> tuple[int, int]:
    below, power = 1, 1
    while True:
        for snap in _SNAPS:
            if snap * power > ideal:
                return below, snap * power
            below = snap * power
        power *= 10


def _is_round(height_quote: Decimal) -> bool:
    return height_quote.normalize().as_tuple().digits in {(snap,) for snap in _SNAPS}
