"""Frame: the dark plot area that every figure shares, its axes, titles and watermark."""

from typing import Any, Final

from pages.figures import palette
from pages.figures.part import Trace

_MARGIN: Final = {"l": 8, "r": 92, "t": 6, "b": 34, "pad": 0}
_READING_PX: Final = 84
"""How far a reading reaches into the right margin, where only the price pane has labels."""


def layout(revision: str) -> dict[str, Any]:
    """Return the layout without axes.

    Args:
        revision: what the trader did to the axes is kept while it stays the same.
    """
    return {
        "uirevision": revision,
        "paper_bgcolor": palette.BACKGROUND,
        "plot_bgcolor": palette.BACKGROUND,
        "font": {"family": palette.FONT, "color": palette.AXIS_TEXT, "size": 11},
        "margin": _MARGIN,
        "showlegend": False,
        "dragmode": "pan",
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "hoverlabel": {
            "bgcolor": palette.faded("#131a22", 0.92),
            "bordercolor": palette.GRID,
            "font": {"color": palette.TEXT, "size": 11},
        },
    }


def axis(**changes: Any) -> Trace:
    """Return an axis with a thin grid, and ``changes`` on top of it."""
    return {
        "showgrid": True,
        "gridcolor": palette.GRID,
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "ticklabeloverflow": "allow",
        "tickfont": {"color": palette.AXIS_TEXT, "size": 11},
    } | changes


def widened(span: tuple[float, float] | None, frac: float) -> list[float]:
    """Return ``span`` with room above and below it, as a share of it; never an empty range."""
    low, high = span or (0.0, 1.0)
    room = (high - low) * frac or abs(high) * frac or 1.0
    return [low - room, high + room]


def title(text: str, *, yref: str, xref: str = "x domain") -> Trace:
    """Return the name of a pane, just above its upper left corner."""
    return {
        "text": text,
        "x": 0.004,
        "xref": xref,
        "xanchor": "left",
        "y": 1,
        "yref": yref,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": palette.AXIS_TEXT, "size": 11},
    }


def reading(text: str, *, yref: str, colour: str) -> Trace:
    """Return a large number at the right edge of a pane, beyond its axis."""
    return {
        "text": f"<b>{text}</b>",
        "x": 1,
        "xref": "paper",
        "xanchor": "right",
        "xshift": _READING_PX,
        "y": 0.5,
        "yref": yref,
        "yanchor": "middle",
        "showarrow": False,
        "font": {"color": colour, "size": 17},
    }


def under_reading(text: str, *, yref: str, colour: str) -> Trace:
    """Return a small line under the large number of a pane."""
    changes = {"text": text, "yanchor": "top", "yshift": -10, "font": {"color": colour, "size": 11}}
    return reading(text, yref=yref, colour=colour) | changes


def watermark(source: str, *, size: int = 92) -> list[Trace]:
    """Return the source in capitals, ``size`` points high; nothing for ``live``."""
    if source == "live":
        return []
    return [
        {
            "text": f"<b>{source.upper()}</b>",
            "x": 0.42,
            "xref": "paper",
            "y": 0.62,
            "yref": "paper",
            "showarrow": False,
            "font": {"color": palette.faded(palette.TEXT, 0.07), "size": size},
        }
    ]
