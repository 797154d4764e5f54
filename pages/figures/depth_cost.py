"""Depth cost: what an order of a size would pay in a book, and how far such orders moved it."""

from typing import Final

import numpy as np

from core.calc.book_walk import BookWalk
from core.calc.price_impact import PriceImpact
from core.calc.words import decimals
from core.domain.arrays import FloatArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.views.order_cost import HORIZON_NS, IMPACT_NS, TIMES, OrderCostView
from pages.figures.node import Node, node
from pages.figures.off_words import off_text
from pages.figures.scale import UNKNOWN, number_text, size_text
from pages.figures.widgets import card, number, row, said, table

_CURVE: Final = (200.0, 70.0)
_ASKED: Final = TIMES.index(1.0)


def draw(view: OrderCostView | None) -> tuple[Node, ...]:
    """Return the card of the cost now, and that of the moves after orders."""
    if view is None:
        return ()
    return _cost(view), _impact(view)


def _cost(view: OrderCostView) -> Node:
    grid = view.instrument
    rows = [_size(view, at) for at in range(view.sizes_lots.size)]
    heads = (f"#Size {grid.base}", "#Buy bps", "#Average", "#Sell bps", "#Average")
    return card(
        "Cost of a market order",
        _curve(view.buy.slippage_bps, view.sell.slippage_bps),
        table(heads, rows, name="cost"),
        hover="Average price against the mid, fees not included, in the book that is seen: a lower "
        "bound where the market moves fast, an upper bound where size is hidden. The lines go from "
        "the smallest to the largest size, buying green, selling red.",
        name="cost",
        off=off_text(view.off),
    )


def _size(view: OrderCostView, at: int) -> Node:
    grid = view.instrument
    name = f"cost-{TIMES[at]:g}"
    return node(
        "tr",
        "ts-asked" if at == _ASKED else "",
        "",
        number(size_text(float(view.sizes_lots[at]), grid)),
        *_paid(view.buy, at, grid, "buy", name),
        *_paid(view.sell, at, grid, "sell", name),
    )


def _paid(walk: BookWalk, at: int, grid: Instrument, tone: str, name: str) -> tuple[Node, Node]:
    if walk.unfilled_lots[at]:
        held = size_text(float(walk.filled_lots[at]), grid)
        why = f"The book that is seen holds only {held} {grid.base}."
        return number("too thin", "caution", hover=why), number(UNKNOWN)
    price = float(walk.average_ticks[at]) * float(grid.tick_size)
    return (
        number(number_text(float(walk.slippage_bps[at]), 2), tone, name=f"{name}-{tone}"),
        number(number_text(price, decimals(grid.tick_size))),
    )


def _curve(buy: FloatArray, sell: FloatArray) -> Node:
    width, height = _CURVE
    known = np.concatenate([buy, sell])
    most = float(np.nanmax(known)) if np.isfinite(known).any() else 1.0
    lines = []
    for values, tone in ((buy, "buy"), (sell, "sell")):
        x = np.linspace(0, width, values.size)
        y = height - 2 - values / (most or 1.0) * (height - 4)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True) if np.isfinite(b))
        lines.append(node("polyline", f"ts-tone-{tone}", points=points))
    box = f"0 0 {width:g} {height:g}"
    return node("svg", "ts-curve", "", *lines, viewBox=box, preserveAspectRatio="none")


def _impact(view: OrderCostView) -> Node:
    seconds, minutes = HORIZON_NS // NS_PER_S, IMPACT_NS // NS_PER_MINUTE
    title = f"Mid {seconds} s after orders"
    body = said("No order of the last minutes was followed by a known mid yet.", "quiet")
    if view.impact is not None:
        body = _buckets(view.impact, view.instrument)
    return card(
        title,
        body,
        hover=f"How far the mid moved towards the side of the orders of the last {minutes} "
        "minutes, by their size: the mean, its standard error were they independent, and how many.",
        name="impact",
    )


def _buckets(impact: PriceImpact, grid: Instrument) -> Node:
    rows = [
        row(
            number(size_text(float(size), grid)),
            number(number_text(float(move), 2, signed=True), "buy" if move > 0 else "sell"),
            number(f"± {number_text(float(error), 2)}", "quiet"),
            number(f"{int(orders):,}"),
        )
        for size, move, error, orders in zip(
            impact.size, impact.impact_bps, impact.error_bps, impact.orders, strict=True
        )
    ]
    return table((f"#Mean size {grid.base}", "#Move bps", "#Error", "#Orders"), rows, name="impact")
