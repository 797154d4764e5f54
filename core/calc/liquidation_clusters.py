"""Liquidation clusters: forced orders of one side that came close together in time and price."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from core.calc.marking import beyond, touches
from core.calc.words import number_text, price_text
from core.domain.arrays import LIQUIDATION_DTYPE, IntArray, RowArray, require_sorted
from core.domain.instrument import Instrument
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
    instrument: Instrument,
    *,
    until_ns: Ns,
    rule: ClusterRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the clusters that are over: known when nothing more can join them.

    ``side`` is that of the forced orders: -1 = longs were closed. ``value`` is how many events,
    each of which may stand for more where the venue does not tell all.

    Args:
        rows: LIQUIDATION_DTYPE[n] of one venue, sorted by ``ts_event_ns``, none missing before
            ``until_ns``.
        instrument: what its ticks and lots are.
        until_ns: what is known up to; a cluster to which something may still come is left out.
        rule: None = its defaults.
        gaps_ns: half-open spans in which liquidations may be missing; no cluster, and no wait for
            it to be over, touches one.

    Raises:
        ValueError: ``rows`` is not sorted.

    Source:
        DEFINITIONS section 13, liquidations.
    """
    told = LiquidationClusters(instrument, rule)
    return Markers(tuple(told.after(rows, until_ns=until_ns, gaps_ns=gaps_ns)))


class LiquidationClusters:
    """The same, told piece by piece; keeps the clusters to which something may still come."""

    def __init__(self, instrument: Instrument, rule: ClusterRule | None = None) -> None:
        self._instrument, self._rule = instrument, rule or ClusterRule()
        self._rows: RowArray = np.zeros(0, LIQUIDATION_DTYPE)

    def fork(self) -> Self:
        """Return a copy."""
        return copy(self)

    def after(
        self, rows: RowArray, *, until_ns: Ns, gaps_ns: Sequence[tuple[Ns, Ns]] = ()
    ) -> list[Marker]:
        """Return the clusters that are over by now, in the order of ``known_ns``."""
        rows = np.concatenate([self._rows, rows])
        numbers = cluster_numbers(rows, rule=self._rule)
        over, waits = [], np.zeros(rows.size, np.bool_)
        for number in range(int(numbers.max(initial=-1)) + 1):
            is_member = numbers == number
            members = rows[is_member]
            known_ns = int(members["ts_event_ns"][-1]) + self._rule.gap_ns + 1
            if known_ns > until_ns:
                waits |= is_member
            elif members.size >= self._rule.least_events:
                first_ns = members["ts_event_ns"][:1]
                if not touches(first_ns, np.array([known_ns]), gaps_ns)[0]:
                    over.append(self._marker(members, known_ns))
        self._rows = rows[waits]
        return sorted(over, key=lambda each: (each.known_ns, each.side))

    def _marker(self, members: RowArray, known_ns: Ns) -> Marker:
        tick, lot = float(self._instrument.tick_size), float(self._instrument.lot_size)
        notional = members["price"] * members["size_lots"] * lot
        largest, position = int(np.argmax(notional)), int(members["position"][0])
        lasted_s = float(members["ts_event_ns"][-1] - members["ts_event_ns"][0]) / NS_PER_S
        ends = members["price"].min() / tick, members["price"].max() / tick
        low, high = (price_text(each, self._instrument) for each in ends)
        return Marker(
            kind=MarkerKind.LIQUIDATION_CLUSTER,
            side=-position,
            event_ns=int(members["ts_event_ns"][largest]),
            known_ns=known_ns,
            price_ticks=round(float(members["price"][largest]) / tick),
            value=float(members.size),
            threshold=float(self._rule.least_events),
            strength=beyond(float(members.size), float(self._rule.least_events)),
            reason=(
                f"{'Longs' if position > 0 else 'Shorts'} of at least "
                f"{number_text(float(notional.sum()))} {self._instrument.quote} were liquidated in "
                f"{members.size} orders within {lasted_s:.1f} s between {low} and {high}."
            ),
        )
