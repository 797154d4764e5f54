"""What a book did in each second: its order flow, spread, touch and depth, computed as it ends.

Everything goes by the messages' own times and none by a clock: a replay gives the same rows.
"""

from bisect import bisect_right
from typing import Final, Protocol, TypeAlias

import numpy as np

from core.calc.near_depth import near_depth
from core.calc.order_flow import flow_events
from core.calc.quoted_spread import quoted_spread_bps
from core.domain.arrays import QUOTE_DTYPE, FloatArray, RowArray
from core.domain.events import Level
from core.domain.units import NS_PER_MS, NS_PER_S, Ns
from data.buffers.rows import RowRing

LEVELS: Final = 5
"""So deep order flow is followed."""
NEAR_BPS: Final = (10.0, 50.0)
SLOT_NS: Final[Ns] = 100 * NS_PER_MS
"""Of each, the last best prices are held, and the flow of deeper levels is the net of it."""
MAX_SECONDS: Final = 90_000
"""A day and an hour."""
MAX_TOPS: Final = 36_000
"""An hour of slots."""
_BPS: Final = 1e4
_QUIET_NS: Final[Ns] = 60 * NS_PER_S
"""A book that says nothing for longer is not known to be calm."""

BOOK_SECOND_DTYPE: Final = np.dtype(
    [
        ("ts_event_ns", "<i8"),  # first instant of the second
        ("flow_lots", "<i8"),  # order flow at the best prices, message by message
        ("deep_flow_lots", "<i8"),  # summed over LEVELS levels, slot by slot
        ("bid_lots", "<i8"),  # at the end; 0 = nobody bids
        ("ask_lots", "<i8"),  # at the end; 0 = nobody offers
        ("bid_ticks", "<i4"),
        ("ask_ticks", "<i4"),
        ("spread_bps", "<f4"),  # mean over the time; NaN = no two sides
        ("near_lots", "<f4", (len(NEAR_BPS), 2)),  # at the end, bids and asks; NaN = not known
    ]
)
"""One second in which a book was live from begin to end, 68 bytes; other seconds have no row."""

_TOUCH: Final = ("bid_ticks", "bid_lots", "ask_ticks", "ask_lots")
_Top: TypeAlias = tuple[int, int, int, int, int, int, int]


class Readable(Protocol):
    """A book as far as it is read here, by the thread that writes it.

    Attributes:
        ts_recv_ns: when its newest message reached us.
        last_id: the update that it is at.
    """

    ts_recv_ns: Ns
    last_id: int

    def touch(self) -> tuple[int, int, int, int]:
        """Return lots at best bid and ask, then their prices; 0 = nobody."""
        ...

    def ranked(self, count: int) -> list[int]:
        """Return ticks of the best bids, their lots, ticks of the best asks, their lots."""
        ...

    def near(self, reach_ticks: int) -> tuple[list[Level], list[Level]]:
        """Return the levels of both sides that near to their best."""
        ...

    def known(self) -> tuple[int, int]:
        """Return down to which price bids are all known, and up to which asks."""
        ...


