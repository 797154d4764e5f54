"""Imbalance presets: what the same setting marks by the conventions of other platforms."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Final

import numpy as np

from core.calc.imbalance import Imbalance, diagonal_imbalance
from core.domain.arrays import BoolArray, IntArray


class Zero(Enum):
    """What nothing on the other side means."""

    COUNTS = "counts"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Preset:
    """How a platform reads "300 %", a least volume, and a row of a pair.

    Attributes:
        excess: 300 % means 300 % *more*, four times; else three times.
        strict: the larger side must be above ratio and least volume; else reaching them is enough.
        zero: what nothing on the other side means.
        lower_row: a buy imbalance is written into the lower row of its pair; else the buyers' own.
        source: what the convention was taken from.
    """

    name: str
    excess: bool
    strict: bool
    zero: Zero
    lower_row: bool
    source: str


STRICT: Final = Preset(
    name="strict",
    excess=False,
    strict=False,
    zero=Zero.COUNTS,
    lower_row=False,
    source="DEFINITIONS section 5",
)
ATAS: Final = Preset(
    name="ATAS",
    excess=False,
    strict=True,
    zero=Zero.COUNTS,
    lower_row=True,
    source="ATAS StackedImbalance, as published; its cluster display reads the ratio as an excess",
)
EXOCHARTS: Final = Preset(
    name="Exocharts",
    excess=False,
    strict=False,
    zero=Zero.IGNORED,
    lower_row=False,
    source="assumed: no manual of theirs was found",
)
QUANTOWER: Final = Preset(
    name="Quantower",
    excess=False,
    strict=True,
    zero=Zero.COUNTS,
    lower_row=False,
    source="Quantower's note on imbalances: ratio 3 is above 300 %",
)
PRESETS: Final = (STRICT, ATAS, EXOCHARTS, QUANTOWER)


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that two presets judge differently.

    Attributes:
        row: index, ascending in price.
        side: +1 the cell of the buys, -1 of the sells.
        only: the one that marks it.
    """

    row: int
    side: int
    only: Preset


def imbalance_by(
    preset: Preset,
    sell_lots: IntArray,
    buy_lots: IntArray,
    *,
    ratio: Fraction = Fraction(3),
    min_lots: int = 0,
) -> Imbalance:
    """Return what a preset marks in one bar's rows.

    Args:
        preset: the convention.
        sell_lots: int64[n], dense rows of one bar, ascending in price.
        buy_lots: int64[n], the same rows.
        ratio: the number set, percent / 100, > 0; what it means is the preset's.
        min_lots: least volume of the larger side; must be exceeded where the preset is strict.

    Raises:
        ValueError: ``ratio`` is not above zero.
    """
    multiple = ratio + 1 if preset.excess else ratio
    least = min_lots + 1 if preset.strict else min_lots
    found = diagonal_imbalance(sell_lots, buy_lots, ratio=multiple, min_lots=least)
    buy, sell = found.buy, found.sell
    buy[1:] &= _allowed(preset, buy_lots[1:], sell_lots[:-1], multiple)
    sell[:-1] &= _allowed(preset, sell_lots[:-1], buy_lots[1:], multiple)
    return Imbalance(buy=np.append(buy[1:], buy[:1]) if preset.lower_row else buy, sell=sell)


def differences(
    first: Preset,
    second: Preset,
    sell_lots: IntArray,
    buy_lots: IntArray,
    *,
    ratio: Fraction = Fraction(3),
    min_lots: int = 0,
) -> list[Difference]:
    """Return the cells of one bar that two presets judge differently, buys first, ascending."""
    one = imbalance_by(first, sell_lots, buy_lots, ratio=ratio, min_lots=min_lots)
    two = imbalance_by(second, sell_lots, buy_lots, ratio=ratio, min_lots=min_lots)
    return [
        Difference(row, side, first if ours[row] else second)
        for side, ours, theirs in ((1, one.buy, two.buy), (-1, one.sell, two.sell))
        for row in np.flatnonzero(ours != theirs).tolist()
    ]


def _allowed(preset: Preset, lots: IntArray, other: IntArray, multiple: Fraction) -> BoolArray:
    allowed = np.ones(lots.size, np.bool_)
    if preset.zero is Zero.IGNORED:
        allowed &= other > 0
    if preset.strict:
        pairs = zip(lots.tolist(), other.tolist(), strict=True)
        exact = [a * multiple.denominator == b * multiple.numerator for a, b in pairs]
        allowed &= ~np.array(exact, np.bool_)
    return allowed
