"""Grade: bars that are known to lack trades are hatched."""

from typing import Final

import numpy as np

from core.calc.grade import Grades, Reason
from core.calc.grouping import runs
from core.domain.arrays import BoolArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_MS, Ns
from pages.figures import palette
from pages.figures.part import Part, Trace, foot_note
from pages.figures.scale import prices

HATCHED_NOTE: Final = "Hatched bars are not whole: trades of them are missing"
_REACH: Final = 3.0
"""The hatching is higher than what is shown, so that it fills the pane however it is moved."""


def draw(
    grades: Grades | None, instrument: Instrument, *, step_ns: Ns, shown: tuple[int, int] | None
) -> Part:
    """Return the hatching behind the candles, one box for each run of bars, and a note on it.

    Bars of which no trades are held are pale already, and what is not proven yet may be whole.

    Args:
        grades: of the bars drawn.
        instrument: the grid of ``shown``.
        step_ns: length of a bar; bars are drawn around their open.
        shown: the lowest and the highest price of the bars, in ticks.
    """
    if grades is None or shown is None:
        return Part()
    slots = grades.open_ns[is_hatched(grades)] // step_ns
    if not slots.size:
        return Part()
    first, end = runs(slots - np.arange(slots.size))
    low, high = (float(each) for each in prices(np.array(shown), instrument))
    room = _REACH * (max(high - low, 0.0) or abs(high) * 0.1)
    step_ms = step_ns / NS_PER_MS
    boxes: Trace = {
        "type": "bar",
        "name": "Not whole",
        "x": (slots[first] - 0.5) * step_ms,
        "width": (slots[end - 1] - slots[first] + 1) * step_ms,
        "offset": 0,
        "base": low - room,
        "y": np.full(first.size, high - low + 2 * room),
        "marker": {
            "color": palette.faded(palette.TEXT, 0.07),
            "line": {"width": 0},
            "pattern": {
                "shape": "/",
                "size": 6,
                "solidity": 0.3,
                "fgcolor": palette.faded(palette.TEXT, 0.75),
                "fillmode": "overlay",
            },
        },
        "hoverinfo": "skip",
        "xaxis": "x",
        "yaxis": "y",
    }
    return Part([boxes], [], [foot_note(HATCHED_NOTE)])


def is_hatched(grades: Grades) -> BoolArray:
    """Return which bars are known to lack trades, though some are held."""
    hatched: BoolArray = (grades.grade < 1) & (grades.reason != Reason.NO_TRADES)
    return hatched
