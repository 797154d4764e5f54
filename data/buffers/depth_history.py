"""What rested in each price row of a book, second by second; bounded.

Everything goes by the messages' own times and none by a clock: a replay gives the same columns.
"""

from collections import deque
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from core.calc.depth_rows import depth_rows, known_rows
from core.calc.row_height import row_height
from core.domain.arrays import IntArray
from core.domain.units import NS_PER_S, Ns

MAX_COLUMNS: Final = 660
"""Eleven minutes: the ten of a picture, and one for what is late."""
ROWS: Final = 600
"""So many rows at most, about, are what is known within reach; 2.4 kB a column."""
REACH_FRAC: Final = 0.01
"""Of the middle, on both sides."""
_QUIET_NS: Final[Ns] = 60 * NS_PER_S
"""A book that says nothing for longer is not known to be calm."""


@dataclass(frozen=True, slots=True)
class Resting:
    """A whole book of one moment, owned.

    Attributes:
        ticks: int64[n], prices of the bids, then of the asks, in any order.
        lots: int64[n], what rests at each.
        bids: how many of them are bids.
        bid_ticks: the best; 0 = nobody bids.
        ask_ticks: the best; 0 = nobody offers.
        known_ticks: bids are all known down to the first price, asks up to the second.
        at_ns: the venue's time of its newest message; where it gave none, when that reached us.
    """

    ticks: IntArray
    lots: IntArray
    bids: int
    bid_ticks: int
    ask_ticks: int
    known_ticks: tuple[int, int]
    at_ns: Ns

    def sides(self) -> tuple[tuple[IntArray, IntArray], tuple[IntArray, IntArray]]:
        """Return (ticks, lots) of the bids and of the asks, best first."""
        bids = np.argsort(-self.ticks[: self.bids])
        asks = self.bids + np.argsort(self.ticks[self.bids :])
        return (self.ticks[bids], self.lots[bids]), (self.ticks[asks], self.lots[asks])


class Readable(Protocol):
    """A book as far as it is read here."""

    def resting(self) -> Resting:
        """Return all that rests."""
        ...


@dataclass(frozen=True, slots=True)
class DepthColumn:
    """The book as it stood at the end of one second.

    Attributes:
        second_ns: first instant of the second.
        ticks_per_row: height of its rows, which are anchored at zero.
        first_row: the lowest row that is known and within reach.
        lots: float32[n], what rested in each row from there on, both sides, 0 = nothing; rows
            beyond are not known. Never written after it was made.
        bid_ticks: as in Resting.
        ask_ticks: as in Resting.
    """

    second_ns: Ns
    ticks_per_row: int
    first_row: int
    lots: NDArray[np.float32]
    bid_ticks: int
    ask_ticks: int


class DepthHistory:
    """The columns of one book; a second at the end of which it was not live has none.

    Written by the engine, read by anyone. Rows are as high as suits the price and what the venue
    tells of the book; where that changes by much, it begins again.

    Attributes:
        ticks_per_row: height of a row; 0 = nothing was ever written.
    """

    def __init__(self) -> None:
        self.ticks_per_row = 0
        self._lock = Lock()
        self._columns: deque[DepthColumn] = deque(maxlen=MAX_COLUMNS)
        self._second_ns: Ns | None = None

    def columns(self, after_ns: Ns = 0) -> tuple[DepthColumn, ...]:
        """Return the columns of seconds after one, oldest first."""
        found: list[DepthColumn] = []
        with self._lock:
            for column in reversed(self._columns):
                if column.second_ns <= after_ns:
                    break
                found.append(column)
        return tuple(reversed(found))

    def advance(self, book: Readable, at_ns: Ns) -> None:
        """Write the seconds that are over.

        Args:
            book: live, and as it stands before the next message.
            at_ns: of the message that is applied next.
        """
        second_ns = at_ns // NS_PER_S * NS_PER_S
        if self._second_ns is None:
            self._second_ns = second_ns
        elif second_ns > self._second_ns:
            self._write(book.resting(), self._second_ns, second_ns)
            self._second_ns = second_ns
        elif at_ns < self._second_ns - _QUIET_NS:
            # The newest time was wrong, or a replay went back: what came after is no past of it.
            self._second_ns = second_ns
            with self._lock:
                self._drop_from(second_ns)

    def lose(self) -> None:
        """Note that the book is not live: the second that runs has no column."""
        self._second_ns = None

    def nbytes(self) -> int:
        """Return how much memory the sizes take; seconds in which nothing came share theirs."""
        held = {id(each.lots): each.lots.nbytes for each in self.columns()}
        return sum(held.values())

    def _write(self, book: Resting, from_ns: Ns, to_ns: Ns) -> None:
        column = column_of(book, from_ns, before=self.ticks_per_row)
        with self._lock:
            if column.ticks_per_row != self.ticks_per_row:
                self._columns.clear()
                self.ticks_per_row = column.ticks_per_row
            self._drop_from(from_ns)
            for second_ns in range(from_ns, min(to_ns, from_ns + _QUIET_NS), NS_PER_S):
                self._columns.append(replace(column, second_ns=second_ns))

    def _drop_from(self, ns: Ns) -> None:
        while self._columns and self._columns[-1].second_ns >= ns:
            self._columns.pop()


def column_of(book: Resting, second_ns: Ns, *, before: int) -> DepthColumn:
    """Return a book as a column.

    Args:
        second_ns: of which second it is.
        before: height of rows in use, 0 = none; it stays where it still suits.
    """
    best = [each for each in (book.bid_ticks, book.ask_ticks) if each]
    middle = sum(best) // max(len(best), 1)
    reach = int(middle * REACH_FRAC)
    low = max(middle - reach, book.known_ticks[0])
    high = max(min(middle + reach, book.known_ticks[1]), low)
    height = row_height(high - low, rows=ROWS, before=before)
    known = known_rows(book.known_ticks, ticks_per_row=height)
    first, end = max(known[0], low // height), min(known[1], high // height + 1)
    rows = (first, max(end, first) if best else first)
    lots = depth_rows(book.ticks, book.lots, ticks_per_row=height, rows=rows)
    return DepthColumn(
        second_ns, height, first, lots.astype(np.float32), book.bid_ticks, book.ask_ticks
    )
