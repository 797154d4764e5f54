"""Dashboard, matrix: trend, delta, CVD and side of the VWAP, timeframe by timeframe."""

from typing import Final

import numpy as np

from core.calc.timeframe_signs import BARS
from core.calc.words import number_text as number
from data.views.dash_matrix import MatrixRow, MatrixView
from pages.figures.dash_parts import dash_card
from pages.figures.flow_words import money, side_tone
from pages.figures.node import Node, node
from pages.figures.scale import UNKNOWN, percent_text
from pages.figures.widgets import missing, tone

_TITLE: Final = "Timeframes"
_HOVER: Final = (
    f"Over the last {BARS} bars of each timeframe, the open one too. Trend: the way of a straight "
    "line through the closes, where they follow it. Delta: of the open bar, as a share of what "
    "traded. CVD: bought less sold over all of them, in coins. VWAP: the price against their mean."
)
_TRENDS: Final = {1.0: ("↑ up", "buy"), -1.0: ("↓ down", "sell"), 0.0: ("→ flat", "quiet")}
_HEADS: Final = ("", "Trend", "Delta", "CVD {coin}", "VWAP")


def draw(view: MatrixView | None, *, coin: str) -> Node:
    """Return the card.

    Args:
        coin: whose; the unit of CVD.
    """
    if view is None:
        return dash_card(_TITLE, missing("nothing has come yet"), of=(), name="matrix")
    named = [each.format(coin=coin) for each in _HEADS]
    heads = [node("th", "ts-num" if place else "", each) for place, each in enumerate(named)]
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
    signs = told.signs
    text, of = _TRENDS.get(signs.trend, (UNKNOWN, "quiet"))
    side = signs.from_vwap_bps
    place = UNKNOWN if np.isnan(side) else f"{'▲' if side > 0 else '▼'} {abs(side):,.0f} bps"
    delta = percent_text(signs.delta_frac, places=1)
    return node(
        "tr",
        "",
        "",
        node("td", "", told.timeframe),
        _cell(text, of, told),
        _cell(delta, side_tone(signs.delta_frac), told, is_sum=True),
        _cell(_coins(signs.cvd_base), side_tone(signs.cvd_base), told, coin, is_sum=True),
        _cell(place, side_tone(side), told),
        stat=f"matrix-{told.timeframe}",
    )


def _coins(value: float) -> str:
    if np.isnan(value):
        return UNKNOWN
    is_large = abs(value) >= 1_000  # noqa: PLR2004  # below that coins have decimals
    return money(value, signed=True) if is_large else number(float(f"{value:.3g}"), signed=True)


def _cell(text: str, of: str, told: MatrixRow, unit: str = "", *, is_sum: bool = False) -> Node:
    """Return a cell; a sum that is not of all markets bears a star, and says which is missing."""
    if text == UNKNOWN:
        return node("td", f"ts-num {tone('quiet')}", text, title=told.why or "too few bars")
    partly = is_sum and bool(told.why)
    hover = f"Not of all: {told.why}." if partly else unit
    return node("td", f"ts-num {tone(of)}", f"{text}*" if partly else text, title=hover)
