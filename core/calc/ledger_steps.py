"""Ledger steps: the ledger of a whole recording at once, the same as settled message by message."""

import numpy as np

from core.calc.ledger import STEP_DTYPE, TOLERANCE_NS, of_the_book
from core.calc.level_side import ChangeKind
from core.domain.arrays import BoolArray, IntArray, RowArray, TradeArray, require_sorted
from core.domain.units import Ns

_NO_LIMIT = np.int64(2**62)


class _Traded:
    """What traded at each level until when."""

    def __init__(self, trades: TradeArray) -> None:
        keys = _key(-trades["aggressor"], trades["price_ticks"])
        self._keys, level = np.unique(keys, return_inverse=True)
        self._stamps = np.unique(trades["ts_event_ns"])
        places = self._place(level, trades["ts_event_ns"])
        order = np.argsort(places, kind="stable")
        self._places = places[order]
        self._sums = np.append(0, np.cumsum(trades["size_lots"][order]))

    def until(self, keys: IntArray, ts_ns: IntArray) -> IntArray:
        """Return the lots traded at each key up to and at each time."""
        if not self._keys.size:
            return np.zeros(keys.size, np.int64)
        level = np.minimum(np.searchsorted(self._keys, keys), self._keys.size - 1)
        places = self._place(level, ts_ns)
        first = np.searchsorted(self._places, level * (self._stamps.size + 1))
        last = np.searchsorted(self._places, places, side="right")
        lots = self._sums[last] - self._sums[first]
        return np.where(self._keys[level] == keys, lots, 0)

    def _place(self, level: IntArray, ts_ns: IntArray) -> IntArray:
        # By level, then by time: ranks, since level times nanoseconds would not fit 64 bits.
        places: IntArray = level.astype(np.int64) * (self._stamps.size + 1)
        return places + np.searchsorted(self._stamps, ts_ns, side="right")


def ledger_steps(
    changes: RowArray, trades: TradeArray, *, tolerance_ns: Ns = TOLERANCE_NS
) -> RowArray:
    """Return what ``Ledger`` settles when it has taken all of these.

    Args:
        changes: CHANGE_DTYPE[n], from the book's first snapshot on.
        trades: TRADE_DTYPE[m], sorted by ``ts_event_ns``.
        tolerance_ns: so far apart trades and books may be, >= 0.

    Returns:
        STEP_DTYPE[k], in the order of ``Ledger.settle``.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``.

    Source:
        DEFINITIONS section 11.
    """
    require_sorted(trades, "ts_event_ns")
    trades = of_the_book(trades)
    steps = np.concatenate((_of_changes(changes), _looks(changes, trades, tolerance_ns)))
    is_look = np.arange(steps.size) >= changes.size
    keys = _key(steps["side"], steps["price_ticks"])
    order = np.lexsort((np.arange(steps.size), is_look, steps["message"], keys))
    steps, is_look, keys = steps[order], is_look[order], keys[order]
    starts = np.append(True, keys[1:] != keys[:-1])[: steps.size]

    traded = _Traded(trades)
    late = np.where(is_look, steps["ts_ns"] - tolerance_ns, steps["ts_ns"])
    least = traded.until(keys, late)
    most = np.where(is_look, _NO_LIMIT, traded.until(keys, steps["ts_ns"] + tolerance_ns))
    falls = np.maximum(steps["before_lots"] - steps["after_lots"], 0)
    falls[steps["kind"] != ChangeKind.CHANGED] = 0
    total = _clamped_sums(falls, least, most, starts)
    filled = np.diff(total, prepend=0)
    filled[starts] = total[starts]

    known = _note_levels(steps, is_look=is_look, starts=starts)
    is_counted = (steps["kind"] == ChangeKind.CHANGED) & known
    net = steps["after_lots"] - steps["before_lots"] + filled
    steps["filled_lots"] = np.where(is_counted, filled, 0)
    steps["added_lots"] = np.where(is_counted, np.maximum(net, 0), 0)
    steps["cancelled_lots"] = np.where(is_counted, np.maximum(-net, 0), 0)
    steps["known_ns"] = steps["ts_ns"] + tolerance_ns
    kept = ~is_look | (is_counted & (filled > 0))
    rank = np.where(is_look, steps["price_ticks"], order)
    side = np.where(is_look, steps["side"], 0)
    settled: RowArray = steps[kept]
    return settled[np.lexsort((rank[kept], side[kept], is_look[kept], settled["message"]))]


def _key(side: IntArray, price_ticks: IntArray) -> IntArray:
    keys: IntArray = price_ticks.astype(np.int64) * 2 + (side > 0)
    return keys


def _of_changes(changes: RowArray) -> RowArray:
    steps = np.zeros(changes.size, STEP_DTYPE)
    for name in changes.dtype.names or ():
        steps[name] = changes[name]
    return steps


def _looks(changes: RowArray, trades: TradeArray, tolerance_ns: Ns) -> RowArray:
    """Return a step for each level and message that may find a trade which no change took."""
    heads = changes[np.unique(changes["message"], return_index=True)[1]]
    at = np.searchsorted(heads["ts_ns"], trades["ts_event_ns"] + tolerance_ns)
    trades, at = trades[at < heads.size], at[at < heads.size]
    looks = np.zeros(trades.size, STEP_DTYPE)
    for name in ("ts_ns", "message", "bid_ticks", "ask_ticks"):
        looks[name] = heads[name][at]
    looks["side"] = -trades["aggressor"]
    looks["price_ticks"] = trades["price_ticks"]
    return np.unique(looks)


def _note_levels(steps: RowArray, *, is_look: BoolArray, starts: BoolArray) -> BoolArray:
    """Write down what rests where a look finds it; return whether that is known."""
    index = np.arange(steps.size)
    change = np.maximum.accumulate(np.where(is_look, -1, index))
    begin = np.maximum.accumulate(np.where(starts, index, 0))
    is_known: BoolArray = (change >= begin) & (steps["kind"][change] != ChangeKind.LEFT)
    for name in ("before_lots", "after_lots"):
        steps[name][is_look] = steps["after_lots"][change[is_look]]
    return is_known | ~is_look


def _clamped_sums(add: IntArray, low: IntArray, high: IntArray, starts: BoolArray) -> IntArray:
    """Return x[i] = clip(x[i-1] + add[i], low[i], high[i]) from 0 at each start, without a loop.

    Two such steps after one another are one such step, so each round doubles how far back a row
    has looked (Hillis & Steele 1986).
    """
    first = np.clip(add, low, high)
    low, high = np.where(starts, first, low), np.where(starts, first, high)
    add = add.copy()
    reach = 1
    while reach < add.size:
        a, lo, hi = add[reach:], low[reach:], high[reach:]
        below, above = np.clip(low[:-reach] + a, lo, hi), np.clip(high[:-reach] + a, lo, hi)
        add[reach:] = a + add[:-reach]
        low = np.append(low[:reach], below)
        high = np.append(high[:reach], above)
        reach *= 2
    return low
