"""Dashboard, basis: how far each venue's perpetual is from its spot market."""

from typing import Final

import numpy as np

from core.calc.basis_state import BasisState
from data.views.dash_basis import BasisPart, BasisView
from pages.figures.dash_parts import code, dash_card, past
from pages.figures.node import Node, node
from pages.figures.scale import number_text, percent_text
from pages.figures.widgets import chip, line, missing, said

_TITLE: Final = "Basis, USDT"
_HOVER: Final = (
    "Perpetual less spot, from the middle between best bid and ask of each. CONTANGO: the "
    "perpetual is dearer; BACKWARDATION: cheaper; STEEP: by more than {steep:.2%} of spot. The "
    "figure is the plain mean of the venues named."
)
_TONES: Final = {
    BasisState.CONTANGO: "buy",
    BasisState.BACKWARDATION: "sell",
    BasisState.STEEP_CONTANGO: "caution",
    BasisState.STEEP_BACKWARDATION: "caution",
    BasisState.EVEN: "quiet",
}
_WHY: Final = "the quotes of both markets are not held so far back"


def draw(view: BasisView | None) -> Node:
    """Return the card: the mean, then each venue."""
    if view is None:
        return dash_card(_TITLE, missing("nothing has come yet"), of=(), name="basis")
    hour, day = ("" if np.isnan(each) else percent_text(each, places=3) for each in view.ago)
    head = line(
        said(_quote(view.mean_quote), name="basis-quote", hover="In USDT, the mean."),
        said(percent_text(view.mean_frac, places=3), _tone(view.state), name="basis-frac"),
        past("1h", hour, "" if hour else _WHY),
        past("24h", day, "" if day else _WHY),
    )
    return dash_card(
        _TITLE,
        head,
        *map(_row, view.parts),
        of=[each.perp for each in view.parts],
        left=view.left,
        words=[_word(view.state, name="basis-state")],
        hover=_HOVER.format(steep=view.spec.steep_frac),
        name="basis",
    )


def _row(part: BasisPart) -> Node:
    hover = f"Perpetual {part.perp_mid:,.6g}, spot {part.spot_mid:,.6g}."
    return node(
        "div",
        "ts-row",
        "",
        code(part.perp, hover=hover),
        said(_quote(part.basis_quote), hover=hover),
        said(percent_text(part.basis_frac, places=3), _tone(part.state)),
        said(str(part.state or ""), _tone(part.state)),
    )


def _quote(value: float) -> str:
    size = abs(value)
    places = 1 if size >= 10 else 2 if size >= 1 else 3  # noqa: PLR2004
    return number_text(value, places, signed=True)


def _tone(state: BasisState | None) -> str:
    return _TONES[state] if state is not None else "quiet"


def _word(state: BasisState | None, *, name: str) -> Node:
    if state is None:
        return missing("no venue has both mids")
    return chip(str(state), _tone(state), name=name)
