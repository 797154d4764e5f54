"""Walls: levels that stand out of the book, as lines since they came, and how others ended."""

from typing import Final, NamedTuple

import numpy as np

from core.calc.wall_events import WallEvent, WallEventKind
from core.domain.arrays import BookSide, FloatArray, IntArray
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.views.walls import WallsView
from pages.figures import area, level, palette, wall_marks
from pages.figures.part import Part, Trace, corner_note
from pages.figures.scale import milliseconds, size_text, span_text
from pages.figures.venues import VENUE_NAMES

MOST_LINES: Final = 12
MOST_LABELS: Final = 4
MOST_PULLED: Final = 40
_WIDTHS: Final = ((1.0, 1.2), (2.0, 2.4), (4.0, 4.0))
"""(so many times what a wall must hold, width of its line)."""
_SIDES: Final = ((BookSide.BID, "bids", palette.BUY), (BookSide.ASK, "asks", palette.SELL))


def draw(
    view: WallsView, *, step_ns: Ns, now_ns: Ns, span: tuple[float, float] | None, marks: bool
) -> Part:
    """Return a line per wall, labels of the largest on the price axis, and marks.

    A wall that was pulled is a dashed line for as long as it stood, as thick as its peak was large.

    Args:
        view: what stands and what ended.
        step_ns: length of a candle, which stands in the middle of its slot.
        now_ns: where the lines end.
        span: lowest and highest price shown; walls beyond it have no label. None = show none.
        marks: the ends of others, and levels that were filled up again, are shown.
    """
    grid = view.instrument
    largest = view.standing[:MOST_LINES]
    standing = [_Line(each, each.size_lots, now_ns) for each in largest]
    pulled = [
        _Line(each, each.peak_lots, each.event_ns)
        for each in view.ended
        if marks and each.kind is WallEventKind.PULLED and wall_marks.matters(each)
    ]
    traces = _traces(pulled[-MOST_PULLED:], grid, step_ns, is_gone=True)
    traces += _traces(standing, grid, step_ns, is_gone=False)
    ends = wall_marks.marks(view, step_ns) if marks else None
    traces += [ends] if ends is not None else []
    low, high = span or (0.0, 0.0)
    near = [each for each in largest if low <= _price(each, grid) <= high]
    words = [_label(each, grid, now_ns) for each in near[:MOST_LABELS]]
    said = _said(view)
    if said:
        words.append(corner_note(said))
    return Part(traces, [], words)


class _Line(NamedTuple):
    """A wall, how large it is drawn, and until when."""

    wall: WallEvent
    lots: int
    end_ns: Ns


def _traces(lines: list[_Line], grid: Instrument, step_ns: Ns, *, is_gone: bool) -> list[Trace]:
    """Return a trace per side and width."""
    words, dash = ("Pulled walls", {"dash": "dash"}) if is_gone else ("Walls", {})
    out = []
    for side, name, colour in _SIDES:
        for width, found in _by_width([each for each in lines if each.wall.side == side]):
            x, y = _points(found, grid, step_ns)
            line = area.line(x, y, f"{words} of {name}", palette.faded(colour, 0.75))
            line["line"] |= {"width": width, **dash}
            out.append(line | {"hoverinfo": "skip", "yaxis": "y"})
    return out


def _by_width(lines: list[_Line]) -> list[tuple[float, list[_Line]]]:
    found: dict[float, list[_Line]] = {}
    for each in lines:
        times = each.lots / each.wall.least_lots
        width = [width for least, width in _WIDTHS if times >= least or least <= 1][-1]
        found.setdefault(width, []).append(each)
    return list(found.items())


def _points(lines: list[_Line], grid: Instrument, step_ns: Ns) -> tuple[IntArray, FloatArray]:
    since = [[each.wall.since_ns, each.end_ns, each.end_ns] for each in lines]
    x = milliseconds(np.array(since, np.int64).ravel() - step_ns // 2)
    y = np.repeat([_price(each.wall, grid) for each in lines], 3)
    y[2::3] = np.nan
    return x, y


def _label(wall: WallEvent, grid: Instrument, now_ns: Ns) -> Trace:
    colour = palette.BUY if wall.side == BookSide.BID else palette.SELL
    age = span_text(max(now_ns - wall.since_ns, 0))
    return level.label(f"wall {size_text(wall.size_lots, grid)}, {age}", _price(wall, grid), colour)


def _price(wall: WallEvent, grid: Instrument) -> float:
    return wall.price_ticks * float(grid.tick_size)


def _said(view: WallsView) -> str:
    name = VENUE_NAMES[view.instrument.id.venue]
    if not view.is_live:
        return f"Walls: the book of {name} is not live"
    if view.since_ns is None:
        return f"Walls: the next change of the book of {name} is awaited"
    return f"Walls: not ready yet; {view.not_ready}" if view.not_ready else ""
