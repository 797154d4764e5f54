"""What the venue last said of a perpetual, second by second: every row has the newest of all."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from core.domain.arrays import TICKER_DTYPE, IntArray, RowArray
from core.domain.derivatives import DerivativeTicker
from core.domain.units import NS_PER_S, Ns
from data.buffers.rows import RowRing

MAX_ENDS: Final = 1_000
"""Gaps that are remembered, the newest."""
_NAN: Final = float("nan")
_COUNTS: Final = ("next_funding_ns", "funding_interval_ns")
_FIELDS: Final = (*_COUNTS, "mark", "index", "funding_rate", "open_interest")
"""As in TICKER_DTYPE, after the two times."""


class TickerRing(RowRing):
    """Partial tickers merged: a field that a message does not tell keeps its value.

    NaN in a message ends a value; in rows, where NaN is "not told", nothing does. A gap ends all
    values, whichever way they came: what was before it is not the present after it.
    """

    def __init__(self, *, max_rows: int) -> None:
        super().__init__(TICKER_DTYPE, max_rows=max_rows)
        self._ends_ns: IntArray = np.zeros(0, np.int64)

    def take(self, ticker: DerivativeTicker) -> None:
        """Add one message; of one second the last row stays."""
        row = row_of(ticker)
        newest = self.newest
        if newest is not None:
            before = newest.tolist()
            row = _over(before if self._is_told_on(before[1], row[1]) else _ended(before), ticker)
        self.put(row, slot_ns=NS_PER_S)

    def end(self, at_ns: Ns) -> None:
        """Let no value that reached us before ``at_ns`` be carried to what came from then on.

        The times of fundings stay: they are terms of the contract.
        """
        self._ends_ns = np.unique([*self._ends_ns, at_ns]).astype(np.int64)[-MAX_ENDS:]

    def _is_told_on(self, before_ns: Ns, now_ns: Ns) -> bool:
        """Return whether no gap lies between two receipts."""
        return not bool(np.any((before_ns < self._ends_ns) & (self._ends_ns <= now_ns)))

    def append(self, rows: RowArray) -> None:
        """Add partial rows, in any order; what later rows do not tell is filled from earlier."""
        if not rows.size:
            return
        with self._lock:
            newer = self._is_newer(rows["ts_event_ns"])
            self._add(rows)
            # What comes after all others concerns the newest row, and no other before it.
            low = max(self._end - rows.size - 1, self._start) if newer else self._start
            part = self._rows[low : self._end]
            seconds = part["ts_event_ns"] // NS_PER_S
            filled = _filled(part, self._ends_ns)[np.append(seconds[1:] != seconds[:-1], [True])]
            self._end = low + filled.size
            self._rows[low : self._end] = filled

    def _is_newer(self, times_ns: IntArray) -> bool:
        """Return whether all of these are in order, and none before what is held."""
        held = self._held()["ts_event_ns"][-1:]
        joined = np.concatenate([held, times_ns])
        return bool(np.all(joined[1:] >= joined[:-1]))


def row_of(ticker: DerivativeTicker) -> tuple[int, int, int, int, float, float, float, float]:
    """Return a message as one row of TICKER_DTYPE."""
    return (
        ticker.ts_event_ns,
        ticker.ts_recv_ns,
        ticker.next_funding_ns or 0,
        ticker.funding_interval_ns or 0,
        _NAN if ticker.mark is None else ticker.mark,
        _NAN if ticker.index is None else ticker.index,
        _NAN if ticker.funding_rate is None else ticker.funding_rate,
        _NAN if ticker.open_interest is None else ticker.open_interest,
    )


def _over(before: Sequence[Any], ticker: DerivativeTicker) -> tuple[Any, ...]:
    """Return the row of a message with what it does not tell as it was before."""
    row = row_of(ticker)
    told = (True, True, *(getattr(ticker, name) is not None for name in _FIELDS))
    return tuple(
        new if is_told else old for old, new, is_told in zip(before, row, told, strict=True)
    )


def _ended(before: Sequence[Any]) -> tuple[Any, ...]:
    """Return a row with its times and no value."""
    times = 2 + len(_COUNTS)
    return (*before[:times], *(_NAN for _ in before[times:]))


def _filled(rows: RowArray, ends_ns: IntArray) -> RowArray:
    """Return rows in which each field is the newest told at or before, but for what has ended."""
    filled = rows.copy()
    place = np.arange(rows.size)
    span = np.searchsorted(ends_ns, rows["ts_recv_ns"], side="right")
    for name in _FIELDS:
        counts = name in _COUNTS
        told = rows[name] != 0 if counts else ~np.isnan(rows[name])
        last = np.maximum.accumulate(np.where(told, place, 0))
        values = rows[name][last]
        filled[name] = values if counts else np.where(span[last] == span, values, _NAN)
    return filled
