"""Board: a live panel made of elements, what it asks, and how its answers become elements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from data.views.moment import Moment
from data.views.panel import PanelSpec
from pages.figures.node import Node


@dataclass(frozen=True, slots=True)
class BoardScene:
    """What a board is drawn from.

    Attributes:
        found: the answer to each question, by its name; None = nothing is known yet.
        moment: when, and which channels are not live.
    """

    found: Mapping[str, Any]
    moment: Moment


class Board(Protocol):
    """One board; a frozen dataclass, so that equal ones share their frames."""

    def questions(self) -> Mapping[str, PanelSpec]:
        """Return what it asks, by names of its own."""
        ...

    def draw(self, scene: BoardScene) -> Sequence[Node]:
        """Return what it shows. A question that could not be answered is not in ``found``."""
        ...

    def __hash__(self) -> int:
        """Return the same for equal boards."""
        ...
