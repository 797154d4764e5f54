"""Dashboard, divergence: whether price and CVD go the same way."""

from typing import Final

import numpy as np

from core.calc.cvd_agreement import Agreement
from data.views.dash_divergence import Directions, DivergenceView
from pages.figures.dash_parts import code, dash_card, past
from pages.figures.flow_words import IN_USD, money, side_tone
from pages.figures.node import Node, node
from pages.figures.scale import percent_text
from pages.figures.widgets import chip, line, missing, said

_TITLE: Final = "Price and CVD"
_HOVER: Final = (
    "The changes of price and of cumulative volume delta (bought less sold) over the last "
    "{window:g} s. BULLISH: price down, CVD up; BEARISH: price up, CVD down; ALIGNED: the same "
    "way. " + IN_USD
)
_TONES: Final = {
    Agreement.BULLISH: "buy",
    Agreement.BEARISH: "sell",
    Agreement.ALIGNED: "aligned",
    Agreement.FLAT: "quiet",
}
_SIGNS: Final = {
    Agreement.BULLISH: "▲ ",
    Agreement.BEARISH: "▼ ",
    Agreement.ALIGNED: "= ",
    Agreement.FLAT: "",
}


def draw(view: DivergenceView | None, *, apart: bool = False) -> Node:
    """Return the card.

    Args:
        apart: a line for each market instead of one for all.
    """
    if view is None:
        return dash_card(_TITLE, missing("nothing has come yet"), of=(), name="divergence")
    hour, day = view.ago
    rows = [_row(each) for each in view.parts] if apart else []
    head = line(
        *_changes(view.now, name="divergence"),
        past("1h", _then(hour), hour.why),
        past("24h", _then(day), day.why),
    )
    return dash_card(
        f"{_TITLE} {view.spec.window_s:g} s, USD",
        head,
        *rows,
        of=view.now.of,
        left=view.left,
        words=[_word(view.now)],
        hover=_HOVER.format(window=view.spec.window_s),
        name="divergence",
    )


def _then(told: Directions) -> str:
    """Return the word of a while ago, with a star where a market is missing in it."""
    return "" if told.word is None else f"{told.word}{'*' if told.why else ''}"


def _row(told: Directions) -> Node:
    return node("div", "ts-row", "", code(told.of[0]), *_changes(told), _text(told))


def _changes(told: Directions, *, name: str = "") -> tuple[Node, Node]:
    price, cvd = told.price_frac, told.cvd_quote
    return (
        said(
            f"price {percent_text(price, places=4)} {_way(price)}",
            side_tone(price),
            name=f"{name}-price" if name else "",
        ),
        said(
            f"CVD {money(cvd, signed=True)} {_way(cvd)}",
            side_tone(cvd),
            name=f"{name}-cvd" if name else "",
            hover=IN_USD,
        ),
    )


def _word(told: Directions) -> Node:
    if told.word is None:
        return missing(told.why or "nothing traded")
    return chip(f"{_SIGNS[told.word]}{told.word}", _TONES[told.word], name="divergence-word")


def _text(told: Directions) -> Node:
    if told.word is None:
        return missing(told.why or "nothing traded")
    return said(f"{_SIGNS[told.word]}{told.word}", _TONES[told.word])


def _way(change: float) -> str:
    return "" if np.isnan(change) else "↑" if change > 0 else "↓" if change < 0 else "→"
