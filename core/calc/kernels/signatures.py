"""Signatures: the types that kernels are compiled for, and how they are compiled."""

from functools import partial
from typing import Any, Final

import numpy as np
from numba import from_dtype, njit, types

from core.domain.arrays import BAR_DTYPE, TRADE_DTYPE, TradeArray
from core.domain.units import Ns

compiled: Final = partial(njit, cache=True, nogil=True)
"""Takes the signature, so that all is compiled once, at import, and never during a call."""

INT: Final = types.int64
FLOAT: Final = types.float64
BOOL: Final = types.boolean
NONE: Final = types.void
FLOAT_PAIR: Final = types.Tuple((FLOAT, FLOAT))
INT_PAIR: Final = types.Tuple((INT, INT))
INTS: Final = types.Array(INT, 1, "C")
INT_ROWS: Final = types.Array(INT, 2, "C")
INT_ROWS_PAIR: Final = types.Tuple((INT_ROWS, INT_ROWS))
PART_OF_ROWS: Final = types.Array(INT, 2, "A")
FLOATS: Final = types.Array(FLOAT, 1, "C")
TICKS: Final = types.Tuple((INT, INTS))
STATE: Final = types.Tuple((INT, INT, FLOAT, FLOAT))
SUMS: Final = types.Tuple((INT, INT, INT, FLOAT))
NEW_BARS: Final = types.Array(from_dtype(BAR_DTYPE), 1, "C")


def _any_of(element: Any) -> Any:
    """Return the type that all arrays of ``element`` fit: any stride, written to or not."""
    return types.Array(element, 1, "A", readonly=True)


TRADES: Final = _any_of(from_dtype(TRADE_DTYPE))
BARS: Final = _any_of(from_dtype(BAR_DTYPE))
VOLUMES: Final = _any_of(INT)


def fits(rows: Any, dtype: np.dtype[Any]) -> bool:
    """Return whether a kernel can read ``rows``: at least one row of exactly that layout."""
    return bool(rows.size) and type(rows) is np.ndarray and rows.dtype == dtype


def most_intervals(trades: TradeArray, step_ns: Ns) -> int:
    """Return how many intervals of ``step_ns`` the sorted ``trades`` lie in at most; 1 or more."""
    first_ns, last_ns = trades[[0, -1]]["ts_event_ns"].tolist()
    intervals: int = last_ns // step_ns - first_ns // step_ns + 1
    return max(min(trades.size, intervals), 1)
