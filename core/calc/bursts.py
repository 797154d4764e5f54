"""Bursts: spells in which one side takes far more than is usual."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Self

import numpy as np

from core.calc.burst_rule import BurstRule, classic
from core.calc.marking import touches
from core.calc.streak import Streak
from core.calc.taker_seconds import TakerSeconds
from core.calc.trailing import Trailing, Usual, quantile
from core.domain.arrays import BoolArray, FloatArray, IntArray
from core.domain.frame import Framed
from core.domain.units import NS_PER_S, Ns

__all__ = ["Burst", "BurstRule", "Bursts", "bursts", "classic"]


@dataclass(frozen=True, slots=True)
class Burst(Framed):
    """The beginning of a spell; how long it goes on is not known then.

    Attributes:
        side: +1 buyers, -1 sellers.
        start_ns: start of its first second.
        known_ns: end of the second with which it became one.
        price_ticks: last price then.
        rate: what the side took in that second: tick-lots, or lots where the rule is in lots.
        threshold: what that had to reach.
        one_sided_frac: difference of the sides over their sum in that second.
    """

    side: int
    start_ns: Ns
    known_ns: Ns
    price_ticks: int
    rate: float
    threshold: float
    one_sided_frac: float


def bursts(
    seconds: TakerSeconds,
    *,
    rule: BurstRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> list[Burst]:
    """Return the bursts in the order of ``known_ns``; none while too few seconds were before.

    The larger side of each second is held to the larger sides of the seconds before it. A burst
    is over after two seconds in a row that do not hold; only then another one can begin.

    Args:
        seconds: of the whole tape.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; seconds that one touches count for
            nothing, and no burst reaches across one.

    Source:
        DEFINITIONS section 8, burst.
    """
    return Bursts(rule or BurstRule()).after(seconds, gaps_ns)


class Bursts:
    """The same, told piece by piece; keeps the larger sides of the window."""

    def __init__(self, rule: BurstRule) -> None:
        self._rule = rule
        # The lower quantile waits for the higher one, so that a burst can end as it can begin.
        self._needed = Usual(rule.frac, rule.window_ns, rule.least).needed
        usual = Usual(rule.frac, rule.window_ns, self._needed, rule.days)
        self._larger = Trailing(usual, quantile(rule.frac), quantile(rule.end_frac))
        self._streaks = {1: Streak(), -1: Streak()}
        self._seconds = 0

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        twin._larger = self._larger.fork()
        return twin

    @property
    def not_ready(self) -> str:
        """Return why bursts cannot be told yet, a clause; empty = they can."""
        if self._rule.fixed_lots is not None or self._seconds > self._needed:
            return ""
        return f"{self._seconds} seconds with trades, {self._needed} are needed"

    def after(self, seconds: TakerSeconds, gaps_ns: Sequence[tuple[Ns, Ns]] = ()) -> list[Burst]:
        """Return the bursts that began in these seconds, in the order of ``known_ns``."""
        rule, opens_ns = self._rule, seconds.open_ns
        in_gap = touches(opens_ns, opens_ns + NS_PER_S, gaps_ns)
        taken = seconds.notional if rule.fixed_lots is None else seconds.lots
        both = taken.sum(axis=0)
        begin, end = self._bounds(seconds, in_gap)
        cuts_ns = sorted(from_ns for from_ns, _ in gaps_ns)
        self._seconds += opens_ns.size
        found = []
        for side, ours in ((1, taken[0]), (-1, taken[1])):
            share = np.divide(2 * ours - both, both, out=np.zeros(both.size), where=both > 0)
            holds = (ours >= end) & (ours > 0) & ~in_gap
            strong = holds & (ours >= begin) & (share >= rule.one_sided_frac) & (share > 0)
            for at, streak in self._begun(side, opens_ns[holds], strong[holds], cuts_ns):
                index = int(np.flatnonzero(holds)[at])
                found.append(
                    Burst(
                        side=side,
                        start_ns=streak.first_ns,
                        known_ns=streak.last_ns + NS_PER_S,
                        price_ticks=int(seconds.close_ticks[index]),
                        rate=float(ours[index]),
                        threshold=float(begin[index]),
                        one_sided_frac=float(share[index]),
                    )
                )
        return sorted(found, key=lambda each: (each.known_ns, each.side))

    def _begun(
        self, side: int, opens_ns: IntArray, strong: BoolArray, cuts_ns: Sequence[Ns]
    ) -> list[tuple[int, Streak]]:
        """Return at which of the seconds that hold a burst began, and the streak by then."""
        begun, streak, least_s = [], self._streaks[side], self._rule.least_s
        for at, open_ns in enumerate(opens_ns.tolist()):
            streak = streak.on(open_ns, cuts_ns, is_strong=bool(strong[at]), least_s=least_s)
            if streak.count == least_s:
                begun.append((at, streak))
        self._streaks = {**self._streaks, side: streak}
        return begun

    def _bounds(self, seconds: TakerSeconds, in_gap: BoolArray) -> FloatArray:
        """Return float64[2, n]: what begins and what holds a burst; NaN = not known."""
        if self._rule.fixed_lots is not None:
            fixed = np.full(in_gap.size, self._rule.fixed_lots)
            return np.array([np.nextafter(fixed, np.inf), fixed])
        larger = np.where(in_gap, np.nan, seconds.notional.max(axis=0))
        return self._larger.after(seconds.open_ns + NS_PER_S, larger)
