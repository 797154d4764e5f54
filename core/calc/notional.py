"""Notional: what trades are worth, in whole tick-lots."""

import numpy as np

from core.domain.arrays import IntArray, TradeArray


def notional(trades: TradeArray) -> IntArray:
    """Return price times size of each trade, exactly; quote coins are tick size * lot size of it.

    Args:
        trades: TRADE_DTYPE[n], any order.

    Returns:
        int64[n], tick-lots; their sum fits as well.

    Raises:
        ValueError: the sum might not fit 64 bits.
    """
    prices, lots = trades["price_ticks"], trades["size_lots"]
    # In floats first: they are rough, and do not wrap around.
    most = float(prices.max(initial=0)) * float(lots.sum(dtype=np.float64))
    if most >= np.iinfo(np.int64).max:
        msg = f"the trades are worth up to {most:.3g} tick-lots, too many to be summed exactly"
        raise ValueError(msg)
    worth: IntArray = prices.astype(np.int64) * lots
    return worth
