"""Liquidation clusters: forced orders of one side that came close together in time and price."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.marking import beyond
from core.domain.arrays import IntArray, RowArray, require_sorted
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import NS_PER_S, Ns

_BPS: Final = 1e4


@dataclass(frozen=True, slots=True)
class ClusterRule:
    """What belongs together.

    Attributes:
        gap_ns: an event joins when it comes at most this after the last one of the cluster.
        gap_bps: and its price is at most so far from that one's.
        least_events: fewer are no cluster worth marking, >= 1.
    """

    gap_ns: Ns = 5 * NS_PER_S
    gap_bps: float = 10.0
    least_events: int = 3


def cluster_numbers(rows: RowArray, *, rule: ClusterRule) -> IntArray:
    """Return which cluster each event belongs to.

    Longs and shorts never share one. Of each side one cluster is open at a time: what does not
    join it closes it and opens the next.

    Args:
        rows: LIQUIDATION_DTYPE[n] of one venue, sorted by ``ts_event_ns``.

    Returns:
        int64[n], numbered by their first event from 0.

    Raises:
        ValueError: ``rows`` is not sorted.

    Source:
        DEFINITIONS section 13, liquidations.
    """
    require_sorted(rows, "ts_event_ns")
    opens = np.ones(rows.size, np.bool_)
    sides = [np.flatnonzero(rows["position"] == side) for side in np.unique(rows["position"])]
    for at in sides:
        stamps, price = rows["ts_event_ns"][at], rows["price"][at]
        near = np.abs(np.diff(price)) * _BPS <= rule.gap_bps * price[:-1]
        opens[at[1:]] = ~(near & (np.diff(stamps) <= rule.gap_ns))
    numbers = np.cumsum(opens) - 1
    for at in sides:
        numbers[at] = np.maximum.accumulate(np.where(opens[at], numbers[at], 0))
    return numbers


def liquidation_clusters(
    rows: RowArray,
    *,
    lot_base: float,
    tick_quote: float,
    until_ns: Ns,
    rule: ClusterRule | None = None,
) -> Markers:
    """Return the clusters that are over: known when nothing more can join them.

    ``side`` is that of the forced orders: -1 = longs were closed. ``value`` is how many events,
    each of which may stand for more where the venue does not tell all.

    Args:
        rows: LIQUIDATION_DTYPE[n] of one venue, sorted by ``ts_event_ns``, none missing before
            ``until_ns``.
        lot_base: base coins in a lot.
        tick_quote: price of a tick, in quote coins, > 0.
        until_ns: what is known up to; a cluster to which something may still come is left out.
        rule: None = its defaults.

    Raises:
        ValueError: ``rows`` is not sorted.

    Source:
        DEFINITIONS section 13, liquidations.
    """
    used = rule or ClusterRule()
    numbers = cluster_numbers(rows, rule=used)
    sizes = np.bincount(numbers)
    found = []
    for number in np.flatnonzero(sizes >= used.least_events).tolist():
        members = rows[numbers == number]
        known_ns = int(members["ts_event_ns"][-1]) + used.gap_ns + 1
        if known_ns <= until_ns:
            found.append(_marker(members, (lot_base, tick_quote), known_ns, used))
    found.sort(key=lambda each: (each.known_ns, each.side))
    return Markers(tuple(found))


def _marker(
    members: RowArray, units: tuple[float, float], known_ns: Ns, rule: ClusterRule
) -> Marker:
    notional = members["price"] * members["size_lots"] * units[0]
    largest = int(np.argmax(notional))
    position = int(members["position"][0])
    ts_ns = members["ts_event_ns"]
    low, high = float(members["price"].min()), float(members["price"].max())
    return Marker(
        kind=MarkerKind.LIQUIDATION_CLUSTER,
        side=-position,
        event_ns=int(ts_ns[largest]),
        known_ns=known_ns,
        price_ticks=round(float(members["price"][largest]) / units[1]),
        value=float(members.size),
        threshold=float(rule.least_events),
        strength=beyond(float(members.size), float(rule.least_events)),
        reason=(
            f"{members.size} {'longs' if position > 0 else 'shorts'} of at least "
            f"{notional.sum():,.0f} liquidated within {(ts_ns[-1] - ts_ns[0]) / NS_PER_S:.1f} s "
            f"between {low:,.8g} and {high:,.8g}"
        ),
    )
