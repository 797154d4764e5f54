"""Exhaustion prints: a bracket beside a candle's extreme where volume thins out towards it."""

from typing import Final

import numpy as np

from core.domain.units import Ns
from data.views.exhaustion_prints import ExhaustionPrintsView
from pages.figures import palette
from pages.figures.area import line
from pages.figures.held import past_notes
from pages.figures.part import Part, Trace
from pages.figures.scale import milliseconds, prices

_REACH: Final = np.array([0.34, 0.44, 0.44, 0.34, 0.34])
"""Of a bar, from its middle: just outside a candle's body, where the wick of the next is not."""
_SIDES: Final = ((1, "at highs", palette.SELL_MARK), (-1, "at lows", palette.BUY_MARK))


def draw(view: ExhaustionPrintsView, *, step_ns: Ns) -> Part:
    """Return the brackets of highs and those of lows, a trace each.

    Each reaches over the rows looked at. One at a high favours lower prices and has the colour of
    marks that do.

    Args:
        view: the prints.
        step_ns: length of a bar.
    """
    traces = [
        _brackets(view, side, step_ns, (f"Exhaustion prints {where}", colour))
        for side, where, colour in _SIDES
        if (view.side == side).any()
    ]
    return Part(traces, annotations=past_notes("Exhaustion prints", view.read_frac))


def _brackets(view: ExhaustionPrintsView, side: int, step_ns: Ns, look: tuple[str, str]) -> Trace:
    mask = view.side == side
    x = milliseconds(view.open_ns[mask][:, None] + (_REACH * step_ns).astype(np.int64)).ravel()
    edge, inner = view.edge_ticks[mask] + side / 2, view.inner_ticks[mask] - side / 2
    y = prices(np.stack([edge, edge, inner, inner, inner], axis=1), view.instrument)
    y[:, 4] = np.nan
    drawn = line(x, y.ravel(), *look)
    return drawn | {"line": drawn["line"] | {"width": 1.6}, "yaxis": "y", "hoverinfo": "skip"}
