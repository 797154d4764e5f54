"""CVD: the running sum of delta, green above zero and red below, around its zero line."""

from typing import Final

import numpy as np

from core.calc.cvd import Cvd
from core.domain.arrays import FloatArray
from core.domain.instrument import Instrument
from pages.figures import palette
from pages.figures.part import Part, Trace
from pages.figures.scale import coins, decimals, milliseconds

FAR_SPANS: Final = 4
"""Zero is left out of the pane when it is further away than this many times what is seen moved;
``front/view.js`` does the same when the trader zooms."""


def draw(result: Cvd, instrument: Instrument, *, yaxis: str = "y2") -> Part:
    """Return the line and its area, one trace for what lies above zero and one for below.

    Args:
        result: one candle of the sum per bar; NaN is not known, and drawn as a gap.
        instrument: the grid of its lots.
        yaxis: the pane.
    """
    if not result.open_ns.size:
        return Part()
    close = coins(result.close_lots, instrument)
    x, level = _with_crossings(milliseconds(result.open_ns).astype(np.float64), close)
    places = min(decimals(instrument.lot_size), 3)
    hover = f"%{{y:+,.{places}f}} {instrument.base}<extra>CVD</extra>"
    traces = [
        _area(x, np.where(seen, level, np.nan), name, colour)
        | {"hovertemplate": hover, "yaxis": yaxis}
        for seen, name, colour in (
            (level >= 0, "CVD above zero", palette.BUY),
            (level <= 0, "CVD below zero", palette.SELL),
        )
    ]
    known = close[~np.isnan(close)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    return Part(traces, [zero_line(yaxis)], [], _with_zero(low, high))


def _with_zero(low: float, high: float) -> tuple[float, float]:
    """Return the span with zero in it, unless zero is so far away that no move would be seen."""
    if max(low, -high, 0.0) > FAR_SPANS * (high - low) > 0:
        return low, high
    return min(low, 0.0), max(high, 0.0)


def _with_crossings(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the line with a point wherever it passes zero, and gaps closed down to zero.

    A filled path runs on through missing points: only from zero to zero does that leave no trace,
    whether the point is missing because the sum is on the other side or because it is not known.
    """
    here, there = y[:-1], y[1:]
    gap = np.isnan(here) != np.isnan(there)
    crossing = here * there < 0
    share = np.where(crossing, here / np.where(crossing, here - there, 1.0), np.isnan(here))
    extra = np.flatnonzero(crossing | gap)
    positions = x[extra] + share[extra] * (x[extra + 1] - x[extra])
    return np.insert(x, extra + 1, positions), np.insert(y, extra + 1, 0.0)


def _area(x: FloatArray, y: FloatArray, name: str, colour: str) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": y,
        "line": {"color": colour, "width": 1.2},
        "connectgaps": False,
        "fill": "tozeroy",
        "fillcolor": palette.faded(colour, 0.28),
        "xaxis": "x",
    }


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
