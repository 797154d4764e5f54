"""Lee-Ready: who crossed the spread, from the quote in force before the trade."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from core.calc.tick_rule import tick_rule
from core.domain.arrays import BoolArray, IntArray, RowArray, TradeArray, TradeFlag, require_sorted
from core.domain.frame import Framed
from core.domain.units import Ns


class SideSource(IntEnum):
    """How the aggressor of a trade is known."""

    NONE = 0
    """It is not."""
    NATIVE = 1
    """The venue said so."""
    QUOTE = 2
    """The price was nearer one side of the quote before it."""
    TICK = 3
    """The tick rule."""


@dataclass(frozen=True, slots=True)
class Sides(Framed):
    """One aggressor per trade and where it comes from.

    Attributes:
        aggressor: int64[n], Aggressor.
        source: int64[n], SideSource; NONE just where the aggressor is UNKNOWN.
    """

    aggressor: IntArray
    source: IntArray


def lee_ready(
    trades: TradeArray, quotes: RowArray, *, gaps_ns: Sequence[tuple[Ns, Ns]] = ()
) -> Sides:
    """Return the side of each trade by the quote test, at the midpoint by the tick rule.

    What the venue said of the aggressor is not looked at, so that the rule can be measured on a
    venue that says it.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        quotes: QUOTE_DTYPE[m], sorted by ``ts_event_ns``. The one in force is the last whose stamp
            is before the trade's; where it is one-sided or crossed, or there is none, the tick rule
            decides.
        gaps_ns: half-open spans in which trades or quotes may be missing: neither a price nor a
            quote from before the end of one is used after its start.

    Raises:
        ValueError: ``trades`` or ``quotes`` is not sorted by ``ts_event_ns``.

    Source:
        Lee & Ready (1991), J. Finance 46(2), without the five-second lag. Twice the price is
        compared with bid + ask in whole ticks: in floats an exact midpoint may look like a side.
    """
    require_sorted(quotes, "ts_event_ns")
    by_tick = tick_rule(trades, gaps_ns=gaps_ns)
    by_quote = np.zeros(trades.size, np.int64)
    at = np.searchsorted(quotes["ts_event_ns"], trades["ts_event_ns"], side="left") - 1
    told = np.flatnonzero(at >= 0)
    told = told[_in_force(trades[told], quotes[at[told]], gaps_ns)]
    quote = quotes[at[told]]
    middle2 = quote["bid_ticks"].astype(np.int64) + quote["ask_ticks"]
    by_quote[told] = np.sign(2 * trades["price_ticks"][told].astype(np.int64) - middle2)
    inferred = np.where(by_quote != 0, SideSource.QUOTE, SideSource.TICK)
    aggressor = np.where(by_quote != 0, by_quote, by_tick)
    return Sides(aggressor, np.where(aggressor != 0, inferred, SideSource.NONE))


def trade_sides(
    trades: TradeArray, quotes: RowArray, *, gaps_ns: Sequence[tuple[Ns, Ns]] = ()
) -> Sides:
    """Return what the venue said of each trade, and the inferred side where it said nothing.

    Blocks stay unknown: nobody crossed the spread. Arguments as in ``lee_ready``.

    Raises:
        ValueError: ``trades`` or ``quotes`` is not sorted by ``ts_event_ns``.
    """
    inferred = lee_ready(trades, quotes, gaps_ns=gaps_ns)
    native = trades["aggressor"].astype(np.int64)
    is_block = (trades["flags"] & TradeFlag.BLOCK) != 0
    source = np.where(native != 0, SideSource.NATIVE, inferred.source)
    source[is_block] = SideSource.NONE
    aggressor = np.where(native != 0, native, inferred.aggressor)
    aggressor[is_block] = 0
    return Sides(aggressor, source)


def _in_force(trades: TradeArray, quotes: RowArray, gaps_ns: Sequence[tuple[Ns, Ns]]) -> BoolArray:
    two_sided = (quotes["bid_lots"] > 0) & (quotes["ask_lots"] > 0)
    holds: BoolArray = two_sided & (quotes["bid_ticks"] < quotes["ask_ticks"])
    for from_ns, to_ns in gaps_ns:
        holds &= (quotes["ts_event_ns"] >= to_ns) | (trades["ts_event_ns"] < from_ns)
    return holds
