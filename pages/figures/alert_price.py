"""Alert price: the price around an alert, as it goes into the alert's pack."""

from typing import Any

from core.domain.arrays import BarArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_MS
from data.alerts.alert import Alert
from pages.figures import palette
from pages.figures.scale import milliseconds, prices


def draw(bars: BarArray, instrument: Instrument, alert: Alert) -> dict[str, Any]:
    """Return a Plotly figure: closes of one-second bars, and where the alert fired.

    Args:
        bars: BAR_DTYPE[n], of one second.
        instrument: whose ticks they are in.
        alert: what fired.
    """
    at_ms = alert.known_ns // NS_PER_MS
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": str(instrument.id),
        "x": milliseconds(bars["open_ns"]).tolist(),
        "y": prices(bars["close_ticks"], instrument).tolist(),
        "line": {"color": palette.TEXT, "width": 1},
    }
    mark = {"type": "line", "x0": at_ms, "x1": at_ms, "yref": "paper", "y0": 0, "y1": 1}
    return {
        "data": [line],
        "layout": {
            "title": {"text": f"{alert.source.upper()}: {_plain(alert.text)}"},
            "paper_bgcolor": palette.BACKGROUND,
            "plot_bgcolor": palette.BACKGROUND,
            "font": {"color": palette.TEXT},
            "xaxis": {"type": "date", "title": {"text": "UTC"}},
            "yaxis": {"title": {"text": f"price, {instrument.quote}"}},
            "shapes": [mark | {"line": {"color": palette.QUIET, "dash": "dot"}}],
        },
    }


def _plain(text: str) -> str:
    """Return text so that Plotly, which reads some HTML, shows it as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
