"""Order cost: what taking a size from one book would pay now, and how far such orders moved it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.basis import mids
from core.calc.book_walk import BookWalk, book_walk
from core.calc.held import held
from core.calc.price_impact import PriceImpact, price_impact
from core.calc.tape_orders import tape_orders
from core.domain.arrays import FloatArray, IntArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Aggressor, Ns
from data.buffers.depth_history import Resting
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.book_off import book_off
from data.views.moment import Moment, Off
from data.views.panel import Want, wanted

TIMES: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Of the size typed; the curve."""
HORIZON_NS: Final[Ns] = 5 * NS_PER_S
BUCKETS: Final = 8
IMPACT_NS: Final[Ns] = 10 * NS_PER_MINUTE
_AGAIN_NS: Final[Ns] = 10 * NS_PER_S
_HOLD_NS: Final[Ns] = 60 * NS_PER_S


@dataclass(frozen=True, slots=True)
class OrderCostSpec:
    """Whose book, and how much.

    Attributes:
        size_base: base coins, > 0.
    """

    instrument: InstrumentId
    size_base: float = 1.0

    def query(self) -> "OrderCostQuery":
        """Return a new query that answers it."""
        return OrderCostQuery(self)


@dataclass(frozen=True, slots=True)
class OrderCostView:
    """One moment.

    Attributes:
        instrument: the grid of ticks and lots.
        sizes_lots: int64[len(TIMES)], ascending, at least one lot each.
        buy: what buying each would pay.
        sell: what selling each would pay.
        mid_ticks: NaN = a side is empty.
        impact: how far the mid moved in HORIZON_NS after orders of the last IMPACT_NS, sizes in
            lots; None = none was followed by a known mid.
        at_ns: of the book's newest message.
        off: why the book is not live; None = it is.
    """

    instrument: Instrument
    sizes_lots: IntArray
    buy: BookWalk
    sell: BookWalk
    mid_ticks: float
    impact: PriceImpact | None
    at_ns: Ns
    off: Off | None


class OrderCostQuery:
    """Answers one spec again and again; the moves after orders are looked at every ten seconds."""

    def __init__(self, spec: OrderCostSpec) -> None:
        self.spec = spec
        self._impact: tuple[object, PriceImpact | None] | None = None

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return the instrument; no candles."""
        return wanted(listed, (self.spec.instrument,))

    def view(self, engine: Engine, moment: Moment) -> OrderCostView | None:
        """Return the cost at this moment; None while no message of the book has come."""
        tape = engine.tape(self.spec.instrument)
        if tape is None or not tape.book.ts_recv_ns:
            return None
        book, grid = tape.book.resting(), tape.instrument
        bids, asks = _known(book)
        lots = self.spec.size_base * np.array(TIMES) / float(grid.lot_size)
        sizes = np.maximum(np.rint(lots), 1).astype(np.int64)
        is_two_sided = bool(book.ask_ticks and book.bid_ticks)
        mid = (book.ask_ticks + book.bid_ticks) / 2 if is_two_sided else float("nan")
        key = id(tape), book.at_ns // _AGAIN_NS
        if self._impact is None or self._impact[0] != key:
            self._impact = key, _impact(tape)
        return OrderCostView(
            instrument=grid,
            sizes_lots=sizes,
            buy=book_walk(*asks, sizes, mid_ticks=mid, side=Aggressor.BUY),
            sell=book_walk(*bids, sizes, mid_ticks=mid, side=Aggressor.SELL),
            mid_ticks=mid,
            impact=self._impact[1],
            at_ns=book.at_ns,
            off=book_off(tape, moment),
        )


def _known(book: Resting) -> tuple[tuple[IntArray, IntArray], tuple[IntArray, IntArray]]:
    """Return the bids and asks as far as all of them are known: beyond, some would be passed by."""
    low, high = book.known_ticks
    (bids, bid_lots), (asks, ask_lots) = book.sides()
    is_bid, is_ask = bids >= low, asks <= high
    return (bids[is_bid], bid_lots[is_bid]), (asks[is_ask], ask_lots[is_ask])


def _impact(tape: Tape) -> PriceImpact | None:
    """Return the moves after the orders whose horizon is over."""
    newest = tape.book.seconds.tops.newest
    if newest is None:
        return None
    told_ns = int(newest["ts_event_ns"])
    tops = tape.book.seconds.tops.window(told_ns - IMPACT_NS - _HOLD_NS, told_ns + 1)
    orders = tape_orders(tape.trades.window(told_ns - IMPACT_NS, told_ns - HORIZON_NS))
    middles, at_ns = mids(tops, tick_quote=1.0), tops["ts_event_ns"]
    gaps = [(gap.from_ns, gap.to_ns) for gap in tape.gaps_of(Channel.BOOK)]

    def middle(instants_ns: IntArray) -> FloatArray:
        return held(at_ns, middles, instants_ns, hold_ns=_HOLD_NS, gaps_ns=gaps)

    found = price_impact(
        orders.aggressor,
        orders.size_lots.astype(np.float64),
        middle(orders.ts_event_ns),
        middle(orders.ts_event_ns + HORIZON_NS),
        buckets=BUCKETS,
    )
    return found if found.orders.size else None
