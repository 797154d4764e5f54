"""The one-second bars of one instrument: the atoms from which every longer bar is merged."""

from threading import Lock

import numpy as np

from core.calc.bars import time_bars
from core.domain.arrays import BAR_DTYPE, BarArray, IntArray, TradeArray
from core.domain.units import NS_PER_S, Ns


class SecondBars:
    """Bars of one second, sorted, only seconds that traded; oldest dropped first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._bars: BarArray = np.empty(1024, BAR_DTYPE)
        self._running: IntArray = np.empty(1024, np.int64)  # trades up to and with each bar
        self._start = 0
        self._end = 0
        self._dropped_trades = 0

    def __len__(self) -> int:
        """Return the number of bars held."""
        return self._end - self._start

    def replace_from(self, from_ns: Ns, trades: TradeArray) -> None:
        """Replace every bar from ``from_ns`` on by the bars of ``trades``.

        Args:
            from_ns: a whole second.
            trades: TRADE_DTYPE[n], sorted: every trade held at or after ``from_ns``.
        """
        fresh = time_bars(trades, step_ns=NS_PER_S)
        with self._lock:
            held = self._bars["open_ns"][self._start : self._end]
            self._end = self._start + int(np.searchsorted(held, from_ns, side="left"))
            self._make_room(fresh.size)
            rows = slice(self._end, self._end + fresh.size)
            self._bars[rows] = fresh
            self._running[rows] = self._before(self._end) + np.cumsum(fresh["trades"])
            self._end += fresh.size

    def window(self, from_ns: Ns, to_ns: Ns) -> BarArray:
        """Return an owned copy of the bars that open in ``[from_ns, to_ns)``."""
        with self._lock:
            held = self._bars[self._start : self._end]
            low, high = np.searchsorted(held["open_ns"], [from_ns, to_ns], side="left")
            return held[low:high].copy()

    def count_before(self, ns: Ns) -> int:
        """Return how many trades are in the bars before ``ns``, dropped ones included.

        While this number stays, what a reader computed of the bars before ``ns`` stays true.
        """
        with self._lock:
            return self._before(self._start + self._place(ns))

    def drop_before(self, ns: Ns) -> None:
        """Let go of bars that open before ``ns``."""
        with self._lock:
            end = self._start + self._place(ns)
            self._dropped_trades = self._before(end)
            self._start = end

    def _before(self, end: int) -> int:
        """Return how many trades are in the bars before a place, dropped ones included."""
        return int(self._running[end - 1]) if end > self._start else self._dropped_trades

    def _place(self, ns: Ns) -> int:
        held = self._bars["open_ns"][self._start : self._end]
        return int(np.searchsorted(held, ns, side="left"))

    def _make_room(self, rows: int) -> None:
        if self._end + rows <= self._bars.size:
            return
        held = self._bars[self._start : self._end]
        grown = np.empty(max(2 * (held.size + rows), 1024), BAR_DTYPE)
        running = np.empty(grown.size, np.int64)
        grown[: held.size] = held
        running[: held.size] = self._running[self._start : self._end]
        self._bars, self._running = grown, running
        self._start, self._end = 0, held.size
