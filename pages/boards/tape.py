"""The tape board: time and sales, how fast they come, who presses, and what was found in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import Aggressor, Ns
from data.thresholds import DEFAULTS, Thresholds
from data.views.moment import Off
from data.views.orders import OrdersSpec, OrdersView
from data.views.panel import PanelSpec
from data.views.price_line import PriceLineSpec
from data.views.series import FOREVER
from data.views.tape_marks import TapeMarksSpec, TapeMarksView
from data.views.tape_pulse import TapePulseSpec, TapePulseView
from pages.boards.board import BoardScene
from pages.figures import tape_bubbles, tape_head, tape_marks, tape_pulse, tape_rows, widgets
from pages.figures.node import Node, node

MOST_NEW: Final = 10_000
"""Orders counted while the list stands still; of more it is said that there are."""
_MOST_LARGE: Final = 20_000
_LARGE_FRAC: Final = 0.02
"""Of a whale: from there on an order can be a bubble."""


@dataclass(frozen=True, slots=True)
class TapeFilter:
    """Which orders the tape shows.

    Attributes:
        instruments: at least one; the first gives the price.
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

    def spec(
        self,
        *,
        most: int,
        from_ns: Ns = 0,
        end_ns: Ns = FOREVER,
        least_quote: float = 0.0,
        window_s: float | None = None,
    ) -> OrdersSpec:
        """Return the question for the newest of them, as ``OrdersSpec`` has it."""
        return OrdersSpec(
            self.instruments,
            max(self.least_quote, least_quote),
            self.most_quote,
            self.side,
            self.as_fills,
            most=most,
            window_s=window_s,
            from_ns=from_ns,
            end_ns=end_ns,
        )


@dataclass(frozen=True, slots=True)
class TapeBoard:
    """All of the tape that moves.

    Attributes:
        paused_ns: since when the list stands still, on the source's clock; None = it runs.
        window_s: how far back the largest orders are drawn.
        thresholds: from which worth on an order stands out, and what an arrow means.
    """

    wanted: TapeFilter
    paused_ns: Ns | None = None
    window_s: int = 900
    thresholds: Thresholds = DEFAULTS

    def questions(self) -> Mapping[str, PanelSpec]:
        """Return what each part is made of."""
        wanted = self.wanted
        end_ns = FOREVER if self.paused_ns is None else self.paused_ns
        large_quote = _LARGE_FRAC * self.thresholds.whale_quote
        asked: dict[str, PanelSpec] = {
            "orders": wanted.spec(most=tape_rows.ROWS, end_ns=end_ns),
            "large": wanted.spec(most=_MOST_LARGE, window_s=self.window_s, least_quote=large_quote),
            "price": PriceLineSpec(wanted.instruments[0], self.window_s, points=300),
            "pulse": TapePulseSpec(wanted.instruments),
            "marks": TapeMarksSpec(wanted.instruments),
        }
        if self.paused_ns is not None:
            asked["new"] = wanted.spec(most=MOST_NEW, from_ns=end_ns)
        return asked

    def draw(self, scene: BoardScene) -> Sequence[Node]:
        """Return the list on the left, and what is said of it on the right."""
        left = node("div", "ts-tape-main", "", *self._list(scene))
        return [
            node("div", "ts-tape", "", left, node("div", "ts-tape-side", "", *self._side(scene)))
        ]

    def _list(self, scene: BoardScene) -> list[Node]:
        orders: OrdersView | None = scene.found.get("orders")
        marks: TapeMarksView | None = scene.found.get("marks")
        off = _off(self.wanted.instruments, scene)
        head = tape_head.draw(
            self.wanted.instruments, orders, off, new=_count(scene), paused_ns=self.paused_ns
        )
        if orders is None:
            return [head]
        look = tape_rows.RowLook(marks.found if marks else {}, off, self.thresholds.whale_quote)
        return [head, node("div", "ts-tape-list", "", tape_rows.draw(orders, look))]

    def _side(self, scene: BoardScene) -> list[Node]:
        pulse: TapePulseView | None = scene.found.get("pulse")
        large, price = scene.found.get("large"), scene.found.get("price")
        waits = widgets.card("Speed", widgets.missing("no trade has come yet"), name="speed")
        first = [waits]
        if pulse is not None:
            first = [tape_pulse.speed(pulse), tape_pulse.pressures(pulse, self.thresholds)]
        now_ns = scene.moment.now_ns
        return [
            node("div", "ts-tape-pulse", "", *first),
            tape_bubbles.draw(large, price, window_s=self.window_s, now_ns=now_ns),
            tape_marks.draw(scene.found.get("marks"), self.wanted.instruments),
        ]


def _off(instruments: Sequence[InstrumentId], scene: BoardScene) -> dict[InstrumentId, Off]:
    found = {each: scene.moment.off_of(each, Channel.TRADES) for each in instruments}
    return {each: off for each, off in found.items() if off is not None}


def _count(scene: BoardScene) -> str:
    new: OrdersView | None = scene.found.get("new")
    count = 0 if new is None else new.rows.size
    return f"{count:,}{'+' if count >= MOST_NEW else ''} new"
