"""Depth walls: the ledger of a book's walls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.instrument import InstrumentId
from data.views.panel import PanelSpec
from data.views.wall_ledger import WallLedgerSpec
from pages.boards.board import BoardScene
from pages.figures import depth_walls
from pages.figures.node import Node


@dataclass(frozen=True, slots=True)
class DepthWalls:
    """Whose walls."""

    instrument: InstrumentId

    def questions(self) -> Mapping[str, PanelSpec]:
        """Return the ledger's."""
        return {"walls": WallLedgerSpec(self.instrument)}

    def draw(self, scene: BoardScene) -> Sequence[Node]:
        """Return the ledger."""
        return (depth_walls.draw(scene.found.get("walls")),)
