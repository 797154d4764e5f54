"""Exhaustion print: volume that thins out row by row towards the bar's extreme."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np

from core.calc.footprint import Footprint
from core.calc.tick_volumes import TickVolumes
from core.domain.arrays import IntArray
from core.domain.frame import Framed

_FEWEST: Final = 2


class Measure(Enum):
    """Whose volume is looked at."""

    AGGRESSOR = "aggressor"
    """Buys at the high, sells at the low."""
    OPPOSITE = "opposite"
    """Sells at the high, buys at the low."""
    TOTAL = "total"
    """All of it."""


@dataclass(frozen=True, slots=True)
class ExhaustionPrint(Framed):
    """Which extremes of a bar show one.

    Attributes:
        high: buyers ran out towards the high.
        low: sellers ran out towards the low.
    """

    high: bool
    low: bool


def exhaustion_print(
    bar: Footprint | TickVolumes, *, rows: int = 3, measure: Measure = Measure.AGGRESSOR
) -> ExhaustionPrint:
    """Return whether volume grows strictly, row by row, from each extreme inwards.

    A row among them in which nothing traded, or a bar with fewer rows, is no signal.

    Args:
        bar: any row height; its rows are dense and ascending.
        rows: how many are looked at from each extreme, >= 2.
        measure: whose volume.

    Raises:
        ValueError: ``rows`` is below 2.

    Source:
        DEFINITIONS section 5, exhaustion print (ATAS Exhaustion).
    """
    if rows < _FEWEST:
        msg = f"volume grows over at least two rows, was {rows}"
        raise ValueError(msg)
    total = bar.buy_lots + bar.sell_lots + bar.unknown_lots
    from_high, from_low = {
        Measure.AGGRESSOR: (bar.buy_lots, bar.sell_lots),
        Measure.OPPOSITE: (bar.sell_lots, bar.buy_lots),
        Measure.TOTAL: (total, total),
    }[measure]
    return ExhaustionPrint(
        high=_grows(from_high[::-1][:rows], total[::-1][:rows], rows),
        low=_grows(from_low[:rows], total[:rows], rows),
    )


def _grows(lots: IntArray, total: IntArray, rows: int) -> bool:
    return lots.size == rows and bool(np.all(total > 0)) and bool(np.all(lots[1:] > lots[:-1]))
