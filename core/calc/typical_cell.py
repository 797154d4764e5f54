"""Typical cell: how much trades in a footprint's cell, so that a lone lot is no imbalance."""

from fractions import Fraction
from typing import Final

import numpy as np

from core.domain.arrays import IntArray, TradeArray
from core.domain.units import Ns

CANDLES_BEFORE: Final = 20
"""The cells of so many candles say what is much in the next one."""
TRADES_BEFORE: Final = 50_000
"""Of fewer candles where they hold more trades than this: of its last whole seconds."""
LEAST_CELLS: Final = 100
"""Below so many cells there is no quantile worth the name."""


def typical_cell(
    trades: TradeArray, *, step_ns: Ns, ticks_per_row: int, frac: Fraction = Fraction(3, 4)
) -> int:
    """Return the quantile of the non-zero cells of the candles before the one in question.

    Args:
        trades: TRADE_DTYPE[n] before the candle, any order; the current one must not be in it.
        step_ns: length of a candle.
        ticks_per_row: height of a row.
        frac: which quantile, in [0, 1].

    Returns:
        Lots: the smallest cell that at least ``frac`` of all cells do not exceed; 0 while there
        are fewer than LEAST_CELLS.

    Source:
        DEFINITIONS section 5, least volume of an imbalance.
    """
    sided = trades[trades["aggressor"] != 0]
    if not sided.size:
        return 0
    keys = np.empty(sided.size, dtype=[("bar", "<i8"), ("row", "<i8"), ("side", "<i1")])
    keys["bar"] = sided["ts_event_ns"] // step_ns
    keys["row"] = sided["price_ticks"] // ticks_per_row
    keys["side"] = sided["aggressor"]
    _, cell = np.unique(keys, return_inverse=True)
    lots = np.bincount(cell, weights=sided["size_lots"].astype(np.float64))
    return typical_of(lots.astype(np.int64), frac=frac)


def typical_of(lots: IntArray, *, frac: Fraction = Fraction(3, 4)) -> int:
    """Return the quantile of cells that are summed already.

    Args:
        lots: int64[n], each above 0, any order.
        frac: which quantile, in [0, 1].

    Returns:
        As ``typical_cell``.
    """
    if lots.size < LEAST_CELLS:
        return 0
    rank = max(-(-frac.numerator * lots.size // frac.denominator), 1)
    return int(np.sort(lots)[rank - 1])
