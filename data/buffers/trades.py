"""The newest trades of one instrument, in blocks of rows that never move once written.

One writer. Readers take the list of blocks under a short lock and copy outside it: rows below a
block's fill mark are never written again; late rows go into fresh blocks.
"""

from bisect import bisect_left
from threading import Lock
from typing import Final

import numpy as np

from core.domain.arrays import TRADE_DTYPE, TradeArray, empty_trades
from core.domain.units import Ns

BLOCK_ROWS: Final = 16_384


class TradeRing:
    """Trades sorted by time, without duplicates, oldest dropped first.

    Trades of one instant are in the order of their ids where the venue's ids count, else in the
    order in which they came.

    Attributes:
        duplicates: rows refused because the same id at the same time was held.
    """

    def __init__(self, *, ids_count: bool = True) -> None:
        self._ids_count = ids_count
        self.duplicates = 0
        self._lock = Lock()
        self._blocks: list[TradeArray] = []
        self._filled: list[int] = []
        self._first_ns: list[Ns] = []
        self._newest: tuple[Ns, int] = (-(2**62), 0)
        self._rows = 0
        self._dropped = 0

    def __len__(self) -> int:
        """Return the number of trades held."""
        return self._rows

    @property
    def blocks(self) -> int:
        """Blocks held; the last one is never dropped."""
        return len(self._blocks)

    @property
    def bytes_kept(self) -> int:
        """Bytes of the blocks, filled or not."""
        return sum(block.nbytes for block in self._blocks)

    @property
    def first_ns(self) -> Ns | None:
        """Venue time of the oldest trade held."""
        with self._lock:
            return self._first_ns[0] if self._first_ns else None

    @property
    def newest_ns(self) -> Ns | None:
        """Venue time of the newest trade held."""
        return self._newest[0] if self._rows else None

    def count_before(self, ns: Ns) -> int:
        """Return how many trades before ``ns`` were ever held, dropped ones included.

        While this number stays, what a reader computed of the trades before ``ns`` stays true.
        """
        with self._lock:
            block = bisect_left(self._first_ns, ns) - 1
            if block < 0:
                return self._dropped
            times = self._blocks[block]["ts_event_ns"][: self._filled[block]]
            before = sum(self._filled[:block]) + int(np.searchsorted(times, ns, side="left"))
            return self._dropped + before

    def append(self, rows: TradeArray) -> TradeArray:
        """Take new rows; return those that were not held yet, sorted.

        Args:
            rows: TRADE_DTYPE[n] in any order; may repeat rows held or one another.
        """
        if rows.size == 0:
            return rows
        rows = self._without_repeats(self._sorted(rows))
        if rows.size == 0:
            return rows
        if self._rows and self._key(rows[0]) < self._newest:
            self._insert(rows)
        else:
            self._extend(rows)
        return rows

    def window(self, from_ns: Ns, to_ns: Ns) -> TradeArray:
        """Return an owned, sorted copy of the trades in ``[from_ns, to_ns)``."""
        with self._lock:
            # A block may begin with the same instant as the one before it ends with.
            start = max(bisect_left(self._first_ns, from_ns) - 1, 0)
            blocks = self._blocks[start:]
            filled = self._filled[start:]
        parts = []
        for block, rows in zip(blocks, filled, strict=True):
            times = block["ts_event_ns"][:rows]
            if times[0] >= to_ns:
                break
            low, high = np.searchsorted(times, [from_ns, to_ns], side="left")
            if high > low:
                parts.append(block[low:high])
        return np.concatenate(parts) if parts else empty_trades()

    def drop_before(self, ns: Ns) -> None:
        """Let go of whole blocks that end before ``ns``."""
        while self.blocks > 1 and self._first_ns[1] <= ns:
            self.drop_oldest_block()

    def drop_oldest_block(self) -> None:
        """Let go of the oldest block; the newest block always stays."""
        if self.blocks <= 1:
            return
        with self._lock:
            self._dropped += self._filled[0]
            self._rows -= self._filled.pop(0)
            self._blocks.pop(0)
            self._first_ns.pop(0)

    def _without_repeats(self, rows: TradeArray) -> TradeArray:
        """Return the rows whose (time, id) is neither held nor earlier in ``rows``."""
        times = rows["ts_event_ns"]
        if times[0] > self._newest[0] and bool(np.all(times[1:] > times[:-1])):
            return rows
        held = self.window(int(times[0]), int(times[-1]) + 1)
        seen = np.concatenate([held, rows])
        pairs = np.empty(seen.size, dtype=[("t", "<i8"), ("id", "<i8")])
        pairs["t"], pairs["id"] = seen["ts_event_ns"], seen["trade_id"]
        _, first = np.unique(pairs, return_index=True)
        fresh = np.sort(first[first >= held.size]) - held.size
        self.duplicates += rows.size - fresh.size
        return rows[fresh]

    def _insert(self, rows: TradeArray) -> None:
        """Put late rows where they belong, in fresh blocks: readers may hold the old ones.

        The blocks change in one step, so that no reader ever sees the tape without its tail.
        """
        from_ns = int(rows["ts_event_ns"][0])
        first = max(bisect_left(self._first_ns, from_ns) - 1, 0)
        held = zip(self._blocks[first:], self._filled[first:], strict=True)
        tail = np.concatenate([*(block[:used] for block, used in held), rows])
        parts = _cut(self._sorted(tail))
        fresh = [_block(part) for part in parts]
        with self._lock:
            self._blocks[first:] = fresh
            self._filled[first:] = [part.size for part in parts]
            self._first_ns[first:] = [int(part["ts_event_ns"][0]) for part in parts]
            self._rows += rows.size
        self._newest = self._key(parts[-1][-1])

    def _extend(self, rows: TradeArray) -> None:
        room = BLOCK_ROWS - self._filled[-1] if self._blocks else 0
        if room:
            used, head = self._filled[-1], rows[:room]
            self._blocks[-1][used : used + head.size] = head
            with self._lock:
                self._filled[-1] += head.size
                self._rows += head.size
        for part in _cut(rows[room:]):
            block = _block(part)
            with self._lock:
                self._blocks.append(block)
                self._filled.append(part.size)
                self._first_ns.append(int(part["ts_event_ns"][0]))
                self._rows += part.size
        self._newest = self._key(rows[-1])

    def _key(self, row: np.void) -> tuple[Ns, int]:
        return int(row["ts_event_ns"]), int(row["trade_id"]) if self._ids_count else 0

    def _sorted(self, rows: TradeArray) -> TradeArray:
        times, ids = rows["ts_event_ns"], rows["trade_id"]
        in_order = times[1:] > times[:-1]
        if self._ids_count:
            in_order |= (times[1:] == times[:-1]) & (ids[1:] >= ids[:-1])
        else:
            in_order |= times[1:] == times[:-1]
        if bool(np.all(in_order)):
            return rows
        order = np.lexsort((ids, times)) if self._ids_count else np.argsort(times, kind="stable")
        return rows[order]


def _cut(rows: TradeArray) -> list[TradeArray]:
    """Return the rows in parts of at most a block."""
    return [rows[at : at + BLOCK_ROWS] for at in range(0, rows.size, BLOCK_ROWS)]


def _block(rows: TradeArray) -> TradeArray:
    """Return a block that begins with the rows; the rest of it is not written yet."""
    block = np.empty(BLOCK_ROWS, TRADE_DTYPE)
    block[: rows.size] = rows
    return block
