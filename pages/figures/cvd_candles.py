"""CVD as candles: where the running sum of delta was within each bar."""

from core.calc.cvd import Cvd
from core.domain.instrument import Instrument
from pages.figures import area, palette
from pages.figures.cvd import with_zero, zero_line
from pages.figures.part import Cell, Part, Reading
from pages.figures.scale import coins, milliseconds, size_places, size_text


def draw(result: Cvd, instrument: Instrument, *, yaxis: str = "y2") -> Part:
    """Return one candle per bar, green where the sum rose in it.

    Args:
        result: NaN is not known, and leaves a gap.
        instrument: the grid of its lots.
        yaxis: the pane.
    """
    if not result.open_ns.size:
        return Part()
    ends = {
        name: coins(getattr(result, f"{name}_lots"), instrument)
        for name in ("open", "high", "low", "close")
    }
    trace = {
        "type": "candlestick",
        "name": "CVD",
        "x": milliseconds(result.open_ns),
        **ends,
        "increasing": {"line": {"color": palette.BUY, "width": 1}, "fillcolor": palette.BUY},
        "decreasing": {"line": {"color": palette.SELL, "width": 1}, "fillcolor": palette.SELL},
        "xaxis": "x",
        "yaxis": yaxis,
    }
    low, high = area.span(ends["low"], ends["high"]) or (0.0, 0.0)
    newest = float(result.close_lots[-1])
    tone = palette.BUY if newest > 0 else palette.SELL if newest < 0 else palette.TEXT
    places = size_places(instrument)
    return Part(
        [trace],
        [zero_line(yaxis)],
        [],
        with_zero(low, high),
        title=f"CVD ({instrument.base})",
        reading=Reading(size_text(newest, instrument, signed=True), tone),
        cells=tuple(
            Cell(name, ends[name], places, instrument.base) for name in ("high", "low", "close")
        ),
    )
