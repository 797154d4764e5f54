"""Book walk: what a market order of a given size would pay in the book that is seen."""

from dataclasses import dataclass

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from core.domain.frame import Framed
from core.domain.units import Aggressor


@dataclass(frozen=True, slots=True)
class BookWalk(Framed):
    """One value per order, each against the whole book.

    A lower bound where the market moves fast, an upper bound where size is hidden.

    Attributes:
        filled_lots: int64[n].
        unfilled_lots: int64[n], what the visible book does not hold; > 0 = it is too thin.
        average_ticks: float64[n], of what was filled; NaN where nothing was.
        last_ticks: float64[n], the worst price paid; NaN where nothing was filled.
        slippage_bps: float64[n], average against the mid, >= 0 when the book is not crossed,
            without fees; NaN where it or the mid is not known.
    """

    filled_lots: IntArray
    unfilled_lots: IntArray
    average_ticks: FloatArray
    last_ticks: FloatArray
    slippage_bps: FloatArray


def book_walk(
    ticks: IntArray, lots: IntArray, sizes_lots: IntArray, *, mid_ticks: float, side: Aggressor
) -> BookWalk:
    """Return what taking each of the sizes costs; many sizes are the curve of impact.

    Args:
        ticks: int64[m], the levels taken from, best first: asks for a buy, bids for a sell.
        lots: int64[m], what rests at each.
        sizes_lots: int64[n], >= 0, any order.
        mid_ticks: middle between best bid and ask; NaN = a side is empty.
        side: who takes, BUY or SELL.

    Raises:
        ValueError: ``side`` is UNKNOWN.

    Source:
        DEFINITIONS section 14, slippage.
    """
    if side is Aggressor.UNKNOWN:
        msg = "an order that takes from the book must buy or sell"
        raise ValueError(msg)
    held = np.append(0, np.cumsum(lots))
    filled = np.minimum(sizes_lots, held[-1])
    # Measured from the best price: sums of raw ticks times lots are beyond 64 bits sooner.
    best = int(ticks[0]) if ticks.size else 0
    away = np.append(0, np.abs(ticks - best))
    level = np.searchsorted(held, filled, side="left")
    paid = np.append(0.0, np.cumsum(lots * away[1:].astype(np.float64)))
    whole = np.maximum(level - 1, 0)
    beyond = paid[whole] + (filled - held[whole]) * away[level].astype(np.float64)
    is_filled = filled > 0
    average = best + int(side) * np.divide(
        beyond, filled, out=np.full(filled.shape, np.nan), where=is_filled
    )
    return BookWalk(
        filled_lots=filled,
        unfilled_lots=sizes_lots - filled,
        average_ticks=average,
        last_ticks=np.where(is_filled, best + int(side) * away[level], np.nan),
        slippage_bps=int(side) * (average - mid_ticks) / mid_ticks * 1e4,
    )
