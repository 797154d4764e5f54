"""Stored trades as sheets: a line per trade, the source in every one of them."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from core.domain.arrays import TradeArray, empty_trades
from core.domain.units import Ns
from data.commands.sheet import Exact, Known, Sheet, Text
from data.store.catalog import Stored
from data.store.store import Store

_SIDES: Final = ("sell", "unknown", "buy")
_EXTRA: Final = ("size_lots", "price_ticks", "aggressor")
"""With the facts in the metadata, what a Parquet file needs to be imported as it was."""


def trade_sheets(
    store: Store, stored: Stored, *, from_ns: Ns, to_ns: Ns, with_steps: bool = False
) -> Iterator[Sheet]:
    """Yield the trades in ``[from_ns, to_ns)``, sorted; one sheet without rows if there are none.

    Args:
        with_steps: ticks, lots and the aggressor's number too.
    """
    any_rows = False
    for rows in store.read_trades(stored.source, stored.instrument.id, from_ns, to_ns):
        any_rows = True
        yield _sheet(rows, stored, with_steps=with_steps)
    if not any_rows:
        yield _sheet(empty_trades(), stored, with_steps=with_steps)


def _sheet(rows: TradeArray, stored: Stored, *, with_steps: bool) -> Sheet:
    grid = stored.instrument
    nothing = np.zeros(rows.size, np.int64)
    received = rows["ts_recv_ns"]
    sheet: dict[str, Exact | Text | Known] = {
        "source": Text(nothing, (stored.source,)),
        "instrument": Text(nothing, (str(grid.id),)),
        "ts_event_ns": Known(rows["ts_event_ns"]),
        "ts_recv_ns": Known(received, received > 0),
        "trade_id": Known(rows["trade_id"]),
        "side": Text(rows["aggressor"].astype(np.int64) + 1, _SIDES),
        "price": Exact(rows["price_ticks"].astype(np.int64), grid.tick_size),
        "size": Exact(rows["size_lots"], grid.lot_size),
        "flags": Known(rows["flags"]),
        "fills": Known(rows["fills"]),
    }
    if with_steps:
        sheet |= {name: Known(np.ascontiguousarray(rows[name])) for name in _EXTRA}
        sheet["ts_recv_ns"] = Known(received)
    return sheet
