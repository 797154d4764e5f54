"""The tape board: time and sales."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import Aggressor, Ns
from data.thresholds import DEFAULTS
from data.views.moment import Off
from data.views.orders import OrdersSpec, OrdersView
from data.views.panel import PanelSpec
from data.views.series import FOREVER
from pages.boards.board import BoardScene
from pages.figures import tape_head, tape_rows
from pages.figures.node import Node, node

_MOST_NEW = 10_000


@dataclass(frozen=True, slots=True)
class TapeFilter:
    """Which orders the tape shows.

    Attributes:
        instruments: at least one.
        least_quote: worth at least so many quote coins.
        most_quote: and less than so many.
        side: only this one; None = all.
        as_fills: rows as the venue sends them, instead of orders.
    """

    instruments: tuple[InstrumentId, ...]
    least_quote: float = 0.0
    most_quote: float = float("inf")
    side: Aggressor | None = None
    as_fills: bool = False

    def spec(self, *, most: int, from_ns: Ns = 0, end_ns: Ns = FOREVER) -> OrdersSpec:
        """Return the question for the newest of them in a span."""
        return OrdersSpec(
            self.instruments,
            self.least_quote,
            self.most_quote,
            self.side,
            self.as_fills,
            most=most,
            from_ns=from_ns,
            end_ns=end_ns,
        )


@dataclass(frozen=True, slots=True)
class TapeBoard:
    """The list.

    Attributes:
        paused_ns: since when the list stands still, on the source's clock; None = it runs.
        whale_quote: from this worth on an order stands out.
    """

    wanted: TapeFilter
    paused_ns: Ns | None = None
    whale_quote: float = DEFAULTS.whale_quote

    def questions(self) -> Mapping[str, PanelSpec]:
        """Return the orders, and those that came while it stands still."""
        end_ns = FOREVER if self.paused_ns is None else self.paused_ns
        asked: dict[str, PanelSpec] = {
            "orders": self.wanted.spec(most=tape_rows.ROWS, end_ns=end_ns)
        }
        if self.paused_ns is not None:
            asked["new"] = self.wanted.spec(most=_MOST_NEW, from_ns=end_ns)
        return asked

    def draw(self, scene: BoardScene) -> Sequence[Node]:
        """Return the line above the list, and the list."""
        orders: OrdersView | None = scene.found.get("orders")
        off = _off(self.wanted.instruments, scene)
        head = tape_head.draw(
            self.wanted.instruments, orders, off, new=_count(scene), paused_ns=self.paused_ns
        )
        if orders is None:
            return [head]
        look = tape_rows.RowLook({}, off, self.whale_quote)
        return [head, node("div", "ts-tape-list", "", tape_rows.draw(orders, look))]


def _off(instruments: Sequence[InstrumentId], scene: BoardScene) -> dict[InstrumentId, Off]:
    found = {each: scene.moment.off_of(each, Channel.TRADES) for each in instruments}
    return {each: off for each, off in found.items() if off is not None}


def _count(scene: BoardScene) -> str:
    new: OrdersView | None = scene.found.get("new")
    count = 0 if new is None else new.rows.size
    return f"{count:,}{'+' if count >= _MOST_NEW else ''} new"
