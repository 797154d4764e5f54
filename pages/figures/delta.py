"""Delta: buying less selling of each bar, green above zero and red below."""

from typing import Final

import numpy as np

from core.calc.delta import Delta
from core.domain.arrays import BoolArray, FloatArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_MS, Ns
from pages.figures import palette
from pages.figures.cvd import zero_line
from pages.figures.part import Part, Trace
from pages.figures.scale import coins, milliseconds

_HALF_WIDTH: Final = 0.32
"""Of a bar: as wide as the body of its candle."""


def draw(result: Delta, instrument: Instrument, *, step_ns: Ns, yaxis: str = "y3") -> Part:
    """Return one filled outline for the buying bars and one for the selling ones.

    Two outlines draw five times faster than one rectangle per bar.

    Args:
        result: one value per bar; NaN is not known, and leaves a gap.
        instrument: the grid of its lots.
        step_ns: length of a bar.
        yaxis: the pane.
    """
    if not result.open_ns.size:
        return Part()
    x = milliseconds(result.open_ns).astype(np.float64)
    values = coins(result.delta_lots, instrument)
    half = _HALF_WIDTH * step_ns / NS_PER_MS
    known = values[~np.isnan(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    traces = [
        _bars(x, values, values > 0, half, "Delta, buying", palette.BUY),
        _bars(x, values, values < 0, half, "Delta, selling", palette.SELL),
    ]
    return Part(
        [trace | {"yaxis": yaxis} for trace in traces],
        [zero_line(yaxis)],
        [],
        (min(low, 0.0), max(high, 0.0)),
    )


def _bars(
    x: FloatArray, values: FloatArray, mask: BoolArray, half: float, name: str, colour: str
) -> Trace:
    """Return the bars where ``mask`` holds: four corners each, joined along zero."""
    corners = x[mask][:, None] + np.array([-half, -half, half, half])
    heights = values[mask][:, None] * np.array([0.0, 1.0, 1.0, 0.0])
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": corners.ravel(),
        "y": heights.ravel(),
        "line": {"width": 0},
        "fill": "tozeroy",
        "fillcolor": palette.faded(colour, 0.85),
        "hoverinfo": "skip",
        "xaxis": "x",
    }
