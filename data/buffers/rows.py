"""The newest rows of one channel: sorted by the venue's time, bounded, read as owned copies."""

from threading import Lock
from typing import Any

import numpy as np

from core.domain.arrays import RowArray
from core.domain.units import Ns


class RowRing:
    """Rows with a ``ts_event_ns``, oldest dropped first. One writer.

    Attributes:
        version: changes with every write.
        rewrites: changes when rows come that lie before rows already held.
    """

    def __init__(self, dtype: "np.dtype[Any]", *, max_rows: int) -> None:
        """Make an empty one.

        Args:
            max_rows: the oldest beyond it go.
        """
        self.version = 0
        self.rewrites = 0
        self._lock = Lock()
        self._max_rows = max_rows
        self._rows: RowArray = np.empty(64, dtype)
        self._start = 0
        self._end = 0

    def __len__(self) -> int:
        """Return the number of rows held."""
        return self._end - self._start

    @property
    def max_rows(self) -> int:
        """The most rows that are held."""
        return self._max_rows

    @property
    def newest(self) -> np.void | None:
        """An owned copy of the newest row; None = there is none."""
        with self._lock:
            return self._rows[self._end - 1].copy() if self._end > self._start else None

    @property
    def oldest_ns(self) -> Ns | None:
        """Time of the oldest row; None = there is none."""
        with self._lock:
            held = self._end > self._start
            return int(self._rows["ts_event_ns"][self._start]) if held else None

    def window(self, from_ns: Ns, to_ns: Ns) -> RowArray:
        """Return an owned copy of the rows in ``[from_ns, to_ns)``, sorted by ``ts_event_ns``."""
        with self._lock:
            held = self._held()
            low, high = np.searchsorted(held["ts_event_ns"], [from_ns, to_ns], side="left")
            return held[low:high].copy()

    def count(self, from_ns: Ns, to_ns: Ns) -> int:
        """Return how many rows lie in ``[from_ns, to_ns)``."""
        with self._lock:
            times = self._held()["ts_event_ns"]
            low, high = np.searchsorted(times, [from_ns, to_ns], side="left")
            return int(high - low)

    def append(self, rows: RowArray) -> None:
        """Add rows, in any order; of one time they stay in the order in which they came."""
        if not rows.size:
            return
        with self._lock:
            self._add(rows)

    def put(self, row: tuple[Any, ...], *, slot_ns: Ns) -> None:
        """Add one row, in the place of the newest where both lie in one slot of ``slot_ns``.

        Args:
            row: in the order of the layout, ``ts_event_ns`` first; one that is older than the
                newest is told as of the newest's time.
        """
        with self._lock:
            self.version += 1
            if self._end > self._start:
                newest_ns = int(self._rows["ts_event_ns"][self._end - 1])
                at_ns = row[0]
                if at_ns < newest_ns:
                    row, at_ns = (newest_ns, *row[1:]), newest_ns
                if at_ns // slot_ns == newest_ns // slot_ns:
                    self._rows[self._end - 1] = row
                    return
            self._make_room(1)
            self._rows[self._end] = row
            self._end += 1
            self._bound()

    def drop_before(self, ns: Ns) -> None:
        """Let go of rows before ``ns``."""
        with self._lock:
            low = int(np.searchsorted(self._held()["ts_event_ns"], ns, side="left"))
            if low:
                self._start += low
                self.version += 1

    def _add(self, rows: RowArray) -> None:
        self.version += 1
        held, times = self._held(), rows["ts_event_ns"]
        in_order = bool(np.all(times[1:] >= times[:-1]))
        is_late = bool(held.size) and int(times.min()) < int(held["ts_event_ns"][-1])
        self.rewrites += is_late
        if is_late or not in_order:
            rows = np.concatenate([held, rows])
            rows = rows[np.argsort(rows["ts_event_ns"], kind="stable")]
            self._start = self._end = 0
        self._make_room(rows.size)
        self._rows[self._end : self._end + rows.size] = rows
        self._end += rows.size
        self._bound()

    def _held(self) -> RowArray:
        return self._rows[self._start : self._end]

    def _bound(self) -> None:
        self._start = max(self._start, self._end - self._max_rows)

    def _make_room(self, rows: int) -> None:
        if self._end + rows <= self._rows.size:
            return
        held = self._held()
        grown = np.empty(max(2 * (held.size + rows), 64), self._rows.dtype)
        grown[: held.size] = held
        self._rows, self._start, self._end = grown, 0, held.size
