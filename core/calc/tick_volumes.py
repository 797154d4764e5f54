"""Tick volumes: what traded at each price, tick by tick; profiles and footprints are made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.calc.compiled import compilable
from core.calc.grouping import BLOCK
from core.domain.arrays import BarArray, IntArray, TradeArray
from core.domain.frame import Framed
from core.domain.units import Aggressor

MAX_SPAN_TICKS: Final = 2**24
"""Widest range of prices held tick by tick (0.4 GB): beyond it a print was far off the market."""


@dataclass(frozen=True, slots=True)
class TickVolumes(Framed):
    """Volume at every tick from the lowest to the highest traded; empty = nothing traded.

    Attributes:
        first_tick: price of the first element, in ticks.
        buy_lots: int64[n], one element per tick, ascending in price, 0 where nothing traded.
        sell_lots: likewise.
        unknown_lots: likewise, volume whose aggressor nobody told us.
    """

    first_tick: int
    buy_lots: IntArray
    sell_lots: IntArray
    unknown_lots: IntArray

    def columns(self) -> Mapping[str, Any]:
        """Return a row per tick, its price before its volumes."""
        ticks = self.first_tick + np.arange(self.buy_lots.size)
        return {"price_ticks": ticks, **Framed.columns(self)}


@compilable
def tick_volumes(trades: TradeArray) -> TickVolumes:
    """Return the volume of ``trades`` at each tick.

    Args:
        trades: TRADE_DTYPE[n], any order.

    Raises:
        ValueError: the prices span more than MAX_SPAN_TICKS.
    """
    if not trades.size:
        return _volumes(0, np.zeros((3, 0), np.int64))
    low = int(trades["price_ticks"].min())
    span = _span(low, int(trades["price_ticks"].max()))
    sums = np.zeros(3 * span, np.int64)
    for first in range(0, trades.size, BLOCK):
        block = trades[first : first + BLOCK]
        places = block["price_ticks"].astype(np.int64) - low
        places += (block["aggressor"] - np.int64(Aggressor.SELL)) * span
        np.add.at(sums, places, block["size_lots"])  # exact, as bincount's float sums are not
    return _volumes(low, sums.reshape(3, span))


def add_tick_volumes(a: TickVolumes, b: TickVolumes) -> TickVolumes:
    """Return the volume of both.

    Raises:
        ValueError: together they span more than MAX_SPAN_TICKS.
    """
    parts = [part for part in (a, b) if part.buy_lots.size]
    if not parts:
        return a
    low = min(part.first_tick for part in parts)
    span = _span(low, max(part.first_tick + part.buy_lots.size for part in parts) - 1)
    sums = np.zeros((3, span), np.int64)
    for part in parts:
        first = part.first_tick - low
        sums[:, first : first + part.buy_lots.size] += (
            part.sell_lots,
            part.unknown_lots,
            part.buy_lots,
        )
    return _volumes(low, sums)


def spread_bars(bars: BarArray) -> TickVolumes:
    """Return the volume of ``bars`` spread evenly over each bar's ``[low, high]``, side unknown.

    An estimate for where only candles exist. No tick of a bar differs from another by more than one
    lot; the lots left over go to the ticks nearest the bar's middle, so that totals are exact.

    Args:
        bars: BAR_DTYPE[n], any order.

    Raises:
        ValueError: the prices span more than MAX_SPAN_TICKS.

    Source:
        DEFINITIONS section 5: "profile from bars", delta unavailable.
    """
    if not bars.size:
        return _volumes(0, np.zeros((3, 0), np.int64))
    low = int(bars["low_ticks"].min())
    span = _span(low, int(bars["high_ticks"].max()))
    first = bars["low_ticks"].astype(np.int64) - low
    ticks = bars["high_ticks"] - bars["low_ticks"] + np.int64(1)
    each, left_over = np.divmod(bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"], ticks)
    middle = first + (ticks - left_over) // 2
    # Steps up and down at the edges; their running sum is the volume.
    steps = np.zeros(span + 1, np.int64)
    for edge, step in (
        (first, each),
        (first + ticks, -each),
        (middle, np.int64(1)),
        (middle + left_over, np.int64(-1)),
    ):
        np.add.at(steps, edge, step)
    sums = np.zeros((3, span), np.int64)
    sums[1] = np.cumsum(steps[:-1])
    return _volumes(low, sums)


def _span(low: int, high: int) -> int:
    span = high - low + 1
    if span > MAX_SPAN_TICKS:
        msg = (
            f"prices from {low} to {high} ticks are {span} ticks, more than {MAX_SPAN_TICKS}: "
            "leave out the print that is far off the market"
        )
        raise ValueError(msg)
    return span


def _volumes(low: int, sums: IntArray) -> TickVolumes:
    sell, unknown, buy = sums  # in the order of Aggressor
    return TickVolumes(first_tick=low, buy_lots=buy, sell_lots=sell, unknown_lots=unknown)
