"""Gaps: spans in which trades are missing, shaded so that no bar in them looks like any other."""

from typing import Final

from core.domain.units import NS_PER_MS, Ns
from pages.figures import palette
from pages.figures.part import Part, Trace

WORDS: Final = "trades missing"
_MOST: Final = 40
"""Shapes cost the browser; the newest gaps matter most."""


def draw(spans_ns: tuple[tuple[Ns, Ns], ...], *, step_ns: Ns) -> Part:
    """Return a grey band over every gap, as wide as the bars it touches, and words on the last.

    Args:
        spans_ns: half-open ``[from, to)``, any order; may overlap.
        step_ns: length of a bar; bars are drawn around their open.
    """
    newest = sorted(spans_ns)[-_MOST:]
    bands = [_band(*span, step_ns) for span in newest]
    return Part(shapes=bands, annotations=[_words(bands[-1])] if bands else [])


def _band(from_ns: Ns, to_ns: Ns, step_ns: Ns) -> Trace:
    first, last = from_ns // step_ns, max(to_ns - 1, from_ns) // step_ns
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": (first - 0.5) * step_ns / NS_PER_MS,
        "x1": (last + 0.5) * step_ns / NS_PER_MS,
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "fillcolor": palette.faded(palette.QUIET, 0.3),
        "layer": "below",
    }


def _words(band: Trace) -> Trace:
    return {
        "text": WORDS,
        "x": band["x1"],
        "xref": "x",
        "xanchor": "right",
        "y": 0.01,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": palette.AXIS_TEXT, "size": 10},
    }
