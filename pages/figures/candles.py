"""Candles: bars on the price pane, and the line at the last price."""

import numpy as np

from core.calc.words import price_text
from core.domain.arrays import BarArray, Provenance
from core.domain.instrument import Instrument
from pages.figures import palette
from pages.figures.part import Part, Trace, foot_note
from pages.figures.scale import milliseconds, prices

PALE_NOTE = "Pale candles are the venue's own: no trades are held behind them"


def draw(bars: BarArray, instrument: Instrument) -> Part:
    """Return the candles, those built from trades in full colour, the venue's own paler.

    Args:
        bars: BAR_DTYPE[n], sorted.
        instrument: the grid of their ticks.

    Returns:
        One trace per provenance present, the span of all prices, the last-price line with its
        label on the price axis, and a note in words where pale candles are shown. Empty without
        bars.
    """
    if not bars.size:
        return Part()
    from_klines = bars["provenance"] == Provenance.KLINES
    traces = [
        _candles(bars[mask], instrument, name, colours)
        for mask, name, colours in (
            (from_klines, "Price (venue's candles)", (palette.BUY_PALE, palette.SELL_PALE)),
            (~from_klines, "Price", (palette.BUY, palette.SELL)),
        )
        if bool(mask.any())
    ]
    low, high = prices(np.array([bars["low_ticks"].min(), bars["high_ticks"].max()]), instrument)
    line, label = _last_price(bars[-1], instrument)
    note = [foot_note(PALE_NOTE)] if bool(from_klines.any()) else []
    return Part(traces, [line], [label, *note], (float(low), float(high)))


def _candles(bars: BarArray, instrument: Instrument, name: str, colours: tuple[str, str]) -> Trace:
    up, down = colours
    return {
        "type": "candlestick",
        "name": name,
        "x": milliseconds(bars["open_ns"]),
        **{
            key: prices(bars[f"{key}_ticks"], instrument)
            for key in ("open", "high", "low", "close")
        },
        "increasing": {"line": {"color": up, "width": 1}, "fillcolor": up},
        "decreasing": {"line": {"color": down, "width": 1}, "fillcolor": down},
        "xaxis": "x",
        "yaxis": "y",
    }


def _last_price(bar: np.void, instrument: Instrument) -> tuple[Trace, Trace]:
    colour = palette.BUY if bar["close_ticks"] >= bar["open_ticks"] else palette.SELL
    price = float(prices(bar["close_ticks"], instrument))
    line = {
        "type": "line",
        "xref": "paper",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": price,
        "y1": price,
        "line": {"color": colour, "width": 1, "dash": "dot"},
        "layer": "above",
    }
    return line, price_label(price_text(bar["close_ticks"], instrument), price, colour)


def price_label(text: str, price: float, colour: str) -> Trace:
    """Return a filled label on the price axis, right of the plot."""
    return {
        "text": f"<b>{text}</b>",
        "x": 1,
        "xref": "paper",
        "xanchor": "left",
        "y": price,
        "yref": "y",
        "yanchor": "middle",
        "showarrow": False,
        "bgcolor": colour,
        "borderpad": 2,
        "font": {"color": palette.BACKGROUND, "size": 11},
    }
