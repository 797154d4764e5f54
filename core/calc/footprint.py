"""Footprint: one bar taken apart by price row and by the side that crossed."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from core.calc.compiled import compilable
from core.calc.grouping import intervals
from core.calc.imbalance import diagonal_imbalance
from core.calc.profile import profile
from core.calc.tick_volumes import tick_volumes
from core.domain.arrays import BoolArray, IntArray, TradeArray, require_sorted
from core.domain.frame import Framed
from core.domain.units import Aggressor, Ns


@dataclass(frozen=True, slots=True)
class Footprint(Framed):
    """Dense rows from the lowest to the highest traded, ascending in price; empty = no trade.

    Sell volume hit the bid, buy volume lifted the offer.

    Attributes:
        open_ns: open of the bar, nanoseconds UTC.
        ticks_per_row: >= 1; rows are anchored at zero.
        row_ticks: int64[n], lower edge of each row, in ticks.
        sell_lots: int64[n].
        buy_lots: int64[n].
        unknown_lots: int64[n], volume whose aggressor nobody told us.
        sell_trades: int64[n], number of sells.
        buy_trades: int64[n], number of buys.
        poc_row: row of greatest volume of whatever side, ties as in ``value_area.poc_row``; -1 =
            no trade.
        val_row: lowest row of the 70 % value area, two-row rule; -1 = no trade.
        vah_row: its highest row; -1 = no trade.
        delta_lots: buys less sells of the bar.
        total_lots: all volume of the bar.
        min_delta_lots: smallest running delta, from 0: <= 0.
        max_delta_lots: greatest running delta, >= 0.
        buy_imbalance: bool[n], see ``diagonal_imbalance``; provisional while the bar is open.
        sell_imbalance: bool[n].
    """

    open_ns: Ns
    ticks_per_row: int
    row_ticks: IntArray
    sell_lots: IntArray
    buy_lots: IntArray
    unknown_lots: IntArray
    sell_trades: IntArray
    buy_trades: IntArray
    poc_row: int
    val_row: int
    vah_row: int
    delta_lots: int
    total_lots: int
    min_delta_lots: int
    max_delta_lots: int
    buy_imbalance: BoolArray
    sell_imbalance: BoolArray

    def columns(self) -> Mapping[str, Any]:
        """Return a row per row, and whether it is the POC and in the value area."""
        place = np.arange(self.row_ticks.size)
        area = (place >= self.val_row) & (place <= self.vah_row)
        return {**Framed.columns(self), "is_poc": place == self.poc_row, "in_value_area": area}


@compilable
def footprint(
    trades: TradeArray,
    *,
    open_ns: Ns,
    ticks_per_row: int,
    ratio: Fraction = Fraction(3),
    min_lots: int = 0,
) -> Footprint:
    """Return the footprint of one bar.

    Args:
        trades: TRADE_DTYPE[m], the bar's trades and no others, sorted by ``ts_event_ns``.
        open_ns: open of the bar, nanoseconds UTC; kept as its label.
        ticks_per_row: height of a row, >= 1.
        ratio: multiplier of a diagonal imbalance, > 0.
        min_lots: least volume of the dominant cell of an imbalance.

    Raises:
        ValueError: ``trades`` is not sorted, ``ticks_per_row`` or ``ratio`` is not above zero, or
            the prices span more than ``tick_volumes.MAX_SPAN_TICKS``.

    Source:
        DEFINITIONS sections 4 (extremes of delta), 5 and 6.
    """
    require_sorted(trades, "ts_event_ns")
    rows = profile(tick_volumes(trades), ticks_per_row=ticks_per_row)
    sells, _, buys = _counts(trades, rows.row_ticks, ticks_per_row)
    running = np.cumsum(trades["size_lots"] * trades["aggressor"])
    imbalance = diagonal_imbalance(rows.sell_lots, rows.buy_lots, ratio=ratio, min_lots=min_lots)
    return Footprint(
        open_ns=open_ns,
        ticks_per_row=ticks_per_row,
        row_ticks=rows.row_ticks,
        sell_lots=rows.sell_lots,
        buy_lots=rows.buy_lots,
        unknown_lots=rows.unknown_lots,
        sell_trades=sells,
        buy_trades=buys,
        poc_row=rows.poc_row,
        val_row=rows.val_row,
        vah_row=rows.vah_row,
        delta_lots=int(running[-1:].sum()),
        total_lots=int(rows.total_lots.sum()),
        min_delta_lots=int(running.min(initial=0)),
        max_delta_lots=int(running.max(initial=0)),
        buy_imbalance=imbalance.buy,
        sell_imbalance=imbalance.sell,
    )


def _counts(trades: TradeArray, row_ticks: IntArray, ticks_per_row: int) -> tuple[IntArray, ...]:
    """Return the number of sells, of unknown sides and of buys in each row."""
    count = row_ticks.size
    origin = int(row_ticks[:1].sum())
    places = intervals(trades["price_ticks"], width=ticks_per_row, origin=origin)
    places += (trades["aggressor"] - np.int64(Aggressor.SELL)) * count
    sell, unknown, buy = np.bincount(places, minlength=3 * count).reshape(3, count)
    return sell, unknown, buy
