"""Partial states of VWAP, and how two of them become one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moments:
    """A partial state of VWAP.

    Attributes:
        weight: volume, >= 0, in any one unit.
        mean_ticks: its average price; has no meaning while ``weight`` is 0.
        m2: sum of weight * (price - mean)^2, >= 0.
    """

    weight: float
    mean_ticks: float
    m2: float


def merge_moments(a: Moments, b: Moments) -> Moments:
    """Return the state of both together; the order does not matter.

    Source:
        Chan, Golub & LeVeque (1983), "Algorithms for Computing the Sample Variance", Am. Stat. 37.
    """
    if not a.weight or not b.weight:
        return a if a.weight else b
    weight = a.weight + b.weight
    gap = b.mean_ticks - a.mean_ticks
    growth = gap * gap * a.weight * b.weight / weight
    return Moments(weight, a.mean_ticks + gap * b.weight / weight, a.m2 + b.m2 + growth)
