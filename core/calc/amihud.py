"""Amihud's illiquidity: how far prices move for the money that trades."""

import numpy as np

from core.domain.arrays import BarArray, require_sorted


def amihud(bars: BarArray, *, tick_lot_quote: float) -> float:
    """Return the mean of |log return| / notional, per million quote coins.

    A return is from one bar's close to the next one's; bars without volume are stepped over.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``, with no gap of the tape between them.
        tick_lot_quote: quote coins that one lot costs at a price of one tick.

    Returns:
        Per million quote coins; NaN where fewer than two bars traded.

    Raises:
        ValueError: ``bars`` is not sorted by ``open_ns``.

    Source:
        DEFINITIONS section 12; Amihud (2002), J. Financial Markets 5(1).
    """
    require_sorted(bars, "open_ns")
    lots = bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"]
    traded, lots = bars[lots > 0], lots[lots > 0]
    if lots.size <= 1:
        return float("nan")
    returns = np.abs(np.diff(np.log(traded["close_ticks"])))
    # float: price times lots of a day may be more than 64 bits.
    notional = traded["open_ticks"] * lots.astype(np.float64) + traded["moment1"]
    return float(np.mean(returns / (notional[1:] * tick_lot_quote)) * 1e6)
