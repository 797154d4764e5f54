"""Developing: point of control and value area as they were, as steps on the price pane."""

from typing import Final

import numpy as np

from core.calc.words import decimals
from core.domain.arrays import FloatArray, IntArray
from core.domain.units import Ns
from data.views.developing import DevelopingView
from pages.figures import palette
from pages.figures.area import line
from pages.figures.part import Part, Trace, corner_note
from pages.figures.scale import milliseconds, moment_text, prices

_LINES: Final = (
    ("Developing VAH", palette.faded(palette.VALUE_AREA, 0.75), "dot"),
    ("Developing VAL", palette.faded(palette.VALUE_AREA, 0.75), "dot"),
    ("Developing POC", palette.faded(palette.POC, 0.9), "solid"),
)


def draw(view: DevelopingView, *, step_ns: Ns, newest_ns: Ns) -> Part:
    """Return the three lines, broken where a session ends.

    Args:
        view: one value per interval, known at its end.
        step_ns: length of a bar. Where an interval is longer, its value stands at its last bar:
            further left, it would be known there before its time.
        newest_ns: open of the newest bar; no point is beyond it.
    """
    found = view.line
    if not found.ts_ns.size:
        return Part()
    breaks = np.flatnonzero(np.diff(view.sessions.index(found.ts_ns))) + 1
    at_ns = np.minimum(found.ts_ns + max(view.step_ns - step_ns, 0), newest_ns)
    x = milliseconds(at_ns)
    x = np.insert(x, breaks, x[breaks])
    places = decimals(view.instrument.tick_size)
    traces = [
        _line(x, np.insert(prices(ticks, view.instrument), breaks, np.nan), look, places)
        for ticks, look in zip(
            (found.vah_ticks, found.val_ticks, found.poc_ticks), _LINES, strict=True
        )
    ]
    words = _said(view)
    notes = [corner_note(words)] if words else []
    return Part(traces, annotations=notes)


def _line(x: IntArray, y: FloatArray, look: tuple[str, str, str], places: int) -> Trace:
    name, colour, dash = look
    drawn = line(x, y, name, colour)
    style = drawn["line"] | {"dash": dash, "shape": "hv"}
    return drawn | {"line": style, "yaxis": "y", "hovertemplate": f"%{{y:,.{places}f}}"}


def _said(view: DevelopingView) -> str:
    words = [f"since {moment_text(view.since_ns)}"] if view.since_ns is not None else []
    words += ["partly of candles"] if view.from_candles else []
    return f"Developing POC and value area: {', '.join(words)}" if words else ""
