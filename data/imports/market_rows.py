"""Everything but trades of a raw recording: kept as the live market keeps it, and given as rows."""

from typing import TypeAlias

from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.events import (
    BestQuote,
    BookBegins,
    BookDelta,
    BookSnapshot,
    Channel,
    Gap,
    Rows,
)
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.buffers.desk import Desk
from data.buffers.tape import Tape
from data.venues.sync import Phase

SideEvent: TypeAlias = BookSnapshot | BookDelta | BestQuote | DerivativeTicker | Liquidations


class MarketRows:
    """Books by their venue's rule, and what else is recorded beside them.

    A book begins with the first snapshot that its rule takes; what comes before is in no rows. A
    book that is lost is a gap until its next snapshot in the recording, or until the end.
    """

    def __init__(self) -> None:
        self._now_ns: Ns = 0
        self._desk = Desk(lambda: self._now_ns)
        self._desk.tell(on=True)
        self._tapes: dict[Instrument, Tape] = {}

    def take(self, event: SideEvent, *, now_ns: Ns) -> None:
        """Take one event, in the order of arrival."""
        self._now_ns = now_ns
        tape = self._tapes.get(event.instrument)
        if tape is None:
            tape = self._tapes[event.instrument] = Tape(event.instrument)
            self._desk.take(tape, BookBegins(event.instrument))
        self._desk.take(tape, event)

    def flush(self) -> list[Rows | Gap]:
        """Return what was accepted since the last call, and the gaps that are over."""
        accepted: list[Rows | Gap] = [*self._desk.flush(), *self._desk.gaps]
        # There is nobody to be asked: what a book needs is in the recording or nowhere.
        self._desk.gaps, self._desk.requests, self._desk.states = [], [], []
        return accepted

    def end(self) -> list[Rows | Gap]:
        """Return the rest: the last of the rows, and the gaps that never ended."""
        return self.flush() + [
            Gap(each.id, tape.book.ts_recv_ns, self._now_ns + 1, tape.book.reason, Channel.BOOK)
            for each, tape in self._tapes.items()
            if tape.book.phase is Phase.STALE
        ]
