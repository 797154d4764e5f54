"""Depth ladder: the best rows of a book on both sides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.instrument import InstrumentId
from data.views.book_ladder import LadderSpec
from data.views.panel import PanelSpec
from pages.boards.board import BoardScene
from pages.figures import depth_ladder
from pages.figures.node import Node


@dataclass(frozen=True, slots=True)
class DepthLadder:
    """Whose book, and how finely.

    Attributes:
        rows: of each side.
        ticks_per_row: height of a row.
    """

    instrument: InstrumentId
    rows: int = 15
    ticks_per_row: int = 1

    def questions(self) -> Mapping[str, PanelSpec]:
        """Return the ladder's."""
        return {"ladder": LadderSpec(self.instrument, self.rows, self.ticks_per_row)}

    def draw(self, scene: BoardScene) -> Sequence[Node]:
        """Return the ladder."""
        return (depth_ladder.draw(scene.found.get("ladder")),)
