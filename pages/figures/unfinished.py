"""Unfinished auctions: dotted rays from a candle's extreme until price came back to it."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.domain.units import Ns
from data.views.unfinished import UnfinishedExtreme, UnfinishedView
from pages.figures import palette
from pages.figures.area import line
from pages.figures.held import past_notes
from pages.figures.part import Part, Trace
from pages.figures.scale import milliseconds, prices

_LEFT: Final = 0.85
_FINISHED: Final = 0.35


def draw(view: UnfinishedView, *, newest_ns: Ns, with_finished: bool = False) -> Part:
    """Return one trace of those to which price has not come back, and one of the others.

    Args:
        view: the auctions.
        newest_ns: open of the newest bar, where rays end.
        with_finished: draw those that price came back to as well, until it did.
    """
    classes = ((view.finished if with_finished else (), _FINISHED), (view.left, _LEFT))
    traces = [_rays(view, each, newest_ns, alpha) for each, alpha in classes if each]
    return Part(traces, annotations=past_notes("Unfinished auctions", view.read_frac))


def _rays(
    view: UnfinishedView, extremes: Sequence[UnfinishedExtreme], newest_ns: Ns, alpha: float
) -> Trace:
    """Return rays as one trace, with a gap between two."""
    ends = [newest_ns if each.end_ns is None else each.end_ns for each in extremes]
    spans = [(each.event_ns, min(end, newest_ns)) for each, end in zip(extremes, ends, strict=True)]
    x = milliseconds(np.array(spans, np.int64)[:, [0, 1, 1]]).ravel()
    y = prices(np.repeat([each.price_ticks for each in extremes], 3), view.instrument)
    y[2::3] = np.nan
    drawn = line(x, y, "Unfinished auctions", palette.faded(palette.UNFINISHED, alpha))
    style = drawn["line"] | {"dash": "dot"}
    return drawn | {"line": style, "yaxis": "y", "hoverinfo": "skip"}
