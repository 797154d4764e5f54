"""CVD in its forms: one area, or up to six lines side by side, none across a session's start."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np

from core.calc.size_buckets import LADDER_QUOTE
from core.domain.arrays import FloatArray, IntArray
from core.domain.moments import utc_text
from core.domain.units import NS_PER_MINUTE
from data.views.cvd import DIFFERENCE, SUM, CvdView, Of, Reset
from pages.figures import area, frame, palette
from pages.figures.cvd import broken_line, with_zero, zero_line
from pages.figures.part import Cell, Part, Reading, Trace
from pages.figures.scale import amount_text, milliseconds, size_places
from pages.figures.venues import VENUE_COLOURS, VENUE_NAMES

_EDGES: Final = tuple(f"{float(text[:-1]):g}{text[-1]}" for text in map(amount_text, LADDER_QUOTE))
_SIZES: Final = (
    "retail",
    *(f"{low}\N{EN DASH}{high}" for low, high in pairwise(_EDGES)),
    "whales",
)
_NAMES: Final[Mapping[str, str]] = {
    **{each.value: name for each, name in VENUE_NAMES.items()},
    **{str(at): name for at, name in enumerate(_SIZES)},
    SUM: "CVD",
    DIFFERENCE: "spot \N{MINUS SIGN} perp",
}
_COLOURS: Final[Mapping[str, str]] = {
    **{each.value: colour for each, colour in VENUE_COLOURS.items()},
    **{str(at): colour for at, colour in enumerate(palette.SIZES)},
    "spot": palette.SPOT,
    "perp": palette.PERP,
    DIFFERENCE: palette.DIFFERENCE,
}
_TOTALS: Final = {Of.SIZE: "all sizes", Of.VENUE: "all venues", Of.KIND: _NAMES[DIFFERENCE]}
_LETTER_PX: Final = 6.2
_APART_PX: Final = 12


def draw(view: CvdView, bars_ns: IntArray, *, yaxis: str = "y2") -> Part:
    """Return the area of a sum, or each line in its colour, with words for each.

    Args:
        view: one value per bar and line; NaN is not known, and breaks a line.
        bars_ns: int64[m], opens of the chart's bars, for what is said of each.
        yaxis: the pane.
    """
    known = {name: line for name, line in view.lines.items() if not np.isnan(line).all()}
    lines = known or view.lines  # a pane without any line would not be there
    traces = [each for name, line in lines.items() for each in _traces(view, name, line, yaxis)]
    low, high = area.span(*lines.values()) or (0.0, 0.0)
    return Part(
        traces=traces,
        shapes=[zero_line(yaxis)],
        annotations=[] if SUM in view.lines else _legend(view, yaxis),
        span=with_zero(low, high) if len(lines) == 1 else (min(low, 0.0), max(high, 0.0)),
        title=_title(view),
        reading=_reading(view),
        cells=_cells(view, bars_ns),
    )


def _traces(view: CvdView, name: str, line: FloatArray, yaxis: str) -> list[Trace]:
    hover = f"%{{y:+,.{_places(view)}f}} {_unit(view)}<extra>{_name(name)}</extra>"
    more = {"hovertemplate": hover, "yaxis": yaxis}
    open_ns, values = broken_line(view.open_ns, line, view.restarts)
    if name == SUM:
        sides = area.two_sides(open_ns, values, "CVD", (palette.BUY, palette.SELL))
        return [each | more for each in sides]
    trace = area.line(milliseconds(open_ns), values, f"CVD {_name(name)}", _COLOURS[name])
    if name == DIFFERENCE:
        trace["line"] |= {"dash": "dot"}
    return [trace | more]


def _title(view: CvdView) -> str:
    """Return the unit, since when, and what is not held."""
    spec = view.spec
    if spec.reset is Reset.ANCHOR and spec.anchor_ns is None:
        return "CVD since the anchor: choose a candle to anchor at"
    text = f"CVD ({_unit(view)})"
    is_late = (view.since_ns or 0) - view.asked_ns > max(view.step_ns, NS_PER_MINUTE)
    if view.since_ns is not None and (spec.reset is not Reset.SESSION or is_late):
        since, now = (utc_text(each)[5:16] for each in (view.since_ns, int(view.open_ns[-1])))
        text += f" since {since[6:] if since[:5] == now[:5] else since.replace('T', ' ')}"
        text += ", the first held" if is_late else ""
    if view.lacking:
        text += f"; nothing held of {' and '.join(map(_name, view.lacking))}"
    return text


def _legend(view: CvdView, yaxis: str) -> list[Trace]:
    """Return each line's name and newest value in its colour, above the pane from the right."""
    words: list[Trace] = []
    right_px = 0.0
    for name, line in reversed(list(view.lines.items())):
        text = f"{_name(name)} {_signed(line[-1])}"
        words.append(
            frame.title(text, yref=f"{yaxis} domain")
            | {"x": 1, "xanchor": "right", "xshift": -round(right_px)}
            | {"font": {"color": _COLOURS[name], "size": 11}}
        )
        right_px += len(text) * _LETTER_PX + _APART_PX
    return words


def _reading(view: CvdView) -> Reading:
    """Return the newest value of all lines together; of spot and perpetual, their difference."""
    lines = view.lines
    if view.spec.of is Of.KIND and DIFFERENCE not in lines:
        return Reading("", palette.TEXT)
    newest = lines[DIFFERENCE][-1] if DIFFERENCE in lines else sum(x[-1] for x in lines.values())
    tone = palette.BUY if newest > 0 else palette.SELL if newest < 0 else palette.TEXT
    side = "net bought" if newest > 0 else "net sold" if newest < 0 else ""
    note = _TOTALS.get(view.spec.of, side)
    return Reading(_signed(newest), tone, note, palette.AXIS_TEXT)


def _cells(view: CvdView, bars_ns: IntArray) -> tuple[Cell, ...]:
    at = (bars_ns - view.open_ns[0]) // view.step_ns
    inside = (at >= 0) & (at < view.open_ns.size)
    at = np.where(inside, at, 0)
    values = {name: np.where(inside, line[at], np.nan) for name, line in view.lines.items()}
    return tuple(
        Cell("" if name == SUM else _name(name), line, _places(view), _unit(view))
        for name, line in values.items()
    )


def _unit(view: CvdView) -> str:
    return view.instrument.quote if view.spec.in_quote else view.instrument.base


def _places(view: CvdView) -> int:
    return 0 if view.spec.in_quote else size_places(view.instrument)


def _name(name: str) -> str:
    return _NAMES.get(name, name)


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{amount_text(value)}"
