"""Efforts, told piece by piece: against both sides at every second that ends."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from core.calc.basis import mids
from core.calc.edge_zone import edge_zone_ticks
from core.calc.effort_rule import Effort, EffortRule
from core.calc.effort_side import EffortSide, EffortWindow
from core.calc.held import held
from core.calc.marking import touches
from core.calc.move_per_lot import move_per_lot, rolling
from core.domain.arrays import (
    QUOTE_DTYPE,
    BarArray,
    FloatArray,
    IntArray,
    RowArray,
    TradeArray,
    empty_bars,
    empty_trades,
)
from core.domain.units import NS_PER_S, Ns

_HOLD_NS: Final[Ns] = 60 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Heard:
    """What became known since the piece before.

    Attributes:
        end_ns: a whole second; the tape is complete before it.
        trades: TRADE_DTYPE[n], sorted, all before ``end_ns``.
        quotes: QUOTE_DTYPE[m], sorted.
        minutes: BAR_DTYPE[k] of one minute, those that closed; one that goes on may follow.
    """

    end_ns: Ns
    trades: TradeArray
    quotes: RowArray
    minutes: BarArray


class Efforts:
    """Keeps the trades of a window, the flow and the moves of the fit, the efforts of a day.

    Attributes:
        trades: TRADE_DTYPE[n], those of the windows that were told last.
    """

    def __init__(self, rule: EffortRule) -> None:
        self.trades = empty_trades()
        self._rule = rule
        self._begin_s: int | None = None
        self._end_s = 0
        self._quotes: RowArray = np.zeros(0, QUOTE_DTYPE)
        self._minutes = empty_bars()
        self._flows = np.zeros((2, 0))
        self._bids, self._asks = (EffortSide(side, rule) for side in (1, -1))

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        twin._bids, twin._asks = self._bids.fork(), self._asks.fork()
        return twin

    def after(self, heard: Heard, gaps_ns: Sequence[tuple[Ns, Ns]]) -> dict[int, Effort]:
        """Return, by side, the efforts at the seconds that ended in this piece.

        Args:
            gaps_ns: half-open spans in which trades or quotes may be missing.
        """
        width = self._rule.window_s
        if self._begin_s is None and heard.trades.size:
            self._begin_s = self._end_s = int(heard.trades["ts_event_ns"][0]) // NS_PER_S
        first = self._end_s if self._begin_s is not None else heard.end_ns // NS_PER_S
        self._end_s = max(heard.end_ns // NS_PER_S, first)
        back_ns = (first - width) * NS_PER_S
        seconds = np.arange(first, self._end_s, dtype=np.int64)
        recent = self.trades[np.searchsorted(self.trades["ts_event_ns"], back_ns) :]
        self.trades = np.concatenate([recent, heard.trades])
        near_ns = [gap for gap in gaps_ns if gap[1] > back_ns - _HOLD_NS]
        end_ns = (seconds + 1) * NS_PER_S
        is_whole = seconds + 1 >= (self._begin_s or 0) + width
        quotes = np.concatenate([self._quotes, heard.quotes])
        in_gap = touches(end_ns - width * NS_PER_S, end_ns, near_ns)
        window = EffortWindow(
            slot=self.trades["ts_event_ns"] // NS_PER_S - (first - width),
            trades=self.trades,
            end_ns=end_ns,
            zone=self._zone(heard.minutes, end_ns),
            is_free=is_whole & ~in_gap,
            quotes=quotes,
            gaps_ns=near_ns,
        )
        # Of a window that lacks trades it is not known what moved the mid.
        moved = np.where(in_gap, np.nan, self._moved(quotes, end_ns, near_ns))
        signed = window.trades["aggressor"] * window.trades["size_lots"]
        net = np.bincount(window.slot, weights=signed, minlength=width + seconds.size)
        flow = rolling(net.astype(np.float64), width)[width:]
        self._flows = np.append(self._flows, [flow, moved], axis=1)
        flow, moved = self._flows[:, self._flows.shape[1] - seconds.size :]
        flows = (flow, moved, self._slope(seconds.size))
        self._flows = self._flows[:, -(self._rule.fit_s + width) :]
        return {1: self._bids.after(window, flows), -1: self._asks.after(window, flows)}

    def _zone(self, minutes: BarArray, at_ns: IntArray) -> FloatArray:
        rule = self._rule
        minutes = np.concatenate([self._minutes, minutes])
        self._minutes = minutes[-rule.zone_minutes :]
        usual = edge_zone_ticks(minutes, at_ns, minutes=rule.zone_minutes, frac=rule.zone_frac)
        return np.maximum(usual, rule.zone_least_ticks)

    def _moved(
        self, quotes: RowArray, end_ns: IntArray, gaps_ns: Sequence[tuple[Ns, Ns]]
    ) -> FloatArray:
        """Return how far the mid rose in each window."""
        width_ns = self._rule.window_s * NS_PER_S
        back_ns = self._end_s * NS_PER_S - width_ns - _HOLD_NS
        self._quotes = quotes[np.searchsorted(quotes["ts_event_ns"], back_ns) :]
        mid = mids(quotes, tick_quote=1.0)
        before, after = (
            held(quotes["ts_event_ns"], mid, each, hold_ns=_HOLD_NS, gaps_ns=gaps_ns)
            for each in (end_ns - width_ns, end_ns)
        )
        return after - before

    def _slope(self, count: int) -> FloatArray:
        """Return how far a lot usually moves the mid, at each of the last ``count`` seconds."""
        rule, size = self._rule, self._flows.shape[1]
        slope = move_per_lot(
            *self._flows,
            apart=rule.window_s,
            fit=rule.fit_s,
            least=rule.fit_least,
            first=self._end_s - size,
        )
        return slope[size - count :]
