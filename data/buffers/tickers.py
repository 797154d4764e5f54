"""What the venue last said of a perpetual, second by second: every row has the newest of all."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from core.domain.arrays import TICKER_DTYPE, RowArray
from core.domain.derivatives import DerivativeTicker
from core.domain.units import NS_PER_S
from data.buffers.rows import RowRing

_NAN: Final = float("nan")
_COUNTS: Final = ("next_funding_ns", "funding_interval_ns")
_VALUES: Final = ("mark", "index", "funding_rate", "open_interest")


class TickerRing(RowRing):
    """Partial tickers merged: a field that a message does not tell keeps its value."""

    def __init__(self, *, max_rows: int) -> None:
        super().__init__(TICKER_DTYPE, max_rows=max_rows)

    def take(self, ticker: DerivativeTicker) -> None:
        """Add one message; of one second the last row stays."""
        row = row_of(ticker)
        newest = self.newest
        self.put(row if newest is None else _over(newest.tolist(), row), slot_ns=NS_PER_S)

    def append(self, rows: RowArray) -> None:
        """Add partial rows, in any order; what later rows do not tell is filled from earlier."""
        if not rows.size:
            return
        with self._lock:
            self._add(rows)
            held = self._held()
            seconds = held["ts_event_ns"] // NS_PER_S
            filled = _filled(held)[np.append(seconds[1:] != seconds[:-1], [True])]
            self._rows, self._start, self._end = filled, 0, filled.size


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


def _over(before: Sequence[Any], row: Sequence[Any]) -> tuple[Any, ...]:
    """Return ``row`` with what it does not tell as it was before; NaN is not equal to itself."""
    told = [new if new and new == new else old for old, new in zip(before, row, strict=True)]  # noqa: PLR0124
    for at in (6, 7):  # a rate and an open interest of zero are told
        if row[at] == 0:
            told[at] = row[at]
    return tuple(told)


def _filled(rows: RowArray) -> RowArray:
    """Return rows in which each field is the newest told at or before."""
    filled = rows.copy()
    place = np.arange(rows.size)
    for name in (*_COUNTS, *_VALUES):
        told = rows[name] != 0 if name in _COUNTS else ~np.isnan(rows[name])
        last = np.maximum.accumulate(np.where(told, place, 0))
        filled[name] = rows[name][last]
    return filled
