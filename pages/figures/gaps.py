"""Gaps: spans in which trades are missing, shaded so that no bar in them looks like any other."""

from typing import Final

from core.domain.units import NS_PER_MS, Ns
from pages.figures import palette
from pages.figures.part import Part, Trace

WORDS: Final = "trades missing"


def draw(spans_ns: tuple[tuple[Ns, Ns], ...], *, step_ns: Ns) -> Part:
    """Return a grey band over every gap, as wide as the bars it touches, and words on the last.

    Args:
        spans_ns: half-open ``[from, to)``, any order; may overlap.
        step_ns: length of a bar; bars are drawn around their open.
    """
    bands = [_band(*run, step_ns) for run in _runs(spans_ns, step_ns)]
    return Part(shapes=bands, annotations=[_words(bands[-1])] if bands else [])


def _runs(spans_ns: tuple[tuple[Ns, Ns], ...], step_ns: Ns) -> list[tuple[int, int]]:
    """Return first and last bar of each run of bars touched, ascending, none next to another.

    Shapes cost the browser: a hundred gaps side by side are one.
    """
    runs: list[tuple[int, int]] = []
    for from_ns, to_ns in sorted(spans_ns):
        first, last = from_ns // step_ns, max(to_ns - 1, from_ns) // step_ns
        if runs and first <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(runs[-1][1], last))
        else:
            runs.append((first, last))
    return runs


def _band(first: int, last: int, step_ns: Ns) -> Trace:
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
