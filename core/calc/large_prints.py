"""Large prints: the orders, or the single fills, that are worth at least so much."""

from dataclasses import dataclass

import numpy as np

from core.calc.notional import notional
from core.calc.tape_orders import TapeOrders
from core.domain.arrays import FloatArray, IntArray, TradeArray
from core.domain.frame import Framed
from core.domain.instrument import Instrument


@dataclass(frozen=True, slots=True)
class LargePrints(Framed):
    """One element per print, in the order of the tape.

    Attributes:
        ts_event_ns: int64[n], nanoseconds UTC, non-decreasing.
        aggressor: int64[n], Aggressor.
        worth_quote: float64[n].
        price: float64[n], what was paid on average, quote coins.
        fills: int64[n], how many fills, at least; a single one is 1.
    """

    ts_event_ns: IntArray
    aggressor: IntArray
    worth_quote: FloatArray
    price: FloatArray
    fills: IntArray


def large_orders_of(
    orders: TapeOrders, instrument: Instrument, *, least_quote: float
) -> LargePrints:
    """Return the orders worth at least ``least_quote``.

    Args:
        orders: put together from the tape of ``instrument``.

    Source:
        DEFINITIONS section 14, fixed ladder.
    """
    worth = orders.notional_tick_lots * float(instrument.tick_size * instrument.lot_size)
    rows = np.flatnonzero(worth >= least_quote)
    return LargePrints(
        ts_event_ns=orders.ts_event_ns[rows],
        aggressor=orders.aggressor[rows],
        worth_quote=worth[rows],
        price=orders.vwap_ticks[rows] * float(instrument.tick_size),
        fills=orders.fills[rows],
    )


def large_fills(trades: TradeArray, instrument: Instrument, *, least_quote: float) -> LargePrints:
    """Return the single fills worth at least ``least_quote``.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``; a row that merges fills is one.

    Raises:
        ValueError: the trades are worth more than 64 bits hold.
    """
    worth = notional(trades).astype(np.float64) * float(instrument.tick_size * instrument.lot_size)
    rows = np.flatnonzero(worth >= least_quote)
    return LargePrints(
        ts_event_ns=trades["ts_event_ns"][rows],
        aggressor=trades["aggressor"][rows].astype(np.int64),
        worth_quote=worth[rows],
        price=trades["price_ticks"][rows].astype(np.float64) * float(instrument.tick_size),
        fills=np.ones(rows.size, np.int64),
    )
