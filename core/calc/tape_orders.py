"""Tape orders: one taker's order put together again from its fills."""

from dataclasses import dataclass

import numpy as np

from core.calc.grouping import runs
from core.domain.arrays import FloatArray, IntArray, TradeArray, require_sorted
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class TapeOrders(Framed):
    """One element per order, in the order of the tape.

    Attributes:
        ts_event_ns: int64[n], nanoseconds UTC, non-decreasing.
        aggressor: int64[n], Aggressor; fills of unknown side make orders of unknown side.
        size_lots: int64[n].
        notional_tick_lots: float64[n], sum of price in ticks times lots.
        vwap_ticks: float64[n], average price; not a whole number.
        fills: int64[n], how many makers were hit, at least: where the venue does not say what a row
            merges, the row counts as one.
        levels: int64[n], number of prices; one that a keyed order comes back to counts again.
        first_ticks: int64[n], price of the first fill.
        last_ticks: int64[n], price of the last, the worst for the taker.
        first_row: int64[n], where the order begins in the trades it was made of.
    """

    ts_event_ns: IntArray
    aggressor: IntArray
    size_lots: IntArray
    notional_tick_lots: FloatArray
    vwap_ticks: FloatArray
    fills: IntArray
    levels: IntArray
    first_ticks: IntArray
    last_ticks: IntArray
    first_row: IntArray


def tape_orders(trades: TradeArray, *, order_keys: IntArray | None = None) -> TapeOrders:
    """Return the orders that the fills are of, as far as the tape tells.

    An order is a longest run of neighbours with equal key; without keys, of equal time and side
    whose prices never get better for the taker. Two takers of one side in the same instant then
    look like one: sizes are upper bounds. Trades of unknown side are never joined without a key.

    Args:
        trades: TRADE_DTYPE[m], sorted by ``ts_event_ns``, sizes > 0.
        order_keys: int64[m], what the venue names the taker's order by, if it does.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``.

    Source:
        DEFINITIONS section 2.
    """
    require_sorted(trades, "ts_event_ns")
    prices = trades["price_ticks"].astype(np.int64)
    starts, ends = runs(_labels(trades, prices, order_keys))
    if not starts.size:
        return _empty()
    sizes = ends - starts
    lots = trades["size_lots"]
    first_ticks = prices[starts]
    order_lots = np.add.reduceat(lots, starts)
    # From the order's own first price: the products of whole prices would not be exact.
    beyond = np.add.reduceat(lots * (prices - np.repeat(first_ticks, sizes)), starts)
    notional = order_lots.astype(np.float64) * first_ticks + beyond
    is_new_level = np.ones(trades.size, np.int64)
    is_new_level[1:] = prices[1:] != prices[:-1]
    is_new_level[starts] = 1
    fills = np.maximum(trades["fills"].astype(np.int64), 1)
    return TapeOrders(
        ts_event_ns=trades["ts_event_ns"][starts],
        aggressor=trades["aggressor"][starts].astype(np.int64),
        size_lots=order_lots,
        notional_tick_lots=notional,
        vwap_ticks=first_ticks + beyond / order_lots,
        fills=np.add.reduceat(fills, starts),
        levels=np.add.reduceat(is_new_level, starts),
        first_ticks=first_ticks,
        last_ticks=prices[ends - 1],
        first_row=starts,
    )


def _labels(trades: TradeArray, prices: IntArray, order_keys: IntArray | None) -> IntArray:
    begins = np.ones(trades.size, np.int64)
    if order_keys is not None:
        begins[1:] = order_keys[1:] != order_keys[:-1]
    else:
        side = trades["aggressor"].astype(np.int64)
        same = (trades["ts_event_ns"][1:] == trades["ts_event_ns"][:-1]) & (side[1:] == side[:-1])
        worse = (prices[1:] - prices[:-1]) * side[1:] >= 0
        begins[1:] = ~(same & worse & (side[1:] != 0))
    labels: IntArray = np.cumsum(begins)
    return labels


def _empty() -> TapeOrders:
    none = np.zeros(0, np.int64)
    nothing = np.zeros(0)
    return TapeOrders(none, none, none, nothing, nothing, none, none, none, none, none)
