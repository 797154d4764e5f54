"""One instrument's order book on integer ticks: what rests at each price, and how far we know it.

One writer; readers get owned copies. A side is a dict, so that a change costs a look-up. Its best
price is followed: when it goes, the next is looked for tick by tick nearby, and only then among
all. Sorting is left to readers, who are ten a second and not a thousand.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from itertools import chain
from threading import Lock
from typing import Final

import numpy as np

from core.domain.arrays import IntArray
from core.domain.events import NO_ID, BookDelta, BookSnapshot, Level
from core.domain.units import MAX_PRICE_TICKS, Ns
from data.buffers.book_view import BookView

_NEAR: Final = 100
"""Ticks in which the next best price is looked for one by one: dearer beyond than to ask all."""
_SPARSE: Final = 4
"""Ticks per level in which the best levels are looked for one by one, before all are sorted."""


class _Side(ABC):
    """Bids or asks.

    Attributes:
        lots: price in ticks -> size, only where it is above zero.
        best: the best price; where there is none, one that is worse than any.
        whole: there is nothing that we do not know of.
    """

    __slots__ = ("best", "lots", "whole")
    none = 0

    def __init__(self) -> None:
        self.lots: dict[int, int] = {}
        self.best = self.none
        self.whole = False

    def load(self, levels: Iterable[Level]) -> None:
        """Hold these levels and no others; of a price told twice, the last counts."""
        self.lots = {ticks: lots for ticks, lots in dict(levels).items() if lots}
        self.best = self.best_of_all()

    def cut(self, depth: int) -> None:
        """Let the worst levels go, so that ``depth`` stay."""
        if len(self.lots) < depth:
            return
        self.whole = False
        if len(self.lots) > depth:
            for ticks in self.ordered(len(self.lots))[depth:]:
                del self.lots[ticks]

    def top(self, count: int) -> list[Level]:
        """Return the best ``count`` levels, best first."""
        return [(ticks, self.lots[ticks]) for ticks in self.ordered(count)]

    @abstractmethod
    def apply(self, levels: Iterable[Level]) -> None:
        """Change the sizes at these prices; zero removes."""

    @abstractmethod
    def best_of_all(self) -> int:
        """Return the best price, looked for among all."""

    @abstractmethod
    def ordered(self, count: int) -> list[int]:
        """Return the best ``count`` prices, best first."""

    @abstractmethod
    def worst(self) -> int:
        """Return the worst price of a side that has some."""


class _Bids(_Side):
    """The higher, the better."""

    __slots__ = ()

    def apply(self, levels: Iterable[Level]) -> None:
        lots, best = self.lots, self.best
        for ticks, size in levels:
            if size:
                lots[ticks] = size
                if ticks > best:  # noqa: PLR1730 - a call would cost more than all the rest
                    best = ticks
            elif ticks in lots:
                del lots[ticks]
        self.best = best if best in lots else self._next(best)

    def best_of_all(self) -> int:
        return max(self.lots, default=self.none)

    def ordered(self, count: int) -> list[int]:
        lots = self.lots
        near = range(self.best, self.best - _NEAR - _SPARSE * count, -1)
        found = [ticks for ticks in near if ticks in lots]
        return found[:count] if len(found) >= count else sorted(lots, reverse=True)[:count]

    def worst(self) -> int:
        return min(self.lots)

    def _next(self, best: int) -> int:
        for ticks in range(best - 1, best - _NEAR, -1):
            if ticks in self.lots:
                return ticks
        return self.best_of_all()


class _Asks(_Side):
    """The lower, the better."""

    __slots__ = ()
    none = MAX_PRICE_TICKS + 1

    def apply(self, levels: Iterable[Level]) -> None:
        lots, best = self.lots, self.best
        for ticks, size in levels:
            if size:
                lots[ticks] = size
                if ticks < best:  # noqa: PLR1730 - a call would cost more than all the rest
                    best = ticks
            elif ticks in lots:
                del lots[ticks]
        self.best = best if best in lots else self._next(best)

    def best_of_all(self) -> int:
        return min(self.lots, default=self.none)

    def ordered(self, count: int) -> list[int]:
        lots = self.lots
        near = range(self.best, self.best + _NEAR + _SPARSE * count)
        found = [ticks for ticks in near if ticks in lots]
        return found[:count] if len(found) >= count else sorted(lots)[:count]

    def worst(self) -> int:
        return max(self.lots)

    def _next(self, best: int) -> int:
        for ticks in range(best + 1, best + _NEAR):
            if ticks in self.lots:
                return ticks
        return self.best_of_all()


class Book:
    """What rests on both sides.

    Attributes:
        best_bid_ticks: None = nobody bids, as far as is known.
        best_ask_ticks: None = nobody offers, as far as is known.
        last_id: as in BookView.
        ts_event_ns: as in BookView.
        ts_recv_ns: as in BookView.
        rolls: as in BookSnapshot.
        depth: as in BookSnapshot; 0 = there was none yet.
        known_from_ticks: as in BookView; of a book that rolls, only views tell.
        known_to_ticks: as known_from_ticks.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._bids = _Bids()
        self._asks = _Asks()
        self.depth = 0
        self.ts_event_ns: Ns = 0
        self.best_bid_ticks: int | None = None
        self.best_ask_ticks: int | None = None
        self.last_id = NO_ID
        self.ts_recv_ns: Ns = 0
        self.rolls = False
        self.known_from_ticks = MAX_PRICE_TICKS
        self.known_to_ticks = 0

    def apply(self, delta: BookDelta) -> None:
        """Change the book."""
        with self._lock:
            self._change(delta)
            self._find_best()

    def replace(
        self, snapshot: BookSnapshot, deltas: Iterable[BookDelta] = (), *, merge: bool = False
    ) -> None:
        """Make the book anew, in one step.

        Args:
            deltas: applied on top.
            merge: keep the levels beyond the range of the snapshot, which is true only where the
                deltas bring the book to where it was before.
        """
        with self._lock:
            if merge:
                self._merge(snapshot)
            else:
                self._load(snapshot)
            self._note(snapshot)
            for delta in deltas:
                self._change(delta)
            self._find_best()

    def counts(self) -> tuple[int, int]:
        """Return how many bids and asks are known."""
        with self._lock:
            return len(self._bids.lots), len(self._asks.lots)

    def levels(self) -> tuple[dict[int, int], dict[int, int]]:
        """Return bids and asks as ticks -> lots; owned."""
        with self._lock:
            return self._bids.lots.copy(), self._asks.lots.copy()

    def top(self, count: int) -> tuple[list[Level], list[Level]]:
        """Return the best ``count`` bids and asks, best first; owned."""
        with self._lock:
            return self._bids.top(count), self._asks.top(count)

    def view(self, count: int) -> BookView:
        """Return the best ``count`` levels of each side."""
        with self._lock:
            bids = _columns(self._bids.top(count))
            asks = _columns(self._asks.top(count))
            known_from, known_to = self._known()
            return BookView(
                bid_ticks=bids[0],
                bid_lots=bids[1],
                ask_ticks=asks[0],
                ask_lots=asks[1],
                known_from_ticks=known_from,
                known_to_ticks=known_to,
                last_id=self.last_id,
                ts_event_ns=self.ts_event_ns,
                ts_recv_ns=self.ts_recv_ns,
            )

    def _change(self, delta: BookDelta) -> None:
        self._bids.apply(delta.bids)
        self._asks.apply(delta.asks)
        if self.rolls:
            self._bids.cut(self.depth)
            self._asks.cut(self.depth)
        self._note(delta)

    def _load(self, snapshot: BookSnapshot) -> None:
        self.depth, self.rolls = snapshot.depth, snapshot.rolls
        for side, levels in ((self._bids, snapshot.bids), (self._asks, snapshot.asks)):
            side.load(levels)
            side.whole = len(side.lots) < snapshot.depth
        self.known_from_ticks, self.known_to_ticks = self._known_now()

    def _merge(self, snapshot: BookSnapshot) -> None:
        """Put the snapshot in the place of what was held within its range."""
        known_from, known_to = self.known_from_ticks, self.known_to_ticks
        bids, asks = self._bids.lots, self._asks.lots
        self._load(snapshot)
        self._bids.apply([each for each in bids.items() if each[0] < self.known_from_ticks])
        self._asks.apply([each for each in asks.items() if each[0] > self.known_to_ticks])
        self.known_from_ticks = min(self.known_from_ticks, known_from)
        self.known_to_ticks = max(self.known_to_ticks, known_to)

    def _known_now(self) -> tuple[int, int]:
        """Return the range that the levels held now prove."""
        bids, asks = self._bids, self._asks
        known_from = 0 if bids.whole or not bids.lots else bids.worst()
        known_to = MAX_PRICE_TICKS if asks.whole or not asks.lots else asks.worst()
        return known_from, known_to

    def _known(self) -> tuple[int, int]:
        return self._known_now() if self.rolls else (self.known_from_ticks, self.known_to_ticks)

    def _find_best(self) -> None:
        self.best_bid_ticks = self._bids.best if self._bids.lots else None
        self.best_ask_ticks = self._asks.best if self._asks.lots else None

    def _note(self, event: BookSnapshot | BookDelta) -> None:
        self.last_id = event.last_id
        self.ts_event_ns = event.ts_event_ns
        self.ts_recv_ns = event.ts_recv_ns


def _columns(levels: list[Level]) -> tuple[IntArray, IntArray]:
    """Return the prices and the sizes."""
    pairs = np.fromiter(chain.from_iterable(levels), np.int64, 2 * len(levels)).reshape(-1, 2)
    return pairs[:, 0].copy(), pairs[:, 1].copy()
