"""Bar size: when a bar ends, as a trader counts it, and the same on an instrument's grid."""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from core.calc.running_bars import By, Cut
from core.domain.instrument import Instrument

HOW_TO: Final = (
    "write tick:500 (trades), volume:10 (base coins), dollar:1000000 (quote coins), range:50 "
    "(ticks) or delta:25 (base coins)"
)
_SIZE: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)
WHOLE: Final = frozenset({By.TICK, By.RANGE})
"""Sizes of these are whole numbers."""
"""Counted in whole trades, and whole ticks."""
_LARGEST: Final = 2**60
"""No day trades so much, and sums up to it fit."""


@dataclass(frozen=True, slots=True)
class BarSize:
    """What ends a bar, as the trader counts it.

    Attributes:
        size: trades, base coins, quote coins, ticks or base coins, in the order of ``By``; > 0.
    """

    by: By
    size: Decimal

    def __str__(self) -> str:
        """Return it as ``bar_size`` reads it."""
        return f"{self.by}:{self.size:f}"

    def cut(self, grid: Instrument) -> Cut:
        """Return the same on the grid of an instrument.

        Sums of whole lots reach a size that lies between two of them with the upper one.

        Raises:
            ValueError: no sum is so large.
        """
        steps = {
            By.VOLUME: grid.lot_size,
            By.DELTA: grid.lot_size,
            By.DOLLAR: grid.tick_size * grid.lot_size,
        }
        units = (self.size / steps.get(self.by, Decimal(1))).to_integral_value(ROUND_CEILING)
        if units > _LARGEST:
            msg = f"a bar of {self} is too large for {grid.id}"
            raise ValueError(msg)
        return Cut(self.by, int(units))


def bar_size(text: str) -> BarSize:
    """Read ``tick:500`` and the like.

    Raises:
        ValueError: it is no such thing; the message says how to write one.
    """
    by, _, size = text.partition(":")
    if by not in set(By) or not _SIZE.fullmatch(size) or not Decimal(size):
        msg = f"not a size of bars: {text[:40]!r}; {HOW_TO}"
        raise ValueError(msg)
    if By(by) in WHOLE and Decimal(size) % 1:
        msg = f"bars by {by} are of a whole number, was {size}"
        raise ValueError(msg)
    return BarSize(By(by), Decimal(size))
