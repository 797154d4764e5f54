"""Time bars in one pass over the trades."""

import numpy as np

from core.calc.kernels.signatures import INT, NEW_BARS, TRADES, compiled, fits, most_intervals
from core.domain.arrays import BAR_DTYPE, TRADE_DTYPE, BarArray, Provenance, TradeArray
from core.domain.units import Ns


def time_bars(trades: TradeArray, *, step_ns: Ns) -> BarArray | None:
    """Return what ``core.calc.bars.time_bars`` does."""
    if step_ns <= 0 or not fits(trades, TRADE_DTYPE):
        return None
    bars = np.empty(most_intervals(trades, step_ns), BAR_DTYPE)
    bars["provenance"] = Provenance.TRADES
    count = _time_bars(trades, step_ns, bars)
    return bars[:count] if count > 0 else None


@compiled(INT(TRADES, INT, INT, NEW_BARS, INT))
def _bar(trades: TradeArray, first: int, step_ns: int, bars: BarArray, place: int) -> int:
    """Fill the bar of trade ``first`` and return where it ends; -1 = the trades are not sorted."""
    bar, last_ns = bars[place], trades[first]["ts_event_ns"]
    open_ns = last_ns // step_ns * step_ns
    origin = np.int64(trades[first]["price_ticks"])
    price = high = low = origin
    running = lowest = highest = known = total = moment1 = np.int64(0)
    moment2, at = 0.0, first
    while at < trades.size and trades[at]["ts_event_ns"] - open_ns < step_ns:
        trade = trades[at]
        if trade["ts_event_ns"] < last_ns:
            return -1
        last_ns = trade["ts_event_ns"]
        price = np.int64(trade["price_ticks"])
        high, low = max(high, price), min(low, price)
        lots, side = trade["size_lots"], np.int64(trade["aggressor"])
        running += lots * side
        lowest, highest = min(lowest, running), max(highest, running)
        known += lots * side * side
        total += lots
        moment1 += lots * (price - origin)
        moment2 += float(lots * (price - origin)) * float(price - origin)
        at += 1
    bar["open_ns"], bar["first_ns"], bar["last_ns"] = open_ns, trades[first]["ts_event_ns"], last_ns
    bar["open_ticks"], bar["high_ticks"] = origin, high
    bar["low_ticks"], bar["close_ticks"] = low, price
    bar["buy_lots"], bar["sell_lots"] = (known + running) // 2, (known - running) // 2
    bar["unknown_lots"], bar["trades"] = total - known, at - first
    bar["min_delta_lots"], bar["max_delta_lots"] = lowest, highest
    bar["moment1"], bar["moment2"] = moment1, moment2
    return at


@compiled(INT(TRADES, INT, NEW_BARS))
def _time_bars(trades: TradeArray, step_ns: int, bars: BarArray) -> int:
    """Fill ``bars`` and return how many there are; -1 = the trades are not sorted."""
    at, count = 0, 0
    while at < trades.size:
        # More bars than there are intervals up to the last trade: one before it is later.
        at = _bar(trades, at, step_ns, bars, count) if count < bars.size else -1
        if at < 0:
            return -1
        count += 1
    return count
