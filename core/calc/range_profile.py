"""Range profile: the volume profile of one span of time."""

import numpy as np

from core.calc.profile import Profile, profile
from core.calc.tick_volumes import tick_volumes
from core.calc.value_area_rule import TWO_ROW, ValueAreaRule, value_area_by
from core.domain.arrays import TradeArray, require_sorted
from core.domain.units import Ns


def range_profile(
    trades: TradeArray,
    *,
    from_ns: Ns,
    to_ns: Ns,
    ticks_per_row: int,
    rule: ValueAreaRule = TWO_ROW,
) -> Profile:
    """Return the profile of what traded in ``[from_ns, to_ns)``.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        from_ns: first instant counted, nanoseconds UTC.
        to_ns: first instant after it.
        ticks_per_row: height of a row, >= 1.
        rule: how the value area grows.

    Returns:
        An empty profile when nothing traded in the span.

    Raises:
        ValueError: ``trades`` is not sorted, ``ticks_per_row`` is not above zero, or the prices
            span more than ``tick_volumes.MAX_SPAN_TICKS``.

    Source:
        DEFINITIONS section 6.
    """
    require_sorted(trades, "ts_event_ns")
    start, end = np.searchsorted(trades["ts_event_ns"], (from_ns, to_ns))
    found = profile(tick_volumes(trades[start:end]), ticks_per_row=ticks_per_row)
    val, vah = value_area_by(found.total_lots, poc=found.poc_row, rule=rule)
    return Profile(
        ticks_per_row=ticks_per_row,
        row_ticks=found.row_ticks,
        buy_lots=found.buy_lots,
        sell_lots=found.sell_lots,
        unknown_lots=found.unknown_lots,
        poc_row=found.poc_row,
        val_row=val,
        vah_row=vah,
    )
