"""Delta: buying less selling of each bar, green above zero and red below."""

from collections.abc import Callable
from typing import Final

import numpy as np

from core.calc.delta import Delta, delta
from core.domain.arrays import BarArray, FloatArray, IntArray, Provenance
from core.domain.instrument import Instrument
from core.domain.units import Ns
from pages.figures import area, palette
from pages.figures.columns import columns, half_width
from pages.figures.cvd import zero_line
from pages.figures.part import Cell, Part, Reading, Trace
from pages.figures.scale import coins, milliseconds, percent_text, size_places, size_text

_PERCENT: Final = 100


def draw(result: Delta, instrument: Instrument, *, step_ns: Ns, yaxis: str = "y3") -> Part:
    """Return one filled outline for the buying bars and one for the selling ones.

    Args:
        result: one value per bar; NaN is not known, and leaves a gap.
        instrument: the grid of its lots.
        step_ns: length of a bar.
        yaxis: the pane.
    """
    values = coins(result.delta_lots, instrument)
    return Part(*_columns(result.open_ns, values, step_ns, yaxis))


def draw_shares(bars: BarArray, instrument: Instrument, *, step_ns: Ns, yaxis: str = "y3") -> Part:
    """Return delta as percent of what traded with a known side; nothing where none did.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``.
        instrument: for its decimals.
        step_ns: length of a bar.
        yaxis: the pane.
    """
    known = (bars["buy_lots"] + bars["sell_lots"]).astype(np.float64)
    known[known == 0] = np.nan
    lots = (bars["buy_lots"] - bars["sell_lots"]).astype(np.float64)
    shares = _PERCENT * lots / known
    return Part(
        *_columns(bars["open_ns"], shares, step_ns, yaxis),
        title="Delta (% of volume)",
        reading=_reading(shares, lambda last: percent_text(last / _PERCENT, places=1)),
        cells=(Cell("", shares, 1, "%"), _cell("", coins(lots, instrument), instrument)),
    )


def draw_wicks(bars: BarArray, instrument: Instrument, *, step_ns: Ns, yaxis: str = "y3") -> Part:
    """Return delta, and how far the running delta of each bar went below and above zero.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``; a venue's own candle does not tell how far.
        instrument: the grid of their lots.
        step_ns: length of a bar.
        yaxis: the pane.
    """
    lots = delta(bars).delta_lots
    traces, shapes, words, span = _columns(bars["open_ns"], coins(lots, instrument), step_ns, yaxis)
    untold = (bars["provenance"] != Provenance.TRADES) | np.isnan(lots)
    low, high = (
        np.where(untold, np.nan, coins(bars[name], instrument))
        for name in ("min_delta_lots", "max_delta_lots")
    )
    ends = np.stack([low, high, np.full(low.size, np.nan)], axis=1).ravel()
    wick = area.line(
        np.repeat(milliseconds(bars["open_ns"]), 3), ends, "Delta, extremes", palette.QUIET
    )
    reach = area.span(low, high) or (0.0, 0.0)
    span = (min(span[0], reach[0]), max(span[1], reach[1])) if span else None
    return Part(
        [wick | {"yaxis": yaxis, "hoverinfo": "skip"}, *traces],
        shapes,
        words,
        span,
        title=f"Delta, min and max in the bar ({instrument.base})",
        reading=_reading(lots, lambda last: size_text(last, instrument, signed=True)),
        cells=tuple(
            _cell(label, values, instrument)
            for label, values in (("", coins(lots, instrument)), ("min", low), ("max", high))
        ),
    )


def _columns(
    open_ns: IntArray, values: FloatArray, step_ns: Ns, yaxis: str
) -> tuple[list[Trace], list[Trace], list[Trace], tuple[float, float] | None]:
    """Return traces, shapes, words and span of a column for each value that is known."""
    if not open_ns.size:
        return [], [], [], None
    x = milliseconds(open_ns).astype(np.float64)
    half = half_width(step_ns)
    low, high = area.span(values) or (0.0, 0.0)
    traces = [
        columns(x, values, values > 0, half, ("Delta, buying", palette.BUY)),
        columns(x, values, values < 0, half, ("Delta, selling", palette.SELL)),
    ]
    traces = [trace | {"yaxis": yaxis} for trace in traces]
    return traces, [zero_line(yaxis)], [], (min(low, 0.0), max(high, 0.0))


def _reading(values: FloatArray, words: Callable[[float], str]) -> Reading:
    if not values.size:
        return Reading("", palette.TEXT)
    last = float(values[-1])
    tone = palette.BUY if last > 0 else palette.SELL if last < 0 else palette.TEXT
    return Reading(words(last), tone)


def _cell(label: str, values: FloatArray, instrument: Instrument) -> Cell:
    return Cell(label, values, size_places(instrument), instrument.base)
