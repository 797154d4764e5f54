"""Row cells: volume by bar, price row and side, of tapes too long to be held at once."""

from typing import Final

import numpy as np

from core.calc.grouping import intervals
from core.domain.arrays import RowArray, TradeArray
from core.domain.units import Aggressor, Ns

ROW_CELL_DTYPE: Final = np.dtype(
    [
        ("open_ns", "<i8"),  # open of the bar
        ("row_ticks", "<i8"),  # lower edge of the row
        ("sell_lots", "<i8"),
        ("buy_lots", "<i8"),
        ("unknown_lots", "<i8"),  # volume whose aggressor nobody told us
    ]
)
"""One price row of one bar that traded."""


def row_cells(trades: TradeArray, *, step_ns: Ns, ticks_per_row: int) -> RowArray:
    """Return what traded in each row of each bar: the cells of ``footprint`` that are not empty.

    Args:
        trades: TRADE_DTYPE[n], any order.
        step_ns: length of a bar, > 0; bars open on UTC multiples of it.
        ticks_per_row: height of a row, >= 1; rows are anchored at zero.

    Returns:
        ROW_CELL_DTYPE[m], as of ``merge_row_cells``.

    Raises:
        ValueError: ``step_ns`` or ``ticks_per_row`` is not above zero.

    Source:
        DEFINITIONS sections 0 (row grid) and 5.
    """
    cells = np.zeros(trades.size, ROW_CELL_DTYPE)
    cells["open_ns"] = intervals(trades["ts_event_ns"], width=step_ns) * step_ns
    cells["row_ticks"] = intervals(trades["price_ticks"], width=ticks_per_row) * ticks_per_row
    for name, side in (
        ("sell_lots", Aggressor.SELL),
        ("buy_lots", Aggressor.BUY),
        ("unknown_lots", Aggressor.UNKNOWN),
    ):
        cells[name] = np.where(trades["aggressor"] == side, trades["size_lots"], 0)
    return merge_row_cells(cells)


def merge_row_cells(cells: RowArray) -> RowArray:
    """Return cells with those of one row of one bar added up.

    Args:
        cells: ROW_CELL_DTYPE[n], any order, all of one bar length and row height.

    Returns:
        ROW_CELL_DTYPE[m], by bar, then ascending in price; each pair of the two once.
    """
    if not cells.size:
        return cells
    ranked = cells[np.lexsort((cells["row_ticks"], cells["open_ns"]))]
    keys = ranked[["open_ns", "row_ticks"]]
    starts = np.append(0, np.flatnonzero(keys[1:] != keys[:-1]) + 1)
    merged: RowArray = ranked[starts]
    for name in ("sell_lots", "buy_lots", "unknown_lots"):
        merged[name] = np.add.reduceat(ranked[name], starts)
    return merged
