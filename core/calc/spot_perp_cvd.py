"""CVD of spot against perpetual: side by side, never in one sum."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.calc.session_cvd import latest, session_cvd
from core.calc.sessions import UTC_DAYS, Sessions
from core.domain.arrays import BarArray, FloatArray, IntArray
from core.domain.frame import Framed
from core.domain.units import Ns


@dataclass(frozen=True, slots=True)
class SpotPerpCvd(Framed):
    """The two sums after each interval in which either traded; float64[n] in whole common lots.

    NaN where it is not known: before the session's first trade of known side, and in a gap.

    Attributes:
        open_ns: int64[n], ascending.
        spot_lots: CVD of the spot markets.
        perp_lots: CVD of the perpetuals.
        difference_lots: spot less perpetual, known where both are.
    """

    open_ns: IntArray
    spot_lots: FloatArray
    perp_lots: FloatArray
    difference_lots: FloatArray


def spot_perp_cvd(
    spot: BarArray,
    perp: BarArray,
    *,
    step_ns: Ns,
    sessions: Sessions = UTC_DAYS,
    gaps_ns: tuple[Sequence[tuple[Ns, Ns]], Sequence[tuple[Ns, Ns]]] = ((), ()),
) -> SpotPerpCvd:
    """Return both sums on the grid of all bars; each holds until its next bar.

    Args:
        spot: BAR_DTYPE[k], sorted by ``open_ns``, of one or the sum of several venues.
        perp: BAR_DTYPE[m], likewise, on the same grid of times and lots (``common_grid``).
        step_ns: length of a bar.
        sessions: a new one begins at 0.
        gaps_ns: of spot and of perpetuals: half-open spans of which trades are missing. A sum is
            not known in a bar that a gap touches, instead of standing flat.

    Raises:
        ValueError: ``spot`` or ``perp`` is not sorted by ``open_ns``.

    Source:
        DEFINITIONS section 4, multi-venue.
    """
    grid_ns = np.union1d(spot["open_ns"], perp["open_ns"])
    sums = []
    for bars, missing in zip((spot, perp), gaps_ns, strict=True):
        part = session_cvd(bars, sessions=sessions)
        at = latest(part.open_ns, grid_ns, sessions=sessions)
        known = at >= 0
        for from_ns, to_ns in missing:
            known &= (grid_ns + step_ns <= from_ns) | (grid_ns >= to_ns)
        values = np.full(grid_ns.size, np.nan)
        values[known] = part.close_lots[at[known]]
        sums.append(values)
    return SpotPerpCvd(grid_ns, sums[0], sums[1], sums[0] - sums[1])
