"""Part: what one module adds to a figure."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Trace: TypeAlias = dict[str, Any]
"""A Plotly trace, shape or annotation; arrays are numpy arrays."""


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of a figure that belong together.

    Attributes:
        traces: drawn in this order, later ones on top.
        shapes: lines and boxes.
        annotations: words.
        span: lowest and highest value drawn, in the units of the axis; None = leave the axis be.
    """

    traces: list[Trace] = field(default_factory=list)
    shapes: list[Trace] = field(default_factory=list)
    annotations: list[Trace] = field(default_factory=list)
    span: tuple[float, float] | None = None


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
