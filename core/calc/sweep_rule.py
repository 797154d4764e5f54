"""Sweep rule: what orders of one side must go through, and how close together they are."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from core.calc.trailing import DAYS, Usual
from core.domain.units import NS_PER_MS, Ns

_RARE: Final = Usual(Fraction(995, 1000), days=DAYS)


@dataclass(frozen=True, slots=True)
class BookSweepRule:
    """What counts as a sweep.

    Attributes:
        least: fewest levels cleared; where the book is not known, fewest ticks gone through.
        window_ns: orders of one side so close together count as one; 0 = one instant.
        usual: and at least so many ticks of the furthest that one side went in each of the seconds
            with a trade before; None = ``least`` is all.
    """

    least: int = 3
    window_ns: Ns = 50 * NS_PER_MS
    usual: Usual | None = _RARE


CLASSIC: Final = BookSweepRule(usual=None)
"""Three levels, however fine the market's ticks are."""
