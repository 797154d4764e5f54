"""Value area by rule: the value area as other platforms draw it, on the same rows.

What they differ in is each a knob here; ours is ``TWO_ROW``, the same as ``value_area``.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final

import numpy as np

from core.calc.value_area import SEVENTY_PER_CENT
from core.domain.arrays import IntArray


class Tie(StrEnum):
    """Which way to go when both sides hold as much."""

    UP = "up"
    DOWN = "down"


class Hole(StrEnum):
    """What rows without volume are."""

    BOTH = "both sides"
    """Rows; where both sides are empty, both are stepped over at once."""
    TIE = "tie"
    """Rows; two empty sides are a tie like any other."""
    SKIPPED = "skipped"
    """No rows: the next row that traded is the neighbour."""


@dataclass(frozen=True, slots=True)
class ValueAreaRule:
    """How a value area grows from the point of control.

    Attributes:
        frac: share of the volume wanted, in (0, 1].
        step_rows: rows compared at a time, >= 1.
        tie: which way when both sides hold as much.
        hole: what rows without volume are.
        as_needed: of the rows that won, the second joins only if the share is not reached yet.
        beyond: it stops above the share, not at it.
    """

    frac: Fraction = SEVENTY_PER_CENT
    step_rows: int = 2
    tie: Tie = Tie.UP
    hole: Hole = Hole.BOTH
    as_needed: bool = False
    beyond: bool = False

    def __post_init__(self) -> None:
        """Refuse a share or a step out of range.

        Raises:
            ValueError: ``frac`` is outside (0, 1] or ``step_rows`` below 1.
        """
        if not 0 < self.frac <= 1 or self.step_rows < 1:
            msg = (
                "frac must be in (0, 1] and step_rows at least 1, "
                f"were {self.frac} and {self.step_rows}"
            )
            raise ValueError(msg)


TWO_ROW: Final = ValueAreaRule()
"""Dalton, Jones & Dalton, "Mind Over Markets", appendix 1: ours."""
TWO_ROW_68: Final = replace(TWO_ROW, frac=Fraction(68, 100))
"""The same for 68 %."""
SINGLE_ROW: Final = ValueAreaRule(step_rows=1, hole=Hole.TIE)
"""As TradingView."""
TWO_ROW_DOWN: Final = replace(TWO_ROW, tie=Tie.DOWN)
"""Ours with ties going down."""
QUANTICK: Final = ValueAreaRule(tie=Tie.DOWN, hole=Hole.SKIPPED, as_needed=True)
MARKET_PROFILE: Final = ValueAreaRule(step_rows=1, hole=Hole.SKIPPED, beyond=True)
"""The Python package MarketProfile 0.2.0."""


def value_area_by(
    total_lots: IntArray, *, poc: int, rule: ValueAreaRule = TWO_ROW
) -> tuple[int, int]:
    """Return the lowest and highest row of the value area, empty rows at its ends cut.

    Args:
        total_lots: int64[n], volume of each row, ascending in price, rows without volume included.
        poc: the row to start from, one that traded; -1 = nothing traded.
        rule: how it grows.

    Returns:
        ``(val_row, vah_row)``, or ``(-1, -1)`` when nothing traded.

    Source:
        DEFINITIONS section 6, knobs.
    """
    if poc < 0:
        return -1, -1
    skipped = rule.hole is Hole.SKIPPED
    rows = np.flatnonzero(total_lots) if skipped else np.arange(total_lots.size)
    sums: list[int] = [0, *np.cumsum(total_lots[rows]).tolist()]  # plain ints: exact and quick
    low, end = _grown(sums, int(np.searchsorted(rows, poc)), rule)
    area = rows[low:end]
    traded = area[total_lots[area] > 0]
    return int(traded[0]), int(traded[-1])


def _grown(sums: list[int], poc: int, rule: ValueAreaRule) -> tuple[int, int]:
    """Return the area as ``[low, end)`` of the rows whose running volume is ``sums``."""
    rows, low, end = len(sums) - 1, poc, poc + 1
    wanted = rule.frac.numerator * sums[-1] + rule.beyond

    def missing() -> bool:
        return (sums[end] - sums[low]) * rule.frac.denominator < wanted

    while missing() and end - low < rows:
        higher, lower = min(end + rule.step_rows, rows), max(low - rule.step_rows, 0)
        above, below = sums[higher] - sums[end], sums[low] - sums[lower]
        if not above and not below and rule.hole is Hole.BOTH:
            low, end = lower, higher
        elif end < rows and (low == 0 or _goes_up(above, below, rule.tie)):
            end = end + 1 if rule.as_needed else higher
            while rule.as_needed and end < higher and missing():
                end += 1
        else:
            low = low - 1 if rule.as_needed else lower
            while rule.as_needed and low > lower and missing():
                low -= 1
    return low, end


def _goes_up(above: int, below: int, tie: Tie) -> bool:
    return above > below or (above == below and tie is Tie.UP)
