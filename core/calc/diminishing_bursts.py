"""Diminishing bursts: one side comes again and again, each time with less."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.calc.marking import touches
from core.calc.words import number_text
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import NS_PER_MINUTE, Ns


@dataclass(frozen=True, slots=True)
class DiminishRule:
    """When bursts diminish.

    Attributes:
        count: how many bursts of one side, >= 2, with none of the other between them.
        within_ns: all of them are known within this.
    """

    count: int = 3
    within_ns: Ns = 15 * NS_PER_MINUTE


def diminishing_bursts(
    bursts: Sequence[Marker],
    *,
    rule: DiminishRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the bursts that are the last of several in one direction, each smaller.

    Each further one that is smaller again is a finding too. ``value`` is by which share the last
    is smaller than the first; ``threshold`` is 0.

    Args:
        bursts: markers of kind BURST, in the order of ``known_ns``; their ``value`` is the size.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; a larger burst may have been in
            one, so that nothing goes on across it.

    Raises:
        ValueError: ``bursts`` are not in order.

    Source:
        DEFINITIONS section 20, exhaustion subtypes.
    """
    used = rule or DiminishRule()
    if any(later.known_ns < earlier.known_ns for earlier, later in pairwise(bursts)):
        msg = "bursts must be in the order in which they became known"
        raise ValueError(msg)
    found: list[Marker] = []
    chain: list[Marker] = []
    for burst in bursts:
        chain = [*chain, burst] if chain and _goes_on(chain[-1], burst, gaps_ns) else [burst]
        last = chain[-used.count :]
        spans_ns = burst.known_ns - last[0].known_ns
        if len(last) == used.count and spans_ns <= used.within_ns:
            found.append(_marker(last))
    return Markers(tuple(found))


def _goes_on(last: Marker, burst: Marker, gaps_ns: Sequence[tuple[Ns, Ns]]) -> bool:
    span_ns = np.array([last.event_ns]), np.array([burst.known_ns])
    is_less = burst.side == last.side and burst.value < last.value
    return is_less and not touches(*span_ns, gaps_ns)[0]


def _marker(bursts: Sequence[Marker]) -> Marker:
    first, last = bursts[0], bursts[-1]
    less = 1 - last.value / first.value
    sizes = "; ".join(number_text(each.value) for each in bursts)
    side = "buying" if last.side > 0 else "selling"
    return Marker(
        kind=MarkerKind.DIMINISHING_BURSTS,
        side=-last.side,
        event_ns=last.event_ns,
        known_ns=last.known_ns,
        price_ticks=last.price_ticks,
        value=less,
        threshold=0.0,
        strength=less,
        reason=f"Bursts of {side}, each smaller than the one before: {sizes}.",
    )
