"""Depth map: the heat map of a book as columns of codes, with the best prices, orders and walls."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.calc.wall_events import WallEvent
from core.calc.words import decimals
from core.domain.arrays import BookSide, RowArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_MS, NS_PER_S
from data.views.depth import COLUMNS, ROWS, DepthView
from data.views.walls import WallsView
from pages.figures.off_words import off_text
from pages.figures.scale import amount_text, coins, milliseconds, prices, size_text

PER_OCTAVE: Final = 1024
"""Codes from a size to twice that size: a step is 0.07 %."""
UNKNOWN_CODE: Final = 65_535
MOST_WALLS: Final = 12
MOST_ENDED: Final = 40


def draw(view: DepthView, walls: WallsView | None) -> dict[str, Any]:
    """Return what the heat map's canvas is painted from.

    Cells are codes, 0 = nothing rests, UNKNOWN_CODE = not known, else 1 and PER_OCTAVE for every
    doubling of one lot: shades go by the logarithm, and so by the code itself.

    Args:
        view: the picture.
        walls: what stands and what ended; None = nothing is known of them.
    """
    grid = view.instrument
    return {
        "from_ms": view.from_ns / NS_PER_MS,
        "columns": COLUMNS,
        "rows": ROWS,
        "row_ticks": view.ticks_per_row,
        "low_ticks": view.first_row * view.ticks_per_row,
        "tick": float(grid.tick_size),
        "lot": float(grid.lot_size),
        "decimals": decimals(grid.tick_size),
        "base": grid.base,
        "quote": grid.quote,
        # Bytes of 16 bits each: the browser looks at them as they are.
        "codes": codes(view.lots).view(np.uint8).ravel(),
        "contrast": [_code(each) for each in view.contrast_lots],
        "contrast_text": [size_text(each, grid) for each in view.contrast_lots],
        "per_octave": PER_OCTAVE,
        "bid": prices(view.bid_ticks, grid),
        "ask": prices(view.ask_ticks, grid),
        "orders": _orders(view.orders, grid),
        "walls": _walls(walls, grid),
        "known_ms": _known_ms(view),
        "off": off_text(view.off),
    }


def _known_ms(view: DepthView) -> float | None:
    """Return since when anything of the book is known; None = nothing is."""
    known = np.flatnonzero(~np.isnan(view.lots).all(axis=1))
    return (view.from_ns + int(known[0]) * NS_PER_S) / NS_PER_MS if known.size else None


def codes(lots: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Return sizes as codes; see ``draw``.

    Args:
        lots: float32 of any shape; NaN = not known.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.rint(np.log2(np.maximum(lots, 1)) * PER_OCTAVE) + 1
    found = np.where(lots > 0, np.minimum(found, UNKNOWN_CODE - 1), 0)
    return np.where(np.isnan(lots), UNKNOWN_CODE, found).astype("<u2")


def _code(lots: float) -> int | None:
    return None if np.isnan(lots) else int(codes(np.array([lots], np.float32))[0])


def _orders(orders: RowArray, grid: Instrument) -> dict[str, Any]:
    tick_lot = float(grid.tick_size) * float(grid.lot_size)
    return {
        "ms": milliseconds(orders["ts_event_ns"]),
        "price": prices(orders["vwap_ticks"], grid),
        "last": prices(orders["last_ticks"], grid),
        "value": orders["notional_tick_lots"] * tick_lot,
        "size": coins(orders["size_lots"], grid),
        "side": orders["aggressor"].astype(np.int64),
        "fills": orders["fills"].astype(np.int64),
        "levels": orders["levels"].astype(np.int64),
    }


def _walls(view: WallsView | None, grid: Instrument) -> list[dict[str, Any]]:
    """Return the lines of walls: those that stand, and until when others stood."""
    if view is None:
        return []
    return [_wall(each, grid, stands=False) for each in view.ended[-MOST_ENDED:]] + [
        _wall(each, grid, stands=True) for each in view.standing[:MOST_WALLS]
    ]


def _wall(wall: WallEvent, grid: Instrument, *, stands: bool) -> dict[str, Any]:
    size = size_text(wall.size_lots if stands else wall.peak_lots, grid)
    worth = wall.peak_lots * wall.price_ticks * float(grid.tick_size) * float(grid.lot_size)
    return {
        "price": wall.price_ticks * float(grid.tick_size),
        "side": "bid" if wall.side == BookSide.BID else "ask",
        "from_ms": wall.since_ns / NS_PER_MS,
        "to_ms": None if stands else wall.event_ns / NS_PER_MS,
        "times": wall.peak_lots / max(wall.least_lots, 1),
        "label": f"{size} {grid.base}" if stands else str(wall.kind),
        "said": f"wall of {size} {grid.base}, at most worth {amount_text(worth)} {grid.quote}"
        + ("" if stands else f", {wall.kind}"),
    }
