"""Candle POC: a short tick on each candle at the row where most of it traded."""

from typing import Final

import numpy as np

from core.domain.units import Ns
from data.views.candle_poc import CandlePocView
from pages.figures import palette
from pages.figures.area import line
from pages.figures.part import Part
from pages.figures.scale import milliseconds, prices

TICKS: Final = "candle-poc"
"""``meta.kind`` of the trace; ``front/cells.js`` takes them off candles whose cells box one."""
_REACH: Final = 0.36
"""Of a bar, to each side: as wide as a candle's body."""


def draw(view: CandlePocView, *, step_ns: Ns) -> Part:
    """Return the ticks as one broken line, each at the middle of its row.

    Args:
        view: one value per candle.
        step_ns: length of a bar.
    """
    if not view.open_ns.size:
        return Part()
    reach_ns = (np.array([-_REACH, _REACH, _REACH]) * step_ns).astype(np.int64)
    x = milliseconds((view.open_ns[:, None] + reach_ns).ravel())
    y = np.repeat(prices(view.poc_ticks + (view.ticks_per_row - 1) / 2, view.instrument), 3)
    y[2::3] = np.nan
    drawn = line(x, y, "Candle POC", palette.POC)
    style = drawn["line"] | {"width": 2.0}
    more = {"yaxis": "y", "hoverinfo": "skip", "meta": {"kind": TICKS}}
    return Part([drawn | {"line": style} | more])
