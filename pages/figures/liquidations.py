"""Liquidations: positions closed by force, as circles at their price, their area the notional."""

from typing import Final

import numpy as np

from core.calc.liquidations import Liquidated
from core.domain.arrays import BoolArray, FloatArray, LiquidationPrice, Position
from core.domain.units import NS_PER_MS, Ns
from data.venues.streams import Coverage
from data.views.derivatives import DerivativesView
from pages.figures import palette
from pages.figures.part import Part, corner_note
from pages.figures.scale import amount_text
from pages.figures.venues import VENUE_NAMES

MARK: Final = "mark"
"""``meta.kind`` of a trace of circles; ``front/marks.js`` draws them on a canvas of its own, since
three hundred take Plotly longer than the candles."""
_LEAST_PX: Final = 3.0
_MOST_PX: Final = 22.0
_OF_CANDLE: Final = 6
"""Circles of one candle and side at most, the largest: more would hide it."""
_PRICES: Final = {
    LiquidationPrice.EXECUTED: "at",
    LiquidationPrice.BANKRUPTCY: "with the bankruptcy price",
}
_SIDES: Final = (
    (Position.LONG, "Long", "forced selling", palette.SELL),
    (Position.SHORT, "Short", "forced buying", palette.BUY),
)


def draw(view: DerivativesView, unit: str, quote: str) -> Part:
    """Return one trace per venue and side, and one line of words with the sums.

    Args:
        view: its liquidations are there.
        unit: base coin.
        quote: quote coin.
    """
    found = view.liquidations
    if found is None:
        return Part()
    notional = found.price * found.base
    diameters = _diameters(notional)
    largest = _largest(found, notional, view.step_ns)
    # A candle stands in the middle of its slot: its left edge is its open.
    x = (found.ts_ns - view.step_ns // 2) // NS_PER_MS
    traces = []
    for part, listed in enumerate(view.spec.liquidations):
        venue = VENUE_NAMES[listed.venue]
        for position, side, meaning, colour in _SIDES:
            mask = largest & (found.part == part) & (found.position == position)
            if not mask.any():
                continue
            words = {"title": f"{side} liquidated ({meaning}), {venue}"}
            words |= {"note": _note(view.coverage[part]), "unit": unit, "quote": quote}
            words |= {"at": _PRICES[int(found.price_kind[mask][0])]}
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": f"{side} liquidations, {venue}",
                    "x": x[mask],
                    "y": found.price[mask],
                    "customdata": found.base[mask],
                    "marker": {
                        "size": diameters[mask],
                        "color": palette.faded(colour, 0.3),
                        "line": {"color": palette.faded(colour, 0.8), "width": 1},
                    },
                    "hovertemplate": f"{side} %{{customdata:,.4~f}} {unit}<extra></extra>",
                    "meta": {"kind": MARK} | words,
                    "xaxis": "x",
                    "yaxis": "y",
                }
            )
    return Part(
        traces,
        [],
        [corner_note(_sums(view, found, quote, int((~largest).sum())))],
    )


def _diameters(notional: FloatArray) -> FloatArray:
    """Return pixels: the area is the share of the largest, but never too small to see."""
    largest = float(notional.max(initial=0.0)) or 1.0
    return np.maximum(_MOST_PX * np.sqrt(notional / largest), _LEAST_PX)


def _largest(found: Liquidated, notional: FloatArray, step_ns: Ns) -> BoolArray:
    """Return which are among the largest of their candle and side; of equal ones the earlier."""
    group = found.ts_ns // step_ns * 2 + (found.position == Position.LONG)
    order = np.lexsort((found.ts_ns, -notional, group))
    _, begins, counts = np.unique(group[order], return_index=True, return_counts=True)
    out = np.zeros(group.size, np.bool_)
    out[order] = np.arange(group.size) - np.repeat(begins, counts) < _OF_CANDLE
    return out


def _note(coverage: Coverage) -> str:
    return "" if coverage is Coverage.ALL else f"The venue tells {coverage}."


def _sums(view: DerivativesView, found: Liquidated, quote: str, hidden: int) -> str:
    """Return the sums of the window; a sum of what may not be all is a lower bound."""
    least = "" if view.complete else "\N{GREATER-THAN OR EQUAL TO} "
    sums = [f"{name} {least}{amount_text(value)}" for name, value in _by_side(found)]
    told = [
        f"{VENUE_NAMES[each.venue]} tells {coverage}"
        for each, coverage in zip(view.spec.liquidations, view.coverage, strict=True)
        if coverage is not Coverage.ALL
    ]
    why = f"<br>{', '.join(told)}" if told else ""
    left_out = found.left_out + hidden
    rest = f"; {left_out:,} smaller ones are not drawn" if left_out else ""
    return f"Liquidations: {', '.join(sums)} {quote}{rest}{why}"


def _by_side(found: Liquidated) -> list[tuple[str, float]]:
    return [("longs", found.long_quote), ("shorts", found.short_quote)]
