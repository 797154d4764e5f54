"""Session POC: point of control and value area of each session."""

from dataclasses import dataclass

import numpy as np

from core.calc.grouping import runs
from core.calc.profile import profile
from core.calc.sessions import UTC_DAYS, Sessions
from core.calc.tick_volumes import tick_volumes
from core.calc.value_area_rule import TWO_ROW, ValueAreaRule, value_area_by
from core.domain.arrays import IntArray, TradeArray, require_sorted
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class SessionPoc(Framed):
    """One value per session that traded, ascending; ``naked_poc`` takes the first and the last.

    Attributes:
        poc_ticks: int64[n], lower edge of the row of greatest volume.
        val_ticks: int64[n], lower edge of the lowest row of the value area.
        vah_ticks: int64[n], last tick of its highest row.
        known_ns: int64[n], end of the session; until then the values are developing.
    """

    poc_ticks: IntArray
    val_ticks: IntArray
    vah_ticks: IntArray
    known_ns: IntArray


def session_poc(
    trades: TradeArray,
    *,
    ticks_per_row: int,
    sessions: Sessions = UTC_DAYS,
    rule: ValueAreaRule = TWO_ROW,
) -> SessionPoc:
    """Return point of control and value area of each session.

    Args:
        trades: TRADE_DTYPE[m], sorted by ``ts_event_ns``, whole sessions but for the last.
        ticks_per_row: height of a row, >= 1.
        sessions: days, weeks or months with a start of their own, or none.
        rule: how the value area grows.

    Raises:
        ValueError: ``trades`` is not sorted, ``ticks_per_row`` is not above zero, or the prices of
            a session span more than ``tick_volumes.MAX_SPAN_TICKS``.

    Source:
        DEFINITIONS section 6.
    """
    require_sorted(trades, "ts_event_ns")
    stamps = trades["ts_event_ns"].copy()
    starts, ends = runs(sessions.index(stamps))
    found = np.zeros((starts.size, 3), np.int64)
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        part = profile(tick_volumes(trades[start:end]), ticks_per_row=ticks_per_row)
        area = value_area_by(part.total_lots, poc=part.poc_row, rule=rule)
        found[index] = part.row_ticks[[part.poc_row, *area]]
    poc, val, vah = found.T
    return SessionPoc(poc, val, vah + ticks_per_row - 1, sessions.end_ns(stamps[starts]))
