"""Developing profile: point of control and value area as they were at each moment."""

from dataclasses import dataclass

import numpy as np

from core.calc.grouping import intervals, runs
from core.calc.profile import profile
from core.calc.sessions import UTC_DAYS, Sessions
from core.calc.tick_volumes import MAX_SPAN_TICKS, TickVolumes, tick_volumes
from core.calc.value_area import poc_row
from core.calc.value_area_rule import TWO_ROW, ValueAreaRule, value_area_by
from core.domain.arrays import IntArray, TradeArray, empty_trades, require_sorted
from core.domain.frame import Framed
from core.domain.units import Ns


@dataclass(frozen=True, slots=True)
class DevelopingProfile(Framed):
    """One value per interval that traded: of all that traded in its session up to its end.

    What is later never changes it; only the interval that is still open moves.

    Attributes:
        ts_ns: int64[n], open of the interval, nanoseconds UTC, non-decreasing: an interval in
            which a session starts has a value for each of the two.
        poc_ticks: int64[n], lower edge of the row of greatest volume.
        val_ticks: int64[n], lower edge of the lowest row of the value area.
        vah_ticks: int64[n], last tick of its highest row.
    """

    ts_ns: IntArray
    poc_ticks: IntArray
    val_ticks: IntArray
    vah_ticks: IntArray


def developing_profile(
    trades: TradeArray,
    *,
    step_ns: Ns,
    ticks_per_row: int,
    sessions: Sessions = UTC_DAYS,
    rule: ValueAreaRule = TWO_ROW,
    before: TickVolumes | None = None,
) -> DevelopingProfile:
    """Return point of control and value area at the end of each interval.

    Args:
        trades: TRADE_DTYPE[m], sorted by ``ts_event_ns``.
        step_ns: length of an interval, > 0.
        ticks_per_row: height of a row, >= 1.
        sessions: a new one begins with an empty profile.
        rule: how the value area grows.
        before: what traded before these trades in the session of the first of them: a line is
            carried on without going through its session again.

    Raises:
        ValueError: ``trades`` is not sorted, ``step_ns`` or ``ticks_per_row`` is not above zero,
            or the rows span more than ``tick_volumes.MAX_SPAN_TICKS``.

    Source:
        DEFINITIONS section 6, developing POC.
    """
    require_sorted(trades, "ts_event_ns")
    stamps = trades["ts_event_ns"]
    slots = intervals(stamps, width=step_ns)
    earlier = before if before is not None else tick_volumes(empty_trades())
    lines, opens = [np.zeros((0, 3), np.int64)], [slots[:0]]
    for start, end in zip(*runs(sessions.index(stamps)), strict=True):
        firsts, ends = runs(slots[start:end])
        lines.append(_session(trades[start:end], ends, earlier, ticks_per_row, rule))
        opens.append(slots[start:end][firsts] * step_ns)
        earlier = tick_volumes(empty_trades())
    poc, val, vah = np.concatenate(lines).T * ticks_per_row
    return DevelopingProfile(np.concatenate(opens), poc, val, vah + ticks_per_row - 1)


def _session(
    trades: TradeArray,
    ends: IntArray,
    earlier: TickVolumes,
    ticks_per_row: int,
    rule: ValueAreaRule,
) -> IntArray:
    """Return the rows of POC, VAL and VAH, int64[n, 3], after each of the places ``ends``."""
    rows = intervals(trades["price_ticks"], width=ticks_per_row)
    past = profile(earlier, ticks_per_row=ticks_per_row)
    past_rows = past.row_ticks // ticks_per_row
    every = np.concatenate([past_rows, rows])
    bottom = int(every.min())
    totals = np.zeros(_span(bottom, int(every.max())), np.int64)
    totals[past_rows - bottom] = past.total_lots
    places = rows - bottom
    highs = np.maximum.accumulate(np.append(past_rows[-1:], rows) - bottom)[-rows.size :] + 1
    lows = np.minimum.accumulate(np.append(past_rows[:1], rows) - bottom)[-rows.size :]
    found = np.zeros((ends.size, 3), np.int64)
    first = 0
    for index, end in enumerate(ends):
        np.add.at(totals, places[first:end], trades["size_lots"][first:end])
        low = lows[end - 1]
        part = totals[low : highs[end - 1]]
        poc = poc_row(part)
        found[index] = (poc, *value_area_by(part, poc=poc, rule=rule))
        found[index] += low
        first = end
    return found + bottom


def _span(low: int, high: int) -> int:
    span = high - low + 1
    if span > MAX_SPAN_TICKS:
        msg = (
            f"{span} rows of prices, more than {MAX_SPAN_TICKS}: "
            "leave out the print that is far off the market"
        )
        raise ValueError(msg)
    return span
