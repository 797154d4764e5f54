"""Dashboard, whales: the largest orders of late, and what they bought and sold in an hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.flow_share import Flow
from core.domain.arrays import RowArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_HOUR, NS_PER_S, Aggressor, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.left_out import LeftOut, live_tapes
from data.views.moment import AGO_NS, Moment
from data.views.orders import OrdersSpec, OrdersView
from data.views.panel import Want, wanted
from data.views.trade_windows import torn

MOST_WHALES: Final = 5_000
"""Held for the table: of more the newest."""
_SPAN_NS: Final[Ns] = NS_PER_HOUR


@dataclass(frozen=True, slots=True)
class WhalesSpec:
    """Whose orders.

    Attributes:
        instruments: of one coin.
        least_quote: worth at least so many quote coins.
        as_fills: single fills instead of orders put together.
    """

    instruments: tuple[InstrumentId, ...]
    least_quote: float = 5e5
    as_fills: bool = False

    def query(self) -> "WhalesQuery":
        """Return a new query that answers it."""
        return WhalesQuery(self)

    @property
    def orders(self) -> OrdersSpec:
        """The orders that this is of."""
        return OrdersSpec(
            self.instruments,
            least_quote=self.least_quote,
            as_fills=self.as_fills,
            most=MOST_WHALES,
        )


@dataclass(frozen=True, slots=True)
class WhalesView:
    """One moment.

    Attributes:
        rows: ORDER_DTYPE[n], oldest first; what was told of a market that is off now stays.
        instruments: what ``rows["of"]`` counts; None = nothing was heard of it yet.
        hour: bought and sold by whales of the live markets in the last hour; None = not known.
        ago: the same of the hours that ended an hour and a day ago.
        left: markets that are in none of the sums.
    """

    spec: WhalesSpec
    rows: RowArray
    instruments: tuple[Instrument | None, ...]
    hour: Flow | None
    ago: tuple[Flow | None, Flow | None]
    left: tuple[LeftOut, ...]


class WhalesQuery:
    """Answers one spec again and again; sums are made anew once a second and order."""

    def __init__(self, spec: WhalesSpec) -> None:
        self.spec = spec
        self._orders = spec.orders.query()
        self._sums: tuple[object, tuple[Flow | None, ...], list[LeftOut]] | None = None

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return the markets; no candles."""
        return wanted(listed, self.spec.instruments)

    def view(self, engine: Engine, moment: Moment) -> WhalesView | None:
        """Return the newest view; None while nothing was heard of any market."""
        found = self._orders.view(engine, moment)
        if found is None:
            return None
        tapes, left = live_tapes(engine, moment, self.spec.instruments, Channel.TRADES)
        second_ns = moment.now_ns // NS_PER_S * NS_PER_S
        key = second_ns, id(found), [id(each) for each in tapes]
        if self._sums is None or self._sums[0] != key:
            torn_now = [
                LeftOut(each.instrument.id, why)
                for each in tapes
                if (why := torn(each, second_ns - _SPAN_NS))
            ]
            ends = (moment.now_ns + 1, *(second_ns - ago for ago in AGO_NS))
            sums = tuple(self._sum(found, tapes, end_ns) for end_ns in ends)
            self._sums = key, sums, torn_now
        _, (hour, *ago), also_left = self._sums
        return WhalesView(
            spec=self.spec,
            rows=found.rows,
            instruments=found.instruments,
            hour=hour,
            ago=(ago[0], ago[1]),
            left=(*left, *also_left),
        )

    def _sum(self, found: OrdersView, tapes: Sequence[Tape], end_ns: Ns) -> Flow | None:
        """Return what was bought and sold in the hour before; None = of no market it is known."""
        from_ns = end_ns - _SPAN_NS
        held = {each.instrument.id for each in tapes if not torn(each, from_ns, end_ns)}
        if not held or found.since_ns > from_ns:
            return None
        rows = found.rows
        if rows.size >= MOST_WHALES and rows["ts_event_ns"][0] >= from_ns:
            return None  # there may have been more than are held
        low, high = np.searchsorted(rows["ts_event_ns"], [from_ns, end_ns])
        counted = [each is not None and each.id in held for each in found.instruments]
        part = rows[low:high][np.array(counted)[rows["of"][low:high]]]
        buy, sell, unknown = (
            float(part["value_quote"][part["aggressor"] == side].sum())
            for side in (Aggressor.BUY, Aggressor.SELL, Aggressor.UNKNOWN)
        )
        return Flow(buy, sell, unknown)
