"""Walls: levels that stand out of their book, followed from their first lot to their end."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final, TypeAlias

import numpy as np

from core.calc.level_side import ChangeKind
from core.calc.wall_events import WallEvent, WallEventKind, WallRules, verdict
from core.domain.arrays import RowArray
from core.domain.units import Ns

_Key: TypeAlias = tuple[int, int]  # side and price
_NEVER: Final[Ns] = -(2**62)


@dataclass(slots=True)
class _Wall:
    """What is known of one; it is young until it has been told of."""

    since_ns: Ns
    least_lots: int
    size_lots: int
    peak_lots: int
    told_lots: int = 0
    is_young: bool = True
    added_lots: int = 0
    filled_lots: int = 0
    cancelled_lots: int = 0
    near_ns: Ns = _NEVER


@dataclass(frozen=True, slots=True)
class _Now:
    """The message that a step is of."""

    ts_ns: Ns
    known_ns: Ns
    middle: float

    def distance_bps(self, price_ticks: int) -> float:
        return abs(price_ticks - self.middle) / self.middle * 1e4


class Walls:
    """Follows the walls of one book as its ledger is settled; time goes on with the steps alone.

    Source:
        DEFINITIONS section 11.
    """

    def __init__(self, rules: WallRules = WallRules()) -> None:  # noqa: B008 - frozen
        self._rules = rules
        self._walls: dict[_Key, _Wall] = {}

    def take(self, steps: RowArray, *, least_lots: int | None) -> list[WallEvent]:
        """Return what the next steps tell.

        Args:
            steps: STEP_DTYPE[n], whole messages, in the order of ``Ledger.settle``.
            least_lots: what a wall that begins now must hold; None = cannot be judged, so that
                none begins. See ``WallSize``.

        Returns:
            Events in the order of ``known_ns``.
        """
        events: list[WallEvent] = []
        for _, rows in groupby(steps, key=lambda row: int(row["message"])):
            message = list(rows)
            now = _now(message[0])
            events += self._grow_older(now)
            for step in message:
                events += self._step(step, now, least_lots)
        return events

    def _grow_older(self, now: _Now) -> Iterator[WallEvent]:
        for key, wall in self._walls.items():
            if now.distance_bps(key[1]) <= self._rules.near_bps:
                wall.near_ns = now.ts_ns
            if wall.is_young and now.ts_ns - wall.since_ns >= self._rules.age_ns:
                wall.is_young = False
                wall.told_lots = wall.size_lots
                yield self._event(WallEventKind.CREATED, key, wall, now, wall.since_ns)

    def _step(self, step: np.void, now: _Now, least_lots: int | None) -> Iterator[WallEvent]:
        key = int(step["side"]), int(step["price_ticks"])
        wall = self._walls.get(key)
        after = int(step["after_lots"])
        if wall is not None:
            yield from self._change(key, wall, step, now)
        elif (
            least_lots is not None
            and after >= max(least_lots, 1)
            and now.distance_bps(key[1]) <= self._rules.farthest_bps
        ):
            self._walls[key] = _Wall(now.ts_ns, least_lots, after, after)

    def _change(self, key: _Key, wall: _Wall, step: np.void, now: _Now) -> Iterator[WallEvent]:
        after, kind = int(step["after_lots"]), step["kind"]
        wall.added_lots += int(step["added_lots"])
        wall.filled_lots += int(step["filled_lots"])
        wall.cancelled_lots += int(step["cancelled_lots"])
        has_ended = after < self._rules.ended_frac * wall.peak_lots
        if kind == ChangeKind.LEFT or has_ended or (wall.is_young and after < wall.least_lots):
            del self._walls[key]
            if wall.is_young:
                return
            end = WallEventKind.OUT_OF_VIEW
            if kind == ChangeKind.CHANGED:
                wall.size_lots = after
                end = verdict(wall.filled_lots, wall.cancelled_lots, self._rules)
            yield self._event(end, key, wall, now, now.ts_ns)
            return
        wall.size_lots = after
        wall.peak_lots = max(wall.peak_lots, after)
        moved = abs(after - wall.told_lots)
        if not wall.is_young and moved >= self._rules.resized_frac * wall.peak_lots:
            wall.told_lots = after
            yield self._event(WallEventKind.RESIZED, key, wall, now, now.ts_ns)

    def _event(
        self, kind: WallEventKind, key: _Key, wall: _Wall, now: _Now, event_ns: Ns
    ) -> WallEvent:
        return WallEvent(
            kind=kind,
            side=key[0],
            price_ticks=key[1],
            event_ns=event_ns,
            known_ns=now.known_ns,
            since_ns=wall.since_ns,
            size_lots=wall.size_lots,
            peak_lots=wall.peak_lots,
            least_lots=wall.least_lots,
            added_lots=wall.added_lots,
            filled_lots=wall.filled_lots,
            cancelled_lots=wall.cancelled_lots,
            distance_bps=now.distance_bps(key[1]),
            is_near=now.ts_ns - wall.near_ns <= self._rules.near_ns,
        )


def _now(step: np.void) -> _Now:
    bid, ask = int(step["bid_ticks"]), int(step["ask_ticks"])
    middle = (bid + ask) / 2 if bid and ask else math.nan
    return _Now(int(step["ts_ns"]), int(step["known_ns"]), middle)
