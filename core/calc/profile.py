"""Volume profile: volume by row of prices, its point of control and its value area."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from core.calc.grouping import intervals
from core.calc.tick_volumes import TickVolumes, add_tick_volumes, spread_bars, tick_volumes
from core.calc.value_area import SEVENTY_PER_CENT, poc_row, value_area
from core.domain.arrays import IntArray
from core.domain.frame import Framed

__all__ = [
    "Profile",
    "TickVolumes",
    "add_tick_volumes",
    "profile",
    "spread_bars",
    "tick_volumes",
]


@dataclass(frozen=True, slots=True)
class Profile(Framed):
    """Volume of each row from the lowest to the highest traded; empty = nothing traded.

    Row ``r`` holds the ticks ``[r*k, (r+1)*k)`` with ``k = ticks_per_row``, anchored at zero, so
    that rows of different bars, sessions and venues line up.

    Attributes:
        ticks_per_row: >= 1.
        row_ticks: int64[n], lower edge of each row in ticks, ascending in steps of
            ``ticks_per_row``.
        buy_lots: int64[n].
        sell_lots: int64[n].
        unknown_lots: int64[n], volume whose aggressor nobody told us.
        poc_row: index of the row of greatest volume, ties as in ``value_area.poc_row``; -1 = empty.
        val_row: index of the lowest row of the value area; -1 = empty.
        vah_row: index of its highest row; -1 = empty.
    """

    ticks_per_row: int
    row_ticks: IntArray
    buy_lots: IntArray
    sell_lots: IntArray
    unknown_lots: IntArray
    poc_row: int
    val_row: int
    vah_row: int

    def columns(self) -> Mapping[str, Any]:
        """Return a row per row, and whether it is the POC and in the value area."""
        place = np.arange(self.row_ticks.size)
        area = (place >= self.val_row) & (place <= self.vah_row)
        return {**Framed.columns(self), "is_poc": place == self.poc_row, "in_value_area": area}

    @property
    def total_lots(self) -> IntArray:
        """Volume of each row, whatever its side."""
        return self.buy_lots + self.sell_lots + self.unknown_lots

    @property
    def poc_ticks(self) -> int | None:
        """Lower edge of the point of control, or None when empty."""
        return int(self.row_ticks[self.poc_row]) if self.poc_row >= 0 else None

    @property
    def val_ticks(self) -> int | None:
        """Lower edge of the lowest row of the value area, or None when empty."""
        return int(self.row_ticks[self.val_row]) if self.val_row >= 0 else None

    @property
    def vah_ticks(self) -> int | None:
        """Last tick of the highest row of the value area, or None when empty."""
        if self.vah_row < 0:
            return None
        return int(self.row_ticks[self.vah_row]) + self.ticks_per_row - 1


def profile(
    volumes: TickVolumes,
    *,
    ticks_per_row: int,
    value_area_frac: Fraction = SEVENTY_PER_CENT,
    step_rows: int = 2,
) -> Profile:
    """Return ``volumes`` by row, with point of control and value area.

    Args:
        volumes: what traded, tick by tick.
        ticks_per_row: height of a row, >= 1; ``2*k`` is an exact merge of pairs of rows of ``k``.
        value_area_frac: share of the volume in the value area, in (0, 1].
        step_rows: 2 = the two-row rule, 1 = the single-row variant.

    Raises:
        ValueError: ``ticks_per_row``, ``value_area_frac`` or ``step_rows`` is out of range.

    Source:
        DEFINITIONS sections 0 (row grid) and 6.
    """
    ticks = volumes.first_tick + np.arange(volumes.buy_lots.size)
    ends = intervals(ticks[[0, -1]] if ticks.size else np.array([0, -1]), width=ticks_per_row)
    row_ticks = np.arange(ends[0], ends[1] + 1) * ticks_per_row
    starts = np.maximum(row_ticks - volumes.first_tick, 0)
    buy, sell, unknown = (
        np.add.reduceat(lots, starts) if starts.size else lots.copy()
        for lots in (volumes.buy_lots, volumes.sell_lots, volumes.unknown_lots)
    )
    total = buy + sell + unknown
    poc = poc_row(total)
    val, vah = value_area(total, poc=poc, frac=value_area_frac, step_rows=step_rows)
    return Profile(
        ticks_per_row=ticks_per_row,
        row_ticks=row_ticks,
        buy_lots=buy,
        sell_lots=sell,
        unknown_lots=unknown,
        poc_row=poc,
        val_row=val,
        vah_row=vah,
    )
