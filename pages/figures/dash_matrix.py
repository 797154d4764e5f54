"""Dashboard, matrix: trend, delta, CVD and side of the VWAP, timeframe by timeframe."""

from typing import Final

import numpy as np

from core.calc.timeframe_signs import BARS
from core.calc.words import number_text as plain_number
from data.views.dash_matrix import MatrixRow, MatrixView
from pages.figures.dash_parts import dash_card, money
from pages.figures.node import Node, node
from pages.figures.scale import percent_text
from pages.figures.widgets import UNKNOWN, missing, tone

_TITLE: Final = "Timeframes"
_HOVER: Final = (
    f"Over the last {BARS} bars of each timeframe, the open one too. Trend: the way of a straight "
    "line through the closes, where they follow it. Delta: of the open bar, as a share of what "
    "traded. CVD: bought less sold over all of them, in coins. VWAP: the price against their mean."
)
_HEADS: Final = ("", "Trend", "Delta", "CVD", "VWAP")


def draw(view: MatrixView | None, *, coin: str) -> Node:
    """Return the card.

    Args:
        coin: whose; the unit of CVD.
    """
    if view is None:
        return dash_card(_TITLE, missing("nothing has come yet"), of=(), name="matrix")
    heads = [node("th", "ts-num" if place else "", each) for place, each in enumerate(_HEADS)]
    table = node(
        "table",
        "ts-table",
        "",
        node("thead", "", "", node("tr", "", "", *heads)),
        node("tbody", "", "", *(_row(each, coin) for each in view.rows)),
        table="matrix",
    )
    gone = {each.instrument_id for each in view.left}
    of = [each for each in view.spec.instruments if each not in gone]
    return dash_card(_TITLE, table, of=of, left=view.left, hover=_HOVER, name="matrix")


def _row(told: MatrixRow, coin: str) -> Node:
    signs, why = told.signs, told.why or "too few bars are held"
    trend = signs.trend
    words = {1.0: ("↑ up", "buy"), -1.0: ("↓ down", "sell"), 0.0: ("→ flat", "quiet")}
    text, of = words.get(trend, (UNKNOWN, "quiet"))
    cvd = UNKNOWN if np.isnan(signs.cvd_base) else money(signs.cvd_base, signed=True)
    if abs(signs.cvd_base) < 1_000:  # noqa: PLR2004  # below that coins have decimals
        cvd = plain_number(float(f"{signs.cvd_base:.3g}"), signed=True)
    side = signs.from_vwap_bps
    place = UNKNOWN if np.isnan(side) else f"{'▲' if side > 0 else '▼'} {abs(side):,.0f} bps"
    partly = f" Not of all markets: {told.why}." if told.why else ""
    return node(
        "tr",
        "",
        "",
        node("td", "ts-strong", told.timeframe),
        _cell(text, of, why, partly),
        _cell(percent_text(signs.delta_frac, places=0), _side(signs.delta_frac), why, partly),
        _cell(cvd, _side(signs.cvd_base), why, f" {coin}.{partly}"),
        _cell(place, _side(side), why, ""),
        stat=f"matrix-{told.timeframe}",
    )


def _cell(text: str, of: str, why: str, more: str) -> Node:
    hover = why if text == UNKNOWN else more.strip()
    return node("td", f"ts-num {tone(of)}", text, title=hover)


def _side(value: float) -> str:
    return "buy" if value > 0 else "sell" if value < 0 else "quiet"
