"""Near depth: how much rests on each side within a distance of the middle."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray, IntArray

_BPS: Final = 1e4


def near_depth(
    bids: tuple[IntArray, IntArray],
    asks: tuple[IntArray, IntArray],
    *,
    within_bps: Sequence[float],
    known_ticks: tuple[int, int],
) -> FloatArray:
    """Return the lots within each distance of the middle, the edge included.

    Args:
        bids: (ticks int64[n], lots int64[n]), in any order; farther ones may be left out.
        asks: likewise, all above the bids.
        within_bps: distances in basis points of the middle, > 0.
        known_ticks: bids are all known down to the first price, asks up to the second.

    Returns:
        float64[k, 2], bids and asks of each distance; NaN where a side is empty or not known so
        far.

    Source:
        DEFINITIONS section 10, imbalance by distance.
    """
    found = np.full((len(within_bps), 2), np.nan)
    if not bids[0].size or not asks[0].size:
        return found
    middle = (int(bids[0].max()) + int(asks[0].min())) / 2
    below, above = _distances_bps(bids[0], middle), _distances_bps(asks[0], middle)
    reach = _distances_bps(np.array(known_ticks), middle)
    for row, within in enumerate(within_bps):
        if reach[0] >= within or known_ticks[0] <= 0:
            found[row, 0] = bids[1][below <= within].sum()
        if reach[1] >= within:
            found[row, 1] = asks[1][above <= within].sum()
    return found


def _distances_bps(ticks: IntArray, middle: float) -> FloatArray:
    distances: FloatArray = np.abs(ticks - middle) / middle * _BPS
    return distances
