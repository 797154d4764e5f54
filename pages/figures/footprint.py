"""Footprint: one candle by price row, sells that hit the bid left, buys that lifted right."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.calc.footprint import Footprint
from core.domain.arrays import BoolArray, FloatArray, IntArray
from core.domain.instrument import Instrument
from pages.figures import palette
from pages.figures.part import Part, Trace
from pages.figures.scale import prices, size_text

COLUMNS: Final = ("Bid (sells)", "Ask (buys)", "Delta", "Total")
TEXT_PX: Final = 14
"""Height of a row whose numbers can be read."""
_NORMAL: Final = 0.42
"""Greatest strength of a cell without imbalance; one with it has full strength."""
_SCALE: Final = [
    [0.0, palette.faded(palette.SELL, 0.8)],
    [1 / 3, palette.BACKGROUND],
    [2 / 3, palette.faded(palette.BUY, 0.8)],
    [0.6667, palette.BACKGROUND],
    [1.0, palette.faded("#94a3b8", 0.45)],
]
"""-1 sells, 0 nothing, +1 buys; from there to 2 a row's total, which has no side."""


def draw(result: Footprint, instrument: Instrument) -> Part:
    """Return the cells with their numbers, the POC's golden box and the value area's edges.

    A cell is the stronger the more of the candle's largest cell it holds; one with a diagonal
    imbalance has full strength and bold numbers.

    Args:
        result: dense rows, ascending in price.
        instrument: the grid of its ticks and lots.

    Returns:
        Axes: ``x`` 0..3 are COLUMNS, ``y`` is the price; ``span`` is the price from the lowest
        row's lower edge to the highest row's upper edge. Empty when nothing traded.
    """
    if not result.row_ticks.size:
        return Part()
    height = prices(np.array(result.ticks_per_row), instrument)
    edges = prices(result.row_ticks, instrument)
    cells: Trace = {
        "type": "heatmap",
        "x": np.arange(len(COLUMNS)),
        "y": edges + height / 2,
        "z": _strengths(result),
        "zmin": -1,
        "zmax": 2,
        "colorscale": _SCALE,
        "showscale": False,
        "text": _texts(result, instrument),
        "texttemplate": "%{text}",
        "textfont": {"family": palette.FONT, "size": 11, "color": palette.TEXT},
        "xgap": 2,
        "ygap": 1,
        "hoverinfo": "skip",
        "xaxis": "x",
        "yaxis": "y",
    }
    span = (float(edges[0]), float(edges[-1] + height))
    return Part([cells], _boxes(result, edges, float(height)), [], span)


def _strengths(result: Footprint) -> FloatArray:
    """Return float64[rows, 4] on the scale of ``_SCALE``."""
    largest = max(int(result.sell_lots.max()), int(result.buy_lots.max()), 1)
    delta = result.buy_lots - result.sell_lots
    total = result.buy_lots + result.sell_lots + result.unknown_lots
    sell = _cell(result.sell_lots, largest, result.sell_imbalance)
    buy = _cell(result.buy_lots, largest, result.buy_imbalance)
    leaning = _NORMAL * delta / max(int(np.abs(delta).max()), 1)
    weight = 1.001 + 0.999 * total / max(int(total.max()), 1)
    return np.column_stack([-sell, buy, leaning, weight])


def _cell(lots: IntArray, largest: int, imbalance: BoolArray) -> FloatArray:
    return np.where(imbalance, 1.0, _NORMAL * lots / largest)


def _texts(result: Footprint, instrument: Instrument) -> list[list[str]]:
    total = result.buy_lots + result.sell_lots + result.unknown_lots
    delta = result.buy_lots - result.sell_lots
    rows: NDArray[np.int64] = np.column_stack([result.sell_lots, result.buy_lots, delta, total])
    bold = np.column_stack([result.sell_imbalance, result.buy_imbalance])
    texts = []
    for numbers, strong in zip(rows.tolist(), bold.tolist(), strict=True):
        sell, buy, difference, whole = numbers
        cells = [size_text(lots, instrument) if lots else "" for lots in (sell, buy)]
        marked = [f"<b>{text}</b>" if on else text for text, on in zip(cells, strong, strict=True)]
        signed = size_text(difference, instrument, signed=True)
        texts.append([*marked, signed, size_text(whole, instrument)])
    return texts


def _boxes(result: Footprint, edges: FloatArray, height: float) -> list[Trace]:
    poc = float(edges[result.poc_row])
    low = float(edges[result.val_row])
    high = float(edges[result.vah_row]) + height
    area = {
        "type": "rect",
        "xref": "x domain",
        "yref": "y",
        "x0": 0,
        "x1": 0.008,
        "y0": low,
        "y1": high,
        "fillcolor": palette.VALUE_AREA,
        "line": {"width": 0},
    }
    lines = [_line(at, palette.VALUE_AREA) for at in (high, low)]
    box = {
        "type": "rect",
        "xref": "x domain",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": poc,
        "y1": poc + height,
        "line": {"color": palette.POC, "width": 1.6},
    }
    return [area, *lines, box]


def _line(price: float, colour: str) -> Trace:
    return {
        "type": "line",
        "xref": "x domain",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": price,
        "y1": price,
        "line": {"color": colour, "width": 1, "dash": "dash"},
    }
