"""Context past: the regimes of the day as a strip, how common each was, and what followed it."""

from functools import lru_cache
from typing import Final

import numpy as np

from core.calc.grouping import runs
from core.calc.regime import Regime
from core.calc.words import share_text
from core.domain.arrays import IntArray
from core.domain.moments import utc_text
from data.views.regime_followed import RegimeFollowedView
from data.views.regime_past import RegimePast
from pages.figures import widgets
from pages.figures.context_head import between_text
from pages.figures.node import Node, node
from pages.figures.regime_words import SIGNS, TONES
from pages.figures.scale import number_text

_HEADS: Final = ("Regime", "#Of the day", "#n", "#15 min", "#Interval")
_WORDS: Final = tuple(each for each in Regime if each is not Regime.NOT_KNOWN)
_FAINT: Final = (Regime.BULLISH_ABSORPTION, Regime.BEARISH_ABSORPTION)
"""Drawn paler than the CVD of their side."""
_HEIGHT: Final = 14


def draw(past: RegimePast, followed: RegimeFollowedView | None) -> Node:
    """Return a card of the minutes that are over.

    Args:
        followed: None = it is being looked up.
    """
    words = past.words[past.words != Regime.NOT_KNOWN]
    if not words.size:
        said = widgets.said("No regime is known of the day before yet.", "quiet")
        return widgets.card("The last 24 hours", said, name="past")
    rows = [_row(each, words, followed) for each in _WORDS]
    hover = "How long each regime held, how often it began, and the median move of the price in "
    hover += "the 15 minutes after, with its 95 % interval."
    of = f"What followed: from {followed.of_words}." if followed is not None else ""
    return widgets.card(
        "The last 24 hours",
        strip(past),
        widgets.table(_HEADS, rows, name="regimes"),
        node("div", "ts-ago", of, style="white-space:normal"),
        hover=hover,
        name="past",
    )


def strip(past: RegimePast) -> Node:
    """Return the words of the minutes from left to right, one outline each; a hole is not known."""
    first, end = (utc_text(int(past.open_ns[at]))[11:16] for at in (0, -1))
    return node(
        "svg",
        "",
        "",
        *(_outline(word, past) for word in _WORDS if word in past.words),
        viewBox=f"0 0 {past.words.size} {_HEIGHT}",
        preserveAspectRatio="none",
        style=f"width:100%;height:{_HEIGHT}px;display:block;margin:2px 0 4px",
        title=f"From {first} to {end} UTC. Green: bullish, red: bearish, pale: absorption, "
        "yellow: equilibrium.",
    )


def _outline(word: Regime, past: RegimePast) -> Node:
    of, drawn = widgets.tone(TONES[word]), _drawn(past.words.tobytes(), int(word))
    return node("path", of, d=drawn, fill="currentColor", style=f"opacity:{_opacity(word)}")


@lru_cache(maxsize=64)
def _drawn(words: bytes, word: int) -> str:
    """Return the outline of all the times that a word held; the same for a minute of frames."""
    named = np.frombuffer(words, np.int64)
    starts, ends = runs(named)
    held = named[starts] == word
    return "".join(
        f"M{first} 0h{end - first}v{_HEIGHT}h{first - end}z"
        for first, end in zip(starts[held].tolist(), ends[held].tolist(), strict=True)
    )


def _opacity(word: Regime) -> str:
    return "0.45" if word in _FAINT else "0.2" if word is Regime.EQUILIBRIUM else "1"


def _row(word: Regime, words: IntArray, followed: RegimeFollowedView | None) -> Node:
    key, share = word.name.lower(), float(np.mean(words == word))
    name = widgets.cell(
        f"{SIGNS[word]} {word.word.capitalize().replace('cvd', 'CVD')}", TONES[word]
    )
    common = widgets.number(share_text(share), name=f"{key}-share")
    found = followed.after.get(word) if followed is not None else None
    if found is None or not found.n:
        return widgets.row(
            name,
            common,
            widgets.number("0" if found else ""),
            widgets.number(""),
            widgets.number(""),
        )
    return widgets.row(
        name,
        common,
        widgets.number(f"{found.n}", name=f"{key}-n"),
        widgets.number(
            number_text(found.median_bps, 1, signed=True, unit=" bps"),
            name=f"{key}-after",
        ),
        widgets.number(between_text(found.low_bps, found.high_bps), "quiet"),
    )
