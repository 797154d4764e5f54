"""CVD: the running sum of delta, green above zero and red below, around its zero line."""

from typing import Final

import numpy as np

from core.calc.cvd import Cvd
from core.calc.words import decimals
from core.domain.arrays import FloatArray, IntArray
from core.domain.instrument import Instrument
from pages.figures import area, palette
from pages.figures.part import Part, Trace
from pages.figures.scale import coins

FAR_SPANS: Final = 4
"""Zero is left out of the pane when it is further away than this many times what is seen moved;
``front/view.js`` does the same when the trader zooms."""


def draw(result: Cvd, instrument: Instrument, *, yaxis: str = "y2") -> Part:
    """Return the line and its area, one trace for what lies above zero and one for below.

    No line leads from one session into the next.

    Args:
        result: one candle of the sum per bar; NaN is not known, and drawn as a gap.
        instrument: the grid of its lots.
        yaxis: the pane.
    """
    if not result.open_ns.size:
        return Part()
    close = coins(result.close_lots, instrument)
    places = min(decimals(instrument.lot_size), 3)
    hover = f"%{{y:+,.{places}f}} {instrument.base}<extra>CVD</extra>"
    before, after = result.close_lots[:-1], result.open_lots[1:]
    restarts = 1 + np.flatnonzero((after > before) | (after < before))
    broken = broken_line(result.open_ns, close, restarts)
    sides = area.two_sides(*broken, "CVD", (palette.BUY, palette.SELL))
    traces = [trace | {"hovertemplate": hover, "yaxis": yaxis} for trace in sides]
    low, high = area.span(close) or (0.0, 0.0)
    return Part(traces, [zero_line(yaxis)], [], with_zero(low, high))


def broken_line(
    open_ns: IntArray, values: FloatArray, restarts: IntArray
) -> tuple[IntArray, FloatArray]:
    """Return the points with one that is missing before each restart.

    Args:
        open_ns: int64[n].
        values: float64[n].
        restarts: int64[r], places, ascending.
    """
    return (
        np.insert(open_ns, restarts, open_ns[restarts]),
        np.insert(values, restarts, np.nan),
    )


def with_zero(low: float, high: float) -> tuple[float, float]:
    """Return the span with zero in it, unless zero is so far away that no move would be seen."""
    if max(low, -high, 0.0) > FAR_SPANS * (high - low) > 0:
        return low, high
    return min(low, 0.0), max(high, 0.0)


def zero_line(yaxis: str) -> Trace:
    """Return the zero line of a pane."""
    return {
        "type": "line",
        "xref": "x domain",
        "yref": yaxis,
        "x0": 0,
        "x1": 1,
        "y0": 0,
        "y1": 0,
        "line": {"color": palette.faded("#94a3b8", 0.6), "width": 1},
        "layer": "above",
    }
