"""What has been generated of one instrument and has not reached us yet, channel by channel."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from core.domain.arrays import IntArray, RowArray
from core.domain.events import Channel, Klines, MarketEvent, Rows, TradeBlock
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.sources.simulated.happened import Drawn
from data.sources.simulated.ladder import Ladder, Messages
from data.sources.simulated.minutes import Minutes
from data.sources.simulated.schedule import BIN_NS

STREAM: Final = "simulated"

_NEVER: Final[Ns] = 2**62
_BATCH: Final = 10
"""So many messages of a book are made at once: one by one they would cost several times as much."""


class Outlet:
    """Hands out the rows of one instrument as they reach us."""

    def __init__(self, instrument: Instrument, ladder: Ladder) -> None:
        self.instrument = instrument
        self._ladder = ladder
        self._queues = {channel: _Queue() for channel in Channel}
        self._minutes = Minutes()

    def begin(self, past_quotes: RowArray, at_ns: Ns) -> None:
        """Queue quotes of the past, and the book as it is now; changes follow."""
        self._queues[Channel.QUOTES].add(past_quotes)
        self._add_book(self._ladder.begin(at_ns // BIN_NS))

    def add(self, drawn: Drawn) -> None:
        """Queue what was generated after the rows that are here."""
        self._queues[Channel.TRADES].add(drawn.trades)
        self._queues[Channel.TICKER].add(drawn.tickers)
        self._queues[Channel.LIQUIDATIONS].add(drawn.liquidations)

    def write_book(self, now_ns: Ns, *, known_to_ns: Ns) -> None:
        """Queue messages of the book, if one is due by ``now_ns``; some are made ahead.

        Args:
            known_to_ns: the book is known up to here.
        """
        next_bin, every = self._ladder.next_bin, self._ladder.every_bins
        if next_bin * BIN_NS <= now_ns:
            ahead = max(now_ns // BIN_NS, next_bin) + _BATCH * every
            self._add_book(self._ladder.until(min(ahead, known_to_ns // BIN_NS)))

    def finish_book(self, known_to_ns: Ns, *, late: bool) -> None:
        """Queue all messages of the book up to here; where it is late, one that says it all."""
        end_bin = known_to_ns // BIN_NS
        if late:
            self._ladder.skip_to(end_bin - 1)
        while self._ladder.next_bin < end_bin:
            some = self._ladder.next_bin + _BATCH * self._ladder.every_bins
            self._add_book(self._ladder.until(min(some, end_bin)))

    def due(self, now_ns: Ns) -> Iterator[MarketEvent]:
        """Yield, and forget, what has reached us by ``now_ns``."""
        for channel, queue in self._queues.items():
            if queue.next_ns > now_ns:
                continue
            rows = queue.take(now_ns)
            if channel is Channel.TRADES:
                self._minutes.add(rows)
                yield TradeBlock(self.instrument, STREAM, rows)
            else:
                yield Rows(self.instrument, channel, STREAM, rows)
        bars = self._minutes.closed(now_ns)
        if bars.size:
            yield Klines(self.instrument, "1m", bars)

    def _add_book(self, made: Messages) -> None:
        self._queues[Channel.BOOK].add(made.levels)
        self._queues[Channel.QUOTES].add(made.quotes)


class _Queue:
    """Rows of one channel, by the time they reach us.

    Attributes:
        next_ns: when the next one does.
    """

    def __init__(self) -> None:
        self.next_ns: Ns = _NEVER
        self._rows: RowArray | None = None
        self._recv_ns: IntArray = np.zeros(0, np.int64)

    def add(self, rows: RowArray) -> None:
        """Queue rows that come after those that are here."""
        if rows.size:
            self._keep(rows if self._rows is None else np.concatenate([self._rows, rows]))

    def take(self, now_ns: Ns) -> RowArray:
        """Return, and forget, what has reached us by ``now_ns``."""
        if self._rows is None:
            msg = "nothing is queued"
            raise ValueError(msg)
        count = int(np.searchsorted(self._recv_ns, now_ns, side="right"))
        taken = self._rows[:count].copy()
        self._keep(self._rows[count:])
        return taken

    def _keep(self, rows: RowArray) -> None:
        self._rows = rows
        self._recv_ns = np.ascontiguousarray(rows["ts_recv_ns"])
        self.next_ns = int(self._recv_ns[0]) if rows.size else _NEVER
