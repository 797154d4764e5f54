"""Trade runs: what the ids and sizes of the trades of an interval add up to, and what they lack.

The atoms of the data grade, as second bars are those of bars: a merge of runs equals the runs of
all their trades.
"""

from enum import IntEnum
from typing import Final

import numpy as np

from core.calc.grouping import intervals, runs
from core.domain.arrays import BoolArray, IntArray, RowArray, TradeArray, require_sorted
from core.domain.units import Aggressor, Ns


class Ids(IntEnum):
    """What the trade ids of a venue are worth."""

    NAMES = 0
    """They only tell trades apart (Bybit)."""
    COUNT = 1
    """Each is the one before plus one (Binance)."""
    COUNT_FILLS = 2
    """A row takes as many ids as it merges fills, and bears the last of them (OKX)."""


RUN_DTYPE: Final = np.dtype(
    [
        ("open_ns", "<i8"),  # first instant of the interval
        ("first_ns", "<i8"),  # venue time of the first trade
        ("last_ns", "<i8"),  # venue time of the last trade
        ("begin_id", "<i8"),  # the least id that a trade takes
        ("end_id", "<i8"),  # the greatest
        ("held", "<i8"),  # ids taken by the trades held
        ("missing", "<i8"),  # ids between two of these trades that none of them takes
        ("repeated", "<i8"),  # trades whose first id another one has taken
        ("lots", "<i8"),
        ("buy_lots", "<i8"),
    ]
)
"""The trades of one interval; the id columns mean nothing where ids only tell trades apart."""

_SUMMED: Final = ("held", "missing", "repeated", "lots", "buy_lots")


def trade_runs(trades: TradeArray, *, width_ns: Ns, ids: Ids) -> RowArray:
    """Return one run for every interval ``[k*width_ns, (k+1)*width_ns)`` UTC that has a trade.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        width_ns: length of an interval, > 0.
        ids: what the ids are worth.

    Returns:
        RUN_DTYPE[m], ascending.

    Raises:
        ValueError: ``trades`` is not sorted, or ``width_ns`` is not above zero.
    """
    single = np.zeros(trades.size, RUN_DTYPE)
    for name in ("open_ns", "first_ns", "last_ns"):
        single[name] = trades["ts_event_ns"]
    taken = np.maximum(trades["fills"], 1) if ids is Ids.COUNT_FILLS else 1
    single["held"] = taken
    single["end_id"] = trades["trade_id"]
    single["begin_id"] = single["end_id"] - single["held"] + 1
    single["lots"] = trades["size_lots"]
    single["buy_lots"] = trades["size_lots"] * (trades["aggressor"] == Aggressor.BUY)
    return merge_runs(single, width_ns=width_ns)


def merge_runs(parts: RowArray, *, width_ns: Ns) -> RowArray:
    """Return coarser runs: the same as if made from the trades themselves.

    Args:
        parts: RUN_DTYPE[n], sorted by ``open_ns``; several may open together.
        width_ns: a whole multiple of the length of ``parts``.

    Raises:
        ValueError: ``parts`` is not sorted by ``open_ns``, or ``width_ns`` is not above zero.
    """
    require_sorted(parts, "open_ns")
    slots = intervals(parts["open_ns"], width=width_ns)
    starts, ends = runs(slots)
    merged = np.zeros(starts.size, RUN_DTYPE)
    if not starts.size:
        return merged
    merged["open_ns"] = slots[starts] * width_ns
    merged["first_ns"] = parts["first_ns"][starts]
    merged["last_ns"] = parts["last_ns"][ends - 1]
    merged["begin_id"] = np.minimum.reduceat(parts["begin_id"], starts)
    merged["end_id"] = np.maximum.reduceat(parts["end_id"], starts)
    for name in _SUMMED:
        merged[name] = np.add.reduceat(parts[name], starts)
    missing, repeated = _between(parts, slots)
    merged["missing"] += np.add.reduceat(missing, starts)
    merged["repeated"] += np.add.reduceat(repeated, starts)
    return merged


def _between(parts: RowArray, slots: IntArray) -> tuple[IntArray, BoolArray]:
    """Return, for each part, the ids missing just before it, and whether it repeats one.

    Of parts of one slot only. A venue may stamp a later id with an earlier time, so inside a slot
    the ids decide the order.
    """
    begins, ends = parts["begin_id"], parts["end_id"]
    if bool(np.any(begins[1:] <= ends[:-1])):
        order = np.lexsort((begins, slots))
        begins, ends = begins[order], ends[order]
    jumps = np.zeros(parts.size, np.int64)
    jumps[1:] = (begins[1:] - ends[:-1] - 1) * (slots[1:] == slots[:-1])
    return np.maximum(jumps, 0), jumps < 0
