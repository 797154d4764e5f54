"""A book whose changes are followed: second by second always, each of them while somebody reads."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

import numpy as np

from core.domain.arrays import RowArray
from core.domain.events import BookDelta, BookSnapshot, Level
from core.domain.units import Ns
from data.buffers.book import Book
from data.buffers.book_log import BookLog
from data.buffers.book_seconds import BookSeconds
from data.buffers.depth_history import DepthHistory, Resting
from data.buffers.level_rows import as_rows, book_rows

_NEAR: Final = 200
"""Ticks in which the best levels are looked for one by one."""


class FollowedBook(Book):
    """A book that is written while it is live, and is told when it is not.

    Attributes:
        seconds: what it did in each second.
        history: what rested in it at the end of each.
        log: its changes one by one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seconds = BookSeconds()
        self.history = DepthHistory()
        self.log = BookLog()

    def apply(self, delta: BookDelta) -> None:
        """Change the book."""
        seconds, at_ns = self.seconds, delta.ts_event_ns or delta.ts_recv_ns
        if at_ns >= seconds.due_ns:
            self._advance(at_ns)
        super().apply(delta)
        seconds.note(self, at_ns)
        if self.log.is_wanted:
            self.log.take_delta(delta, self._whole)

    def replace(
        self, snapshot: BookSnapshot, deltas: Iterable[BookDelta] = (), *, merge: bool = False
    ) -> None:
        """Make the book anew, in one step; one that was live goes on as after any message."""
        messages: Sequence[BookSnapshot | BookDelta] = [snapshot, *deltas]
        last = messages[-1]
        at_ns = last.ts_event_ns or last.ts_recv_ns
        if at_ns >= self.seconds.due_ns:
            self._advance(at_ns)
        super().replace(snapshot, deltas, merge=merge)
        self.seconds.note(self, at_ns)
        if self.log.is_wanted:
            self.log.take_whole(self._whole())

    def touch(self) -> tuple[int, int, int, int]:
        """Return lots at best bid and ask, then their prices, 0 = nobody; for the writer."""
        bids, asks = self._bids, self._asks
        ask = asks.best if asks.lots else 0
        return bids.lots.get(bids.best, 0), asks.lots.get(ask, 0), bids.best, ask

    def ranked(self, count: int) -> list[int]:
        """Return ticks of the best bids, their lots, and those of the asks; for the writer.

        Returns:
            ``4 * count`` numbers; 0 = there is no such level.
        """
        bids = _ranked(self._bids.lots, self._bids.best, -1, count)
        return bids + _ranked(self._asks.lots, self._asks.best, 1, count)

    def near(self, reach_ticks: int) -> tuple[list[Level], list[Level]]:
        """Return bids and asks that near to their best, in any order; for the writer."""
        bid, ask = self._bids.best, self._asks.best
        bids = _between(self._bids.lots, bid - reach_ticks, bid)
        return bids, _between(self._asks.lots, ask, ask + reach_ticks)

    def known(self) -> tuple[int, int]:
        """Return down to which price bids are all known, and up to which asks; for the writer."""
        return self._known()

    def resting(self) -> Resting:
        """Return all that rests; owned."""
        with self._lock:
            bids, asks = self._bids, self._asks
            count = len(bids.lots) + len(asks.lots)
            every = chain(bids.lots.values(), asks.lots.values())
            return Resting(
                ticks=np.fromiter(chain(bids.lots, asks.lots), np.int64, count),
                lots=np.fromiter(every, np.int64, count),
                bids=len(bids.lots),
                bid_ticks=bids.best,
                ask_ticks=asks.best if asks.lots else 0,
                known_ticks=self._known(),
                at_ns=self.ts_event_ns or self.ts_recv_ns,
            )

    def lose(self) -> None:
        """Note that what is held is not the book any more, until it is made anew."""
        self.seconds.lose()
        self.history.lose()

    def _advance(self, at_ns: Ns) -> None:
        self.seconds.advance(self, at_ns)
        self.history.advance(self, at_ns)

    def _whole(self) -> RowArray:
        return as_rows(book_rows(self))


def _ranked(lots: dict[int, int], best: int, step: int, count: int) -> list[int]:
    """Return the best prices, best first, then their sizes."""
    ticks: list[int] = []
    for price in range(best, best + step * _NEAR, step):
        if price in lots:
            ticks.append(price)
            if len(ticks) == count:
                break
    if len(ticks) < count:
        ticks = sorted(lots, key=step.__mul__)[:count]
    none = [0] * (count - len(ticks))
    return ticks + none + [lots[price] for price in ticks] + none


def _between(lots: dict[int, int], low: int, high: int) -> list[Level]:
    if high - low < len(lots):
        return [(ticks, lots[ticks]) for ticks in range(low, high + 1) if ticks in lots]
    return [each for each in lots.items() if low <= each[0] <= high]
