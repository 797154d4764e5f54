"""Tick volumes in one pass over the trades, into sums that grow when a price lies beyond them."""

from typing import Final

import numpy as np

from core.calc.kernels.signatures import INT, INT_ROWS, INTS, TRADES, compiled, fits
from core.calc.tick_volumes import MAX_SPAN_TICKS, TickVolumes
from core.domain.arrays import TRADE_DTYPE, IntArray, TradeArray

_MARGIN_TICKS: Final = 32


def tick_volumes(trades: TradeArray) -> TickVolumes | None:
    """Return what ``core.calc.tick_volumes.tick_volumes`` does."""
    if not fits(trades, TRADE_DTYPE):
        return None
    price = int(trades["price_ticks"][0])
    traded = np.array([price, price])
    base, sums = price - _MARGIN_TICKS, np.zeros((3, 2 * _MARGIN_TICKS), np.int64)
    at = _add(trades, 0, base, sums, traded)
    while 0 <= at < trades.size:
        price = int(trades["price_ticks"][at])
        low, high = min(price, int(traded[0])), max(price, int(traded[1]))
        span = high - low + 1
        if span > MAX_SPAN_TICKS:
            return None
        wider = np.zeros((3, 2 * span + 2 * _MARGIN_TICKS), np.int64)
        from_ticks = low - span // 2 - _MARGIN_TICKS
        held = slice(traded[0] - from_ticks, traded[1] - from_ticks + 1)
        wider[:, held] = sums[:, traded[0] - base : traded[1] - base + 1]
        base, sums = from_ticks, wider
        at = _add(trades, at, base, sums, traded)
    if at < 0:
        return None
    low, high = traded.tolist()
    sell, unknown, buy = sums[:, low - base : high - base + 1]  # in the order of Aggressor
    return TickVolumes(first_tick=low, buy_lots=buy, sell_lots=sell, unknown_lots=unknown)


@compiled(INT(TRADES, INT, INT, INT_ROWS, INTS))
def _add(trades: TradeArray, at: int, base: int, sums: IntArray, traded: IntArray) -> int:
    """Add the volume of ``trades[at:]`` and widen ``traded``, the lowest and highest price.

    Returns:
        Where it stopped: at the end, or at a price that lies beyond ``sums``; -1 = there is a side
        that no Aggressor has.
    """
    low, high = traded[0], traded[1]
    for i in range(at, trades.size):
        price = np.int64(trades[i]["price_ticks"])
        place = price - base
        side = np.int64(trades[i]["aggressor"]) + 1
        if side < 0 or side >= sums.shape[0]:
            return -1
        if place < 0 or place >= sums.shape[1]:
            traded[0], traded[1] = low, high
            return i
        low, high = min(low, price), max(high, price)
        sums[side, place] += trades[i]["size_lots"]
    traded[0], traded[1] = low, high
    return int(trades.size)
