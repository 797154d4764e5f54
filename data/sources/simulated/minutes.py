"""The venue's own candles of what was simulated: each minute, a little after it has closed."""

from typing import Final

import numpy as np

from core.calc.bars import time_bars
from core.domain.arrays import BarArray, Provenance, TradeArray, empty_bars, empty_trades
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns

AFTER_NS: Final[Ns] = 2 * NS_PER_S
"""By then every trade of the minute has reached us."""


class Minutes:
    """Counts the trades that were handed out; the minute in which they begin is left out."""

    def __init__(self) -> None:
        self._open = empty_trades()
        self._next_ns: Ns | None = None

    def add(self, trades: TradeArray) -> None:
        """Count trades that come after those before."""
        if trades.size and self._next_ns is None:
            first_ns = int(trades["ts_event_ns"][0])
            self._next_ns = -(-first_ns // NS_PER_MINUTE) * NS_PER_MINUTE
        self._open = np.concatenate([self._open, trades])

    def closed(self, now_ns: Ns) -> BarArray:
        """Return, and forget, the minutes that closed by ``now_ns``; without a trade there is none.

        Returns:
            BAR_DTYPE[n], sorted, provenance KLINES.
        """
        end_ns = (now_ns - AFTER_NS) // NS_PER_MINUTE * NS_PER_MINUTE
        if self._next_ns is None or end_ns <= self._next_ns:
            return empty_bars()
        times = self._open["ts_event_ns"]
        low, high = np.searchsorted(times, [self._next_ns, end_ns], side="left")
        bars = time_bars(self._open[low:high], step_ns=NS_PER_MINUTE)
        bars["provenance"] = Provenance.KLINES
        self._open, self._next_ns = self._open[high:].copy(), end_ns
        return bars
