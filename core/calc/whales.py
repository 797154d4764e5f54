"""Whales: orders that are large by what this market trades."""

from collections.abc import Sequence

from core.calc.large_orders import CLASSIC, LargeOrders, WhaleRule
from core.calc.tape_orders import TapeOrders
from core.domain.marker import Markers
from core.domain.units import Ns

__all__ = ["CLASSIC", "WhaleRule", "whales"]


def whales(
    orders: TapeOrders,
    rule: WhaleRule | None = None,
    *,
    tick_lot_quote: float,
    from_ns: Ns = 0,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the orders at or above the threshold of their hour.

    Args:
        orders: in the order of the tape; those before ``from_ns`` are only what it is measured by.
        rule: with the thresholds; None = its defaults.
        tick_lot_quote: quote coins that one lot costs at a price of one tick.
        from_ns: first instant that is judged.
        gaps_ns: half-open spans in which trades may be missing; no order in one is told, and no
            hour that one touches is among those of which the median is taken.

    Returns:
        Markers of LARGE_TRADE, value and threshold in quote coins, at the order's last price,
        known at once; orders of unknown side count but are not told. ``not_ready`` is of the last
        hour.

    Source:
        DEFINITIONS section 14, whale.
    """
    told = LargeOrders(rule or WhaleRule(), tick_lot_quote=tick_lot_quote, from_ns=from_ns)
    return Markers(found=tuple(told.after(orders, gaps_ns)), not_ready=told.not_ready)
