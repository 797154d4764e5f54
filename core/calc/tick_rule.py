"""Tick rule: who crossed the spread, guessed from the price before, where nobody tells."""

from collections.abc import Sequence

import numpy as np

from core.domain.arrays import IntArray, TradeArray, require_sorted
from core.domain.units import Ns


def tick_rule(trades: TradeArray, *, gaps_ns: Sequence[tuple[Ns, Ns]] = ()) -> IntArray:
    """Return +1 for a trade above the price before, -1 for one below; else as the trade before.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``; what they say of the aggressor is not
            looked at.
        gaps_ns: half-open spans in which trades may be missing: nothing is carried across one.

    Returns:
        int64[n], Aggressor; 0 until the price has first moved, from the start or from a gap.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``.

    Source:
        Lee & Ready (1991), "Inferring Trade Direction from Intraday Data", J. Finance 46(2).
    """
    require_sorted(trades, "ts_event_ns")
    moves = np.zeros(trades.size, np.int64)
    moves[1:] = np.sign(np.diff(trades["price_ticks"].astype(np.int64)))
    starts = _starts(trades["ts_event_ns"], gaps_ns)
    moves[starts] = 0
    is_known = moves != 0
    is_known[starts] = True
    last_known = np.maximum.accumulate(np.where(is_known, np.arange(trades.size), 0))
    signs: IntArray = moves[last_known]
    return signs


def _starts(stamps: IntArray, gaps_ns: Sequence[tuple[Ns, Ns]]) -> IntArray:
    """Return the first trade, and the first that is not before each gap's start, and its end."""
    edges = np.array(gaps_ns, np.int64).reshape(-1)
    starts = np.unique(np.append(0, np.searchsorted(stamps, edges)))
    return starts[starts < stamps.size]
