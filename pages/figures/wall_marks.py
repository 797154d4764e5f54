"""Wall marks: how walls ended and which levels were filled up again, at their price.

``front/marks.js`` draws them as it draws markers.
"""

from typing import Any, Final

import numpy as np

from core.calc.icebergs import Iceberg
from core.calc.wall_events import WallEvent, WallEventKind
from core.calc.words import decimals
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_S, Ns
from data.views.walls import WallsView
from pages.figures import palette
from pages.figures.liquidations import MARK
from pages.figures.part import Trace
from pages.figures.scale import milliseconds, prices, size_text, span_text

_ENDS: Final = {
    WallEventKind.EATEN: "Wall eaten",
    WallEventKind.PULLED: "Wall gone by an unattributed reduction",
    WallEventKind.MIXED: "Wall gone, partly filled",
}
_ICEBERG: Final = "Level filled up again and again"
_SHAPES: Final = {
    _ENDS[WallEventKind.EATEN]: "open-bar",
    _ENDS[WallEventKind.PULLED]: "open-diamond",
    _ENDS[WallEventKind.MIXED]: "open-triangle",
    _ICEBERG: "stack",
}
"""Names that ``front/glyphs.js`` knows."""
_STOOD_NS: Final[Ns] = 10 * NS_PER_S
_LARGE: Final = 2
"""So many times what a wall must hold."""


def marks(view: WallsView, step_ns: Ns) -> Trace | None:
    """Return them as one trace of the layout that ``markers.draw`` has; None = there are none.

    Most walls come and go within seconds. Of those that no trade took, only the ones are marked
    that were large, stood a while and had the price near.

    Args:
        view: with what ended or was filled up again.
        step_ns: length of a candle.
    """
    grid = view.instrument
    ended = [each for each in view.ended if matters(each)]
    found = [(_ENDS[each.kind], each.peak_lots, each.least_lots, each) for each in ended]
    others = [(_ICEBERG, each.filled_lots, each.peak_lots, each) for each in view.icebergs]
    rows: list[tuple[str, int, int, WallEvent | Iceberg]] = [*found, *others]
    if not rows:
        return None
    kinds = sorted({row[0] for row in rows})
    event_ns = np.array([row[3].event_ns for row in rows], np.int64)
    lot = float(grid.lot_size)
    trace: dict[str, Any] = {
        "name": "Walls",
        "x": milliseconds(event_ns // step_ns * step_ns),
        "y": prices(np.array([row[3].price_ticks for row in rows], np.int64), grid),
        "at": milliseconds(event_ns),
        "known": milliseconds(np.array([row[3].known_ns for row in rows], np.int64)),
        "side": np.array([row[3].side for row in rows], np.int64),
        "kind": np.array([kinds.index(row[0]) for row in rows], np.uint8),
        "strength": np.array([_strength(*row[1:3]) for row in rows], np.uint8),
        "value": [row[1] * lot for row in rows],
        "threshold": [row[2] * lot for row in rows],
        "reason": [_reason(row[3], grid) for row in rows],
        "meta": {
            "kind": MARK,
            "glyphs": True,
            "kinds": [_words(kind) for kind in kinds],
            "buy": palette.BUY_MARK,
            "sell": palette.SELL_MARK,
            "decimals": decimals(grid.tick_size),
            "waits": [],
        },
    }
    return trace


def matters(wall: WallEvent) -> bool:
    """Return whether the end of a wall is shown: what no trade took only if it was of weight."""
    is_large = wall.peak_lots >= _LARGE * wall.least_lots
    stood = wall.event_ns - wall.since_ns >= _STOOD_NS
    return wall.kind is not WallEventKind.PULLED or (wall.is_near and is_large and stood)


def _strength(measured: int, needed: int) -> int:
    """Return percent: 0 at what was needed, towards 100."""
    return max(100 - 100 * needed // max(measured, 1), 0)


def _words(kind: str) -> dict[str, Any]:
    sides = {"up": "bids", "down": "asks"}
    return {"shape": _SHAPES[kind], "title": kind, "at_price": True} | sides


def _reason(found: WallEvent | Iceberg, grid: Instrument) -> str:
    filled = f"{size_text(found.filled_lots, grid)} {grid.base} filled"
    if isinstance(found, Iceberg):
        shown = size_text(found.peak_lots, grid)
        return f"{filled} while {shown} showed at most, filled up {found.refills} times or more"
    stood = span_text(found.event_ns - found.since_ns)
    gone = size_text(found.cancelled_lots, grid)
    return f"it stood {stood}; {filled}, {gone} went that no trade accounts for"
