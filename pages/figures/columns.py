"""Columns: bars that stand on zero, many of them as one outline."""

from typing import Final

import numpy as np

from core.domain.arrays import BoolArray, FloatArray
from core.domain.units import NS_PER_MS, Ns
from pages.figures import palette
from pages.figures.part import Trace

_HALF_WIDTH: Final = 0.32
"""Of a bar: as wide as the body of its candle."""


def half_width(step_ns: Ns) -> float:
    """Return half the width of a column, in milliseconds."""
    return _HALF_WIDTH * step_ns / NS_PER_MS


def columns(
    x: FloatArray, values: FloatArray, mask: BoolArray, half: float, look: tuple[str, str]
) -> Trace:
    """Return the columns where ``mask`` holds: four corners each, joined along zero.

    One outline draws five times faster than one rectangle per bar.

    Args:
        x: float64[n], milliseconds.
        values: float64[n]; none that is masked is NaN.
        half: half the width, milliseconds.
        look: name and colour.
    """
    corners = x[mask][:, None] + np.array([-half, -half, half, half])
    heights = values[mask][:, None] * np.array([0.0, 1.0, 1.0, 0.0])
    return {
        "type": "scatter",
        "mode": "lines",
        "name": look[0],
        "x": corners.ravel(),
        "y": heights.ravel(),
        "line": {"width": 0},
        "fill": "tozeroy",
        "fillcolor": palette.faded(look[1], 0.85),
        "hoverinfo": "skip",
        "xaxis": "x",
    }
