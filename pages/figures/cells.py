"""Footprint in candles: what traded in each row of the newest candles, drawn over them.

``front/cells.js`` draws it: numbers where there is room for them, else shades, else nothing.
"""

from typing import Any, Final

import numpy as np

from core.calc.words import decimals
from core.domain.arrays import IntArray
from core.domain.units import Ns
from data.views.cells import CandleCells, CellsView
from pages.figures import palette
from pages.figures.part import Part
from pages.figures.scale import milliseconds

CELLS: Final = "cells"
"""``meta.kind`` of the trace."""
BUYS: Final = 1
"""Flag of a cell: buyers outnumber sellers a row below."""
SELLS: Final = 2
"""Sellers outnumber buyers a row above."""
POC: Final = 4
"""The row of most volume in its candle."""
_COLOURS: Final = {
    "buy": palette.BUY,
    "sell": palette.SELL,
    "volume": palette.VALUE_AREA,
    "poc": palette.POC,
    "text": palette.TEXT,
    "quiet": palette.AXIS_TEXT,
}


def draw(view: CellsView, *, step_ns: Ns, colour: str, text: str) -> Part:
    """Return one trace, a column of it per fact, one element per row that traded.

    Args:
        view: at least its grid; without candles nothing is drawn.
        step_ns: length of a candle.
        colour: what shades a cell, ``volume`` or ``delta``.
        text: what is written into it, ``sell x buy``, ``delta`` or ``volume``.

    Returns:
        ``x`` the open of each candle in milliseconds, ``bar`` an index into it, ``row`` the row
        counted from the price zero in rows of ``meta.row``; ``sell``, ``buy`` and ``unknown`` in
        lots of ``meta.lot``; ``flags`` a sum of BUYS, SELLS and POC.
    """
    if not view.candles:
        return Part()
    grid = view.instrument
    traded = [np.flatnonzero(each.rows.total_lots) for each in view.candles]
    column = [(each, rows) for each, rows in zip(view.candles, traded, strict=True)]
    trace: dict[str, Any] = {
        "name": "Footprint",
        "x": milliseconds(np.array([each.open_ns for each in view.candles], np.int64)),
        "bar": np.repeat(np.arange(len(traded)), [rows.size for rows in traded]),
        "row": np.concatenate([each.rows.row_ticks[at] for each, at in column])
        // view.ticks_per_row,
        "sell": np.concatenate([each.rows.sell_lots[at] for each, at in column]),
        "buy": np.concatenate([each.rows.buy_lots[at] for each, at in column]),
        "unknown": np.concatenate([each.rows.unknown_lots[at] for each, at in column]),
        "flags": np.concatenate([_flags(each)[at] for each, at in column]).astype(np.uint8),
        "meta": {
            "kind": CELLS,
            "step_ms": int(milliseconds(np.array(step_ns))),
            "row": view.ticks_per_row * float(grid.tick_size),
            "lot": float(grid.lot_size),
            "decimals": decimals(grid.lot_size),
            "colour": colour,
            "text": text,
            "colours": _COLOURS,
        },
    }
    return Part([trace])


def _flags(candle: CandleCells) -> IntArray:
    flags = BUYS * candle.imbalance.buy + SELLS * candle.imbalance.sell
    flags[candle.rows.poc_row] += POC
    return flags
