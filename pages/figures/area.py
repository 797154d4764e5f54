"""Area: a line filled down to zero, with holes where a value is not known."""

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from pages.figures import palette
from pages.figures.part import Trace
from pages.figures.scale import milliseconds


def points(open_ns: IntArray, y: FloatArray) -> tuple[IntArray | FloatArray, FloatArray]:
    """Return the line with a point wherever it passes zero, and gaps closed down to zero.

    A filled path runs on through missing points: only from zero to zero does that leave no trace,
    whether the point is missing because the value is on the other side or because it is not known.

    Args:
        open_ns: int64[n], where the points stand.
        y: float64[n]; NaN is not known.
    """
    here, there = y[:-1], y[1:]
    gap = np.isnan(here) != np.isnan(there)
    crossing = here * there < 0
    if not (gap | crossing).any():
        return milliseconds(open_ns), y
    x = milliseconds(open_ns).astype(np.float64)
    share = np.where(crossing, here / np.where(crossing, here - there, 1.0), np.isnan(here))
    extra = np.flatnonzero(crossing | gap)
    positions = x[extra] + share[extra] * (x[extra + 1] - x[extra])
    return np.insert(x, extra + 1, positions), np.insert(y, extra + 1, 0.0)


def two_sides(
    open_ns: IntArray, y: FloatArray, name: str, tones: tuple[str, str]
) -> tuple[Trace, Trace]:
    """Return the area above zero in the first colour, and that below in the second."""
    x, level = points(open_ns, y)
    above, below = (
        trace(x, np.where(seen, level, np.nan), f"{name} {side} zero", tone)
        for seen, side, tone in zip(
            (level >= 0, level <= 0), ("above", "below"), tones, strict=True
        )
    )
    return above, below


def trace(x: IntArray | FloatArray, y: FloatArray, name: str, colour: str) -> Trace:
    """Return one filled line on the time axis."""
    return line(x, y, name, colour) | {
        "fill": "tozeroy",
        "fillcolor": palette.faded(colour, 0.28),
    }


def line(x: IntArray | FloatArray, y: FloatArray, name: str, colour: str) -> Trace:
    """Return one line on the time axis; a point that is missing breaks it."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": y,
        "line": {"color": colour, "width": 1.2},
        "connectgaps": False,
        "xaxis": "x",
    }


def span(*values: FloatArray) -> tuple[float, float] | None:
    """Return the least and the greatest value that is known; None = none is."""
    known = np.concatenate([each[~np.isnan(each)] for each in values] or [np.zeros(0)])
    return (float(known.min()), float(known.max())) if known.size else None
