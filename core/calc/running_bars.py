"""Running bars: bars that end by what traded, of a tape that comes in blocks."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from core.calc.bars import merge_bars
from core.calc.cut_bars import CutBars, bars_from, require_positive
from core.calc.delta_bars import delta_bars
from core.calc.dollar_bars import dollar_bars
from core.calc.notional import notional
from core.calc.range_bars import range_bars
from core.calc.sessions import UTC_DAYS, Sessions
from core.calc.tick_bars import tick_bars
from core.calc.volume_bars import volume_bars
from core.domain.arrays import BarArray, IntArray, TradeArray, empty_bars
from core.domain.units import NS_PER_HOUR, Ns

_LONGEST_NS: Final[Ns] = NS_PER_HOUR
"""Of a delta bar, as ``delta_bars`` has it."""


class By(StrEnum):
    """What ends a bar."""

    TICK = "tick"
    VOLUME = "volume"
    DOLLAR = "dollar"
    RANGE = "range"
    DELTA = "delta"


@dataclass(frozen=True, slots=True)
class Cut:
    """When a bar ends.

    Attributes:
        size: trades, lots, tick-lots, ticks or lots, in the order of ``By``; > 0.
    """

    by: By
    size: int

    def __post_init__(self) -> None:
        """Refuse a size that is not above zero: a ValueError."""
        require_positive(self.size)


class RunningBars:
    """The bars of a tape, however it is cut into blocks; only the last bar is kept in between.

    Attributes:
        open: BAR_DTYPE[1], the bar that a later trade can still change, or BAR_DTYPE[0].
    """

    def __init__(self, cut: Cut, *, sessions: Sessions = UTC_DAYS) -> None:
        """Make one that has seen no trade; a new session begins a new bar."""
        self.open: BarArray = empty_bars()
        self._cut = cut
        self._sessions = sessions

    def copy(self) -> "RunningBars":
        """Return one that goes on from here by itself."""
        other = RunningBars(self._cut, sessions=self._sessions)
        other.open = self.open
        return other

    def after(self, trades: TradeArray) -> BarArray:
        """Return the bars that these trades closed.

        Args:
            trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``, none before those of the last call.

        Returns:
            BAR_DTYPE[m], in their order; as ``cut_bars`` makes them of the whole tape, but for the
            rounding of ``moment2``.

        Raises:
            ValueError: ``trades`` is not sorted by ``ts_event_ns``, or worth more than 64 bits.
        """
        if not trades.size:
            return empty_bars()
        first = empty_bars()
        taken = 0
        if self.open.size:
            taken, is_whole = self._goes_on(trades)
            first = _joined(self.open, trades[:taken])
            if not is_whole and taken == trades.size:
                self.open = first
                return empty_bars()
        make, name = _MAKERS[self._cut.by]
        found = make(trades[taken:], sessions=self._sessions, **{name: self._cut.size})
        self.open = found.bars[~found.closed]
        return np.concatenate([first, found.bars[found.closed]])

    def _goes_on(self, trades: TradeArray) -> tuple[int, bool]:
        """Return how many trades the open bar takes, and whether it is whole with them."""
        bar = self.open[0]
        sessions = self._sessions.index(np.append(bar["first_ns"], trades["ts_event_ns"]))
        stop = int(np.searchsorted(sessions[1:], sessions[0], side="right"))
        if self._cut.by is By.DELTA:
            too_late = int(bar["first_ns"]) + _LONGEST_NS
            stop = min(stop, int(np.searchsorted(trades["ts_event_ns"], too_late)))
        least = self._cut.size + (self._cut.by is By.RANGE)
        ends = _progress(self._cut.by, bar, trades[:stop]) >= least
        at = int(ends.argmax()) if ends.any() else stop
        if self._cut.by is By.RANGE:  # a trade that does not fit is the next bar's
            return at, False
        return min(at + 1, stop), at < stop


def _joined(bar: BarArray, trades: TradeArray) -> BarArray:
    """Return the bar with the trades in it."""
    if not trades.size:
        return bar
    rest = bars_from(trades, np.zeros(1, np.int64), last_closed=False).bars
    merged = merge_bars(np.concatenate([bar, rest]), step_ns=2**62)
    merged["open_ns"] = bar["open_ns"]
    return merged


def _progress(by: By, bar: np.void, trades: TradeArray) -> IntArray:
    """Return how far the bar is with each trade, in what ends it."""
    if by is By.TICK:
        return np.arange(1, trades.size + 1) + int(bar["trades"])
    if by is By.DELTA:
        gained: IntArray = np.cumsum(trades["size_lots"] * trades["aggressor"])
        return np.abs(gained + int(bar["buy_lots"]) - int(bar["sell_lots"]))
    if by is By.RANGE:
        prices = trades["price_ticks"].astype(np.int64)
        high = np.maximum(np.maximum.accumulate(prices), int(bar["high_ticks"]))
        low = np.minimum(np.minimum.accumulate(prices), int(bar["low_ticks"]))
        return np.subtract(high, low, dtype=np.int64)
    lots = int(bar["buy_lots"]) + int(bar["sell_lots"]) + int(bar["unknown_lots"])
    if by is By.VOLUME:
        return np.cumsum(trades["size_lots"]) + lots
    return np.cumsum(notional(trades)) + (int(bar["moment1"]) + int(bar["open_ticks"]) * lots)


_MAKERS: Final[dict[By, tuple[Callable[..., CutBars], str]]] = {
    By.TICK: (tick_bars, "size"),
    By.VOLUME: (volume_bars, "size_lots"),
    By.DOLLAR: (dollar_bars, "size_tick_lots"),
    By.RANGE: (range_bars, "range_ticks"),
    By.DELTA: (delta_bars, "delta_lots"),
}
"""What makes bars of trades, and how it calls their size; a delta bar lasts _LONGEST_NS at most."""
