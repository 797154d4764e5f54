"""Fleeting walls: large levels that went soon and hardly filled; why they went nobody can see."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.calc.wall_events import WallEvent, WallEventKind
from core.domain.arrays import TradeArray, require_sorted
from core.domain.frame import Framed
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns


@dataclass(frozen=True, slots=True)
class FleetingRule:
    """What counts.

    Attributes:
        life_ns: shorter than this from its first lot to its end ...
        cancelled_frac: ... and at least this share of what went was no trade's.
        window_ns: how far back others of the same side are counted.
        after_ns: how long after its end takers are watched.
    """

    life_ns: Ns = 10 * NS_PER_S
    cancelled_frac: Fraction = Fraction(19, 20)
    window_ns: Ns = NS_PER_MINUTE
    after_ns: Ns = 2 * NS_PER_S


@dataclass(frozen=True, slots=True)
class FleetingWall(Framed):
    """An unattributed reduction of a large level, and what stood around it.

    Attributes:
        wall: its end.
        known_ns: when all of this could first be told.
        before: how many such walls of the same side ended in the window before it.
        against_lots: taken right after its end against the side that it seemed to hold: sold after
            a wall of bids, bought after one of asks.
        along_lots: taken the other way, for comparison.
    """

    wall: WallEvent
    known_ns: Ns
    before: int
    against_lots: int
    along_lots: int


def fleeting_walls(
    events: Sequence[WallEvent],
    trades: TradeArray,
    rule: FleetingRule = FleetingRule(),
    *,
    until_ns: Ns,
) -> list[FleetingWall]:
    """Return the fleeting walls of which all is known before ``until_ns``.

    Args:
        events: in the order of ``Walls.take``.
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``, all before ``until_ns``.
        rule: with the limits.
        until_ns: now; walls that ended too shortly before are left for later.

    Returns:
        In the order of their ends.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``.

    Source:
        DEFINITIONS section 11, spoof-like score, without a score: intent cannot be observed.
    """
    require_sorted(trades, "ts_event_ns")
    signed = np.append(0, np.cumsum(trades["size_lots"] * trades["aggressor"]))
    sided = np.append(0, np.cumsum(trades["size_lots"] * np.abs(trades["aggressor"])))
    ends_ns: dict[int, list[Ns]] = {}
    found = []
    for wall in events:
        known_ns = max(wall.known_ns, wall.event_ns + rule.after_ns)
        if known_ns >= until_ns or not _is_fleeting(wall, rule):
            continue
        ours = ends_ns.setdefault(wall.side, [])
        before = len(ours) - bisect_left(ours, wall.event_ns - rule.window_ns)
        ours.append(wall.event_ns)
        span = (wall.event_ns, wall.event_ns + rule.after_ns)
        first, last = np.searchsorted(trades["ts_event_ns"], span, side="right")
        taken, net = int(sided[last] - sided[first]), int(signed[last] - signed[first])
        against = (taken - wall.side * net) // 2
        found.append(FleetingWall(wall, known_ns, before, against, taken - against))
    return found


def _is_fleeting(wall: WallEvent, rule: FleetingRule) -> bool:
    gone = wall.filled_lots + wall.cancelled_lots
    is_short = wall.event_ns - wall.since_ns < rule.life_ns
    is_pulled = wall.kind is WallEventKind.PULLED
    return is_pulled and is_short and wall.cancelled_lots >= rule.cancelled_frac * gone
