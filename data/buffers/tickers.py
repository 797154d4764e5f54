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
_FIELDS: Final = (*_COUNTS, "mark", "index", "funding_rate", "open_interest")
"""As in TICKER_DTYPE, after the two times."""


class TickerRing(RowRing):
    """Partial tickers merged: a field that a message does not tell keeps its value.

    NaN in a message ends a value; in rows, where NaN is "not told", nothing does.
    """

    def __init__(self, *, max_rows: int) -> None:
        super().__init__(TICKER_DTYPE, max_rows=max_rows)

    def take(self, ticker: DerivativeTicker) -> None:
        """Add one message; of one second the last row stays."""
        row = row_of(ticker)
        newest = self.newest
        self.put(row if newest is None else _over(newest.tolist(), ticker), slot_ns=NS_PER_S)

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


def _over(before: Sequence[Any], ticker: DerivativeTicker) -> tuple[Any, ...]:
    """Return the row of a message with what it does not tell as it was before."""
    row = row_of(ticker)
    told = (True, True, *(getattr(ticker, name) is not None for name in _FIELDS))
    return tuple(
        new if is_told else old for old, new, is_told in zip(before, row, told, strict=True)
    )


def _filled(rows: RowArray) -> RowArray:
    """Return rows in which each field is the newest told at or before."""
    filled = rows.copy()
    place = np.arange(rows.size)
    for name in _FIELDS:
        told = rows[name] != 0 if name in _COUNTS else ~np.isnan(rows[name])
        last = np.maximum.accumulate(np.where(told, place, 0))
        filled[name] = rows[name][last]
    return filled
