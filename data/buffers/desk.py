"""The writing of everything but trades: what came together is written together.

Quotes are conflated on their way: only the last of each batch counts, and of each tenth of a
second the last is told to whoever records. Books and liquidations are kept whole.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, TypeAlias

import numpy as np

from core.domain.arrays import (
    LIQUIDATION_DTYPE,
    QUOTE_DTYPE,
    TICKER_DTYPE,
)
from core.domain.derivatives import DerivativeTicker, LiquidationRow, Liquidations
from core.domain.events import (
    BestQuote,
    BookBegins,
    BookDelta,
    BookEnds,
    BookSnapshot,
    Channel,
    Gap,
    NoSnapshot,
    Rows,
)
from core.domain.units import NS_PER_MINUTE, NS_PER_MS, Ns
from data.buffers.keeper import Request
from data.buffers.level_rows import Row, as_rows, delta_rows
from data.buffers.tape import QUOTE_SLOT_NS, Tape
from data.buffers.tickers import row_of
from data.venues.sync import Phase

TOLD_SLOT_NS: Final[Ns] = 100 * NS_PER_MS
WHOLE_NS: Final[Ns] = 10 * NS_PER_MINUTE
"""A book is told whole when this much has passed: whoever missed messages knows it again."""

BookMessage: TypeAlias = BookSnapshot | BookDelta | BookBegins | BookEnds | NoSnapshot
SideEvent: TypeAlias = BookMessage | BestQuote | DerivativeTicker | Liquidations
_QuoteRow: TypeAlias = tuple[int, int, int, int, int, int, int]


@dataclass(slots=True)
class _Pending:
    """What came of one instrument since the last flush."""

    tape: Tape
    quotes: list[_QuoteRow] = field(default_factory=list)
    quotes_stream: str = ""
    quotes_over: list[_QuoteRow] = field(default_factory=list)
    levels: list[Row] = field(default_factory=list)
    levels_stream: str = ""
    tickers: list[DerivativeTicker] = field(default_factory=list)
    liquidations: list[LiquidationRow] = field(default_factory=list)
    liquidations_stream: str = ""


@dataclass(frozen=True, slots=True)
class BookState:
    """What a book is worth from now on.

    Attributes:
        reason: why it is not live, a clause; empty where nothing is wrong.
    """

    tape: Tape
    phase: Phase
    reason: str


class Desk:
    """Takes events of all instruments. Used by the engine's thread alone.

    Attributes:
        telling: somebody wants to know what was accepted; rows are made of it then.
        now_ns: the source's clock.
        requests: what books need of the venue; whoever carries them out empties it.
        states: what changed of books' worth; as ``requests``.
        gaps: spans in which a book was not live, once they are over; as ``requests``.
    """

    def __init__(self, now_ns: Callable[[], Ns]) -> None:
        self.telling = False
        self.now_ns = now_ns
        self.requests: list[tuple[Tape, Request]] = []
        self.states: list[BookState] = []
        self.gaps: list[Gap] = []
        self._known: dict[Tape, tuple[Phase, str]] = {}
        self._lost: dict[Tape, Gap] = {}
        self._pending: dict[Tape, _Pending] = {}
        self._quotes: dict[Tape, _QuoteRow] = {}
        self._lonely: dict[Tape, _QuoteRow] = {}
        self._streams: dict[Tape, str] = {}
        self._whole_ns: dict[Tape, Ns] = {}

    def tell(self, *, on: bool) -> None:
        """Tell from now on, or no more; who listens first hears of each book whole."""
        self.telling = on
        self._whole_ns = {}

    def forget(self) -> None:
        """Drop everything that is pending."""
        self.requests, self.states, self.gaps = [], [], []
        self._known, self._lost = {}, {}
        self._pending, self._quotes, self._whole_ns = {}, {}, {}
        self._streams, self._lonely = {}, {}

    def drop(self, tape: Tape) -> None:
        """Forget one tape."""
        kept = self._pending, self._quotes, self._known, self._lost, self._whole_ns
        self._streams.pop(tape, None)
        self._lonely.pop(tape, None)
        for known in kept:
            known.pop(tape, None)

    def take(self, tape: Tape, event: SideEvent) -> None:
        """Take one event.

        Raises:
            ValueError: it is on another grid than the tape.
        """
        _require_grid(tape, event)
        if isinstance(event, BestQuote):
            self._take_quote(tape, event)
        elif isinstance(event, DerivativeTicker):
            tape.tickers.take(event)
            if self.telling:
                self._of(tape).tickers.append(event)
        elif isinstance(event, Liquidations):
            pending = self._of(tape)
            pending.liquidations += event.rows
            pending.liquidations_stream = event.channel
        else:
            self._take_book(tape, event)

    def tick(self, tape: Tape) -> None:
        """Look for what is overdue of a book, and tell a quote that no other has followed."""
        self._ask(tape, tape.book.tick(now_ns=self.now_ns()))
        last = self._quotes.get(tape)
        if last is None:
            return
        # Not by the source's clock: that of a fast replay is ahead of what it has played.
        if self._lonely.get(tape) is last:
            del self._quotes[tape]
            self._of(tape).quotes_over.append(last)
        else:
            self._lonely[tape] = last

    def flush(self) -> list[Rows]:
        """Write what is pending; return what was accepted, where somebody wants to know."""
        accepted: list[Rows] = []
        pending, self._pending = self._pending, {}
        for each in pending.values():
            accepted += self._flush(each)
        return accepted

    def _take_book(self, tape: Tape, event: BookMessage) -> None:
        book = tape.book
        if isinstance(event, BookEnds):
            book.end(event.reason)
            self._judge(tape)
            return
        book.tell(partial(self._note, tape, event) if self.telling else None)
        if isinstance(event, BookBegins):
            requests = book.begin(now_ns=self.now_ns())
        elif isinstance(event, NoSnapshot):
            requests = book.failed(now_ns=event.ts_recv_ns)
        else:
            tape.newest_recv_ns = max(tape.newest_recv_ns, event.ts_recv_ns)
            requests = book.take(event)
        self._ask(tape, requests)

    def _take_quote(self, tape: Tape, quote: BestQuote) -> None:
        """Keep the last of each tenth of a second, whatever came together with it."""
        pending, row = self._of(tape), _quote_row(quote)
        pending.quotes_stream = quote.channel
        if pending.quotes and _slot(pending.quotes[-1]) == _slot(row):
            pending.quotes[-1] = row
        else:
            pending.quotes.append(row)

    def _ask(self, tape: Tape, requests: list[Request]) -> None:
        self.requests += [(tape, each) for each in requests]
        self._judge(tape)

    def _judge(self, tape: Tape) -> None:
        """Note a change of what the book is worth, and the gap that ends with it."""
        book = tape.book
        phase, reason = state = book.phase, book.reason
        known = self._known.get(tape, (None, ""))
        if state == known:
            return
        self._known[tape] = state
        self.states.append(BookState(tape, phase, reason))
        recv_ns = book.ts_recv_ns
        if known[0] is Phase.LIVE:
            # What follows a semicolon is about the next try, not about what was missed.
            words = reason.partition(";")[0]
            self._lost[tape] = Gap(tape.instrument.id, recv_ns, recv_ns + 1, words, Channel.BOOK)
        elif phase is Phase.LIVE and tape in self._lost:
            gap = self._lost.pop(tape)
            self.gaps.append(replace(gap, to_ns=max(recv_ns, gap.to_ns)))

    def _note(self, tape: Tape, cause: BookMessage, delta: BookDelta | None) -> None:
        """Keep as rows what the book applied, or all of it where it was long not told whole."""
        pending, at_ns = self._of(tape), tape.book.ts_recv_ns
        told = delta or cause
        pending.levels_stream = told.channel if isinstance(told, BookSnapshot | BookDelta) else ""
        if delta is None or at_ns - self._whole_ns.get(tape, 0) >= WHOLE_NS:
            self._whole_ns[tape] = at_ns
            pending.levels += tape.book.snapshot_rows()
        else:
            pending.levels += delta_rows(delta)

    def _of(self, tape: Tape) -> _Pending:
        known = self._pending.get(tape)
        if known is None:
            known = self._pending[tape] = _Pending(tape)
        return known

    def _flush(self, pending: _Pending) -> list[Rows]:
        tape = pending.tape
        listed = tape.instrument
        accepted: list[Rows] = []
        if pending.levels:
            rows = as_rows(pending.levels)
            accepted.append(Rows(listed, Channel.BOOK, pending.levels_stream, rows))
        if pending.quotes or pending.quotes_over:
            accepted += self._put_quotes(pending)
        if pending.tickers:
            rows = np.array([row_of(each) for each in pending.tickers], TICKER_DTYPE)
            accepted.append(Rows(listed, Channel.TICKER, pending.tickers[-1].channel, rows))
        if pending.liquidations:
            rows = np.array(pending.liquidations, LIQUIDATION_DTYPE)
            tape.liquidations.append(rows)
            stream = pending.liquidations_stream
            accepted.append(Rows(listed, Channel.LIQUIDATIONS, stream, rows))
        return accepted if self.telling else []

    def _put_quotes(self, pending: _Pending) -> list[Rows]:
        """Hold the newest quotes; return the last of each tenth of a second that is over."""
        tape, over = pending.tape, pending.quotes_over
        for row in pending.quotes:
            tape.quotes.put(row, slot_ns=QUOTE_SLOT_NS)
            before = self._quotes.get(tape)
            if before is not None and _slot(before) != _slot(row):
                over.append(before)
            self._quotes[tape] = row
            tape.newest_recv_ns = max(tape.newest_recv_ns, row[1])
        if pending.quotes_stream:
            self._streams[tape] = pending.quotes_stream
        if not over:
            return []
        stream = self._streams[tape]
        return [Rows(tape.instrument, Channel.QUOTES, stream, np.array(over, QUOTE_DTYPE))]


def _slot(row: _QuoteRow) -> int:
    return row[0] // TOLD_SLOT_NS


def _quote_row(quote: BestQuote) -> _QuoteRow:
    bid_ticks, bid_lots = quote.bid or (0, 0)
    ask_ticks, ask_lots = quote.ask or (0, 0)
    event_ns = quote.ts_event_ns or quote.ts_recv_ns
    return (
        event_ns,
        quote.ts_recv_ns,
        quote.update_id,
        bid_lots,
        ask_lots,
        bid_ticks,
        ask_ticks,
    )


def _require_grid(tape: Tape, event: SideEvent) -> None:
    """Refuse what counts in other ticks and lots than the tape."""
    came, held = event.instrument, tape.instrument
    if came is held:
        return
    if (came.tick_size, came.lot_size) != (held.tick_size, held.lot_size):
        msg = f"{held.id} is held on another grid of ticks and lots than this event is on"
        raise ValueError(msg)
