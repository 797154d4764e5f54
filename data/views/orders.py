"""The newest orders of one or more tapes, put together again from their fills."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.domain.arrays import RowArray
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_S, Aggressor, Ns
from data.clock import monotonic_s
from data.engine import Engine
from data.views.moment import Moment
from data.views.order_rows import ORDER_DTYPE, OrderRows, Wish
from data.views.panel import Want, wanted
from data.views.series import FOREVER

MOST_ORDERS: Final = 50_000
_BUDGET_S: Final = 0.005
"""So long a frame waits for the past at most, and for the slice that has begun."""


@dataclass(frozen=True, slots=True)
class OrdersSpec:
    """Which orders are asked for.

    Attributes:
        instruments: of whose tapes.
        least_quote: worth at least so many quote coins.
        most_quote: and less than so many.
        side: only those of this side; None = all, those of unknown side too.
        as_fills: single rows of the tape, as the venue sends them, instead of orders.
        most: only the newest so many, 1 to MOST_ORDERS.
        window_s: only those of the last so many seconds; None = as far back as trades are held.
        from_ns: only those since then.
        end_ns: only those before then. Once that is over and all was read, what was told stays as
            it is, whatever comes late.
    """

    instruments: tuple[InstrumentId, ...]
    least_quote: float = 0.0
    most_quote: float = float("inf")
    side: Aggressor | None = None
    as_fills: bool = False
    most: int = 200
    window_s: float | None = None
    from_ns: Ns = 0
    end_ns: Ns = FOREVER

    def query(self) -> "OrdersQuery":
        """Return a new query that answers it.

        Raises:
            ValueError: ``most`` is out of its bounds.
        """
        if not 1 <= self.most <= MOST_ORDERS:
            msg = f"most must be 1 to {MOST_ORDERS} orders, was {self.most}"
            raise ValueError(msg)
        return OrdersQuery(self)


@dataclass(frozen=True, slots=True)
class OrdersView:
    """What is known now; the same object for as long as nothing changes.

    Attributes:
        rows: ORDER_DTYPE[n], in the order of time; those of one instant by instrument. Not to be
            written to.
        instruments: what ``rows["of"]`` counts; None = nothing was heard of it yet.
        since_ns: every order since then is told; none before it is. 0 = all that were asked for,
            as far as trades are held.
    """

    rows: RowArray
    instruments: tuple[Instrument | None, ...]
    since_ns: Ns


class OrdersQuery:
    """Answers one spec again and again: each trade is read once, newest first, then the past."""

    def __init__(self, spec: OrdersSpec) -> None:
        self.spec = spec
        self._wish = Wish(spec.least_quote, spec.most_quote, spec.side, spec.as_fills)
        self._epoch = -1
        self._read: dict[InstrumentId, OrderRows] = {}
        self._known: tuple[object, OrdersView] | None = None
        self._still: OrdersView | None = None

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return that trades of its instruments must come; no candles."""
        return wanted(listed, self.spec.instruments)

    def view(self, engine: Engine, moment: Moment) -> OrdersView | None:
        """Return the newest orders; None while nothing was heard of any of its instruments.

        The past is read for a bounded time at each call; ``since_ns`` says how far it was.
        """
        if engine.epoch != self._epoch:
            self._epoch, self._read, self._still = engine.epoch, {}, None
        if self._still is None:
            view = self._view(engine, moment)
            is_over = view is not None and self.spec.end_ns <= moment.now_ns
            if view is None or not is_over or (view.since_ns and view.rows.size < self.spec.most):
                return view
            self._still = view
        return self._still

    def _view(self, engine: Engine, moment: Moment) -> OrdersView | None:
        read = [self._of(engine, place) for place in range(len(self.spec.instruments))]
        found = [each for each in read if each is not None]
        if not found:
            return None
        limit_ns = self._limit_ns(moment.now_ns)
        for each in found:
            each.follow()
        since_ns = self._read_back(found, limit_ns)
        first_ns = max(since_ns, limit_ns)
        versions = tuple((id(each), each.version, _first(each, first_ns)) for each in found)
        if self._known is None or self._known[0] != (since_ns, versions):
            listed = tuple(each.tape.instrument if each else None for each in read)
            view = OrdersView(self._newest(found, first_ns), listed, since_ns)
            self._known = (since_ns, versions), view
        return self._known[1]

    def _of(self, engine: Engine, place: int) -> OrderRows | None:
        instrument_id = self.spec.instruments[place]
        tape = engine.tape(instrument_id)
        if tape is None:
            return None
        known = self._read.get(instrument_id)
        if known is None or known.tape is not tape:
            known = OrderRows(tape, self._wish, place, end_ns=self.spec.end_ns)
            self._read[instrument_id] = known
        return known

    def _limit_ns(self, now_ns: Ns) -> Ns:
        window_s = self.spec.window_s
        return max(
            self.spec.from_ns, 0 if window_s is None else now_ns - round(window_s * NS_PER_S)
        )

    def _read_back(self, found: Sequence[OrderRows], limit_ns: Ns) -> Ns:
        """Read on into the past, evenly, until there is enough; return since when all are known."""
        started_s = monotonic_s()
        while True:
            unread = [each for each in found if not each.is_read(limit_ns)]
            if not unread:
                return 0
            latest = max(unread, key=lambda each: each.from_ns)
            since_ns: Ns = latest.from_ns
            known = sum(each.rows.size - _first(each, since_ns) for each in found)
            if known >= self.spec.most or monotonic_s() - started_s > _BUDGET_S:
                return since_ns
            latest.read_back(limit_ns)

    def _newest(self, found: Sequence[OrderRows], first_ns: Ns) -> RowArray:
        most = self.spec.most
        parts = [each.rows[_first(each, first_ns) :][-most:] for each in found]
        rows = np.concatenate([np.zeros(0, ORDER_DTYPE), *parts])
        rows = rows[np.argsort(rows["ts_event_ns"], kind="stable")][-most:]
        for each in found:
            self._trim(each, first_ns)
        return rows

    def _trim(self, each: OrderRows, first_ns: Ns) -> None:
        """Let go of what can no longer be among the newest."""
        most = self.spec.most
        if each.rows.size > 2 * most:
            each.drop_before(int(each.rows["ts_event_ns"][-most]))
        elif _first(each, first_ns) > most:
            each.drop_before(first_ns)


def _first(each: OrderRows, ns: Ns) -> int:
    return int(np.searchsorted(each.rows["ts_event_ns"], ns)) if ns else 0
