"""VWAP and sigma, trade by trade and bar by bar, with the roundings of the numpy form."""

from typing import Any, Final

import numpy as np

from core.calc.grouping import BLOCK
from core.calc.kernels.signatures import (
    BARS,
    BOOL,
    FLOAT,
    FLOAT_PAIR,
    FLOATS,
    INT,
    INT_PAIR,
    INTS,
    STATE,
    SUMS,
    TRADES,
    compiled,
    fits,
    most_intervals,
)
from core.calc.vwap import EXACT_MOST, Vwap
from core.domain.arrays import (
    BAR_DTYPE,
    TRADE_DTYPE,
    BarArray,
    FloatArray,
    IntArray,
    TradeArray,
)
from core.domain.units import NS_PER_DAY, Ns

_NOTHING: Final = (0, 0, 0.0, 0.0)


def vwap(trades: TradeArray, *, anchor_ns: Ns) -> Vwap | None:
    """Return what ``core.calc.vwap.vwap`` does."""
    if not fits(trades, TRADE_DTYPE):
        return None
    first = _since(trades, anchor_ns)
    if first < 0:
        return None
    line = _line(trades.size - first)
    return Vwap(*line) if _vwap(trades, first, BLOCK, *line) else None


def vwap_bars(
    bars: BarArray, *, session_ns: Ns = NS_PER_DAY, session_start_ns: Ns = 0
) -> Vwap | None:
    """Return what ``core.calc.vwap.vwap_bars`` does."""
    if session_ns <= 0 or not fits(bars, BAR_DTYPE):
        return None
    line = _line(bars.size)
    return Vwap(*line) if _vwap_bars(bars, (session_ns, session_start_ns), *line) else None


def step_vwap(
    trades: TradeArray, *, step_ns: Ns, session_ns: Ns = NS_PER_DAY, session_start_ns: Ns = 0
) -> Vwap | None:
    """Return what ``core.calc.step_vwap.step_vwap`` does."""
    if step_ns <= 0 or session_ns <= 0 or not fits(trades, TRADE_DTYPE):
        return None
    line = _line(most_intervals(trades, step_ns))
    count = _step_vwap(trades, step_ns, (session_ns, session_start_ns), *line)
    if count < 0:
        return None
    stamps, means, sigmas = line
    return Vwap(ts_ns=stamps[:count], vwap_ticks=means[:count], sigma_ticks=sigmas[:count])


def _line(count: int) -> tuple[IntArray, FloatArray, FloatArray]:
    return np.empty(count, np.int64), np.empty(count), np.empty(count)


@compiled(INT(TRADES, INT))
def _since(trades: TradeArray, anchor_ns: int) -> int:
    """Return the first trade at or after the anchor; -1 = those before it are not sorted."""
    for i in range(trades.size):
        if i > 0 and trades[i]["ts_event_ns"] < trades[i - 1]["ts_event_ns"]:
            return -1
        if trades[i]["ts_event_ns"] >= anchor_ns:
            return i
    return int(trades.size)


@compiled(BOOL(TRADES, INT, INT, INTS, FLOATS, FLOATS))
def _vwap(
    trades: TradeArray,
    first: int,
    block: int,
    stamps: IntArray,
    means: FloatArray,
    sigmas: FloatArray,
) -> bool:
    """Fill the line from trade ``first`` on; False = the trades are not sorted.

    Sums are whole numbers within a block and floats from one to the next, as in the numpy form.
    """
    if first == trades.size:
        return True
    origin = np.int64(trades[first]["price_ticks"])
    last_ns = trades[first]["ts_event_ns"]
    weight = mean = before = m2 = 0.0  # before: the mean one trade earlier
    for start in range(first, trades.size, block):
        lots, moment1, growth = np.int64(0), np.int64(0), 0.0
        total, divisor = weight, 1.0
        for i in range(start, min(start + block, trades.size)):
            trade = trades[i]
            at_ns = trade["ts_event_ns"]
            if at_ns < last_ns:
                return False
            last_ns = at_ns
            size, offset = trade["size_lots"], np.int64(trade["price_ticks"]) - origin
            lots += size
            moment1 += size * offset
            total = weight + float(lots)
            divisor = max(total, 1.0)
            now = (weight * mean + float(moment1)) / divisor
            growth += abs((float(offset) - before) * (float(offset) - now) * float(size))
            before = now
            stamps[i - first] = at_ns
            means[i - first] = origin + now if total > 0.0 else np.nan
            sigmas[i - first] = np.sqrt((m2 + growth) / divisor) if total > 0.0 else np.nan
        weight, mean, m2 = total, before, m2 + growth
    return True


