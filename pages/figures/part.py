"""Part: what one module adds to a figure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from core.domain.arrays import FloatArray
from pages.figures import palette

Trace: TypeAlias = dict[str, Any]
"""A Plotly trace, shape or annotation; arrays are numpy arrays."""

_CORNER_Y: Final = 0.995
_FOOT_Y: Final = 0.01


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest value of a pane.

    Attributes:
        text: the value; empty = there is none.
        colour: of the value.
        note: a smaller line under it; may be empty.
        note_colour: of that line.
    """

    text: str
    colour: str
    note: str = ""
    note_colour: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a pane says of each bar, read where the mouse is.

    Attributes:
        label: may be empty.
        values: float64[n], one per bar of the chart; NaN is not known.
        decimals: digits after the point.
        unit: of the values.
        words: where the values are places among them, from 0, and no numbers; empty = they are
            numbers.
    """

    label: str
    values: FloatArray
    decimals: int
    unit: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of a figure that belong together.

    Attributes:
        traces: drawn in this order, later ones on top.
        shapes: lines and boxes.
        annotations: words.
        span: lowest and highest value drawn, in the units of the axis; None = leave the axis be.
        title: of a pane: what it shows, and in which unit.
        reading: of a pane: its newest value; None = it has none.
        cells: of a pane: what it says of each bar.
    """

    traces: list[Trace] = field(default_factory=list)
    shapes: list[Trace] = field(default_factory=list)
    annotations: list[Trace] = field(default_factory=list)
    span: tuple[float, float] | None = None
    title: str = ""
    reading: Reading | None = None
    cells: tuple[Cell, ...] = ()


def stacked(annotations: Sequence[Trace]) -> list[Trace]:
    """Return annotations with the notes of one corner made one; what two say is said once."""
    out: list[Trace] = []
    corners: dict[tuple[object, ...], Trace] = {}
    for each in annotations:
        corner = each["x"], each.get("xref"), each.get("xanchor"), each.get("y")
        if each.get("y") not in {_CORNER_Y, _FOOT_Y} or each["yref"] != "y domain":
            out.append(each)
        elif corner in corners:
            lines = [*corners[corner]["text"].split("<br>"), *each["text"].split("<br>")]
            corners[corner]["text"] = "<br>".join(dict.fromkeys(lines))
        else:
            corners[corner] = dict(each)
            out.append(corners[corner])
    return out


def corner_note(
    text: str, *, x: float = 0.004, xref: str = "x domain", xanchor: str = "left"
) -> Trace:
    """Return words at the top of a pane, over what is drawn there.

    Args:
        x: as ``xref`` counts; ``xanchor`` names the edge of the words that is there.
    """
    return {
        "text": text,
        "x": x,
        "xref": xref,
        "xanchor": xanchor,
        "y": _CORNER_Y,
        "yref": "y domain",
        "yanchor": "top",
        "showarrow": False,
        "bgcolor": palette.faded(palette.BACKGROUND, 0.7),
        "font": {"color": palette.AXIS_TEXT, "size": 10},
    }


def foot_note(text: str) -> Trace:
    """Return words at the bottom left of the price pane, over what is drawn there."""
    return corner_note(text) | {"y": _FOOT_Y, "yanchor": "bottom"}
