"""Whales: orders that are large by what this market trades."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.grouping import intervals, runs
from core.calc.tape_orders import TapeOrders
from core.domain.arrays import FloatArray
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, Aggressor, Ns

_TAIL_VALUES: Final = 5
"""So many values must lie beyond a quantile before it is one."""


@dataclass(frozen=True, slots=True)
class WhaleRule:
    """What counts as large.

    Attributes:
        quantile: of the orders of the window, in (0, 1).
        volume_frac: or this share of the median hour's volume, whichever is more.
        window_ns: how far back they go; it ends with the last whole UTC hour, so that a threshold
            holds for an hour and no order is compared with itself.
        least_values: orders needed before the rule can judge.
        fixed_quote: quote coins that take the place of all this; None = adaptive.
    """

    quantile: float = 0.999
    volume_frac: float = 0.001
    window_ns: Ns = 7 * NS_PER_DAY
    least_values: int = 500
    fixed_quote: float | None = None


CLASSIC: Final = WhaleRule(fixed_quote=500_000.0)
"""A whale is half a million, whatever the market."""


def whales(
    orders: TapeOrders, rule: WhaleRule = WhaleRule(), *, tick_lot_quote: float, from_ns: Ns = 0
) -> Markers:
    """Return the orders at or above the threshold of their hour.

    Args:
        orders: in the order of the tape; those before ``from_ns`` are only what it is measured by.
        rule: with the thresholds.
        tick_lot_quote: quote coins that one lot costs at a price of one tick.
        from_ns: first instant that is judged.

    Returns:
        Markers of LARGE_TRADE, value and threshold in quote coins, at the order's last price,
        known at once; orders of unknown side count but are not told. ``not_ready`` is of the last
        hour.

    Source:
        DEFINITIONS section 14, whale.
    """
    notional = orders.notional_tick_lots * tick_lot_quote
    hours = intervals(orders.ts_event_ns, width=NS_PER_HOUR)
    starts, ends = runs(hours)
    volumes = np.add.reduceat(notional, starts) if starts.size else notional
    found: list[Marker] = []
    not_ready = "" if rule.fixed_quote is not None else "no order was seen yet"
    for index, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        hour_ns = int(hours[start]) * NS_PER_HOUR
        if hour_ns + NS_PER_HOUR <= from_ns:
            continue
        first_ns = hour_ns - rule.window_ns
        first = int(np.searchsorted(orders.ts_event_ns, first_ns))
        whole = volumes[np.searchsorted(hours[starts] * NS_PER_HOUR, first_ns) : index]
        threshold, not_ready = _threshold(rule, notional[first:start], whole)
        if not not_ready:
            rows = np.flatnonzero(notional[start:end] >= threshold) + start
            found += [_marker(orders, row, notional[row], threshold) for row in rows.tolist()]
    kept = [each for each in found if each.side and each.known_ns >= from_ns]
    return Markers(found=tuple(kept), not_ready=not_ready)


def _threshold(rule: WhaleRule, before: FloatArray, hours: FloatArray) -> tuple[float, str]:
    """Return what an order must reach, and why that is not known."""
    if rule.fixed_quote is not None:
        return rule.fixed_quote, ""
    needed = max(rule.least_values, round(_TAIL_VALUES / (1 - rule.quantile)))
    if before.size < needed:
        return float("inf"), f"{before.size} of {needed} orders were seen before this hour"
    rare = float(np.quantile(before, rule.quantile, method="inverted_cdf"))
    return max(rare, rule.volume_frac * float(np.median(hours))), ""


def _marker(orders: TapeOrders, row: int, value: float, threshold: float) -> Marker:
    side = Aggressor(int(orders.aggressor[row]))
    at_ns = int(orders.ts_event_ns[row])
    fills, levels = int(orders.fills[row]), int(orders.levels[row])
    return Marker(
        kind=MarkerKind.LARGE_TRADE,
        side=int(side),
        event_ns=at_ns,
        known_ns=at_ns,
        price_ticks=int(orders.last_ticks[row]),
        value=float(value),
        threshold=threshold,
        strength=1 - threshold / float(value),
        reason=(
            f"A {side.name.lower()} of {value:,.0f} ({fills} fills at {levels} prices) reached "
            f"the {threshold:,.0f} that make an order large now."
        ),
    )
