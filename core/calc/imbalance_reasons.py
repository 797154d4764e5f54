"""Imbalance reasons: why one preset marks a cell of a bar and another does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from core.calc.imbalance_presets import Difference, Preset, Zero, differences, imbalance_by
from core.domain.arrays import IntArray
from core.domain.frame import Framed


class Why(Enum):
    """Why the other preset does not mark the cell."""

    ELSEWHERE = "it marks the same pair, in its other row"
    ZERO = "nothing on the other side does not count"
    RATIO = "the multiple is too small"
    LEAST = "the larger side is too small"


@dataclass(frozen=True, slots=True)
class Reason:
    """A cell that two presets judge differently, with the numbers.

    Attributes:
        row: index, ascending in price.
        side: +1 the cell of the buys, -1 of the sells.
        only: the preset that marks it.
        other: the one that does not.
        lots: the larger side of the pair; of the cell itself, or of the one above where ``only``
            writes buys into the lower row.
        against_lots: the smaller side, a row away.
        why: what keeps ``other`` from marking it.
    """

    row: int
    side: int
    only: Preset
    other: Preset
    lots: int
    against_lots: int
    why: Why


@dataclass(frozen=True, slots=True)
class Comparison(Framed):
    """One bar under two presets.

    Attributes:
        first: the one whose marks are shown.
        second: the one it is compared with.
        first_marks: number of cells the first marks.
        second_marks: number of cells the second marks.
        ratio: the number set, percent / 100.
        min_lots: least volume of the larger side.
        reasons: the changed cells, buys first, ascending in price.
    """

    first: Preset
    second: Preset
    first_marks: int
    second_marks: int
    ratio: Fraction
    min_lots: int
    reasons: tuple[Reason, ...]

    def columns(self) -> Mapping[str, Any]:
        """Return a row per changed cell."""
        every = self.reasons
        return {
            "row": [each.row for each in every],
            "side": [each.side for each in every],
            "only": [each.only.name for each in every],
            "other": [each.other.name for each in every],
            "lots": [each.lots for each in every],
            "against_lots": [each.against_lots for each in every],
            "why": [each.why for each in every],
        }


def compare(
    first: Preset,
    second: Preset,
    sell_lots: IntArray,
    buy_lots: IntArray,
    *,
    ratio: Fraction = Fraction(3),
    min_lots: int = 0,
) -> Comparison:
    """Return what two presets mark in one bar, and why they differ where they do.

    Args:
        first: the convention whose marks are shown.
        second: the other.
        sell_lots: int64[n], dense rows of one bar, ascending in price.
        buy_lots: int64[n], the same rows.
        ratio: the number set, percent / 100, > 0; what it means is each preset's.
        min_lots: least volume of the larger side.

    Raises:
        ValueError: ``ratio`` is not above zero.
    """
    marks = [
        imbalance_by(each, sell_lots, buy_lots, ratio=ratio, min_lots=min_lots)
        for each in (first, second)
    ]
    changed = differences(first, second, sell_lots, buy_lots, ratio=ratio, min_lots=min_lots)
    reasons = []
    for each in changed:
        other = second if each.only is first else first
        lots, against = _pair(each, sell_lots, buy_lots)
        why = _why(other, lots, against, ratio=ratio, min_lots=min_lots)
        reasons.append(Reason(each.row, each.side, each.only, other, lots, against, why))
    ours, theirs = (int(each.buy.sum()) + int(each.sell.sum()) for each in marks)
    return Comparison(first, second, ours, theirs, ratio, min_lots, tuple(reasons))


def _pair(cell: Difference, sell_lots: IntArray, buy_lots: IntArray) -> tuple[int, int]:
    """Return the larger and the smaller side of the pair that is marked in this cell."""
    if cell.side < 0:
        return int(sell_lots[cell.row]), int(buy_lots[cell.row + 1])
    upper = cell.row + 1 if cell.only.lower_row else cell.row
    return int(buy_lots[upper]), int(sell_lots[upper - 1])


def _why(preset: Preset, lots: int, against: int, *, ratio: Fraction, min_lots: int) -> Why:
    multiple = ratio + 1 if preset.excess else ratio
    if against == 0 and preset.zero is Zero.IGNORED:
        return Why.ZERO
    if lots < multiple * against or (preset.strict and lots == multiple * against):
        return Why.RATIO
    if lots < min_lots or (preset.strict and lots == min_lots):
        return Why.LEAST
    return Why.ELSEWHERE
