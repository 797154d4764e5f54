"""Naked POC: rays from earlier sessions at a price to which no trade has come back."""

from typing import Final

import numpy as np

from core.calc.naked_poc import UNTOUCHED
from core.domain.arrays import BoolArray, FloatArray, IntArray
from core.domain.units import Ns
from data.views.naked_poc import NakedPocView
from pages.figures import level, palette
from pages.figures.area import line
from pages.figures.part import Part, Trace
from pages.figures.scale import milliseconds, moment_text, prices

_ESTIMATED: Final = "\N{ALMOST EQUAL TO}"


def draw(
    view: NakedPocView, *, newest_ns: Ns, shown: tuple[int, int], with_touched: bool = False
) -> Part:
    """Return a ray for each, and a label for each naked one near what the pane shows.

    Args:
        view: the points of control of earlier sessions.
        newest_ns: open of the newest bar, where rays end.
        shown: lowest and highest price of the bars, ticks: a label is drawn for what is within
            their distance of them.
        with_touched: draw those that price came back to as well, until it did.

    Returns:
        Naked ones as one line, touched ones as a fainter one. A level of volume that is partly
        spread over minutes is dashed, and its label says so. The label names the session's day.
    """
    pocs = view.pocs
    is_naked = pocs.touched_ns == UNTOUCHED
    ends_ns = np.where(is_naked, newest_ns, np.minimum(pocs.touched_ns, newest_ns))
    y = prices(pocs.poc_ticks + (view.ticks_per_row - 1) / 2, view.instrument)
    classes = [(is_naked, 0.9)] + ([(~is_naked, 0.4)] if with_touched else [])
    traces = [
        _rays((pocs.known_ns[mask], ends_ns[mask]), y[mask], alpha, dash)
        for wanted, alpha in classes
        for is_exact, dash in ((True, "solid"), (False, "dash"))
        if (mask := wanted & (view.is_exact == is_exact)).any()
    ]
    near = is_naked & _near(pocs.poc_ticks, shown)
    labels = [
        level.label(
            _name(int(pocs.known_ns[at]), "" if view.is_exact[at] else _ESTIMATED),
            float(y[at]),
            palette.POC,
        )
        for at in np.flatnonzero(near)
    ]
    return Part(traces, annotations=labels)


def _rays(span_ns: tuple[IntArray, IntArray], y: FloatArray, alpha: float, dash: str) -> Trace:
    """Return level lines as one trace, with a gap between two."""
    from_ns, to_ns = span_ns
    x = milliseconds(np.stack([from_ns, to_ns, to_ns], axis=1)).ravel()
    heights = np.repeat(y, 3)
    heights[2::3] = np.nan
    drawn = line(x, heights, "Naked POC", palette.faded(palette.POC, alpha))
    style = drawn["line"] | {"dash": dash, "width": 1.4}
    return drawn | {"line": style, "yaxis": "y", "hoverinfo": "skip"}


def _near(ticks: IntArray, shown: tuple[int, int]) -> BoolArray:
    low, high = shown
    reach = high - low
    return (ticks >= low - reach) & (ticks <= high + reach)


def _name(known_ns: Ns, mark: str) -> str:
    """Return what stands on the axis: the day on which the session ended."""
    return f"{mark}nPOC {moment_text(known_ns - 1)[:6]}"
