"""Quote CVD: the running sum of money bought less money sold, for ranking symbols."""

from dataclasses import dataclass

from core.calc.bars import time_bars
from core.calc.notional import notional
from core.calc.session_cvd import session_cvd
from core.calc.sessions import UTC_DAYS, Sessions
from core.domain.arrays import FloatArray, IntArray, TradeArray
from core.domain.frame import Framed
from core.domain.instrument import Instrument
from core.domain.units import Ns


@dataclass(frozen=True, slots=True)
class QuoteCvd(Framed):
    """One candle per bar: ``low <= open, close <= high``; float64[n] in quote coins.

    NaN until the session's first trade of known side. It drifts with the price where the sum of
    lots is flat.

    Attributes:
        open_ns: int64[n], open of the bar, nanoseconds UTC, ascending.
        open_quote: the sum before the bar.
        high_quote: the greatest value that the sum had in the bar, its open included.
        low_quote: the smallest.
        close_quote: the sum after the bar.
    """

    open_ns: IntArray
    open_quote: FloatArray
    high_quote: FloatArray
    low_quote: FloatArray
    close_quote: FloatArray


def quote_cvd(
    trades: TradeArray, *, instrument: Instrument, step_ns: Ns, sessions: Sessions = UTC_DAYS
) -> QuoteCvd:
    """Return the running sum of price times signed size since the start of each session.

    Args:
        trades: TRADE_DTYPE[m], sorted by ``ts_event_ns``.
        instrument: whose ticks and lots they are.
        step_ns: length of a bar, > 0.
        sessions: a new one begins at 0.

    Raises:
        ValueError: ``trades`` is not sorted, ``step_ns`` is not above zero, or the trades are
            worth more than 64 bits hold.

    Source:
        DEFINITIONS section 4, units.
    """
    # Summed as lots are, in whole tick-lots; money becomes a float at the very end.
    worth = trades.copy()
    worth["size_lots"] = notional(trades)
    sums = session_cvd(time_bars(worth, step_ns=step_ns), sessions=sessions)
    coins = float(instrument.tick_size * instrument.lot_size)
    return QuoteCvd(
        open_ns=sums.open_ns,
        open_quote=sums.open_lots * coins,
        high_quote=sums.high_lots * coins,
        low_quote=sums.low_lots * coins,
        close_quote=sums.close_lots * coins,
    )
