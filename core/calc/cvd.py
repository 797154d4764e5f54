"""CVD: cumulative volume delta, as candles, restarted at each session."""

from dataclasses import dataclass

import numpy as np

from core.calc.grouping import intervals, runs
from core.domain.arrays import BarArray, FloatArray, IntArray, require_sorted
from core.domain.frame import Framed
from core.domain.units import NS_PER_DAY, Ns


@dataclass(frozen=True, slots=True)
class Cvd(Framed):
    """One candle per bar: ``low <= open, close <= high``.

    All float64[n] in whole lots. NaN until the session's first trade of known side: what is not
    known is not zero. Later volume of unknown side leaves the sum as it is.

    Attributes:
        open_ns: int64[n], open of the bar, nanoseconds UTC, ascending.
        open_lots: the sum before the bar; 0 at the start of a session.
        high_lots: the greatest value that the sum had in the bar, its open included.
        low_lots: the smallest.
        close_lots: the sum after the bar.
    """

    open_ns: IntArray
    open_lots: FloatArray
    high_lots: FloatArray
    low_lots: FloatArray
    close_lots: FloatArray


def cvd(bars: BarArray, *, session_ns: Ns | None = NS_PER_DAY, session_start_ns: Ns = 0) -> Cvd:
    """Return the running sum of delta since the start of each bar's session.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``; a bar belongs to the session of its open.
        session_ns: length of a session; None = never restart.
        session_start_ns: any instant at which a session starts, nanoseconds UTC.

    Raises:
        ValueError: ``bars`` is not sorted by ``open_ns``, or ``session_ns`` is not above zero.

    Source:
        DEFINITIONS section 4.
    """
    require_sorted(bars, "open_ns")
    opens_ns = bars["open_ns"].copy()
    sessions = np.zeros_like(opens_ns)
    if session_ns is not None:
        sessions = intervals(opens_ns, width=session_ns, origin=session_start_ns)
    starts, ends = runs(sessions)

    difference = bars["buy_lots"] - bars["sell_lots"]
    opened = _before(difference, starts, ends)
    known = bars["buy_lots"] + bars["sell_lots"]
    silent = _before(known, starts, ends) + known == 0

    def lots(values: IntArray) -> FloatArray:
        return np.where(silent, np.nan, values)

    return Cvd(
        open_ns=opens_ns,
        open_lots=lots(opened),
        high_lots=lots(opened + bars["max_delta_lots"]),
        low_lots=lots(opened + bars["min_delta_lots"]),
        close_lots=lots(opened + difference),
    )


def _before(values: IntArray, starts: IntArray, ends: IntArray) -> IntArray:
    """Return the sum of the values before each one in its own run."""
    before = np.cumsum(values) - values
    return before - np.repeat(before[starts], ends - starts)
