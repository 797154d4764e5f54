"""Delta bars: a bar for every so much more bought than sold, or sold than bought."""

import numpy as np

from core.calc.cut_bars import CutBars, End, cut_bars, first_true, require_positive
from core.calc.sessions import UTC_DAYS, Sessions
from core.domain.arrays import BoolArray, TradeArray
from core.domain.units import NS_PER_HOUR, Ns


def delta_bars(
    trades: TradeArray,
    *,
    delta_lots: int,
    longest_ns: Ns | None = NS_PER_HOUR,
    sessions: Sessions = UTC_DAYS,
) -> CutBars:
    """Return bars that end with the trade that brings their delta to ``delta_lots``, either way.

    Volume of unknown side counts in the bar and leaves its delta as it is.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``; equal stamps count in the order given.
        delta_lots: buys less sells, or sells less buys, that end a bar, > 0.
        longest_ns: a trade this long after a bar's first opens the next one, since balanced flow
            would never end it; None = however long.
        sessions: a new one begins a new bar.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``, or ``delta_lots`` or ``longest_ns``
            is not above zero.

    Source:
        DEFINITIONS section 3.
    """
    require_positive(delta_lots)
    if longest_ns is not None:
        require_positive(longest_ns)
    stamps = trades["ts_event_ns"].copy()
    signed = trades["size_lots"] * trades["aggressor"]
    running = np.cumsum(signed)

    def far(first: int, end: int) -> BoolArray:
        before = running[first] - signed[first]
        lopsided: BoolArray = np.abs(running[first:end] - before) >= delta_lots
        return lopsided

    def end_of(first: int, stop: int) -> End:
        if longest_ns is not None:
            too_late = int(stamps[first]) + longest_ns
            stop = first + int(np.searchsorted(stamps[first:stop], too_late))
        at = first_true(far, first, stop)
        return min(at + 1, stop), at < stop

    return cut_bars(trades, end_of, sessions=sessions)
