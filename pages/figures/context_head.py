"""Context head: the regime in a word, how long it has held, and what followed it."""

from typing import Final

import numpy as np

from core.calc.followed import Followed
from core.calc.regime import Regime
from core.domain.moments import utc_text
from data.views.regime import RegimeView
from data.views.regime_followed import RegimeFollowedView
from pages.figures import widgets
from pages.figures.node import Node, node
from pages.figures.regime_words import SIGNS, TONES
from pages.figures.scale import number_text, span_text

_MEANINGS: Final = {
    (1, 1): "Takers buy, and the price goes with them.",
    (-1, -1): "Takers sell, and the price goes with them.",
    (1, -1): "Takers buy while the price falls.",
    (-1, 1): "Takers sell while the price rises.",
    (1, 0): "Takers buy, and passive offers hold the price.",
    (-1, 0): "Takers sell, and passive bids hold the price.",
}
"""By the ways of flow and price."""
_BALANCED: Final = "Neither side of the takers leads."
_UNKNOWN: Final = "Too little is known of price or flow."
_WRAP: Final = "white-space:normal"
_LITTLE: Final = 6
"""Below so many there is no interval."""


def draw(view: RegimeView, followed: RegimeFollowedView | None) -> Node:
    """Return the word with its sign, since when it holds, and what followed it.

    Args:
        followed: None = nothing is known yet.
    """
    word, of = view.word, TONES[view.word]
    meaning = _MEANINGS.get((view.flow_way, view.price_way), _BALANCED)
    meaning = _UNKNOWN if word is Regime.NOT_KNOWN else meaning
    big = node(
        "div",
        f"ts-context-word {widgets.tone(of)}",
        f"{SIGNS[word]} {word.word}",
        style="font-size:22px;font-weight:700;white-space:nowrap",
        title=meaning,
        stat="regime",
    )
    return widgets.card(
        f"Regime of {view.spec.markets.coin}, 15 minutes",
        big,
        widgets.said(meaning, "quiet", name="meaning"),
        widgets.line(_held(view)),
        *_followed(view.word, followed),
        hover="One word for what price and taken volume do to each other over 15 minutes.",
        name="regime",
    )


def _held(view: RegimeView) -> Node:
    if view.since_ns is None:
        return widgets.said("Fifteen minutes of price and CVD, and an hour before, are needed.")
    since = utc_text(view.since_ns)[11:16]
    least = "at least " if view.is_at_least else ""
    return widgets.said(
        f"has held for {least}{span_text(view.held_ns)}, since {since} UTC", name="held"
    )


def _followed(word: Regime, view: RegimeFollowedView | None) -> list[Node]:
    if word is Regime.NOT_KNOWN:
        return []
    if view is None:
        return [widgets.said("What followed it is being looked up.", "quiet", name="followed")]
    head = node(
        "div",
        "ts-stat-label",
        "What followed it",
        title=_about(view),
        style="margin-top:6px",
    )
    found = view.after.get(word)
    if found is None or not found.n:
        why = "none that began is over" if found and found.left_out else "it did not begin"
        text = f"Nothing is known: {why} in {view.of_words}."
        return [head, widgets.said(text, "quiet", name="followed")]
    return [
        head,
        node("div", "", followed_text(found), stat="followed", title=_about(view)),
        node("div", "ts-ago", any_text(found), stat="followed-any", title=_about(view)),
        node("div", "ts-ago", f"From {view.of_words}.", stat="followed-of", style=_WRAP),
    ]


def followed_text(found: Followed) -> str:
    """Return the median move, its interval, and of how many."""
    moved = number_text(found.median_bps, 1, signed=True, unit=" bps")
    between = (
        between_text(found.low_bps, found.high_bps)
        if found.n >= _LITTLE
        else "too few for an interval"
    )
    return f"{moved} in 15 min ({between}, n = {found.n})"


def any_text(found: Followed) -> str:
    """Return what followed any moment like these."""
    if np.isnan(found.random_median_bps):
        return "Nothing to compare with."
    moved = number_text(found.random_median_bps, 1, signed=True, unit=" bps")
    chance = between_text(found.random_low_bps, found.random_high_bps)
    return f"Any moment: {moved} ({chance} by chance)"


def between_text(low: float, high: float) -> str:
    """Return an interval in basis points."""
    return f"{number_text(low, 1, signed=True)} to {number_text(high, 1, signed=True)}"


def _about(view: RegimeFollowedView) -> str:
    return (
        "Median move of the price over the 15 minutes after the regime began, and where that "
        "median lies in 95 of 100 cases; beside it the same of random times, alike in hour and in "
        f"how lively the market was. From {view.of_words}."
    )
