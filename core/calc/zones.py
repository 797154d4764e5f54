"""Zones: where imbalances were stacked, and until when price had not traded through."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from core.calc.footprint import Footprint
from core.calc.stacked import stacked
from core.domain.arrays import BarArray, BoolArray, IntArray, require_sorted
from core.domain.frame import Framed
from core.domain.units import NS_PER_DAY, Ns


class Ends(Enum):
    """What ends a zone."""

    TRADED_THROUGH = "traded through"
    """A price beyond the edge that is farther from where price came from."""
    FIRST_TOUCH = "first touch"
    """Any price inside it or beyond."""


@dataclass(frozen=True, slots=True)
class BarRows:
    """A bar by row with its imbalances: what of a footprint zones are found in."""

    open_ns: Ns
    ticks_per_row: int
    row_ticks: IntArray
    sell_lots: IntArray
    buy_lots: IntArray
    buy_imbalance: BoolArray
    sell_imbalance: BoolArray


@dataclass(frozen=True, slots=True)
class Zone(Framed):
    """One stack of one bar.

    Attributes:
        side: +1 of buy imbalances, held from above; -1 of sell imbalances, held from below.
        rows: how many rows are stacked.
        low_ticks: lowest tick of the zone.
        high_ticks: highest tick of it, inclusive.
        lots: what the prevailing side traded in it.
        event_ns: open of its bar.
        known_ns: close of its bar.
        end_ns: open of the bar that ended it, or the instant it became too old; None = it holds.
    """

    side: int
    rows: int
    low_ticks: int
    high_ticks: int
    lots: int
    event_ns: Ns
    known_ns: Ns
    end_ns: Ns | None = None


def stacked_zones(bar: Footprint | BarRows, *, step_ns: Ns, least: int = 3) -> list[Zone]:
    """Return the zones of one closed bar, buys first, ascending; none of them has ended.

    Args:
        bar: of ``step_ns`` length and closed; the flags of an open one may still go.
        step_ns: length of the bar.
        least: fewest rows, >= 1.

    Source:
        DEFINITIONS section 5, stacked imbalance; ATAS StackedImbalance draws the same zones.
    """
    zones = []
    for side, flags, lots in (
        (1, bar.buy_imbalance, bar.buy_lots),
        (-1, bar.sell_imbalance, bar.sell_lots),
    ):
        for first, last in stacked(flags, least=least):
            zone = Zone(
                side=side,
                rows=last - first + 1,
                low_ticks=int(bar.row_ticks[first]),
                high_ticks=int(bar.row_ticks[last]) + bar.ticks_per_row - 1,
                lots=int(lots[first : last + 1].sum()),
                event_ns=bar.open_ns,
                known_ns=bar.open_ns + step_ns,
            )
            zones.append(zone)
    return zones


def zone_lives(
    zones: Sequence[Zone],
    bars: BarArray,
    *,
    ends: Ends = Ends.TRADED_THROUGH,
    most_ns: Ns = 20 * NS_PER_DAY,
) -> list[Zone]:
    """Return the zones with the ends that ``bars`` put to them.

    Args:
        zones: any order.
        bars: BAR_DTYPE[n], sorted by ``open_ns``; only those that open at or after a zone's
            ``known_ns`` can end it. The last one may still be open: a price that traded has traded.
        ends: what ends one.
        most_ns: the longest that one holds.

    Returns:
        The same order; ``end_ns`` is None where nothing in ``bars`` ended a zone.

    Raises:
        ValueError: ``bars`` is not sorted by ``open_ns``.
    """
    require_sorted(bars, "open_ns")
    return [_ended(zone, bars, ends, most_ns) for zone in zones]


def _ended(zone: Zone, bars: BarArray, ends: Ends, most_ns: Ns) -> Zone:
    old_ns = zone.known_ns + most_ns
    first, last = np.searchsorted(bars["open_ns"], (zone.known_ns, old_ns))
    later = bars[first:last]
    touch = ends is Ends.FIRST_TOUCH
    if zone.side > 0:
        hits = later["low_ticks"] < (zone.high_ticks + 1 if touch else zone.low_ticks)
    else:
        hits = later["high_ticks"] > (zone.low_ticks - 1 if touch else zone.high_ticks)
    where = np.flatnonzero(hits)
    end_ns: Ns | None = None
    if where.size:
        end_ns = int(later["open_ns"][where[0]])
    elif last < bars.size:
        end_ns = old_ns
    return replace(zone, end_ns=end_ns)
