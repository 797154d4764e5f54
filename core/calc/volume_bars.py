"""Volume bars: a bar for every so much volume."""

import numpy as np

from core.calc.cut_bars import CutBars, cut_bars, reached
from core.calc.sessions import UTC_DAYS, Sessions
from core.domain.arrays import TradeArray


def volume_bars(trades: TradeArray, *, size_lots: int, sessions: Sessions = UTC_DAYS) -> CutBars:
    """Return bars of ``size_lots`` or more; the trade that reaches it belongs to the bar, whole.

    Volume of unknown side counts.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``; equal stamps count in the order given.
        size_lots: volume of a bar, > 0.
        sessions: a new one begins a new bar.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``, or ``size_lots`` is not above zero.

    Source:
        DEFINITIONS section 3.
    """
    running = np.cumsum(trades["size_lots"])
    return cut_bars(trades, reached(running, size_lots), sessions=sessions)
