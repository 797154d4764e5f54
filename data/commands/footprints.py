"""Stored trades as footprints: sells and buys of every price row of every bar."""

from collections.abc import Iterator

import numpy as np

from core.calc.row_cells import ROW_CELL_DTYPE, merge_row_cells, row_cells
from core.domain.arrays import RowArray
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.commands.bars import whole_bars
from data.commands.sheet import Exact, Known, Sheet
from data.commands.told import Told
from data.store.archive import Archive
from data.store.catalog import Stored


def footprint_sheets(
    store: Archive,
    stored: Stored,
    span: tuple[Ns, Ns],
    *,
    step_ns: Ns,
    ticks_per_row: int,
    told: Told,
) -> Iterator[Sheet]:
    """Yield the rows that traded in the bars that open in ``span``; at least one sheet.

    By bar, then ascending in price; a price is the lower edge of its row. Where only volume of
    unknown side traded, sells and buys are empty. One bar is held at a time.

    Args:
        span: first instant, and end, itself not included; bars are whole.
        step_ns: length of a bar.
        ticks_per_row: height of a row, >= 1.
        told: takes how much has no known side.
    """
    grid = stored.instrument
    cells = np.zeros(0, ROW_CELL_DTYPE)
    yield cell_columns(cells, grid, with_opens=True)
    sides = np.zeros(2, np.int64)
    for rows in store.read_trades(stored.source, grid.id, *whole_bars(stored, span, step_ns)):
        sides += rows["size_lots"][rows["aggressor"] == 0].sum(), rows["size_lots"].sum()
        fresh = row_cells(rows, step_ns=step_ns, ticks_per_row=ticks_per_row)
        cells = merge_row_cells(np.concatenate([cells, fresh]))
        is_closed = cells["open_ns"] < cells["open_ns"][-1]
        if is_closed.any():
            yield cell_columns(cells[is_closed], grid, with_opens=True)
        cells = cells[~is_closed]
    yield cell_columns(cells, grid, with_opens=True)
    told.sides(int(sides[0]), int(sides[1]), grid)


def cell_columns(cells: RowArray, grid: Instrument, *, with_opens: bool) -> Sheet:
    """Return row cells as columns.

    Args:
        cells: ROW_CELL_DTYPE[n], n >= 0.
        grid: the instrument of its ticks and lots.
        with_opens: the open of the bar too.
    """
    known = cells["sell_lots"] + cells["buy_lots"] > 0
    columns: dict[str, Exact | Known] = {"open_ns": Known(cells["open_ns"])} if with_opens else {}
    columns["price"] = Exact(np.ascontiguousarray(cells["row_ticks"]), grid.tick_size)
    for name in ("sell", "buy"):
        lots = np.ascontiguousarray(cells[f"{name}_lots"])
        columns[name] = Exact(lots, grid.lot_size, known)
    return columns
