"""Context walls: the nearest passive wall above and below, how far, how large, and how long."""

from typing import Final

import numpy as np

from core.calc.nearest_wall import Resting
from core.calc.words import price_text
from core.domain.instrument import Instrument
from data.views.nearest_wall import NearestWallView, SideNow
from pages.figures import widgets
from pages.figures.node import Node, node
from pages.figures.off_words import off_text
from pages.figures.scale import number_text, size_text, span_text
from pages.figures.venues import VENUE_NAMES

_ABOVE: Final = ("Above", "sell", "above")
_BELOW: Final = ("Below", "buy", "below")


def draw(view: NearestWallView | None, *, why_not: str) -> Node:
    """Return a card of both sides.

    Args:
        view: None = nothing is known of the book.
        why_not: what is said then.
    """
    if view is None:
        return widgets.card("Nearest walls", widgets.said(why_not, "quiet"), name="walls")
    name = f"{VENUE_NAMES[view.instrument.id.venue]} {view.instrument.id.kind}"
    least = _least(view)
    hover = f"Prices at which more than {least} rest in the book of {name}: passive orders that "
    hover += "the price has to trade through. 15 BTC by default, as much worth of other coins."
    if view.above is None or view.below is None:
        said = widgets.said(_silent(view, name), "quiet", name="walls-why")
        return widgets.card(
            "Nearest walls", said, hover=hover, name="walls", off=off_text(view.off)
        )
    return widgets.card(
        "Nearest walls",
        _side(view, view.above, _ABOVE),
        _side(view, view.below, _BELOW),
        node("div", "ts-ago", f"More than {least}, {name}", stat="walls-least"),
        hover=hover,
        name="walls",
    )


def wall_text(resting: Resting, grid: Instrument) -> str:
    """Return size, price and distance of a level."""
    size, price = size_text(resting.size_lots, grid), price_text(resting.price_ticks, grid)
    return f"{size} {grid.base} at {price}, {_away(resting)}"


def _side(view: NearestWallView, side: SideNow, words: tuple[str, str, str]) -> Node:
    label, of, name = words
    grid = view.instrument
    head = node("div", "ts-stat-label", label)
    if side.nearest is None:
        said = widgets.said(_none(view, side), "quiet", name=name)
        return node("div", "", "", head, said, style="margin-bottom:4px")
    wall = side.nearest
    least = "at least " if wall.is_at_least else ""
    stood = span_text(max(view.now_ns - wall.since_ns, 0))
    more = f", {side.count - 1} more behind" if side.count > 1 else ""
    return node(
        "div",
        "",
        "",
        head,
        node(
            "div",
            f"ts-stat-value {widgets.tone(of)}",
            f"{size_text(wall.resting.size_lots, grid)} {grid.base}",
            stat=name,
        ),
        node(
            "div",
            "",
            f"at {price_text(wall.resting.price_ticks, grid)}, {_away(wall.resting)}",
            stat=f"{name}-where",
        ),
        node("div", "ts-ago", f"stands {least}{stood}{more}", stat=f"{name}-stood"),
        style="margin-bottom:4px",
    )


def _none(view: NearestWallView, side: SideNow) -> str:
    text = "None in the whole book."
    if not np.isnan(side.known_bps):
        text = f"None within {number_text(side.known_bps, 0)} bps, as far as the book is known."
    if side.largest is None:
        return f"{text} Nobody is there."
    return f"{text} Largest: {wall_text(side.largest, view.instrument)}."


def _silent(view: NearestWallView, name: str) -> str:
    if view.off is not None:
        return f"The book of {name} is {view.off.state}: no wall can be told. {view.off.reason}"
    if np.isnan(view.middle_ticks):
        return f"A side of the book of {name} is empty."
    return "No price of BTC is known at this venue: it cannot be said what is worth as much."


def _least(view: NearestWallView) -> str:
    if np.isnan(view.least_lots):
        return "a wall needs"
    return f"{size_text(view.least_lots, view.instrument)} {view.instrument.base}"


def _away(resting: Resting) -> str:
    return number_text(resting.side * -resting.distance_bps, 1, signed=True, unit=" bps")
