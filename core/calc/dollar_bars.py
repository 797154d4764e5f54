"""Dollar bars: a bar for every so much money."""

import numpy as np

from core.calc.cut_bars import CutBars, cut_bars, reached
from core.calc.notional import notional
from core.calc.sessions import UTC_DAYS, Sessions
from core.domain.arrays import TradeArray


def dollar_bars(
    trades: TradeArray, *, size_tick_lots: int, sessions: Sessions = UTC_DAYS
) -> CutBars:
    """Return bars worth ``size_tick_lots`` or more; the trade that reaches it belongs to the bar.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``; equal stamps count in the order given.
        size_tick_lots: worth of a bar, > 0; quote coins / (tick size * lot size).
        sessions: a new one begins a new bar.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``, ``size_tick_lots`` is not above
            zero, or the trades are worth more than 64 bits hold.

    Source:
        DEFINITIONS section 3.
    """
    running = np.cumsum(notional(trades))
    return cut_bars(trades, reached(running, size_tick_lots), sessions=sessions)
