"""Micro-footprint: what traded in each second, by price row and by the side that crossed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.calc.grouping import intervals
from core.domain.arrays import IntArray, TradeArray, require_sorted
from core.domain.frame import Framed
from core.domain.units import NS_PER_S, Aggressor, Ns

MAX_CELLS: Final = 2**24
"""Largest picture made, seconds times rows: beyond it the rows are too thin for the range."""


@dataclass(frozen=True, slots=True)
class MicroFootprint(Framed):
    """Dense seconds by dense rows; volume of unknown side stretches the rows but is not shown.

    Attributes:
        second_ns: int64[s], start of each UTC second, ascending, without holes.
        row_ticks: int64[r], lower edge of each row in ticks, ascending; empty when nothing traded.
        sell_lots: int64[s, r].
        buy_lots: int64[s, r].
    """

    second_ns: IntArray
    row_ticks: IntArray
    sell_lots: IntArray
    buy_lots: IntArray

    def columns(self) -> Mapping[str, Any]:
        """Return a row per cell: second by second, in each the rows ascending in price."""
        return {
            "second_ns": np.repeat(self.second_ns, self.row_ticks.size),
            "row_ticks": np.tile(self.row_ticks, self.second_ns.size),
            "sell_lots": self.sell_lots.ravel(),
            "buy_lots": self.buy_lots.ravel(),
        }


def micro_footprint(
    trades: TradeArray, *, from_ns: Ns, to_ns: Ns, ticks_per_row: int
) -> MicroFootprint:
    """Return one column for every UTC second that ``[from_ns, to_ns)`` touches.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``; those outside the window do not count.
        from_ns: first instant counted, nanoseconds UTC.
        to_ns: first instant no longer counted.
        ticks_per_row: height of a row, >= 1; rows are anchored at zero.

    Raises:
        ValueError: ``trades`` is not sorted, ``ticks_per_row`` is not above zero, or there would be
            more than MAX_CELLS cells.

    Source:
        DEFINITIONS section 5.
    """
    require_sorted(trades, "ts_event_ns")
    edges = np.searchsorted(trades["ts_event_ns"], (from_ns, to_ns))
    shown = trades[edges[0] : edges[1]]
    first_second = from_ns // NS_PER_S
    seconds = max(-(-to_ns // NS_PER_S) - first_second, 0)
    prices = intervals(shown["price_ticks"], width=ticks_per_row)
    low = int(prices.min()) if shown.size else 0
    rows = int(prices.max()) - low + 1 if shown.size else 0
    cells = seconds * rows
    if cells > MAX_CELLS:
        msg = f"{seconds} seconds by {rows} rows are more than {MAX_CELLS} cells: take higher rows"
        raise ValueError(msg)
    columns = intervals(shown["ts_event_ns"], width=NS_PER_S) - first_second
    places = columns * rows + prices - low

    def lots(side: Aggressor) -> IntArray:
        ours = shown["aggressor"] == side
        sums = np.zeros(cells, np.int64)
        np.add.at(sums, places[ours], shown["size_lots"][ours])
        return sums.reshape(seconds, rows)

    return MicroFootprint(
        second_ns=(first_second + np.arange(seconds)) * NS_PER_S,
        row_ticks=(low + np.arange(rows)) * ticks_per_row,
        sell_lots=lots(Aggressor.SELL),
        buy_lots=lots(Aggressor.BUY),
    )
