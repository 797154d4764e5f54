"""Cut bars: bars that end by what traded instead of by the clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from core.calc.bars import time_bars
from core.calc.grouping import runs
from core.calc.sessions import Sessions
from core.domain.arrays import BarArray, BoolArray, IntArray, TradeArray, require_sorted
from core.domain.frame import Framed

_FIRST_LOOK: Final = 256
"""Trades looked at before the span is doubled; a bar's length is not known before."""


@dataclass(frozen=True, slots=True)
class CutBars(Framed):
    """Bars in the order of their trades; a bar takes up where the one before ended.

    Attributes:
        bars: BAR_DTYPE[m], provenance TRADES. ``open_ns`` is the time of the bar's first trade;
            bars that begin within one instant have the same.
        closed: bool[m], no later trade can change the bar; False for the last at most.
    """

    bars: BarArray
    closed: BoolArray

    def columns(self) -> Mapping[str, Any]:
        """Return the fields of the bars, and ``closed``."""
        fields = {name: self.bars[name] for name in self.bars.dtype.names or ()}
        return fields | {"closed": self.closed}


End: TypeAlias = tuple[int, bool]
"""The trade that a bar ends before, and whether the bar is whole without having seen that trade."""
EndOf: TypeAlias = Callable[[int, int], End]
"""``end_of(first, stop)``: where the bar of trade ``first`` ends, ``stop`` at the latest."""


def cut_bars(trades: TradeArray, end_of: EndOf, *, sessions: Sessions) -> CutBars:
    """Return one bar after the other, each as long as ``end_of`` says, cut at each session.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``; equal stamps count in the order given.
        end_of: see ``EndOf``; always beyond ``first``.
        sessions: a new one begins a new bar.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``.
    """
    require_sorted(trades, "ts_event_ns")
    firsts: list[int] = []
    whole = False
    for start, stop in zip(*runs(sessions.index(trades["ts_event_ns"])), strict=True):
        first = int(start)
        while first < stop:
            firsts.append(first)
            first, whole = end_of(first, int(stop))
    return bars_from(trades, np.array(firsts, np.int64), last_closed=whole)


def bars_from(trades: TradeArray, firsts: IntArray, *, last_closed: bool) -> CutBars:
    """Return one bar for each of ``firsts``, up to the next.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        firsts: int64[m], the place of each bar's first trade: 0 and ascending; empty = no trades.
        last_closed: the last bar is whole.
    """
    ends = np.append(firsts[1:], trades.size) if firsts.size else firsts
    # The bars of time are made bar by bar too, once every trade bears its bar's number as time.
    numbered = trades.copy()
    numbered["ts_event_ns"] = np.repeat(np.arange(firsts.size), ends - firsts)
    bars = time_bars(numbered, step_ns=1)
    stamps = trades["ts_event_ns"]
    bars["open_ns"] = bars["first_ns"] = stamps[firsts]
    bars["last_ns"] = stamps[ends - 1]
    closed = np.ones(bars.size, np.bool_)
    closed[-1:] = last_closed
    return CutBars(bars, closed)


def reached(running: IntArray, least: int) -> EndOf:
    """Return the rule: a bar ends with the trade that brings its sum to ``least`` or more.

    That trade belongs to the bar whole; nothing of it is carried over.

    Args:
        running: int64[n], the sum up to and with each trade, non-decreasing.
        least: > 0.

    Raises:
        ValueError: ``least`` is not above zero.

    Source:
        DEFINITIONS section 3; the convention of mlfinpy.
    """
    require_positive(least)

    def end_of(first: int, stop: int) -> End:
        before = int(running[first - 1]) if first else 0
        at = first + int(np.searchsorted(running[first:stop], before + least))
        return min(at + 1, stop), at < stop

    return end_of


def first_true(test: Callable[[int, int], BoolArray], first: int, stop: int) -> int:
    """Return the first place from ``first`` on where ``test`` holds, or ``stop``.

    Args:
        test: ``test(first, end)`` is bool[end - first]; asked for ever longer spans.
        first: where to start.
        stop: where to give up.
    """
    end = first
    while end < stop:
        end = min(stop, first + max(2 * (end - first), _FIRST_LOOK))
        holds = test(first, end)
        at = int(holds.argmax())
        if holds[at]:
            return first + at
    return stop


def require_positive(threshold: int) -> None:
    """Raise unless ``threshold`` is above zero.

    Raises:
        ValueError: it is not.
    """
    if threshold <= 0:
        msg = f"a bar's threshold must be above zero, was {threshold}"
        raise ValueError(msg)
