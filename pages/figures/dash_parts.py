"""Dashboard parts: how its cards write prices, waits and the markets that a figure is not of."""

from collections.abc import Sequence

import numpy as np

from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, Ns
from data.views.left_out import LeftOut
from pages.figures.node import Node, node
from pages.figures.off_words import clock_text
from pages.figures.scale import UNKNOWN
from pages.figures.widgets import VENUE_CODES, chip, tone, venue_code


def price(value: float) -> str:
    """Return a price of five digits at least: ``62,150.5``, ``148.12``; NaN is a dash."""
    if np.isnan(value):
        return UNKNOWN
    whole = len(str(int(abs(value))))
    return f"{value:,.{min(max(6 - whole, 0), 6)}f}"


def countdown(ns: Ns) -> str:
    """Return a time to wait: ``3:12:45``."""
    left = max(ns, 0)
    hours, minutes = left // NS_PER_HOUR, left % NS_PER_HOUR // NS_PER_MINUTE
    return f"{hours}:{minutes:02d}:{left % NS_PER_MINUTE // NS_PER_S:02d}"


def left_words(left: LeftOut) -> str:
    """Return why a market is not in a figure: ``BBT perp: stale since 14:02:11 UTC``."""
    since = f" since {clock_text(left.since_ns)} UTC" if left.since_ns else ""
    venue = VENUE_CODES[left.instrument_id.venue]
    return f"{venue} {left.instrument_id.kind}: {left.why}{since}"


def code(instrument_id: InstrumentId, *, hover: str = "") -> Node:
    """Return BNC, OKX or BBT; the mouse reads the symbol."""
    said = hover or f"{instrument_id.symbol}, {instrument_id.kind}"
    return venue_code(instrument_id.venue, hover=said)


def past(name: str, text: str, why: str = "") -> Node:
    """Return what a figure was: ``1h 48 %``; without a text a dash, and the mouse reads why.

    Args:
        name: ``1h`` or ``24h``.
        why: said too where the text is only of some markets.
    """
    when = "One hour ago" if name == "1h" else "24 hours ago"
    hover = f"{when}: {why}." if why else f"{when}."
    return node("span", "ts-ago", f"{name} {text or UNKNOWN}", title=hover)


def dash_card(
    title: str,
    *kids: Node,
    of: Sequence[InstrumentId],
    left: Sequence[LeftOut] = (),
    words: Sequence[Node] = (),
    hover: str = "",
    name: str = "",
) -> Node:
    """Return a card that names the markets it is of, and those that are left out.

    Args:
        of: none = nothing of it is live: it is greyed, and says since when.
        words: stand on the right of its title.
        hover: what the mouse reads on its title.
        name: of its ``data-card``.
    """
    codes = [code(each) for each in of]
    codes += [
        node(
            "span",
            f"ts-venue ts-gone {tone('caution')}",
            f"✕{VENUE_CODES[each.instrument_id.venue]}",
            title=f"Left out: {left_words(each)}",
        )
        for each in left
    ]
    head = [
        node("span", "ts-card-title", title, title=hover),
        node("span", "ts-codes", "", *codes),
        node("span", "ts-words", "", *words),
    ]
    classes = "ts-card"
    if not of:
        classes += " ts-is-off"
        said = left_words(left[0]) if left else "nothing has come yet"
        head[-1] = node("span", "ts-words", "", chip(said, "caution"))
    return node("div", classes, "", node("div", "ts-card-head", "", *head), *kids, card=name)
