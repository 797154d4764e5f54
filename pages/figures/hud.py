"""HUD: the few figures of the floating panel, one line each."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.calc.regime import Regime
from core.calc.words import decimals
from data.views.hud import HudView
from data.views.moment import Off
from data.views.regime import RegimeView
from pages.figures.node import Node, node
from pages.figures.off_words import off_text
from pages.figures.scale import UNKNOWN, moment_text, number_text, percent_text, span_text
from pages.figures.venues import VENUE_NAMES
from pages.figures.widgets import tone

OFF: Final = "off"
_WAYS: Final = {
    1: ("\N{BLACK UP-POINTING TRIANGLE}", "buy"),
    -1: ("\N{BLACK DOWN-POINTING TRIANGLE}", "sell"),
}
_STANDS: Final = ("\N{BLACK RIGHT-POINTING TRIANGLE}", "quiet")
_REGIME_TONES: Final = {
    Regime.BULLISH_CVD: "buy",
    Regime.BULLISH_ABSORPTION: "buy",
    Regime.BEARISH_CVD: "sell",
    Regime.BEARISH_ABSORPTION: "sell",
}


def line(
    label: str, text: str, note: str = "", *, of: str = "", hover: str = "", name: str = ""
) -> Node:
    """Return one figure.

    Args:
        text: with its unit; empty = not known.
        note: what it is of, or why it is not known or not live.
        of: tone of the figure; OFF = what it is of is not live, it is greyed.
        hover: what the mouse reads.
        name: of its ``data-stat``.
    """
    classes, of = ("ts-hud-line ts-hud-off", "") if of == OFF else ("ts-hud-line", of)
    return node(
        "div",
        classes,
        "",
        node("span", "ts-hud-label", label),
        node("span", f"ts-hud-value {tone(of)}".strip(), text or UNKNOWN, stat=name),
        node("span", "ts-hud-note", note, title=note),
        title=hover,
    )


def head(name: str, view: HudView | None) -> list[Node]:
    """Return whose figures they are, the price, and which way it went."""
    title = node("div", "ts-hud-title", name, title="Drag to move it; H hides it.")
    if view is None or np.isnan(view.price):
        return [title, line("Price", "", "nothing has come of it yet", name="price")]
    sign, of = _way(view.change_frac)
    places, off = decimals(view.instrument.tick_size), off_text(view.trades_off)
    return [
        title,
        line(
            "Price",
            f"{number_text(view.price, places)} {sign}",
            off or f"{percent_text(view.change_frac)} in 1 min",
            of=OFF if off else of,
            hover=f"Last trade in {view.instrument.quote}, and its change over the minute before.",
            name="price",
        ),
    ]


def flow(view: HudView) -> list[Node]:
    """Return CVD in money, and the open interest of the coin."""
    quote, off = view.instrument.quote, off_text(view.trades_off)
    since = "session" if view.is_whole else "no trades held"
    if not view.is_whole and view.cvd_since_ns is not None:
        since = f"since {moment_text(view.cvd_since_ns)[-5:]} UTC"
    way = 0 if np.isnan(view.cvd_quote) else int(np.sign(view.cvd_quote))
    return [
        line(
            "CVD",
            _in(view.cvd_quote, 1e6, 2, f" M {quote}", signed=True),
            off or since,
            of=OFF if off else _WAYS.get(way, _STANDS)[1],
            hover="Money bought by takers less money sold, since 00:00 UTC or since trades are "
            "held.",
            name="cvd",
        ),
        line(
            "OI",
            _in(view.interest_quote, 1e9, 3, " B USD"),
            _of(view),
            hover="Open interest of the coin's perpetuals, one side, each at its own mark price; "
            "USDT is taken as the US dollar.",
            name="oi",
        ),
    ]


def regime(view: RegimeView | None) -> Node:
    """Return the word that the Context page explains, and how long it has held."""
    hover = "One word for price and taken volume; the Context page shows each contribution."
    if view is None or view.word is Regime.NOT_KNOWN:
        return line("Regime", "", "too little is known", hover=hover, name="regime")
    held = f"for {'at least ' if view.is_at_least else ''}{span_text(view.held_ns)}"
    of = _REGIME_TONES.get(view.word, "quiet")
    return line("Regime", view.word.word, held, of=of, hover=hover, name="regime")


def health(source: str, amiss: Sequence[tuple[str, Off]]) -> Node:
    """Return the source, and the worst of what is not live.

    Args:
        source: its name.
        amiss: what is off, in words, the worst first.
    """
    text = source.upper()
    hover = "The Health page has every channel."
    if not amiss:
        is_live = source == "live"
        note = "all channels live" if is_live else "all channels arrive"
        of = "buy" if is_live else "quiet"
        return line("Health", text, note, of=of, hover=hover, name="health")
    name, off = amiss[0]
    more = f", {len(amiss) - 1} more" if len(amiss) > 1 else ""
    words = f"{name} {off_text(off)}{more}"
    hover = f"{words}. {off.reason} {hover}"
    return line("Health", text, words, of="caution", hover=hover, name="health")


def _way(change_frac: float) -> tuple[str, str]:
    return _WAYS.get(int(np.sign(change_frac)), _STANDS)


def _in(value: float, power: float, places: int, unit: str, *, signed: bool = False) -> str:
    return "" if np.isnan(value) else number_text(value / power, places, signed=signed, unit=unit)


def _of(view: HudView) -> str:
    """Return the venues that the open interest is of, or those that it is without."""
    if view.left:
        return f"without {', '.join(VENUE_NAMES[e.instrument_id.venue] for e in view.left)}"
    names = [VENUE_NAMES[each.venue] for each in view.interest_of]
    return ", ".join(names) if names else "no perpetual"
