"""HUD, walls: the nearest wall above and below the price, as lines of the floating panel."""

from typing import Final

import numpy as np

from core.calc.words import decimals
from core.domain.instrument import Instrument
from data.views.nearest_wall import NearestWallView, SideNow
from pages.figures.hud import OFF, line
from pages.figures.node import Node
from pages.figures.off_words import off_text
from pages.figures.scale import number_text, size_text
from pages.figures.venues import VENUE_NAMES

_LABELS: Final = ("Wall above", "Wall below")
_SIGNS: Final = (1, -1)
_TONES: Final = ("sell", "buy")


def walls(view: NearestWallView | None) -> list[Node]:
    """Return one line per side, the one above first; without a wall it says what is known."""
    if view is None:
        return [line(each, "", "no spot book yet", name=_name(each)) for each in _LABELS]
    grid = view.instrument
    hover = (
        f"The nearest order of more than {size_text(view.least_lots, grid)} {grid.base} that rests "
        f"in the book of {VENUE_NAMES[grid.id.venue]} {grid.id.kind}."
    )
    sides = (view.above, view.below)
    return [_side(view, at, side, hover) for at, side in enumerate(sides)]


def _side(view: NearestWallView, at: int, side: SideNow | None, hover: str) -> Node:
    label, grid = _LABELS[at], view.instrument
    if view.off is not None:
        return line(label, "", off_text(view.off), of=OFF, hover=hover, name=_name(label))
    if side is None:
        return line(label, "", "what is large is not known", hover=hover, name=_name(label))
    if side.nearest is None:
        return line(label, "none", _instead(side, grid), hover=hover, name=_name(label))
    wall = side.nearest.resting
    price = number_text(wall.price_ticks * float(grid.tick_size), decimals(grid.tick_size))
    away = number_text(_SIGNS[at] * wall.distance_bps / 100, 2, signed=True, unit=" %")
    size = f"{size_text(wall.size_lots, grid)} {grid.base}"
    return line(label, size, f"{price}, {away}", of=_TONES[at], hover=hover, name=_name(label))


def _instead(side: SideNow, grid: Instrument) -> str:
    """Return how far the book is known, and the largest order in it."""
    reach = "" if np.isnan(side.known_bps) else f" within {side.known_bps / 100:.2f} %"
    if side.largest is None:
        return f"nothing rests{reach}"
    return f"largest {size_text(side.largest.size_lots, grid)} {grid.base}{reach}"


def _name(label: str) -> str:
    return label.lower().replace(" ", "-")
