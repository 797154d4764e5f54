"""Refill: whether more was filled at a price than ever was seen resting there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from core.calc.marking import touches
from core.domain.arrays import RowArray, TradeArray
from core.domain.units import NS_PER_S, Ns

_HOLD_NS: Final[Ns] = 60 * NS_PER_S
"""So long a quote tells what rests, if no other comes."""


class Zone(NamedTuple):
    """The prices against which was traded, and when.

    Attributes:
        side: of the passive orders, +1 = bids.
        edge_ticks: its outer price.
        height_ticks: of it, inwards, the edge itself included.
        from_ns: half-open span of time.
    """

    side: int
    edge_ticks: int
    height_ticks: float
    from_ns: Ns
    to_ns: Ns


@dataclass(frozen=True, slots=True)
class Refill:
    """Of the price of a zone at which most was filled.

    Attributes:
        filled_lots: how much that was.
        shown_lots: the most that was told to rest there while it was the best; 0 = nothing was.
    """

    price_ticks: int
    filled_lots: int
    shown_lots: int


def refill(
    trades: TradeArray,
    quotes: RowArray,
    zone: Zone,
    *,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Refill:
    """Return what was filled and what rested at the price of a zone that took up most.

    Of prices that took up the same it is the one nearest the edge. What rests is told by the best
    quotes; what rested there before the price was the best is not looked at.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``, one at least of them in the zone.
        quotes: QUOTE_DTYPE[m], sorted by ``ts_event_ns``, from before the zone's span on.
        zone: where and when.
        gaps_ns: half-open spans in which quotes may be missing; none touches the span.

    Source:
        DEFINITIONS section 8, absorption 3.
    """
    first, end = np.searchsorted(trades["ts_event_ns"], (zone.from_ns, zone.to_ns))
    rows = trades[first:end]
    depth = zone.side * (rows["price_ticks"].astype(np.int64) - zone.edge_ticks)
    ours = (rows["aggressor"] == -zone.side) & (depth < zone.height_ticks)
    filled = np.bincount(depth[ours], weights=rows["size_lots"][ours])
    most = int(np.argmax(filled))
    price = zone.edge_ticks + zone.side * most
    name = "bid" if zone.side > 0 else "ask"
    told = quotes[_begin(quotes, zone.from_ns, gaps_ns) :]
    told = told[: np.searchsorted(told["ts_event_ns"], zone.to_ns)]
    shown = told[f"{name}_lots"][told[f"{name}_ticks"] == price]
    return Refill(price, int(filled[most]), int(shown.max(initial=0)))


def _begin(quotes: RowArray, from_ns: Ns, gaps_ns: Sequence[tuple[Ns, Ns]]) -> int:
    """Return the row of the quote in force at an instant, or of the first one after it."""
    at = int(np.searchsorted(quotes["ts_event_ns"], from_ns))
    if not at or (told_ns := int(quotes["ts_event_ns"][at - 1])) < from_ns - _HOLD_NS:
        return at
    return at - (not touches(np.array([told_ns]), np.array([from_ns]), gaps_ns)[0])
