"""Level: a price that matters, as a line across the pane and a label on the axis."""

from pages.figures import palette
from pages.figures.part import Trace


def line(price: float, colour: str, dash: str) -> Trace:
    """Return a line across the price pane."""
    return {
        "type": "line",
        "xref": "paper",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": price,
        "y1": price,
        "line": {"color": colour, "width": 1.2, "dash": dash},
        "layer": "below",
    }


def label(text: str, price: float, colour: str) -> Trace:
    """Return an outlined label on the price axis, right of the plot."""
    return {
        "text": text,
        "x": 1,
        "xref": "paper",
        "xanchor": "left",
        "y": price,
        "yref": "y",
        "yanchor": "middle",
        "showarrow": False,
        "bgcolor": palette.BACKGROUND,
        "bordercolor": colour,
        "borderwidth": 1,
        "borderpad": 1,
        "font": {"color": colour, "size": 10},
    }
