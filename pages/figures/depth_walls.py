"""Depth walls: the ledger of walls: when each came, how long it lived, and what it went by."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from core.calc.wall_events import WallEvent, WallEventKind
from core.calc.words import decimals
from core.domain.arrays import BookSide
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_S, Ns
from data.views.wall_ledger import WallLedgerView
from pages.figures.node import Node, node
from pages.figures.off_words import clock_text, off_text
from pages.figures.scale import number_text, percent_text, size_text
from pages.figures.widgets import card, cell, number, row, table

MOST_ROWS: Final = 40
COLUMNS: Final = (
    "instrument", "side", "price", "state", "born_ns", "told_ns", "known_ns", "life_s",
    "size_base", "peak_base", "added_base", "filled_base", "cancelled_base", "eaten_frac",
    "distance_bps", "was_near",
)  # fmt: skip
"""Of a file of the ledger."""
_ENDS: Final = (WallEventKind.EATEN, WallEventKind.PULLED, WallEventKind.MIXED)
_SIDES: Final = {BookSide.BID: ("▲ bid", "buy"), BookSide.ASK: ("▼ ask", "sell")}


def draw(view: WallLedgerView | None) -> Node:
    """Return the ledger: the walls that stand, the largest first, then the newest that ended."""
    if view is None:
        return card("Walls", node("p", "ts-tone-quiet", "No order book has come."))
    walls = view.walls
    grid = walls.instrument
    ended = [each for each in reversed(walls.ended) if each.kind in _ENDS]
    shown = [*walls.standing, *ended][:MOST_ROWS]
    heads = (
        "Side", "State", f"#Price {grid.quote}", "#Born UTC", "#Life", f"#Size {grid.base}",
        f"#Peak {grid.base}", "#Eaten", "#Pulled", "#Distance bps",
    )  # fmt: skip
    rows = [_wall(each, grid, view.now_ns) for each in shown]
    return card(
        "Wall ledger",
        node("div", "ts-depth-note", _said(view)),
        node("div", "ts-depth-scroll", "", table(heads, rows, name="walls")),
        hover="Levels at least five times the usual size that stood for two seconds. Eaten: the "
        "share of what went that trades account for; pulled: the rest, for whatever reason. "
        "Distance: of its price from the mid when it was last told of.",
        name="walls",
        off=off_text(view.off),
    )


def columns(events: Iterable[WallEvent], grid: Instrument) -> Mapping[str, list[Any]]:
    """Return the ledger as columns for a file; None where something is not known."""
    rows = [_row(each, grid) for each in events]
    return {name: [each[name] for each in rows] for name in COLUMNS}


def _row(wall: WallEvent, grid: Instrument) -> dict[str, Any]:
    tick, lot = float(grid.tick_size), float(grid.lot_size)
    eaten = wall.eaten_frac
    has_ended = wall.kind in _ENDS
    return {
        "instrument": str(grid.id),
        "side": "bid" if wall.side == BookSide.BID else "ask",
        "price": wall.price_ticks * tick,
        "state": str(wall.kind) if has_ended else "stands",
        "born_ns": wall.since_ns,
        "told_ns": wall.event_ns,
        "known_ns": wall.known_ns,
        "life_s": (wall.event_ns - wall.since_ns) / NS_PER_S if has_ended else None,
        "size_base": wall.size_lots * lot,
        "peak_base": wall.peak_lots * lot,
        "added_base": wall.added_lots * lot,
        "filled_base": wall.filled_lots * lot,
        "cancelled_base": wall.cancelled_lots * lot,
        "eaten_frac": None if np.isnan(eaten) else eaten,
        "distance_bps": None if np.isnan(wall.distance_bps) else wall.distance_bps,
        "was_near": wall.is_near,
    }


def _wall(wall: WallEvent, grid: Instrument, now_ns: Ns) -> Node:
    side, tone = _SIDES[wall.side]
    has_ended = wall.kind in _ENDS
    life_ns = (wall.event_ns if has_ended else now_ns) - wall.since_ns
    eaten = wall.eaten_frac
    return row(
        cell(side, tone),
        cell(str(wall.kind) if has_ended else "stands", "" if has_ended else "frame"),
        number(number_text(wall.price_ticks * float(grid.tick_size), decimals(grid.tick_size))),
        number(clock_text(wall.since_ns)),
        number(f"{life_ns / NS_PER_S:,.0f} s"),
        number(size_text(wall.size_lots, grid)),
        number(size_text(wall.peak_lots, grid)),
        number(_percent(eaten)),
        number(_percent(1 - eaten)),
        number(number_text(wall.distance_bps, 1), hover="The price was near." * wall.is_near),
    )


def _percent(frac: float) -> str:
    return percent_text(frac, places=0).lstrip("+")


def _said(view: WallLedgerView) -> str:
    walls = view.walls
    if walls.since_ns is None:
        return "The next change of the book is awaited."
    since = f"The book is followed since {clock_text(walls.since_ns)} UTC"
    return f"{since}; not ready yet: {walls.not_ready}." if walls.not_ready else f"{since}."
