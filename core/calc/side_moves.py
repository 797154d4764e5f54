"""Side moves: how far the orders of one side went that are close together, told piece by piece."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Self

import numpy as np

from core.calc.marking import touches
from core.calc.tape_orders import tape_orders
from core.domain.arrays import BoolArray, IntArray, TradeArray, empty_trades
from core.domain.units import Aggressor, Ns


@dataclass(frozen=True, slots=True)
class Moves:
    """One element per order of a side, each with those of the window before it.

    Attributes:
        at_ns: int64[n], when the order was, non-decreasing.
        ticks: int64[n], from the best first price of them to its own last, >= 0.
        is_whole: bool[n], no gap touches them.
        begin: int64[n], the row of the first one's first fill.
        end: int64[n], the row after its own last.
        fills: TRADE_DTYPE[m], of the side alone.
    """

    at_ns: IntArray
    ticks: IntArray
    is_whole: BoolArray
    begin: IntArray
    end: IntArray
    fills: TradeArray

    def taken(self, at: int) -> TradeArray:
        """Return the fills of one of them."""
        return self.fills[self.begin[at] : self.end[at]]


class SideMoves:
    """Keeps the trades of one window."""

    def __init__(self, side: Aggressor, window_ns: Ns) -> None:
        self._side, self._window_ns = side, window_ns
        self._recent = empty_trades()

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        return copy(self)

    def after(self, trades: TradeArray, gaps_ns: Sequence[tuple[Ns, Ns]]) -> Moves:
        """Return the moves of a piece.

        Args:
            trades: TRADE_DTYPE[n], sorted, whole instants, all after the piece before.
            gaps_ns: half-open spans in which trades may be missing.
        """
        fresh = trades[trades["aggressor"] == self._side]
        from_ns = int(fresh["ts_event_ns"][0]) if fresh.size else 2**62
        recent = self._recent[self._recent["ts_event_ns"] >= from_ns - self._window_ns]
        ours = np.concatenate([recent, fresh])
        if fresh.size:
            since_ns = int(fresh["ts_event_ns"][-1]) - self._window_ns
            self._recent = ours[ours["ts_event_ns"] >= since_ns]
        orders = tape_orders(ours)
        stamps = orders.ts_event_ns
        first = np.searchsorted(stamps, stamps - self._window_ns, side="left")
        spans = np.column_stack((first, np.arange(1, stamps.size + 1))).ravel()
        starts = np.minimum.reduceat(np.append(self._side * orders.first_ticks, 2**40), spans)[::2]
        is_new = slice(int(np.searchsorted(stamps, from_ns)), None)
        return Moves(
            at_ns=stamps[is_new],
            ticks=(self._side * orders.last_ticks - starts)[is_new],
            is_whole=~touches(stamps[first], stamps + 1, gaps_ns)[is_new],
            begin=orders.first_row[first][is_new],
            end=np.append(orders.first_row[1:], ours.size)[is_new],
            fills=ours,
        )
