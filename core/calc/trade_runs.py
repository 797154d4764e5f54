"""Trade runs: what the ids and sizes of the trades of an interval add up to, and what they lack.

The atoms of the data grade, as second bars are those of bars: a merge of runs equals the runs of
all their trades.
"""

from enum import IntEnum
from typing import Final

import numpy as np

from core.calc.grouping import intervals, runs
from core.domain.arrays import IntArray, RowArray, TradeArray, require_sorted
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
        ("doubts", "<i8"),  # steps between these ids that leave open whether a trade is missing
        ("lots", "<i8"),
        ("buy_lots", "<i8"),
        ("is_vague", "?"),  # the first trade may merge more fills than it says
    ]
)
"""The trades of one interval; the id columns mean nothing where ids only tell trades apart.

A step is in doubt when an id comes twice, or when ids jump before a trade of which nobody says how
many fills it merges.
"""

_SUMMED: Final = ("held", "missing", "doubts", "lots", "buy_lots")


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
    single["is_vague"] = (trades["fills"] == 0) & (ids is Ids.COUNT_FILLS)
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
    merged["is_vague"] = parts["is_vague"][starts]
    missing, doubts = _between(parts, slots)
    merged["missing"] += np.add.reduceat(missing, starts)
    merged["doubts"] += np.add.reduceat(doubts, starts)
    return merged


def steps(parts: RowArray) -> tuple[IntArray, IntArray]:
    """Return, for each part but the first, the ids missing just before it, and 1 for a doubt.

    Args:
        parts: RUN_DTYPE[n] in the order of their ids.
    """
    jumps = parts["begin_id"][1:] - parts["end_id"][:-1] - 1
    is_vague = parts["is_vague"][1:]
    missing: IntArray = np.where(is_vague, 0, np.maximum(jumps, 0))
    return missing, ((jumps < 0) | (is_vague & (jumps > 0))).astype(np.int64)


def _between(parts: RowArray, slots: IntArray) -> tuple[IntArray, IntArray]:
    """Return the same of parts of one slot only, and nothing for the first of each.

    A venue may stamp a later id with an earlier time, so inside a slot the ids decide the order.
    """
    if bool(np.any(parts["begin_id"][1:] <= parts["end_id"][:-1])):
        parts = parts[np.lexsort((parts["begin_id"], slots))]
    out = np.zeros((2, parts.size), np.int64)
    out[:, 1:] = np.array(steps(parts)) * (slots[1:] == slots[:-1])
    return out[0], out[1]
