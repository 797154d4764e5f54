"""Unfinished auctions: both sides still traded at the bar's last price up or down."""

from dataclasses import dataclass

import numpy as np

from core.calc.tick_volumes import TickVolumes
from core.domain.arrays import BarArray, require_sorted
from core.domain.frame import Framed
from core.domain.units import Ns


@dataclass(frozen=True, slots=True)
class Unfinished(Framed):
    """The extremes of one bar, tick by tick.

    Attributes:
        high_ticks: the bar's high where the auction there is unfinished, else None.
        low_ticks: likewise the low.
    """

    high_ticks: int | None
    low_ticks: int | None


def unfinished(volumes: TickVolumes, *, least_lots: int = 1) -> Unfinished:
    """Return which extremes of a bar both buyers and sellers traded at.

    An auction upwards is finished when nobody sold at the high any more. It takes the native tick:
    in rows of several ticks both sides trade nearly always.

    Args:
        volumes: of one bar.
        least_lots: what the prevailing side, buyers at the high and sellers at the low, must have
            traded there at least.

    Source:
        DEFINITIONS section 5, unfinished auction (ATAS UnfinishedAuction).
    """
    if not volumes.buy_lots.size:
        return Unfinished(None, None)
    high, low = volumes.first_tick + volumes.buy_lots.size - 1, volumes.first_tick
    least = max(least_lots, 1)
    at_high = volumes.buy_lots[-1] >= least and volumes.sell_lots[-1] > 0
    at_low = volumes.sell_lots[0] >= least and volumes.buy_lots[0] > 0
    return Unfinished(high if at_high else None, low if at_low else None)


def revisited_ns(price_ticks: int, *, known_ns: Ns, bars: BarArray) -> Ns | None:
    """Return the open of the first bar whose range holds the price, or None: the line goes on.

    Args:
        price_ticks: of an unfinished auction.
        known_ns: close of its bar; only bars that open then or later count.
        bars: BAR_DTYPE[n], sorted by ``open_ns``.

    Raises:
        ValueError: ``bars`` is not sorted by ``open_ns``.
    """
    require_sorted(bars, "open_ns")
    later = bars[np.searchsorted(bars["open_ns"], known_ns) :]
    holds = (later["low_ticks"] <= price_ticks) & (price_ticks <= later["high_ticks"])
    where = np.flatnonzero(holds)
    return int(later["open_ns"][where[0]]) if where.size else None
