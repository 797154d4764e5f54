"""Stored trades as a volume profile, with its point of control and value area."""

from collections.abc import Iterator

import numpy as np

from core.calc.profile import Profile, add_tick_volumes, profile, tick_volumes
from core.calc.row_cells import ROW_CELL_DTYPE
from core.domain.arrays import empty_trades
from core.domain.errors import RecordingError
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.commands.footprints import cell_columns
from data.commands.sheet import Sheet
from data.commands.told import Told
from data.store.archive import Archive
from data.store.catalog import Stored


def profile_sheets(
    store: Archive, stored: Stored, span: tuple[Ns, Ns], *, ticks_per_row: int, told: Told
) -> Iterator[Sheet]:
    """Yield one sheet: the rows that traded in ``span``, ascending in price.

    A price is the lower edge of its row. Where only volume of unknown side traded, sells and buys
    are empty. What is held is one number per tick and side, however many trades there are.

    Args:
        span: first instant, and end, itself not included.
        ticks_per_row: height of a row, >= 1.
        told: takes POC, VAH and VAL as the chart has them, of the volume of every side, and how
            much has no known side.

    Raises:
        RecordingError: the prices are too far apart.
    """
    grid = stored.instrument
    volumes = tick_volumes(empty_trades())
    try:
        for rows in store.read_trades(stored.source, grid.id, *span):
            volumes = add_tick_volumes(volumes, tick_volumes(rows))
    except ValueError as error:
        msg = f"{error}, with --from and --to"
        raise RecordingError(msg) from error
    result = profile(volumes, ticks_per_row=ticks_per_row)
    told.results.append(_levels(result, grid))
    told.sides(int(result.unknown_lots.sum()), int(result.total_lots.sum()), grid)
    traded = result.total_lots > 0
    cells = np.zeros(int(traded.sum()), ROW_CELL_DTYPE)
    for name in ("row_ticks", "sell_lots", "buy_lots", "unknown_lots"):
        cells[name] = getattr(result, name)[traded]
    yield cell_columns(cells, grid, with_opens=False)


def _levels(result: Profile, grid: Instrument) -> str:
    """Return the levels in one line; as on the chart, VAH is the last tick of its row."""
    levels = {"poc": result.poc_ticks, "vah": result.vah_ticks, "val": result.val_ticks}
    if None in levels.values():
        return "nothing traded: there is no poc, vah or val"
    return " ".join(
        f"{name} {ticks * grid.tick_size:f}" for name, ticks in levels.items() if ticks is not None
    )
