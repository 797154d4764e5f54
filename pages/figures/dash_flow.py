"""Dashboard, order flow: who buys, as a bar, an arrow and money by the minute."""

from typing import Final

import numpy as np

from core.calc.flow_share import Flow, FlowArrow
from data.views.dash_flow import FlowView, PastFlow
from pages.figures.dash_parts import code, dash_card, past
from pages.figures.flow_words import ARROW_TONES, IN_USD, money, side_tone
from pages.figures.gauges import share_bar
from pages.figures.node import Node, node
from pages.figures.scale import UNKNOWN
from pages.figures.widgets import VENUE_CODES, chip, line, missing, said

_TITLE: Final = "Order flow"
_HOVER: Final = (
    "What market orders bought and sold in the last {window:g} s, by value. ↑↑ from {strong:.0%} "
    "bought on, ↑ from {clear:.0%}, ↓ and ↓↓ likewise of sold. " + IN_USD
)


def draw(view: FlowView | None, *, apart: bool = False) -> Node:
    """Return the card.

    Args:
        apart: a bar for each market instead of one for their sum.
    """
    if view is None:
        return dash_card(_TITLE, missing("nothing has come yet"), of=(), name="flow")
    spec = view.spec
    hover = _HOVER.format(window=spec.window_s, strong=spec.strong_frac, clear=spec.clear_frac)
    of = [each.instrument_id for each in view.parts]
    total = view.flow
    kids = [_bar(total)] if total is not None else []
    if apart:
        kids = [
            node(
                "div",
                "ts-row",
                "",
                code(each.instrument_id),
                _bar(each.flow),
                _arrow_text(each.arrow),
                _net(each.flow, spec.window_s),
            )
            for each in view.parts
        ]
    frac = total.buy_frac if total is not None else float("nan")
    per_minute = view.per_minute_quote if total is not None else float("nan")
    kids.append(
        line(
            _share(frac),
            said(
                f"{money(per_minute, signed=True)} USD/min",
                side_tone(per_minute),
                name="flow-net",
                hover=f"Bought less sold, by the minute. {IN_USD}",
            ),
            *(
                _past(name, each, len(of))
                for name, each in zip(("1h", "24h"), view.ago, strict=True)
            ),
        )
    )
    words = [_arrow(view.arrow, name="flow-arrow")]
    return dash_card(
        f"{_TITLE} {spec.window_s:g} s",
        *kids,
        of=of,
        left=view.left,
        words=words,
        hover=hover,
        name="flow",
    )


def _bar(told: Flow) -> Node:
    return share_bar(told.buy_frac, hover="Sold on the left, bought on the right.")


def _share(frac: float) -> Node:
    text = UNKNOWN if np.isnan(frac) else f"{100 * frac:.1f} % buy"
    return said(text, name="flow-share", hover="Bought, as a share of what was bought and sold.")


def _net(told: Flow, window_s: float) -> Node:
    per_minute = told.net_quote * 60 / window_s
    return said(
        money(per_minute, signed=True), side_tone(per_minute), hover=f"By the minute. {IN_USD}"
    )


def _arrow(arrow: FlowArrow | None, *, name: str = "") -> Node:
    if arrow is None:
        return missing("nothing whose side is known traded")
    return chip(str(arrow), ARROW_TONES[arrow], name=name, hover="Which side moves more money.")


def _arrow_text(arrow: FlowArrow | None) -> Node:
    return said(str(arrow or UNKNOWN), ARROW_TONES[arrow] if arrow else "quiet")


def _past(name: str, told: PastFlow, count: int) -> Node:
    if told.flow is None or np.isnan(told.flow.buy_frac):
        return past(name, "", told.why or "nothing whose side is known traded")
    share = f"{100 * told.flow.buy_frac:.0f} %"
    of = ", ".join(VENUE_CODES[each.venue] for each in told.of)
    if len(told.of) < count:
        return past(name, f"{share}*", f"of {of} alone: {told.why}")
    return past(name, share, f"bought less sold {money(told.flow.net_quote, signed=True)}")
