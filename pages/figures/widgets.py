"""Widgets: the pieces that boards are put together from."""

from collections.abc import Iterable, Sequence
from typing import Final

from core.domain.instrument import Venue
from pages.figures.node import Node, node
from pages.figures.scale import UNKNOWN

VENUE_CODES: Final = {Venue.BINANCE: "BNC", Venue.OKX: "OKX", Venue.BYBIT: "BBT"}


def tone(name: str) -> str:
    """Return the class of a meaning; a sign or a word must carry it too.

    Args:
        name: ``buy``, ``sell``, ``caution``, ``whale``, ``frame``, ``aligned`` or ``quiet``; empty
            = none.
    """
    return f"ts-tone-{name}" if name else ""


def card(title: str, *kids: Node, hover: str = "", name: str = "", off: str = "") -> Node:
    """Return a framed panel.

    Args:
        hover: what the mouse reads on its title.
        name: of its ``data-card``, for tests and scripts.
        off: why what it shows is not live; it is greyed, and says so.
    """
    head = [node("span", "ts-card-title", title, title=hover)]
    if off:
        head.append(chip(off, "caution"))
    classes = "ts-card ts-is-off" if off else "ts-card"
    return node("div", classes, "", node("div", "ts-card-head", "", *head), *kids, card=name)


def stat(label: str, text: str, *, of: str = "", hover: str = "", name: str = "") -> Node:
    """Return a number under its label.

    Args:
        text: with its unit.
        of: its tone.
        hover: what the mouse reads.
        name: of its ``data-stat``.
    """
    return node(
        "div",
        "ts-stat",
        "",
        node("span", "ts-stat-label", label),
        node("span", f"ts-stat-value {tone(of)}".strip(), text or UNKNOWN, stat=name),
        title=hover,
    )


def chip(text: str, of: str = "", *, hover: str = "", name: str = "") -> Node:
    """Return a word in a frame of its tone."""
    return node("span", f"ts-word {tone(of)}".strip(), text, title=hover, stat=name)


def said(text: str, of: str = "", *, hover: str = "", name: str = "") -> Node:
    """Return words in a line."""
    return node("span", tone(of), text, title=hover, stat=name)


def line(*kids: Node) -> Node:
    """Return pieces side by side."""
    return node("div", "ts-line-of", "", *kids)


def missing(why: str) -> Node:
    """Return the sign of what is not known; the mouse reads why."""
    return node("span", tone("quiet"), UNKNOWN, title=why)


def venue_code(venue: Venue, *, hover: str = "") -> Node:
    """Return BNC, OKX or BBT; the mouse reads ``hover``, else the venue's name."""
    return node("span", f"ts-venue {tone('frame')}", VENUE_CODES[venue], title=hover or str(venue))


def row(*cells: Node, pick: str = "", of: str = "") -> Node:
    """Return a row of a table.

    Args:
        pick: what a click on it sends back; empty = nothing.
        of: its tone.
    """
    return node("tr", tone(of), "", *cells, pick=pick)


def cell(text: str, of: str = "", *, hover: str = "", name: str = "") -> Node:
    """Return a cell of words."""
    return node("td", tone(of), text, title=hover, stat=name)


def number(text: str, of: str = "", *, hover: str = "", name: str = "") -> Node:
    """Return a cell of a number, with its unit where the head has none."""
    return node("td", f"ts-num {tone(of)}".strip(), text or UNKNOWN, title=hover, stat=name)


def table(heads: Sequence[str], rows: Iterable[Node], *, name: str = "") -> Node:
    """Return a table.

    Args:
        heads: one that begins with ``#`` is of numbers.
        rows: of ``row``.
        name: of its ``data-table``.
    """
    cells = [
        node("th", "ts-num", each[1:]) if each.startswith("#") else node("th", "", each)
        for each in heads
    ]
    head = node("thead", "", "", node("tr", "", "", *cells))
    return node("table", "ts-table", "", head, node("tbody", "", "", *rows), table=name)
