"""Largest orders: the largest takers' orders of the last minutes, whole orders and not fills."""

from typing import Final

import numpy as np

from core.calc.tape_orders import tape_orders
from core.domain.arrays import RowArray, TradeArray
from core.domain.units import NS_PER_S, Ns
from data.buffers.trades import TradeRing

ORDER_DTYPE: Final = np.dtype(
    [
        ("ts_event_ns", "<i8"),
        ("size_lots", "<i8"),
        ("vwap_ticks", "<f8"),
        ("notional_tick_lots", "<f8"),
        ("last_ticks", "<i8"),  # the worst price for the taker
        ("fills", "<i8"),
        ("levels", "<i8"),
        ("aggressor", "<i8"),
    ]
)
"""One order put together again; sizes are upper bounds."""
_SETTLE_NS: Final[Ns] = 2 * NS_PER_S


class LargestOrders:
    """Follows one tape; orders that have settled are put together once."""

    def __init__(self) -> None:
        self._kept: RowArray = np.zeros(0, ORDER_DTYPE)
        self._edge_ns: Ns = 0
        self._count = 0

    def update(self, trades: TradeRing, *, from_ns: Ns, most: int) -> RowArray:
        """Return the ``most`` largest orders since ``from_ns`` by what they were worth.

        Returns:
            ORDER_DTYPE[n], by time; of equal worth the newer ones stay.
        """
        newest_ns = trades.newest_ns
        if newest_ns is None:
            return np.zeros(0, ORDER_DTYPE)
        if trades.count_before(self._edge_ns) != self._count or from_ns > self._edge_ns:
            self._kept, self._edge_ns = np.zeros(0, ORDER_DTYPE), from_ns
        edge_ns = max((newest_ns - _SETTLE_NS) // NS_PER_S * NS_PER_S, self._edge_ns)
        # Before the rows: one that comes in between makes the count false, and all is read anew.
        self._count = trades.count_before(edge_ns)
        if edge_ns > self._edge_ns:
            settled = _orders(trades.window(self._edge_ns, edge_ns))
            self._kept = np.concatenate([self._kept, settled])
            self._edge_ns = edge_ns
        self._kept = self._kept[np.searchsorted(self._kept["ts_event_ns"], from_ns) :]
        every = np.concatenate([self._kept, _orders(trades.window(edge_ns, newest_ns + 1))])
        if every.size <= most:
            return every
        worth = every["notional_tick_lots"]
        least = np.partition(worth, -most)[-most]
        larger, equal = np.flatnonzero(worth > least), np.flatnonzero(worth == least)
        return every[np.sort(np.append(larger, equal[larger.size - most :]))]


def _orders(trades: TradeArray) -> RowArray:
    found = tape_orders(trades)
    rows = np.zeros(found.ts_event_ns.size, ORDER_DTYPE)
    for name in ORDER_DTYPE.names or ():
        rows[name] = getattr(found, name)
    return rows
