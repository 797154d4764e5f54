"""Liquidation buckets: bars from the pane's right edge, behind the candles, as long as the sums."""

from typing import Final

import numpy as np

from core.calc.liquidation_buckets import LiquidationBuckets, nearest_large
from core.calc.words import number_text
from core.domain.arrays import FloatArray, IntArray
from data.venues.streams import Coverage
from data.views.liquidation_buckets import LiquidationBucketsView
from pages.figures import palette
from pages.figures.part import Part, Trace, corner_note
from pages.figures.scale import amount_text, percent_text, span_text
from pages.figures.venues import VENUE_NAMES

_MOST: Final = 40
"""Buckets drawn, the largest of those near the bars."""
_WIDEST: Final = 0.12
"""The longest bar, as a share of the pane's width."""
_ALPHA: Final = 0.22
_LEAST: Final = "\N{GREATER-THAN OR EQUAL TO} "


def draw(
    view: LiquidationBucketsView, quote: str, *, price: float, shown: tuple[float, float]
) -> Part:
    """Return a bar for what was closed in each bucket, longs at the edge and shorts beside them.

    Args:
        view: sums by bucket.
        quote: quote coin.
        price: the newest, quote coins.
        shown: lowest and highest price of the bars; buckets further from them than they are apart
            are not drawn.
    """
    buckets = view.buckets
    total = buckets.long_quote + buckets.short_quote
    places = _drawn(buckets, total, shown)
    longest = float(total[places].max(initial=0.0)) or 1.0
    shapes: list[Trace] = []
    for at in places.tolist():
        longs, both = (_WIDEST * float(each[at]) / longest for each in (buckets.long_quote, total))
        parts = ((0.0, longs, palette.SELL), (longs, both, palette.BUY))
        edges = float(buckets.low[at]), float(buckets.high[at])
        shapes += [_bar(part, edges) for part in parts if part[1] > part[0]]
    return Part(shapes=shapes, annotations=[corner_note(_words(view, quote, price))])


def _drawn(buckets: LiquidationBuckets, total: FloatArray, shown: tuple[float, float]) -> IntArray:
    """Return the places of the largest buckets near the bars."""
    low, high = shown
    reach = max(high - low, low * 1e-3)
    near = np.flatnonzero((buckets.high > low - reach) & (buckets.low < high + reach))
    largest: IntArray = np.sort(near[np.argsort(-total[near], kind="stable")[:_MOST]])
    return largest


def _bar(part: tuple[float, float, str], edges: tuple[float, float]) -> Trace:
    near, far, colour = part
    return {
        "type": "rect",
        "xref": "x domain",
        "yref": "y",
        "x0": 1 - far,
        "x1": 1 - near,
        "y0": edges[0],
        "y1": edges[1],
        "line": {"width": 0},
        "fillcolor": palette.faded(colour, _ALPHA),
        "layer": "below",
    }


def _words(view: LiquidationBucketsView, quote: str, price: float) -> str:
    """Return the sums, the nearest large bucket, and who does not tell all."""
    buckets, least = view.buckets, "" if view.complete else _LEAST
    sums = [
        f"{name} {least}{amount_text(float(values.sum()))}"
        for name, values in (("longs", buckets.long_quote), ("shorts", buckets.short_quote))
    ]
    lines = [f"Liquidation levels: {', '.join(sums)} {quote}; {_over(view)}"]
    at = nearest_large(buckets, price)
    if at is not None:
        longs, shorts = float(buckets.long_quote[at]), float(buckets.short_quote[at])
        side = "longs" if longs >= shorts else "shorts"
        middle = float(buckets.low[at] + buckets.high[at]) / 2
        away = percent_text(middle / price - 1)
        low, high = (number_text(float(each[at])) for each in (buckets.low, buckets.high))
        level = f"{low} to {high} ({away})"
        lines.append(f"nearest large: {level}, mostly {side}, {least}{amount_text(longs + shorts)}")
    told = [
        f"{VENUE_NAMES[each.venue]} tells {coverage}"
        for each, coverage in zip(view.spec.instruments, view.coverage, strict=True)
        if coverage is not Coverage.ALL
    ]
    return "<br>".join([*lines, *([", ".join(told)] if told else [])])


def _over(view: LiquidationBucketsView) -> str:
    over_ns = view.spec.over_ns
    return f"last {span_text(over_ns)}" if over_ns else "this session"
