"""Range bars: a bar for every so many ticks of range."""

import numpy as np

from core.calc.cut_bars import CutBars, End, cut_bars, first_true, require_positive
from core.calc.sessions import UTC_DAYS, Sessions
from core.domain.arrays import BoolArray, TradeArray


def range_bars(trades: TradeArray, *, range_ticks: int, sessions: Sessions = UTC_DAYS) -> CutBars:
    """Return bars of at most ``range_ticks`` from low to high.

    The trade that would make a bar wider opens the next one, so a bar is closed only once that
    trade is there. However far it jumps, no bar is made up in between.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``; equal stamps count in the order given.
        range_ticks: greatest high less low of a bar, > 0.
        sessions: a new one begins a new bar.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``, or ``range_ticks`` is not above
            zero.

    Source:
        DEFINITIONS section 3.
    """
    require_positive(range_ticks)
    prices = trades["price_ticks"].astype(np.int64)

    def too_wide(first: int, end: int) -> BoolArray:
        part = prices[first:end]
        wide: BoolArray = np.maximum.accumulate(part) - np.minimum.accumulate(part) > range_ticks
        return wide

    def end_of(first: int, stop: int) -> End:
        return first_true(too_wide, first, stop), False

    return cut_bars(trades, end_of, sessions=sessions)
