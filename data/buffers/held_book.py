"""One instrument's book as it is held: kept by the venue's rule, or taken as a recording has it."""

from collections.abc import Callable
from typing import Final

from core.domain.arrays import RowArray
from core.domain.events import BookDelta, BookSnapshot
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.buffers.book_log import BookLog
from data.buffers.book_seconds import BookSeconds
from data.buffers.book_view import BookView
from data.buffers.depth_history import DepthHistory, Resting
from data.buffers.keeper import BookKeeper, Request
from data.buffers.level_rows import Row, book_rows, messages
from data.venues.registry import market_of
from data.venues.sync import Phase

Best = tuple[int | None, int | None]
"""Best bid and ask in ticks; None = nobody, as far as is known."""

NOTHING: Final[list[Request]] = []


class HeldBook:
    """Written by the engine, read by anyone.

    Attributes:
        version: changes with every message.
        live_from_ns: when it was first live, as its messages reached us; None = it never was.
    """

    def __init__(self, instrument: Instrument) -> None:
        self.version = 0
        self.live_from_ns: Ns | None = None
        self._instrument = instrument
        self._keeper = BookKeeper(market_of(instrument.id).book_sync())
        self._begun = False
        self._ended = ""
        self._taken: Phase | None = None

    @property
    def phase(self) -> Phase:
        """What it is worth; only LIVE is the present."""
        if self._taken is not None:
            return self._taken
        if self._ended:
            return Phase.STALE
        return self._keeper.phase

    @property
    def reason(self) -> str:
        """Why it is not live, a clause; empty while it is, and before it ever was."""
        return self._ended or self._keeper.reason

    @property
    def applied(self) -> int:
        """Deltas that went into it."""
        return self._keeper.applied

    @property
    def lost(self) -> int:
        """Times that it was given up."""
        return self._keeper.lost

    @property
    def crossed(self) -> int:
        """Messages after which its sides crossed or were locked."""
        return self._keeper.crossed

    @property
    def dropped(self) -> int:
        """Deltas of no use, since they came before the snapshot or were in it."""
        return self._keeper.dropped

    @property
    def ts_recv_ns(self) -> Ns:
        """When its newest message reached us; 0 = none came."""
        return self._keeper.book.ts_recv_ns

    @property
    def last_id(self) -> int:
        """The update that it is at; NO_ID = the venue gives none, or none came yet."""
        return self._keeper.book.last_id

    @property
    def seconds(self) -> BookSeconds:
        """What it did in each second."""
        return self._keeper.book.seconds

    @property
    def history(self) -> DepthHistory:
        """What rested in each price row at the end of each second."""
        return self._keeper.book.history

    @property
    def log(self) -> BookLog:
        """Its changes one by one, for one reader."""
        return self._keeper.book.log

    def counts(self) -> tuple[int, int]:
        """Return how many bids and asks are known; cheaper than a view."""
        return self._keeper.book.counts()

    def best(self) -> Best:
        """Return the best bid and ask."""
        book = self._keeper.book
        return book.best_bid_ticks, book.best_ask_ticks

    def view(self, levels: int) -> BookView:
        """Return an owned copy of the best levels of each side."""
        return self._keeper.book.view(levels)

    def resting(self) -> Resting:
        """Return an owned copy of all that rests, in no order; cheaper than a deep view."""
        return self._keeper.book.resting()

    def tell(self, told: Callable[[BookDelta | None], None] | None) -> None:
        """Let ``told`` know every delta applied; None = the book was made anew."""
        self._keeper.told = told

    def snapshot_rows(self) -> list[Row]:
        """Return the whole book as LEVEL_DTYPE rows."""
        return book_rows(self._keeper.book)

    def begin(self, *, now_ns: Ns) -> list[Request]:
        """Sync on a connection that was just subscribed."""
        self.version += 1
        self._begun, self._ended, self._taken = True, "", None
        self._keeper.book.lose()
        return self._keeper.start(now_ns=now_ns)

    def end(self, reason: str) -> None:
        """Note that the connection is lost."""
        self.version += 1
        self._begun, self._ended = False, reason
        self._keeper.book.lose()

    def take(self, event: BookSnapshot | BookDelta) -> list[Request]:
        """Take a message; one of a connection that is lost is of no use."""
        if not self._begun:
            return NOTHING
        self.version += 1
        requests = self._keeper.take(event, now_ns=event.ts_recv_ns)
        self._note_live()
        return requests

    def failed(self, *, now_ns: Ns) -> list[Request]:
        """Note that a snapshot that was asked for will not come."""
        return self._keeper.failed(now_ns=now_ns) if self._begun else NOTHING

    def tick(self, *, now_ns: Ns) -> list[Request]:
        """Look for what is overdue."""
        return self._keeper.tick(now_ns=now_ns) if self._begun else NOTHING

    def take_rows(self, stream: str, rows: RowArray) -> None:
        """Take whole messages as they are: LEVEL_DTYPE[n], in order."""
        self.version += 1
        for message in messages(self._instrument, stream, rows):
            if isinstance(message, BookSnapshot):
                self._keeper.book.replace(message)
                self._taken, self._ended = Phase.LIVE, ""
            elif self._taken is Phase.LIVE:
                self._keeper.book.apply(message)
            self._note_live()

    def _note_live(self) -> None:
        if self.live_from_ns is None and self.phase is Phase.LIVE:
            self.live_from_ns = self.ts_recv_ns

    def lose(self, reason: str) -> None:
        """Note that a recording misses messages: what is held is not the book until a snapshot."""
        if self._taken is not None:
            self._taken, self._ended = Phase.STALE, reason
            self._keeper.book.lose()
            self.version += 1
