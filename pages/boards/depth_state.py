"""Depth state: the balance of a book, and what an order would pay in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.instrument import InstrumentId
from data.views.book_now import BookNowSpec
from data.views.order_cost import OrderCostSpec
from data.views.panel import PanelSpec
from pages.boards.board import BoardScene
from pages.figures import depth_cost, depth_state
from pages.figures.node import Node, node


@dataclass(frozen=True, slots=True)
class DepthState:
    """Whose book.

    Attributes:
        size_base: of the order, base coins.
    """

    instrument: InstrumentId
    size_base: float = 1.0

    def questions(self) -> Mapping[str, PanelSpec]:
        """Return what the book is now, and what the order would pay."""
        return {
            "book": BookNowSpec(self.instrument),
            "cost": OrderCostSpec(self.instrument, self.size_base),
        }

    def draw(self, scene: BoardScene) -> Sequence[Node]:
        """Return the cards side by side."""
        imbalance, *others = depth_state.draw(scene.found.get("book"))
        cost = depth_cost.draw(scene.found.get("cost"))
        stack = [node("div", "ts-depth-stack", "", *others)] if others else []
        return (node("div", "ts-grid ts-depth-cards", "", imbalance, *stack, *cost),)
