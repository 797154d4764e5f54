"""Quality: how liquid and how one-sided the market was, by one measure."""

from typing import Final

import numpy as np

from core.domain.arrays import IntArray
from data.views.quality import BUCKETS, Measure, QualityView
from pages.figures import palette, values
from pages.figures.part import Part
from pages.figures.values import Values
from pages.figures.venues import VENUE_NAMES

_LOOKS: Final = {
    Measure.KYLE: (
        "Kyle's lambda, hour",
        3,
        " bps per million",
        True,
        "an hour of trades and quotes",
    ),
    Measure.AMIHUD: (
        "Amihud, hour",
        3,
        " bps per million",
        False,
        "an hour of minutes with trades",
    ),
    Measure.ROLL: ("Roll's spread", 2, " ticks", False, "moves that turn back"),
    Measure.VPIN: ("VPIN", 2, "", False, f"{BUCKETS} full buckets, about a day of trades"),
    Measure.ARRIVALS: ("Arrivals", 1, " orders/s", False, "a minute of trades"),
}
"""Name, decimals, unit, whether it has a sign, and what it needs."""


def draw(view: QualityView, *, shown_ns: IntArray, yaxis: str) -> Part:
    """Return one line.

    Args:
        view: one value per bar; NaN is not known, and leaves a gap.
        shown_ns: int64[m], opens of the chart's bars.
        yaxis: of the pane.
    """
    name, places, unit, signed, needs = _LOOKS[view.show]
    row = Values(name, view.values, palette.BASIS, places, unit, signed=signed)
    quoted = f"{unit} {view.instrument.quote}" if "million" in unit else unit
    words = f" ({quoted.strip()})" if unit else ""
    title = f"{name} of {VENUE_NAMES[view.instrument.id.venue]}{words}"
    if np.isnan(view.values).all():
        title += f": it needs {needs}"
    traces = values.lines([row], view.open_ns, yaxis)
    return values.pane([row], traces, title, times=(view.open_ns, shown_ns), yaxis=yaxis)
