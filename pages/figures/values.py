"""Values: what the panes of one number per bar have in common, and how they say what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from core.domain.instrument import InstrumentId
from pages.figures import area, palette
from pages.figures.cvd import zero_line
from pages.figures.held import since_words
from pages.figures.part import Cell, Part, Reading, Trace
from pages.figures.scale import milliseconds, number_text
from pages.figures.venues import VENUE_NAMES

_SHORT_UNIT: Final = 6


@dataclass(frozen=True, slots=True)
class Values:
    """One line of a pane.

    Attributes:
        name: of the line.
        values: float64[n]; NaN is not known.
        colour: of the line and its newest value.
        decimals: digits after the point.
        unit: with a space before it where it needs one.
        signed: a plus stands before what is above zero.
    """

    name: str
    values: FloatArray
    colour: str
    decimals: int = 2
    unit: str = ""
    signed: bool = False

    @property
    def newest(self) -> float:
        """Return the value of the open bar, or of the one before while it is too young for one."""
        known = self.values[-2:][~np.isnan(self.values[-2:])]
        return float(known[-1]) if known.size else float("nan")

    def text(self, value: float) -> str:
        """Return a value in words; what is not known is a dash."""
        return number_text(value, self.decimals, signed=self.signed, unit=self.unit)


def lines(rows: Sequence[Values], open_ns: IntArray, yaxis: str) -> list[Trace]:
    """Return one line per row."""
    x = milliseconds(open_ns)
    return [
        area.line(x, row.values, row.name, row.colour)
        | {
            "hovertemplate": f"%{{y:{'+' if row.signed else ''},.{row.decimals}f}}{row.unit}"
            f"<extra>{row.name}</extra>",
            "yaxis": yaxis,
        }
        for row in rows
    ]


def pane(
    rows: Sequence[Values],
    traces: Sequence[Trace],
    title: str,
    *,
    times: tuple[IntArray, IntArray],
    yaxis: str,
) -> Part:
    """Return a pane.

    Args:
        rows: the first is the one of which the newest value stands large beside the pane.
        traces: what is drawn.
        title: what it shows, in which unit, and why something is missing.
        times: opens of the bars that the rows have, and of those of the chart.
        yaxis: of the pane.

    Returns:
        With zero in it, and a line there, where a row has a sign.
    """
    open_ns, shown_ns = times
    signed = any(row.signed for row in rows)
    span = area.span(*(row.values for row in rows))
    if span is not None and signed:
        span = min(span[0], 0.0), max(span[1], 0.0)
    first, *others = rows
    known = np.any([~np.isnan(row.values) for row in rows], axis=0)
    # More than one would not stand beside the pane; the chip at the mouse has them all.
    note = (
        f"{others[0].name.lower()} {others[0].text(others[0].newest)}" if len(others) == 1 else ""
    )
    return Part(
        list(traces),
        [zero_line(yaxis)] if signed else [],
        [],
        span,
        title=title + since_words(known, open_ns, shown_ns),
        reading=Reading(_short(first), _tone(first), note, palette.AXIS_TEXT),
        cells=tuple(
            Cell(
                row.name if others else "",
                at_bars(row.values, open_ns, shown_ns),
                row.decimals,
                row.unit.strip(),
            )
            for row in rows
        ),
    )


def _short(row: Values) -> str:
    """Return the newest value; a long unit is left to the pane's title."""
    return (replace(row, unit="") if len(row.unit) > _SHORT_UNIT else row).text(row.newest)


def at_bars(values: FloatArray, open_ns: IntArray, shown_ns: IntArray) -> FloatArray:
    """Return the values of the bars that open then; NaN where there is none.

    Args:
        values: float64[n].
        open_ns: int64[n], ascending.
        shown_ns: int64[m], any.
    """
    out = np.full(shown_ns.size, np.nan)
    if open_ns.size:
        at = np.minimum(np.searchsorted(open_ns, shown_ns), open_ns.size - 1)
        same = open_ns[at] == shown_ns
        out[same] = values[at[same]]
    return out


def untold(instruments: Sequence[InstrumentId]) -> str:
    """Return in words that nothing is held of these books; empty = of all something is."""
    names = " and ".join(dict.fromkeys(VENUE_NAMES[each.venue] for each in instruments))
    return f": the book of {names} is not held" if names else ""


def _tone(row: Values) -> str:
    if not row.signed:
        return row.colour
    return palette.BUY if row.newest > 0 else palette.SELL if row.newest < 0 else palette.TEXT
