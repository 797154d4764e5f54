"""Diagonal imbalance: rows where one side traded a multiple of what the other did a row away."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.domain.arrays import BoolArray, IntArray
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class Imbalance(Framed):
    """One flag per row, ascending in price.

    Attributes:
        buy: bool[n], buyers here against sellers one row below; never the lowest row.
        sell: bool[n], sellers here against buyers one row above; never the highest row.
    """

    buy: BoolArray
    sell: BoolArray


def diagonal_imbalance(
    sell_lots: IntArray,
    buy_lots: IntArray,
    *,
    ratio: Fraction,
    min_lots: int = 0,
    min_difference_lots: int = 0,
) -> Imbalance:
    """Return the imbalances of one bar's rows.

    A buyer at row ``r`` competes with the seller at ``r-1``. With A the buy and B the sell volume,
    buy[r] is ``A[r] >= ratio * B[r-1]`` and ``A[r] >= min_lots`` and
    ``A[r] - B[r-1] >= min_difference_lots`` and ``A[r] > 0``; mirrored for sells. A row of the bar
    with nothing on the other side counts, a row outside the bar does not.

    Args:
        sell_lots: int64[n], dense rows of one bar, ascending in price.
        buy_lots: int64[n], the same rows.
        ratio: a multiplier, > 0: 3 is "300 %" where that means three times, compared exactly.
        min_lots: least volume of the dominant side.
        min_difference_lots: least lead of the dominant side.

    Raises:
        ValueError: ``ratio`` is not above zero.

    Source:
        DEFINITIONS section 5 (Sierra Numbers Bars; ATAS ImbalanceRatio).
    """
    if ratio <= 0:
        msg = f"an imbalance ratio must be above zero, was {ratio}"
        raise ValueError(msg)

    def dominates(lots: IntArray, other: IntArray) -> BoolArray:
        enough = lots >= max(min_lots, 1)
        return enough & (lots - other >= min_difference_lots) & _at_least(lots, ratio, other)

    outside = np.zeros(min(sell_lots.size, 1), np.bool_)
    return Imbalance(
        buy=np.concatenate((outside, dominates(buy_lots[1:], sell_lots[:-1]))),
        sell=np.concatenate((dominates(sell_lots[:-1], buy_lots[1:]), outside)),
    )


def _at_least(lots: IntArray, ratio: Fraction, other: IntArray) -> BoolArray:
    largest = max(int(lots.max(initial=0)), int(other.max(initial=0)))
    factor = max(ratio.numerator, ratio.denominator)
    if max(largest, 1) * factor < 2**63:
        return lots * ratio.denominator >= other * ratio.numerator
    # Python integers where 64 bits would overflow: a ratio such as Fraction(2.3) has 52-bit parts.
    pairs = zip(lots.tolist(), other.tolist(), strict=True)
    return np.array([a * ratio.denominator >= b * ratio.numerator for a, b in pairs], np.bool_)
