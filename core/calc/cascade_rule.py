"""Cascade rule: when a cluster of liquidations is a cascade."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from core.calc.liquidation_clusters import ClusterRule
from core.calc.trailing import Usual

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