class BookSeconds:
    """The rows of one book. Written by the engine, read by anyone.

    Attributes:
        rows: BOOK_SECOND_DTYPE, newest at most one message behind.
        tops: QUOTE_DTYPE, the best prices at the end of each slot of the last hour.
        due_ns: from this time of a message on, ``advance`` is to be called before it is applied.
    """

    def __init__(self) -> None:
        self.rows = RowRing(BOOK_SECOND_DTYPE, max_rows=MAX_SECONDS)
        self.tops = RowRing(QUOTE_DTYPE, max_rows=MAX_TOPS)
        self.due_ns: Ns = 0
        self._told: list[_Top] = []
        self._slots: list[list[int]] = []
        self._newest_ns: Ns = 0
        self._second_ns: Ns = 0
        self._is_whole = False

    def advance(self, book: Readable, at_ns: Ns) -> None:
        """Note what the book is at the ends of the slot and the second that are over.

        Args:
            at_ns: of the message that is applied next.
        """
        self.due_ns = (at_ns // SLOT_NS + 1) * SLOT_NS
        if not self._told:
            return
        if not _is_crossed(book.touch()):
            self._slots.append(book.ranked(LEVELS))
        second_ns = at_ns // NS_PER_S * NS_PER_S
        if second_ns > self._second_ns:
            self._close(book, second_ns)

    def note(self, book: Readable, at_ns: Ns) -> None:
        """Note the best prices after a message; crossed ones are passing and do not count."""
        if at_ns < self._newest_ns - _QUIET_NS:
            self.lose()  # the newest time was wrong; to wait for it would be to keep all until then
            self._newest_ns = at_ns
        touch = book.touch()
        if _is_crossed(touch):
            return
        top = (max(at_ns, self._newest_ns), book.ts_recv_ns, book.last_id, *touch)
        if not self._told:
            self._second_ns = top[0] // NS_PER_S * NS_PER_S
        self._newest_ns = top[0]
        self._told.append(top)

    def lose(self) -> None:
        """Note that the book is not live: nothing goes on from what it was."""
        self._told, self._slots, self._is_whole, self.due_ns = [], [], False, 0

    def _close(self, book: Readable, next_ns: Ns) -> None:
        """Write the second that is over, and those after it in which nothing was told."""
        second_ns, tops = self._second_ns, np.array(self._told, QUOTE_DTYPE)
        slots = tops["ts_event_ns"] // SLOT_NS
        inside = tops["ts_event_ns"] >= second_ns
        self.tops.append(tops[np.append(slots[1:] != slots[:-1], [True]) & inside])
        near = _near(book, self._told[-1])
        if self._is_whole:
            self.rows.append(_row(tops, self._slots, second_ns, near))
        quiet_ns = np.arange(second_ns + NS_PER_S, min(next_ns, second_ns + _QUIET_NS), NS_PER_S)
        if quiet_ns.size:
            rows = np.repeat(_row(tops[-1:], [], second_ns + NS_PER_S, near), quiet_ns.size)
            rows["ts_event_ns"] = quiet_ns
            self.rows.append(rows)
        self._told, self._slots = self._told[-1:], self._slots[-1:]
        self._second_ns, self._is_whole = next_ns, True


def _row(tops: RowArray, slots: list[list[int]], second_ns: Ns, near: FloatArray) -> RowArray:
    row = np.zeros(1, BOOK_SECOND_DTYPE)
    row["ts_event_ns"] = second_ns
    for name in _TOUCH:
        row[name] = tops[name][-1]
    if tops.size > 1:
        row["flow_lots"] = flow_events(*(tops[name] for name in _TOUCH))[1:].sum()
    if len(slots) > 1:
        deep = np.array(slots, np.int64).reshape(len(slots), 4, LEVELS)
        row["deep_flow_lots"] = flow_events(*deep.swapaxes(0, 1))[1:].sum()
    row["spread_bps"] = quoted_spread_bps(tops, from_ns=second_ns, to_ns=second_ns + NS_PER_S)
    row["near_lots"] = near
    return row


def _is_crossed(touch: tuple[int, int, int, int]) -> bool:
    bid_lots, ask_lots, bid, ask = touch
    return bid >= ask and bool(bid_lots and ask_lots)


def _near(book: Readable, top: _Top) -> FloatArray:
    """Return float64[k, 2]; a distance counts where both sides are known that far."""
    bid, ask = top[5], top[6]
    found = np.full((len(NEAR_BPS), 2), np.nan)
    if not (top[3] and top[4]):
        return found
    known = book.known()
    reaches = [int((bid + ask) / 2 * each / _BPS) + 1 for each in NEAR_BPS]
    room = min(bid - known[0], known[1] - ask)
    count = bisect_right(reaches, room)
    if count:
        bids, asks = (
            np.array(list(zip(*side, strict=True)) or [(), ()], np.int64)
            for side in book.near(reaches[count - 1])
        )
        near = NEAR_BPS[:count]
        found[:count] = near_depth(
            (bids[0], bids[1]), (asks[0], asks[1]), within_bps=near, known_ticks=known
        )
    return found
