"""Liquidation cascade: forced orders that move the price, which forces more of them."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from core.calc.atr import true_range_ticks
from core.calc.bars import merge_bars
from core.calc.liquidation_clusters import ClusterRule, cluster_numbers
from core.calc.trailing import Usual, trailing_quantile
from core.domain.arrays import BarArray, FloatArray, IntArray, RowArray
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns

_CLUSTER: Final = ClusterRule()
_RARE: Final = Usual(Fraction(99, 100))


@dataclass(frozen=True, slots=True)
class CascadeRule:
    """When a cluster is a cascade.

    Attributes:
        cluster: what belongs together.
        least_events: so many events are enough; or else
        rare: a notional that reaches this of the clusters that were over before.
        least_atr: the price has moved so many ATR of the minutes before, the way of the orders.
        atr_minutes: how many minutes that traded the ATR is of.
    """

    cluster: ClusterRule = _CLUSTER
    least_events: int = 5
    rare: Usual = _RARE
    least_atr: float = 1.5
    atr_minutes: int = 14


def liquidation_cascade(
    rows: RowArray,
    seconds: BarArray,
    interest: tuple[IntArray, FloatArray],
    *,
    lot_base: float,
    rule: CascadeRule | None = None,
) -> Markers:
    """Return the first moment at which each cluster is a cascade.

    Open interest must have fallen since the cluster began, as far as it has been told by then;
    where it has not been told anew there is no marker. ``side`` -1 = longs were closed. ``value``
    is how many ATR the price has moved.

    Args:
        rows: LIQUIDATION_DTYPE[n] of one venue, sorted by ``ts_event_ns``.
        seconds: BAR_DTYPE[m] of one second, sorted; one counts once it is over.
        interest: (int64[k] when told, sorted; float64[k] base coins, NaN = not told).
        lot_base: base coins in a lot.
        rule: None = its defaults.

    Raises:
        ValueError: ``rows`` or ``seconds`` is not sorted.

    Source:
        DEFINITIONS section 13, liquidations.
    """
    used = rule or CascadeRule()
    numbers = cluster_numbers(rows, rule=used.cluster)
    notional = rows["price"] * rows["size_lots"] * lot_base
    usual = _usual(rows, numbers, notional, used)
    stamps = rows["ts_event_ns"]
    close = _as_of(seconds["open_ns"] + NS_PER_S, seconds["close_ticks"] * 1.0, stamps)
    atr = _atr(seconds, stamps, used.atr_minutes)
    known = ~np.isnan(interest[1])
    told = _as_of(interest[0][known], interest[1][known], stamps)
    found = []
    for number in range(usual.size):
        at = np.flatnonzero(numbers == number)
        side = -int(rows["position"][at[0]])
        moved = side * (close[at] - close[at[0]]) / atr[at[0]]
        sums = np.cumsum(notional[at])
        many = (np.arange(1, at.size + 1) >= used.least_events) | (sums >= usual[number])
        holds = np.flatnonzero(many & (moved >= used.least_atr) & (told[at] < told[at[0]]))
        if holds.size:
            last = int(holds[0])
            facts = (last + 1, float(sums[last]), float(moved[last]))
            found.append(_marker(int(stamps[at[last]]), int(close[at[last]]), side, facts, used))
    found.sort(key=lambda each: (each.known_ns, each.side))
    newest = _atr(seconds, seconds["open_ns"][-1:] + NS_PER_S, used.atr_minutes)
    is_ready = bool(np.isfinite(newest).any())
    lacks = f"fewer than {used.atr_minutes} minutes in which the price moved are known"
    return Markers(tuple(found), "" if is_ready else lacks)


def _usual(
    rows: RowArray, numbers: IntArray, notional: FloatArray, rule: CascadeRule
) -> FloatArray:
    """Return what a cluster's notional has to reach, from those that were over when it began."""
    sizes = np.bincount(numbers, weights=notional)
    count = sizes.size
    first_ns, last_ns = np.zeros(count, np.int64), np.zeros(count, np.int64)
    first_ns[numbers[::-1]] = rows["ts_event_ns"][::-1]
    last_ns[numbers] = rows["ts_event_ns"]
    at_ns = np.concatenate((last_ns + rule.cluster.gap_ns + 1, first_ns))
    order = np.argsort(at_ns, kind="stable")  # what is over at an instant, before what begins
    values = np.concatenate((sizes, np.full(count, np.nan)))[order]
    out = np.empty(2 * count)
    out[order] = trailing_quantile(at_ns[order], values, rule.rare)
    return out[count:]


def _as_of(known_ns: IntArray, values: FloatArray, at_ns: IntArray) -> FloatArray:
    """Return the newest value known at each moment; NaN before the first."""
    return np.append(np.nan, values)[np.searchsorted(known_ns, at_ns, side="right")]


def _atr(seconds: BarArray, at_ns: IntArray, minutes: int) -> FloatArray:
    bars = merge_bars(seconds, step_ns=NS_PER_MINUTE)
    sums = np.append(0, np.cumsum(true_range_ticks(bars)))
    mean = np.full(bars.size, np.nan)
    mean[minutes - 1 :] = (sums[minutes:] - sums[:-minutes]) / minutes
    mean[mean == 0] = np.nan
    return _as_of(bars["open_ns"] + NS_PER_MINUTE, mean, at_ns)


def _marker(
    at_ns: Ns, price_ticks: int, side: int, facts: tuple[int, float, float], rule: CascadeRule
) -> Marker:
    events, notional, moved = facts
    return Marker(
        kind=MarkerKind.LIQUIDATION_CASCADE,
        side=side,
        event_ns=at_ns,
        known_ns=at_ns,
        price_ticks=price_ticks,
        value=moved,
        threshold=rule.least_atr,
        strength=max(1 - rule.least_atr / moved, 0.0),
        reason=(
            f"{events} {'longs' if side < 0 else 'shorts'} of at least {notional:,.0f} liquidated "
            f"while the price moved {moved:.1f} ATR and open interest fell"
        ),
    )
