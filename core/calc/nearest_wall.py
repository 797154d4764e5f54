"""Nearest wall: the passive order nearest to the middle on each side that is large enough."""

from dataclasses import dataclass

import numpy as np

from core.domain.arrays import IntArray


@dataclass(frozen=True, slots=True)
class Resting:
    """What rests at one price.

    Attributes:
        side: BookSide.BID below the middle, BookSide.ASK above it.
        price_ticks: where.
        size_lots: how much.
        distance_bps: from the middle, >= 0.
    """

    side: int
    price_ticks: int
    size_lots: int
    distance_bps: float


@dataclass(frozen=True, slots=True)
class SideWalls:
    """One side of a book.

    Attributes:
        walls: those that are large enough, the nearest first.
        largest: the largest level known, of equal ones the nearest; None = the side is empty.
    """

    walls: tuple[Resting, ...]
    largest: Resting | None

    @property
    def nearest(self) -> Resting | None:
        """The nearest wall; None = there is none as far as the book is known."""
        return self.walls[0] if self.walls else None


def side_walls(
    ticks: IntArray, lots: IntArray, *, side: int, middle_ticks: float, least_lots: float
) -> SideWalls:
    """Return the walls of one side.

    Args:
        ticks: int64[n], prices of the levels known, best first.
        lots: int64[n], what rests there, > 0.
        side: BookSide.BID or BookSide.ASK.
        middle_ticks: between the best bid and the best ask, > 0.
        least_lots: a wall has more than this.

    Source:
        DEFINITIONS section 20, nearest wall.
    """

    def resting(at: int) -> Resting:
        away = abs(int(ticks[at]) - middle_ticks) / middle_ticks * 1e4
        return Resting(side, int(ticks[at]), int(lots[at]), away)

    large = np.flatnonzero(lots > least_lots).tolist()
    largest = resting(int(np.argmax(lots))) if lots.size else None
    return SideWalls(tuple(resting(at) for at in large), largest)


def scaled_base(base_of_btc: float, btc_price: float, price: float) -> float:
    """Return how many coins are worth as much as so many of BTC: 15 at 90,000 are 450 at 3,000.

    Args:
        base_of_btc: BTC.
        btc_price: quote coins, > 0; NaN is not known.
        price: of the coin, in the same quote coin, > 0; NaN is not known.
    """
    return base_of_btc * btc_price / price
