"""Dashboard, funding: who pays, how much, when, and how fast that changes."""

from typing import Final

import numpy as np

from core.calc.funding_state import Payer
from core.domain.units import Ns
from data.views.dash_funding import FundingPart, FundingView
from pages.figures.dash_parts import code, countdown, dash_card, past
from pages.figures.flow_words import side_tone
from pages.figures.node import Node, node
from pages.figures.scale import UNKNOWN, percent_text
from pages.figures.widgets import chip, line, missing, said

_TITLE: Final = "Funding"
_HOVER: Final = (
    "What longs pay shorts (above 0) at the next payment. The figure is the plain mean of the "
    "venues, per eight hours; each venue has its own interval. EXTREME: beyond {limit:.2%} per "
    "8 h. Arrows: how the rate moved over the last hour, by the thirds of what hours of the day "
    "before moved it."
)
_PAYERS: Final = {Payer.LONGS: "buy", Payer.SHORTS: "sell", Payer.NOBODY: "quiet"}
_WHY: Final = "the rate of then is not held"
_TENTH: Final = 0.1
_NO_TREND: Final = "the rates of the hours before are not held"


def draw(view: FundingView | None) -> Node:
    """Return the card: the mean, then each venue with its interval and countdown."""
    if view is None:
        return dash_card(_TITLE, missing("nothing has come yet"), of=(), name="funding")
    hour, day = ("" if np.isnan(each) else percent_text(each, places=4) for each in view.ago)
    side = _PAYERS[view.payer] if view.payer is not None else "quiet"
    head = line(
        said(f"{percent_text(view.mean_8h_frac, places=4)} /8h", side, name="funding-rate"),
        _trend(view.trend, name="funding-trend"),
        said(
            f"APR {_apr(view.mean_apr_frac)}",
            name="funding-apr",
            hover="The rate kept up for a year, without compounding.",
        ),
        past("1h", hour, "" if hour else _WHY),
        past("24h", day, "" if day else _WHY),
    )
    words = [chip("⚠ EXTREME", "caution", name="funding-extreme")] if view.is_extreme else []
    if view.payer is not None:
        words.append(chip(str(view.payer), side, name="funding-payer"))
    return dash_card(
        _TITLE,
        head,
        *(_row(each, view.now_ns) for each in view.parts),
        of=[each.instrument_id for each in view.parts],
        left=view.left,
        words=words,
        hover=_HOVER.format(limit=view.spec.extreme_frac),
        name="funding",
    )


def _row(part: FundingPart, now_ns: Ns) -> Node:
    interval = UNKNOWN if np.isnan(part.interval_h) else f"{part.interval_h:g}h"
    when = countdown(part.next_ns - now_ns) if part.next_ns is not None else UNKNOWN
    return node(
        "div",
        "ts-row ts-funding",
        "",
        code(part.instrument_id),
        said(
            f"{percent_text(part.rate_frac, places=4)} /{interval}",
            side_tone(part.rate_frac),
            hover="The venue's own rate, of its own interval.",
        ),
        _trend(part.trend),
        said(f"APR {_apr(part.apr_frac)}"),
        said(f"in {when}", "caution" if part.next_ns is None else "", hover="Until it is paid."),
    )


def _apr(frac: float) -> str:
    return percent_text(frac, places=1 if abs(frac) >= _TENTH else 2)


def _trend(trend: int | None, *, name: str = "") -> Node:
    """Return up to three arrows."""
    if trend is None:
        return missing(_NO_TREND)
    if not trend:
        return said("→", "quiet", name=name, hover="As an hour ago.")
    sign, of = ("↑", "buy") if trend > 0 else ("↓", "sell")
    hover = "Higher than an hour ago." if trend > 0 else "Lower than an hour ago."
    return said(sign * abs(trend), of, name=name, hover=hover)
