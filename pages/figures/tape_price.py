"""Tape price: the scale, the axes and the line of the price that bubbles lie over."""

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any, Final

from core.calc.round_step import round_step
from core.calc.words import decimals
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_MINUTE, Ns
from data.views.price_line import PriceLineView
from pages.figures import widgets
from pages.figures.node import Node, node
from pages.figures.off_words import clock_text

_LINES: Final = 4


@dataclass(frozen=True, slots=True)
class TapeScale:
    """What a box spans: time from left to right, quote coins from low to high."""

    from_ns: Ns
    to_ns: Ns
    low: float
    high: float

    def x(self, ns: Any) -> Any:
        """Return where an instant is, or several are, in per cent from the left."""
        return 100 * (ns - self.from_ns) / (self.to_ns - self.from_ns)

    def y(self, price: Any) -> Any:
        """Return where a price is, or several are, in per cent from the top."""
        return 100 * (self.high - price) / (self.high - self.low)


def line(told: PriceLineView, scale: TapeScale) -> Node:
    """Return the price as a line."""
    xs, ys = scale.x(told.at_ns), scale.y(told.price)
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in zip(xs, ys, strict=True) if x >= 0)
    return node(
        "svg",
        f"ts-bubble-line {widgets.tone('quiet')}",
        "",
        node("polyline", "", points=points),
        viewBox="0 0 100 100",
        preserveAspectRatio="none",
    )


def axes(scale: TapeScale, listed: Instrument) -> list[Node]:
    """Return a few round prices and times at the edges of the box."""
    tick = float(listed.tick_size)
    step = max(round_step((scale.high - scale.low) / _LINES), tick)
    first, last = ceil(scale.low / step), floor(scale.high / step)
    prices = [each * step for each in range(first, last + 1)]
    span_ns = (scale.to_ns - scale.from_ns) // NS_PER_MINUTE // (_LINES + 1) * NS_PER_MINUTE
    step_ns = max(span_ns, NS_PER_MINUTE)
    times = range(-(-scale.from_ns // step_ns) * step_ns, scale.to_ns, step_ns)
    places = min(decimals(listed.tick_size), max(-floor(log10(step)), 0))
    return [
        *(
            node("div", "ts-bubble-price", f"{each:,.{places}f}", style=f"top:{scale.y(each):.1f}%")
            for each in prices
        ),
        *(
            node("div", "ts-bubble-time", clock_text(each)[:5], style=f"left:{scale.x(each):.1f}%")
            for each in times
        ),
    ]
