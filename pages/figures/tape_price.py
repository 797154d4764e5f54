"""Tape price: the scale, the axes and the line of the price that bubbles lie over."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.calc.words import decimals
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.views.price_line import PriceLineView
from pages.figures import widgets
from pages.figures.node import Node, node
from pages.figures.tape_words import clock_text

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
    """Return a few prices and times at the edges of the box."""
    prices = np.linspace(scale.high, scale.low, 2 * _LINES + 1)[1::2]
    times = np.linspace(scale.from_ns, scale.to_ns, 2 * _LINES + 1)[1::2]
    places = decimals(listed.tick_size)
    return [
        *(
            node("div", "ts-bubble-price", f"{each:,.{places}f}", style=f"top:{scale.y(each):.1f}%")
            for each in prices.tolist()
        ),
        *(
            node(
                "div",
                "ts-bubble-time",
                clock_text(round(each), places=0),
                style=f"left:{scale.x(each):.1f}%",
            )
            for each in times.tolist()
        ),
    ]
