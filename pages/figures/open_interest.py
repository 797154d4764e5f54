"""Open interest: what is held open over time, summed, or each venue's change beside the others'."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from core.calc.open_interest import change, rebased, total
from core.domain.arrays import FloatArray
from core.domain.instrument import InstrumentId
from data.views.derivatives import DerivativesView
from pages.figures import area, frame, palette
from pages.figures.cvd import zero_line
from pages.figures.part import Part, Reading, Trace
from pages.figures.scale import amount_text, milliseconds, percent_text, span_text
from pages.figures.venues import VENUE_COLOURS, VENUE_NAMES

_APART: Final = 0.2
"""Between two venues' words above the pane, as a share of its width."""


def draw(view: DerivativesView, unit: str, *, by_venue: bool, yaxis: str = "y4") -> Part:
    """Return the area of the sum, or one line per venue: its change since the first value known.

    Venues differ in size by multiples, and move by a percent a day: side by side only their
    changes can be read.

    Args:
        view: one value per bar and venue; NaN is not known, and drawn as a hole.
        unit: base coin.
        by_venue: one line each, in percent; else the sum, in coins.
        yaxis: the pane.
    """
    if by_venue:
        return _by_venue(view, yaxis)
    values = total(list(view.open_interest.values()))
    x, y = area.points(view.open_ns, values)
    hover = f"%{{y:,.0f}} {unit}<extra>Open interest</extra>"
    trace = area.trace(x, y, "Open interest", palette.OPEN_INTEREST)
    return Part([trace | {"hovertemplate": hover, "yaxis": yaxis}], [], [], area.span(values))


def reading(view: DerivativesView) -> Reading:
    """Return the newest sum, and its change over the window."""
    values = total(list(view.open_interest.values()))
    text = amount_text(float(values[-1]) if values.size else float("nan"))
    moved = change(values)
    if moved is None:
        return Reading(text, palette.OPEN_INTEREST)
    note = f"{percent_text(moved.frac)} in {span_text(moved.bars * view.step_ns)}"
    return Reading(text, palette.OPEN_INTEREST, note, palette.TEXT)


def _by_venue(view: DerivativesView, yaxis: str) -> Part:
    x = milliseconds(view.open_ns)
    shares = {each: 100 * rebased(values) for each, values in view.open_interest.items()}
    traces = [
        area.line(x, values, f"Open interest {VENUE_NAMES[each.venue]}", VENUE_COLOURS[each.venue])
        | {
            "hovertemplate": f"%{{y:+.2f}} %<extra>{VENUE_NAMES[each.venue]}</extra>",
            "yaxis": yaxis,
        }
        for each, values in shares.items()
    ]
    span = area.span(*shares.values())
    span = (min(span[0], 0.0), max(span[1], 0.0)) if span else None
    words = _venue_words(view.open_interest, yaxis)
    return Part(traces, [zero_line(yaxis)], words, span)


def _venue_words(values: Mapping[InstrumentId, FloatArray], yaxis: str) -> list[Trace]:
    """Return each venue's newest value in its line's colour, above the pane from the right."""
    words = []
    for index, (each, bars) in enumerate(reversed(list(values.items()))):
        known = bars[-1] if bars.size else np.nan
        text = f"{VENUE_NAMES[each.venue]} {amount_text(float(known))}"
        words.append(
            frame.title(text, yref=f"{yaxis} domain")
            | {"x": 1 - index * _APART, "xanchor": "right"}
            | {"font": {"color": VENUE_COLOURS[each.venue], "size": 11}}
        )
    return words