@compiled(STATE(STATE, INT, INT, INT, FLOAT))
def _merged(state: Any, shift: int, lots: int, moment1: int, moment2: float) -> Any:
    """Return the state after one more bar: ``merge_moments`` with the sums kept whole.

    A state is (lots, sum of lots * price, mean price, sum of squares around it), with prices
    counted from the session's first.

    Args:
        state: before the bar.
        shift: the bar's first price, counted from the session's first.
        lots: volume of the bar.
        moment1: as of BAR_DTYPE.
        moment2: as of BAR_DTYPE.
    """
    held, sums, before, m2 = state
    own = moment1 / max(lots, 1)
    own_m2 = moment2 - own * moment1
    own_m2 = 0.0 if own_m2 < 0.0 else own_m2
    held += lots
    sums += moment1 + shift * lots
    now = float(sums) / max(float(held), 1.0)
    m2 += own_m2 + abs((shift + own - before) * (shift + own - now) * float(lots))
    return held, sums, now, m2


@compiled(FLOAT_PAIR(INT, STATE))
def _values(origin: int, state: Any) -> Any:
    """Return VWAP and sigma of a state."""
    held, _, mean, m2 = state
    if held <= 0:
        return np.nan, np.nan
    return origin + mean, np.sqrt(m2 / max(float(held), 1.0))


@compiled(BOOL(BARS, INT_PAIR, INTS, FLOATS, FLOATS))
def _vwap_bars(
    bars: BarArray,
    sessions: tuple[int, int],
    stamps: IntArray,
    means: FloatArray,
    sigmas: FloatArray,
) -> bool:
    """Fill the line; False = the bars are not sorted, or 64 bits are too few."""
    session_ns, start_ns = sessions
    session, state, most = np.int64(0), _NOTHING, 0.0
    origin: Any = np.int64(0)
    for i in range(bars.size):
        bar = bars[i]
        open_ns = bar["open_ns"]
        if i > 0 and open_ns < stamps[i - 1]:
            return False
        if i == 0 or (open_ns - start_ns) // session_ns != session:
            session, state = (open_ns - start_ns) // session_ns, _NOTHING
            origin, most = np.int64(bar["open_ticks"]), 0.0
        lots = bar["buy_lots"] + bar["sell_lots"] + bar["unknown_lots"]
        shift = bar["open_ticks"] - origin
        most += abs(float(bar["moment1"]) + float(shift) * float(lots))
        if most >= EXACT_MOST:
            return False
        state = _merged(state, shift, lots, bar["moment1"], bar["moment2"])
        stamps[i] = open_ns
        means[i], sigmas[i] = _values(origin, state)
    return True


@compiled(SUMS(TRADES, INT, INT))
def _sums(trades: TradeArray, first: int, end_ns: int) -> Any:
    """Return where the bar of trade ``first`` ends, its volume and its two moments.

    It ends at -1 where the trades are not sorted.
    """
    last_ns = trades[first]["ts_event_ns"]
    origin = np.int64(trades[first]["price_ticks"])
    lots, moment1, moment2, at = np.int64(0), np.int64(0), 0.0, first
    while at < trades.size and trades[at]["ts_event_ns"] < end_ns:
        trade = trades[at]
        if trade["ts_event_ns"] < last_ns:
            return -1, lots, moment1, moment2
        last_ns = trade["ts_event_ns"]
        offset = np.int64(trade["price_ticks"]) - origin
        weighted = trade["size_lots"] * offset
        lots += trade["size_lots"]
        moment1 += weighted
        moment2 += float(weighted) * float(offset)
        at += 1
    return at, lots, moment1, moment2


@compiled(INT(TRADES, INT, INT_PAIR, INTS, FLOATS, FLOATS))
def _step_vwap(
    trades: TradeArray,
    step_ns: int,
    sessions: tuple[int, int],
    stamps: IntArray,
    means: FloatArray,
    sigmas: FloatArray,
) -> int:
    """Fill the line and return its length; -1 = not sorted, or 64 bits are too few."""
    session_ns, start_ns = sessions
    session, state, at, count, most = np.int64(0), _NOTHING, 0, 0, 0.0
    origin: Any = np.int64(0)
    while at < trades.size:
        open_ns = trades[at]["ts_event_ns"] // step_ns * step_ns
        price: Any = np.int64(trades[at]["price_ticks"])
        if at == 0 or (open_ns - start_ns) // session_ns != session:
            session, state, origin = (open_ns - start_ns) // session_ns, _NOTHING, price
            most = 0.0
        at, lots, moment1, moment2 = _sums(trades, at, open_ns + step_ns)
        most += abs(float(moment1) + float(price - origin) * float(lots))
        # More intervals than there are up to the last trade: one before it is later.
        if at < 0 or count == stamps.size or most >= EXACT_MOST:
            return -1
        state = _merged(state, price - origin, lots, moment1, moment2)
        stamps[count] = open_ns
        means[count], sigmas[count] = _values(origin, state)
        count += 1
    return count
