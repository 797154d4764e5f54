"""Spells: runs of strong seconds that go on until two in a row are weak."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.domain.arrays import BoolArray, IntArray
from core.domain.units import NS_PER_S, Ns

PAUSE_NS: Final[Ns] = 2 * NS_PER_S
"""So long nothing must hold on for a spell to be over."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One spell, as indices of seconds.

    Attributes:
        members: the strong seconds that it began with and those that held on since.
        known: the second with which it began to count.
        end_ns: end of its last second, as far as is known.
        over_ns: when it was known to be over; None = it may go on.
    """

    members: tuple[int, ...]
    known: int
    end_ns: Ns
    over_ns: Ns | None


def spells(
    opens_ns: IntArray,
    strong: BoolArray,
    holds: BoolArray,
    *,
    least_s: int,
    cuts_ns: Sequence[Ns],
    until_ns: Ns,
) -> list[Spell]:
    """Return the spells, ascending.

    Args:
        opens_ns: int64[n], starts of whole seconds, ascending; one that is left out is weak.
        strong: bool[n], those that a spell begins with, so many in a row.
        holds: bool[n], those that one goes on with; every strong one does.
        least_s: how many in a row, >= 1.
        cuts_ns: where nothing goes on across, ascending.
        until_ns: what is known by then.
    """
    found: list[Spell] = []
    streak: list[int] = []
    opens, is_strong = opens_ns.tolist(), strong.tolist()
    for at in np.flatnonzero(holds).tolist():
        known = len(streak) >= least_s
        reach_ns = PAUSE_NS - NS_PER_S if known else 0
        if streak and opens[at] > _over_ns(opens[streak[-1]], cuts_ns, reach_ns):
            found += _spell(streak, opens, least_s, cuts_ns, until_ns)
            streak = []
            known = False
        if known or is_strong[at]:
            streak.append(at)
        else:
            streak = []
    return found + _spell(streak, opens, least_s, cuts_ns, until_ns)


def _over_ns(last_ns: Ns, cuts_ns: Sequence[Ns], reach_ns: Ns) -> Ns:
    """Return the last start of a second that goes on from the one at ``last_ns``."""
    end_ns = last_ns + NS_PER_S
    cut = bisect_left(cuts_ns, end_ns)
    next_cut_ns = cuts_ns[cut] if cut < len(cuts_ns) else end_ns + reach_ns + 1
    return min(end_ns + reach_ns, next_cut_ns - 1)


def _spell(
    streak: list[int], opens: list[Ns], least_s: int, cuts_ns: Sequence[Ns], until_ns: Ns
) -> list[Spell]:
    if len(streak) < least_s:
        return []
    end_ns = opens[streak[-1]] + NS_PER_S
    cut = bisect_left(cuts_ns, end_ns)
    over_ns = min([end_ns + PAUSE_NS, *cuts_ns[cut : cut + 1]])
    is_over = over_ns <= until_ns
    return [Spell(tuple(streak), streak[least_s - 1], end_ns, over_ns if is_over else None)]
