"""Icebergs: levels where more was filled than ever rested, since they were filled up again."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from core.calc.level_side import ChangeKind
from core.domain.arrays import BookSide, RowArray
from core.domain.frame import Framed
from core.domain.units import NS_PER_MS, Ns

_Key: TypeAlias = tuple[int, int]  # side and price


@dataclass(frozen=True, slots=True)
class IcebergRules:
    """What is evidence of an order larger than what it shows.

    Attributes:
        times: so many times the most that rested must have been filled, in one visit of the price.
        refills: so often it must have come back ...
        refill_ns: ... so soon after a fill (50 ms would be the venue's own order type) ...
        similar_frac: ... to the size before, give or take this share.
    """

    times: Fraction = Fraction(2)
    refills: int = 2
    refill_ns: Ns = 300 * NS_PER_MS
    similar_frac: Fraction = Fraction(1, 5)


@dataclass(frozen=True, slots=True)
class Iceberg(Framed):
    """The moment in which a visit had given evidence enough; each visit gives one at most.

    Attributes:
        side: BookSide.
        event_ns: time of the message that completed it.
        known_ns: when that could first be told.
        since_ns: first fill of the visit.
        filled_lots: of the visit until then.
        peak_lots: the most that rested at any message of it.
        refills: at least so many; several between two messages look like one.
        slowest_refill_ns: the longest wait for one, 0 = within one message.
    """

    side: int
    price_ticks: int
    event_ns: Ns
    known_ns: Ns
    since_ns: Ns
    filled_lots: int
    peak_lots: int
    refills: int
    slowest_refill_ns: Ns


@dataclass(slots=True)
class _Visit:
    since_ns: Ns
    shown_lots: int
    peak_lots: int
    filled_lots: int = 0
    refills: int = 0
    last_fill_ns: Ns = 0
    slowest_ns: Ns = 0
    is_used: bool = False
    is_down: bool = False
    is_told: bool = False


class Icebergs:
    """Looks for them in one book as its ledger is settled.

    A visit begins with a fill and ends when the side has a better price, when nothing came back in
    time to a level that was used up, or when the level can no longer be accounted for.

    Source:
        DEFINITIONS section 11, iceberg.
    """

    def __init__(self, rules: IcebergRules = IcebergRules()) -> None:
        self._rules = rules
        self._visits: dict[_Key, _Visit] = {}

    def take(self, steps: RowArray) -> list[Iceberg]:
        """Return what the next steps complete.

        Args:
            steps: STEP_DTYPE[n], in the order of ``Ledger.settle``.
        """
        found = []
        for step, is_filled in zip(steps, (steps["filled_lots"] > 0).tolist(), strict=True):
            if not (is_filled or self._visits):
                continue  # most steps of most books
            key = int(step["side"]), int(step["price_ticks"])
            self._leave(step)
            if int(step["kind"]) != ChangeKind.CHANGED:
                self._visits.pop(key, None)
                continue
            if is_filled and key not in self._visits:
                shown = int(step["before_lots"])
                self._visits[key] = _Visit(int(step["ts_ns"]), shown, shown)
            visit = self._visits.get(key)
            if visit is not None:
                self._count(visit, step)
                if self._is_enough(visit):
                    visit.is_told = True
                    found.append(_iceberg(key, visit, step))
        return found

    def _leave(self, step: np.void) -> None:
        """End the visits that are over by the time of this step."""
        ts_ns = int(step["ts_ns"])
        best = {BookSide.BID: int(step["bid_ticks"]), BookSide.ASK: int(step["ask_ticks"])}
        for (side, price), visit in list(self._visits.items()):
            is_behind = bool(best[side]) and (best[side] - price) * side > 0
            too_late = visit.is_down and ts_ns - visit.last_fill_ns > self._rules.refill_ns
            if is_behind or too_late:
                del self._visits[side, price]

    def _count(self, visit: _Visit, step: np.void) -> None:
        ts_ns, after = int(step["ts_ns"]), int(step["after_lots"])
        filled = int(step["filled_lots"])
        visit.filled_lots += filled
        visit.peak_lots = max(visit.peak_lots, after)
        visit.last_fill_ns = ts_ns if filled else visit.last_fill_ns
        wait_ns = ts_ns - visit.last_fill_ns
        is_similar = abs(after - visit.shown_lots) <= self._rules.similar_frac * visit.shown_lots
        comes_back = bool(step["added_lots"]) and (filled > 0 or visit.is_used)
        if comes_back and is_similar and wait_ns <= self._rules.refill_ns:
            visit.refills += 1
            visit.slowest_ns = max(visit.slowest_ns, wait_ns)
            visit.is_used = False
        elif filled:
            visit.is_used = True
        visit.is_down = after == 0

    def _is_enough(self, visit: _Visit) -> bool:
        is_more = visit.filled_lots >= self._rules.times * visit.peak_lots
        return is_more and visit.refills >= self._rules.refills and not visit.is_told


def _iceberg(key: _Key, visit: _Visit, step: np.void) -> Iceberg:
    known = int(step["ts_ns"]), int(step["known_ns"]), visit.since_ns
    return Iceberg(
        *key, *known, visit.filled_lots, visit.peak_lots, visit.refills, visit.slowest_ns
    )
