"""Effort: volume taken at the edge of a window's prices, and how far the mid went for it."""

from collections.abc import Sequence

import numpy as np

from core.calc.bars import time_bars
from core.calc.effort_rule import Effort, EffortRule
from core.calc.efforts import Efforts, Heard
from core.domain.arrays import RowArray, TradeArray, require_sorted
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns

__all__ = ["Effort", "EffortRule", "effort"]


def effort(
    trades: TradeArray,
    quotes: RowArray,
    *,
    side: int,
    rule: EffortRule,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
    until_ns: Ns | None = None,
) -> Effort:
    """Return the effort against passive orders of ``side`` at every second.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        quotes: QUOTE_DTYPE[m], sorted by ``ts_event_ns``.
        side: +1 = sells into resting bids at the low, -1 = buys into resting offers at the high.
        rule: thresholds.
        gaps_ns: half-open spans in which trades or quotes may be missing.
        until_ns: the tape is complete up to and including this instant; None = up to the last
            trade, whose second is not over then.

    Raises:
        ValueError: one of the two is not sorted.

    Source:
        DEFINITIONS section 8, absorption 1 and 2; section 12, Kyle's lambda.
    """
    return Efforts(rule).after(whole(trades, quotes, until_ns), gaps_ns)[side]


def whole(trades: TradeArray, quotes: RowArray, until_ns: Ns | None) -> Heard:
    """Return all of a tape at once, as ``Efforts`` are told it.

    Raises:
        ValueError: one of the two is not sorted.
    """
    for each in (trades, quotes):
        require_sorted(each, "ts_event_ns")
    if until_ns is None:
        until_ns = int(trades["ts_event_ns"][-1:].sum())
    end_ns = until_ns // NS_PER_S * NS_PER_S
    told = trades[: np.searchsorted(trades["ts_event_ns"], end_ns)]
    return Heard(end_ns, told, quotes, time_bars(told, step_ns=NS_PER_MINUTE))
