"""Panes' text: the names of the lower panes and their newest values."""

from data.views.explorer import ExplorerView
from pages.figures import frame, palette
from pages.figures.part import Trace
from pages.figures.scale import size_text


def titles(view: ExplorerView, panes: list[str]) -> list[Trace]:
    """Return what each pane shows, and in which unit."""
    unit = view.instrument.base
    words = {"cvd": ("y2", f"CVD ({unit})"), "delta": ("y3", f"Delta ({unit})")}
    return [frame.title(words[name][1], yref=f"{words[name][0]} domain") for name in panes]


def readings(view: ExplorerView, panes: list[str]) -> list[Trace]:
    """Return the newest value of each pane, in the room that the profile leaves beside it."""
    values = {"cvd": ("y2", view.cvd.close_lots), "delta": ("y3", view.delta.delta_lots)}
    readings = []
    for name in panes:
        yref, lots = values[name]
        if lots.size:
            text = size_text(float(lots[-1]), view.instrument, signed=True)
            tone = palette.BUY if lots[-1] > 0 else palette.SELL if lots[-1] < 0 else palette.TEXT
            readings.append(frame.reading(text, yref=f"{yref} domain", colour=tone))
    return readings
