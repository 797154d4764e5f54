"""Tick bars: a bar for every so many trades, or orders."""

import numpy as np

from core.calc.cut_bars import CutBars, bars_from, require_positive
from core.calc.grouping import runs
from core.calc.sessions import UTC_DAYS, Sessions
from core.domain.arrays import IntArray, TradeArray, require_sorted


def tick_bars(
    trades: TradeArray,
    *,
    size: int,
    orders: IntArray | None = None,
    sessions: Sessions = UTC_DAYS,
) -> CutBars:
    """Return one bar for every ``size`` trades.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``; equal stamps count in the order given.
        size: trades, or orders, in a bar, > 0.
        orders: int64[n], the number of the taker order that each trade filled, equal ones side by
            side: ``size`` counts orders then, and the last bar stays open until the next order
            begins. None = every trade counts.
        sessions: a new one begins a new bar.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``, or ``size`` is not above zero.

    Source:
        DEFINITIONS section 3.
    """
    require_sorted(trades, "ts_event_ns")
    require_positive(size)
    starts, ends = runs(sessions.index(trades["ts_event_ns"]))
    counts = np.full(trades.size, orders is None)
    counts[starts] = True
    if orders is not None:
        counts[runs(orders)[0]] = True
    counted = np.flatnonzero(counts)
    spans = np.searchsorted(counted, np.stack([starts, ends]))
    firsts = [counted[start:end:size] for start, end in spans.T]
    places = np.concatenate(firsts) if firsts else starts
    last_closed = orders is None and places.size > 0 and trades.size - int(places[-1]) == size
    return bars_from(trades, places, last_closed=last_closed)
