"""Consumed: what fills took from the book as it stood before them."""

from dataclasses import dataclass

import numpy as np

from core.domain.arrays import IntArray
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class Consumed(Framed):
    """Of fills of one side.

    Attributes:
        lots: what was filled.
        levels_touched: number of prices with a fill.
        levels_cleared: levels of the book behind the worst price, and the one at it if all that
            rested there was taken.
        visible_frac: filled over all that rested in the levels given; above 1 where more was hidden
            or came in; NaN where nothing rested.
        notional_tick_lots: sum of price in ticks times lots.
        vwap_ticks: average price; NaN without fills.
    """

    lots: int
    levels_touched: int
    levels_cleared: int
    visible_frac: float
    notional_tick_lots: float
    vwap_ticks: float


def consumed(
    fill_ticks: IntArray, fill_lots: IntArray, *, level_ticks: IntArray, level_lots: IntArray
) -> Consumed:
    """Return what fills took from one side of a book.

    Args:
        fill_ticks: int64[n], any order, all of one aggressor.
        fill_lots: int64[n], > 0.
        level_ticks: int64[m], the side taken from, best first: asks for buys, bids for sells.
        level_lots: int64[m], > 0, what rested before the first fill.

    Source:
        DEFINITIONS section 8, sweep_book.
    """
    lots = int(fill_lots.sum())
    if not lots:
        return Consumed(0, 0, 0, np.nan, 0.0, np.nan)
    best = int(level_ticks[0]) if level_ticks.size else int(fill_ticks[0])
    away, deep = np.abs(fill_ticks - best), np.abs(level_ticks - best)
    worst = int(away.max())
    at_worst = int(fill_lots[away == worst].sum())
    is_cleared = (deep < worst) | ((deep == worst) & (level_lots <= at_worst))
    resting = int(level_lots.sum())
    # From the first price: products of whole prices would not be exact.
    origin = int(fill_ticks[0])
    beyond = int((fill_lots * (fill_ticks - origin)).sum())
    return Consumed(
        lots=lots,
        levels_touched=np.unique(fill_ticks).size,
        levels_cleared=int(is_cleared.sum()),
        visible_frac=lots / resting if resting else np.nan,
        notional_tick_lots=float(origin * lots + beyond),
        vwap_ticks=origin + beyond / lots,
    )
