"""Size buckets: delta by how large the orders were; the buckets add up to the delta of all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.calc.grouping import intervals, runs
from core.calc.tape_orders import TapeOrders
from core.domain.arrays import FloatArray, IntArray
from core.domain.frame import Framed, matrix_columns
from core.domain.units import Ns

QUANTILES: Final = (0.5, 0.9, 0.99, 0.999)
LADDER_QUOTE: Final = (1e3, 1e4, 1e5, 1e6)
"""Boundaries that do not adapt, in quote coins; meant for dollars."""
_TAIL_VALUES: Final = 5
_LEAST_VALUES: Final = 500


@dataclass(frozen=True, slots=True)
class SizeBuckets(Framed):
    """Dense buckets by intervals that traded.

    Attributes:
        open_ns: int64[n], start of each interval, ascending.
        buy_lots: int64[n, k + 1], bucket i holds notionals in ``[boundary i-1, boundary i)``.
        sell_lots: likewise.
        orders: int64[n, k + 1], how many, those of unknown side among them.
    """

    open_ns: IntArray
    buy_lots: IntArray
    sell_lots: IntArray
    orders: IntArray

    def columns(self) -> Mapping[str, Any]:
        """Return ``open_ns`` and ``buy_0_lots``, ``sell_0_lots``, ``orders_0`` and so on."""
        counts = {f"orders_{place}": each for place, each in enumerate(self.orders.T)}
        return (
            {"open_ns": self.open_ns}
            | matrix_columns("buy_lots", self.buy_lots.T)
            | matrix_columns("sell_lots", self.sell_lots.T)
            | counts
        )


def size_boundaries(notional: FloatArray) -> FloatArray | None:
    """Return the QUANTILES of the orders before, to be kept for a day.

    Args:
        notional: float64[n], any unit; of a window that ended before the day it is used for.

    Returns:
        float64[k], ascending, each the notional of an order; None while there are too few.

    Source:
        DEFINITIONS section 14, size buckets.
    """
    needed = max(_LEAST_VALUES, round(_TAIL_VALUES / (1 - max(QUANTILES))))
    if notional.size < needed:
        return None
    return np.quantile(notional, QUANTILES, method="inverted_cdf")


def size_buckets(
    orders: TapeOrders, *, boundaries_quote: FloatArray, tick_lot_quote: float, step_ns: Ns
) -> SizeBuckets:
    """Return buys and sells of each interval, by the orders' notional.

    Args:
        orders: in the order of the tape.
        boundaries_quote: float64[k], ascending; those of one day must not change within it.
        tick_lot_quote: quote coins that one lot costs at a price of one tick.
        step_ns: length of an interval, > 0.

    Raises:
        ValueError: ``step_ns`` is not above zero.

    Source:
        DEFINITIONS section 14, size buckets.
    """
    slots = intervals(orders.ts_event_ns, width=step_ns)
    starts, ends = runs(slots)
    row = np.repeat(np.arange(starts.size), ends - starts)
    notional = orders.notional_tick_lots * tick_lot_quote
    bucket = np.searchsorted(boundaries_quote, notional, side="right")

    def sums(lots: IntArray) -> IntArray:
        out = np.zeros((starts.size, boundaries_quote.size + 1), np.int64)
        np.add.at(out, (row, bucket), lots)
        return out

    return SizeBuckets(
        open_ns=slots[starts] * step_ns,
        buy_lots=sums(orders.size_lots * (orders.aggressor > 0)),
        sell_lots=sums(orders.size_lots * (orders.aggressor < 0)),
        orders=sums(np.ones(slots.size, np.int64)),
    )
