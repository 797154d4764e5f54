"""Zones: where imbalances were stacked, as faint rectangles from their candle until they ended."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.calc.zones import Zone
from core.domain.arrays import FloatArray
from core.domain.units import Ns
from data.views.zones import ZonesView
from pages.figures import level, palette
from pages.figures.area import line
from pages.figures.held import past_notes
from pages.figures.part import Part, Trace
from pages.figures.scale import milliseconds, prices

_SIDES: Final = ((1, "Buy", palette.BUY), (-1, "Sell", palette.SELL))
_HOLDS: Final = 0.24
_ENDED: Final = 0.13
_LABELS: Final = 4
"""On the axis, of the nearest to the price."""


def draw(view: ZonesView, *, newest_ns: Ns, shown: tuple[int, int], last_ticks: int) -> Part:
    """Return the rectangles, and a label for each of those near the price that still hold.

    Args:
        view: the zones.
        newest_ns: open of the newest bar, where those end that hold.
        shown: lowest and highest price of the bars, ticks: a label is drawn for what is within
            their distance of them.
        last_ticks: the newest price.

    Returns:
        One trace per side of those that hold, and one of those that ended. Of those that hold the
        far edge, beyond which price must trade to end them, is drawn stronger: a trace per side.
    """
    traces = []
    for side, word, colour in _SIDES:
        holding, ended = ([z for z in zones if z.side == side] for zones in _both(view))
        for zones, alpha in ((ended, _ENDED), (holding, _HOLDS)):
            if zones:
                fill = palette.faded(colour, alpha)
                traces.append(_rectangles(view, zones, newest_ns, (f"{word} zones", fill)))
        if holding:
            look = f"{word} zones, far edge", palette.faded(colour, 0.7)
            traces.append(_far_edges(view, holding, newest_ns, look))
    notes = past_notes("Imbalance zones", view.read_frac)
    return Part(traces, annotations=[*_labels(view, shown, last_ticks), *notes])


def _both(view: ZonesView) -> tuple[tuple[Zone, ...], tuple[Zone, ...]]:
    return view.holding, view.ended


def _rectangles(
    view: ZonesView, zones: Sequence[Zone], newest_ns: Ns, look: tuple[str, str]
) -> Trace:
    name, fill = look
    ends = [newest_ns if z.end_ns is None else min(z.end_ns, newest_ns) for z in zones]
    spans = np.array([[z.event_ns, end] for z, end in zip(zones, ends, strict=True)], np.int64)
    x = milliseconds(spans[:, [0, 0, 1, 1, 0, 0]]).ravel()
    y = _edges(view, zones)[:, [0, 1, 1, 0, 0, 0]]
    y[:, 5] = np.nan
    drawn = line(x, y.ravel(), name, fill)
    return drawn | {
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": fill,
        "yaxis": "y",
        "hoverinfo": "skip",
    }


def _far_edges(
    view: ZonesView, zones: Sequence[Zone], newest_ns: Ns, look: tuple[str, str]
) -> Trace:
    spans = np.array([[z.event_ns, newest_ns, newest_ns] for z in zones], np.int64)
    far = 0 if zones[0].side > 0 else 1
    y = _edges(view, zones)[:, [far, far, far]]
    y[:, 2] = np.nan
    return line(milliseconds(spans).ravel(), y.ravel(), *look) | {"yaxis": "y", "hoverinfo": "skip"}


def _edges(view: ZonesView, zones: Sequence[Zone]) -> FloatArray:
    """Return the lower and the upper edge of each, prices."""
    ticks = np.array([[z.low_ticks - 0.5, z.high_ticks + 0.5] for z in zones])
    return prices(ticks, view.instrument)


def _labels(view: ZonesView, shown: tuple[int, int], last_ticks: int) -> list[Trace]:
    low, high = shown
    reach = high - low
    near = [z for z in view.holding if low - reach <= z.high_ticks and z.low_ticks <= high + reach]
    near.sort(key=lambda z: max(z.low_ticks - last_ticks, last_ticks - z.high_ticks, 0))
    return [_label(view, z) for z in near[:_LABELS]]


def _label(view: ZonesView, zone: Zone) -> Trace:
    word, colour = next((word, colour) for side, word, colour in _SIDES if side == zone.side)
    middle = prices(np.array((zone.low_ticks + zone.high_ticks) / 2), view.instrument)
    return level.label(f"{word} zone \N{MULTIPLICATION SIGN}{zone.rows}", float(middle), colour)
