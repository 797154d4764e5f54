"""Open interest: what is held open, summed, by venue beside the others, or by what price did."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from core.calc.oi_quadrant import Quadrant
from core.calc.open_interest import change, rebased, total
from core.domain.arrays import FloatArray, IntArray
from core.domain.instrument import InstrumentId
from data.views.open_interest import OpenInterestView
from pages.figures import area, frame, palette
from pages.figures.columns import columns, half_width
from pages.figures.cvd import zero_line
from pages.figures.part import Cell, Part, Reading, Trace
from pages.figures.scale import amount_text, milliseconds, percent_text, span_text
from pages.figures.values import at_bars
from pages.figures.venues import VENUE_COLOURS, VENUE_NAMES

QUADRANTS: Final = {
    Quadrant.NONE: ("no quadrant", palette.QUIET),
    Quadrant.LONG_BUILD: ("long build", palette.BUY),
    Quadrant.SHORT_COVER: ("short cover", palette.SHORT_COVER),
    Quadrant.SHORT_BUILD: ("short build", palette.SELL),
    Quadrant.LONG_UNWIND: ("long unwind", palette.LONG_UNWIND),
}
"""The word for each, by its number, and its colour."""
_APART: Final = 0.2
"""Between two venues' words above the pane, as a share of its width."""


def draw(view: OpenInterestView, unit: str, *, shown_ns: IntArray, yaxis: str = "y4") -> Part:
    """Return the area of the sum, in columns of their quadrants where those were asked.

    Args:
        view: one value per bar and venue; NaN is not known, and drawn as a hole.
        unit: base coin.
        shown_ns: int64[m], opens of the chart's bars.
        yaxis: the pane.
    """
    values = total(list(view.held.values()))
    title, reading = f"Open interest ({unit}{_of(view)})", _reading(values, view.step_ns)
    cells = [Cell("", at_bars(values, view.open_ns, shown_ns), 0, unit)]
    if view.quadrants is None:
        x, y = area.points(view.open_ns, values)
        trace = area.trace(x, y, "Open interest", palette.OPEN_INTEREST)
        hover = f"%{{y:,.0f}} {unit}<extra>Open interest</extra>"
        traces = [trace | {"hovertemplate": hover, "yaxis": yaxis}]
    else:
        traces = _columns(view, values, view.quadrants, yaxis)
        title = f"Open interest and price over five bars ({unit})"
        reading = _named(reading, view.quadrants)
        numbers = at_bars(view.quadrants.astype(np.float64), view.open_ns, shown_ns)
        cells.append(Cell("", numbers, 0, "", tuple(word for word, _ in QUADRANTS.values())))
    span = area.span(values)
    return Part(traces, [], [], span, title=title, reading=reading, cells=tuple(cells))


def draw_by_venue(
    view: OpenInterestView, unit: str, *, shown_ns: IntArray, yaxis: str = "y4"
) -> Part:
    """Return one line per venue: its change in percent since the first value known.

    Venues differ in size by multiples, and move by a percent a day: side by side only their
    changes can be read.

    Args:
        view: one value per bar and venue; NaN is not known, and drawn as a hole.
        unit: base coin, of the words above the pane.
        shown_ns: int64[m], opens of the chart's bars.
        yaxis: the pane.
    """
    x = milliseconds(view.open_ns)
    shares = {each: 100 * rebased(values) for each, values in view.held.items()}
    traces = [
        area.line(x, values, f"Open interest {VENUE_NAMES[each.venue]}", VENUE_COLOURS[each.venue])
        | {
            "hovertemplate": f"%{{y:+.2f}} %<extra>{VENUE_NAMES[each.venue]}</extra>",
            "yaxis": yaxis,
        }
        for each, values in shares.items()
    ]
    span = area.span(*shares.values())
    return Part(
        traces,
        [zero_line(yaxis)],
        _venue_words(view.held, yaxis),
        (min(span[0], 0.0), max(span[1], 0.0)) if span else None,
        title=f"Open interest (% since the left edge; values in {unit})",
        reading=_reading(total(list(view.held.values())), view.step_ns),
        cells=tuple(
            Cell(VENUE_NAMES[each.venue], at_bars(values, view.open_ns, shown_ns), 2, "%")
            for each, values in shares.items()
        ),
    )


def _of(view: OpenInterestView) -> str:
    """Return what a sum of all venues is of, and without which of them."""
    if not view.spec.everywhere:
        return ""
    text = f", {' + '.join(VENUE_NAMES[each.venue] for each in view.held)}"
    lacking = " and ".join(VENUE_NAMES[each.venue] for each in view.lacking)
    return f"{text}; nothing known of {lacking}" if lacking else text


def _columns(
    view: OpenInterestView, values: FloatArray, quadrants: IntArray, yaxis: str
) -> list[Trace]:
    """Return a column from the pane's floor for each bar, one outline for each quadrant."""
    x, half = milliseconds(view.open_ns).astype(np.float64), half_width(view.step_ns)
    masks = {each: (quadrants == each) & ~np.isnan(values) for each in QUADRANTS}
    found = [
        columns(x, values, masks[each], half, (f"Open interest, {word}", colour)) | {"yaxis": yaxis}
        for each, (word, colour) in QUADRANTS.items()
        if masks[each].any()
    ]
    return found or [area.line(x, values, "Open interest", palette.QUIET) | {"yaxis": yaxis}]


def _reading(values: FloatArray, step_ns: int) -> Reading:
    """Return the newest sum, and its change over the window."""
    text = amount_text(float(values[-1]) if values.size else float("nan"))
    moved = change(values)
    if moved is None:
        return Reading(text, palette.OPEN_INTEREST)
    note = f"{percent_text(moved.frac)} in {span_text(moved.bars * step_ns)}"
    return Reading(text, palette.OPEN_INTEREST, note, palette.TEXT)


def _named(reading: Reading, quadrants: IntArray) -> Reading:
    """Return the newest sum with the word for what the newest bars did."""
    word, colour = QUADRANTS[Quadrant(int(quadrants[-1]))]
    return Reading(reading.text, reading.colour, word, colour)


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
