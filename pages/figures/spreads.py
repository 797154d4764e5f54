"""Spreads: what was quoted, what takers paid, what makers kept of it, and how the price moved."""

import numpy as np

from core.domain.arrays import IntArray
from data.views.spreads import SpreadsView
from pages.figures import palette, values
from pages.figures.part import Part
from pages.figures.scale import span_text
from pages.figures.values import Values
from pages.figures.venues import VENUE_NAMES

_PLACES = 3


def draw(view: SpreadsView, *, shown_ns: IntArray, yaxis: str) -> Part:
    """Return four lines, in basis points of the middle.

    Args:
        view: one value per bar; NaN is not known, and leaves a gap.
        shown_ns: int64[m], opens of the chart's bars.
        yaxis: of the pane.
    """
    rows = [
        Values("Effective", view.effective, palette.POC, _PLACES, signed=True),
        Values("Quoted", view.quoted, palette.QUIET, _PLACES),
        Values("Realised", view.realised, palette.VALUE_AREA, _PLACES, signed=True),
        Values("Impact", view.impact, palette.VWAP_MONTH, _PLACES, signed=True),
    ]
    name, after = VENUE_NAMES[view.instrument.id.venue], span_text(view.horizon_ns)
    title = f"Spread of {name}, realised after {after} (bps)"
    if view.is_untold:
        title += values.untold([view.instrument.id])
    elif np.isnan(view.effective).all():
        title += ": what trades paid is known of the last hour and from now on"
    traces = values.lines(rows, view.open_ns, yaxis)
    return values.pane(rows, traces, title, times=(view.open_ns, shown_ns), yaxis=yaxis)
