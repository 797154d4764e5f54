"""Book state: which side of the book held more, or where the microprice stood."""

import numpy as np

from core.domain.arrays import IntArray
from data.views.book_state import SHOWN, BookStateView
from pages.figures import area, palette, values
from pages.figures.part import Part
from pages.figures.values import Values
from pages.figures.venues import VENUE_NAMES


def draw(view: BookStateView, *, shown_ns: IntArray, yaxis: str) -> Part:
    """Return an area, green where bids hold more and red where asks do.

    Args:
        view: one value per bar; NaN is not known, and leaves a gap.
        shown_ns: int64[m], opens of the chart's bars.
        yaxis: of the pane.
    """
    is_micro = view.show == SHOWN[-1]
    row = Values("Microprice less mid", view.values, palette.TEXT, 3, " ticks", signed=True)
    if not is_micro:
        row = Values("Imbalance", 100 * view.values, palette.TEXT, 0, " %", signed=True)
    sides = area.two_sides(view.open_ns, row.values, row.name, (palette.BUY, palette.SELL))
    hover = f"%{{y:+.{row.decimals}f}}{row.unit}<extra>{row.name}</extra>"
    traces = [trace | {"hovertemplate": hover, "yaxis": yaxis} for trace in sides]
    times = view.open_ns, shown_ns
    return values.pane([row], traces, _title(view, is_micro=is_micro), times=times, yaxis=yaxis)


def _title(view: BookStateView, *, is_micro: bool) -> str:
    name = VENUE_NAMES[view.instrument.id.venue]
    if view.is_untold:
        return f"Book{values.untold([view.instrument.id])}"
    nothing = bool(np.isnan(view.values).all())
    if is_micro:
        words = f"Microprice of {name} less the mid (ticks)"
        return f"{words}: it is fitted on the hour before, which is not held" if nothing else words
    where = "at the best prices" if view.show == SHOWN[0] else f"within {view.show}"
    words = f"Book imbalance of {name} {where} (%)"
    if not nothing:
        return words
    is_best = view.show == SHOWN[0]
    return f"{words}: {'no bar of it is known yet' if is_best else 'the book is not known so deep'}"
