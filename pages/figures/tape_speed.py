"""Tape speed: how fast, how large or how one-sided orders come, shaded by how rare that is."""

from typing import Final

import numpy as np

from core.domain.arrays import IntArray
from core.domain.units import Ns
from data.views.tape_speed import LEAST_BARS, MEASURES, TapeSpeedView
from pages.figures import palette, values
from pages.figures.columns import columns, half_width
from pages.figures.part import Cell, Part, Trace
from pages.figures.scale import milliseconds
from pages.figures.values import Values
from pages.figures.venues import VENUE_NAMES

RARE: Final = 0.9
"""From this rank on a bar stands out ..."""
RAREST: Final = 0.99
"""... and from this one it glows."""
_AGGRESSION: Final = MEASURES[3]
_SHADES: Final = ((0.35, ""), (0.7, " (above 90 %)"), (1.0, " (above 99 %)"))


def draw(view: TapeSpeedView, *, show: str, step_ns: Ns, shown_ns: IntArray, yaxis: str) -> Part:
    """Return a column per bar, the fuller the rarer it was among the bars of the day before.

    Args:
        view: one row per bar; NaN is not known, and leaves a gap.
        show: one of MEASURES.
        step_ns: length of a bar.
        shown_ns: int64[m], opens of the chart's bars.
        yaxis: of the pane.
    """
    which = MEASURES.index(show)
    row = _row(view, which)
    ranks = view.ranks[which]
    title = f"Tape of {VENUE_NAMES[view.instrument.id.venue]}: {_words(view, show)}"
    if np.isnan(row.values).all():
        title += " (no bar is held whole)"
    elif np.isnan(ranks).all():
        title += f" (not compared yet: {LEAST_BARS} bars are needed)"
    times = view.open_ns, shown_ns
    part = values.pane(
        [row], _columns(row, view, which, step_ns, yaxis), title, times=times, yaxis=yaxis
    )
    low, high = part.span or (0.0, 0.0)
    rank = Cell("above", values.at_bars(100 * ranks, *times), 0, "% of bars")
    return Part(
        part.traces,
        part.shapes,
        span=(min(low, 0.0), high),
        title=part.title,
        reading=part.reading,
        cells=(*part.cells, rank),
    )


def _row(view: TapeSpeedView, which: int) -> Values:
    name, found = MEASURES[which], view.values[which]
    if name == _AGGRESSION:
        return Values("Aggression", 100 * found, palette.TEXT, 0, " %", signed=True)
    places = 1 if which == 0 else 0
    return Values(name.capitalize(), found, palette.POC, places)


def _columns(row: Values, view: TapeSpeedView, which: int, step_ns: Ns, yaxis: str) -> list[Trace]:
    x = milliseconds(view.open_ns).astype(np.float64)
    ranks = np.nan_to_num(view.ranks[which])
    level = (ranks >= RARE).astype(np.int64) + (ranks >= RAREST)
    sides = [(row.values > 0, palette.BUY), (row.values < 0, palette.SELL)]
    if not row.signed:
        sides = [(row.values > 0, row.colour)]
    traces = []
    for shade, (alpha, words) in enumerate(_SHADES):
        for mask, colour in sides:
            here = mask & (level == shade)
            trace = columns(x, row.values, here, half_width(step_ns), (row.name + words, colour))
            traces.append(trace | {"fillcolor": palette.faded(colour, alpha), "yaxis": yaxis})
    return traces


def _words(view: TapeSpeedView, show: str) -> str:
    quote = view.instrument.quote
    return {
        MEASURES[0]: "orders per second",
        MEASURES[1]: f"{quote} per second",
        MEASURES[2]: f"average order ({quote})",
        MEASURES[3]: "takers' buys less sells (% of both)",
    }[show]
