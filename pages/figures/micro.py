"""Micro-footprint: the seconds around a click, one column each, by price row and side."""

from typing import Final

import numpy as np

from core.calc.micro import MicroFootprint
from core.calc.words import decimals
from core.domain.arrays import FloatArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_MS, Ns
from pages.figures import palette
from pages.figures.part import Part, Trace
from pages.figures.scale import milliseconds, prices, size_text

_BY: Final = "\N{MULTIPLICATION SIGN}"
_SCALE: Final = [
    [0.0, palette.SELL],
    [0.42, palette.faded(palette.SELL, 0.25)],
    [0.5, palette.BACKGROUND],
    [0.58, palette.faded(palette.BUY, 0.25)],
    [1.0, palette.BUY],
]


def draw(
    result: MicroFootprint,
    instrument: Instrument,
    *,
    ticks_per_row: int,
    focus_ns: Ns | None = None,
) -> Part:
    """Return one column per second: green where buying led in that row, red where selling did.

    It stands on the second pair of axes, beside the footprint.

    Args:
        result: dense seconds by dense rows.
        instrument: the grid of its ticks and lots.
        ticks_per_row: height of its rows.
        focus_ns: instant that was clicked, marked by a line; None = no mark.

    Returns:
        Strength is the square root of the difference, so that small ones show too. Empty when
        nothing traded.
    """
    if not result.row_ticks.size or not result.second_ns.size:
        return Part()
    height = float(prices(np.array(ticks_per_row), instrument))
    edges = prices(result.row_ticks, instrument)
    strength = _strength(result)
    cells: Trace = {
        "type": "heatmap",
        "x": milliseconds(result.second_ns) + 500,
        "y": edges + height / 2,
        "z": strength,
        "zmin": -1,
        "zmax": 1,
        "colorscale": _SCALE,
        "showscale": False,
        "text": _texts(result, instrument),
        "hovertemplate": (
            f"%{{x|%H:%M:%S}} UTC<br>%{{y:,.{decimals(instrument.tick_size)}f}}"
            "<br>%{text}<extra></extra>"
        ),
        "xgap": 1,
        "ygap": 1,
        "xaxis": "x2",
        "yaxis": "y2",
    }
    marks = [_mark(focus_ns)] if focus_ns is not None else []
    return Part([cells], marks, [], (float(edges[0]), float(edges[-1]) + height))


def _strength(result: MicroFootprint) -> FloatArray:
    """Return float64[rows, seconds] in [-1, 1]; NaN where nothing traded."""
    delta = (result.buy_lots - result.sell_lots).T
    traded = (result.buy_lots + result.sell_lots).T > 0
    largest = max(float(np.abs(delta).max(initial=0)), 1.0)
    strength = np.sign(delta) * np.sqrt(np.abs(delta) / largest)
    return np.where(traded, strength, np.nan)


def _texts(result: MicroFootprint, instrument: Instrument) -> list[list[str]]:
    """Return bid volume times-sign ask volume of each cell, rows first."""
    return [
        [
            f"{size_text(sell, instrument)} {_BY} {size_text(buy, instrument)}"
            if sell or buy
            else ""
            for sell, buy in zip(sells, buys, strict=True)
        ]
        for sells, buys in zip(result.sell_lots.T.tolist(), result.buy_lots.T.tolist(), strict=True)
    ]


def _mark(focus_ns: Ns) -> Trace:
    at = focus_ns / NS_PER_MS
    return {
        "type": "line",
        "xref": "x2",
        "yref": "y2 domain",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "line": {"color": palette.TEXT, "width": 1, "dash": "dot"},
    }
