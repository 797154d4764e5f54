"""Streak: strong seconds in a row, which go on until two in a row are weak."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.domain.units import NS_PER_S, Ns

_PAUSE_NS: Final[Ns] = 2 * NS_PER_S
"""So long nothing must hold on for a streak that counts to be over."""


@dataclass(frozen=True, slots=True)
class Streak:
    """The seconds of a spell that goes on, or of what may become one; the rest is forgotten.

    Attributes:
        first_ns: start of its first second.
        last_ns: start of its last.
        count: how many there are; 0 = nothing goes on.
    """

    first_ns: Ns = 0
    last_ns: Ns = 0
    count: int = 0

    def on(self, at_ns: Ns, cuts_ns: Sequence[Ns], *, is_strong: bool, least_s: int) -> "Streak":
        """Return the streak after the next second that holds; those between the two are weak.

        From ``least_s`` strong seconds in a row on it counts, and goes on with any that holds.

        Args:
            at_ns: start of the second, after the last one.
            cuts_ns: where nothing goes on across, ascending.
            is_strong: the second could begin a streak.
        """
        counts = self.count >= least_s
        if self.count and at_ns <= self._reach_ns(cuts_ns, _PAUSE_NS - NS_PER_S if counts else 0):
            goes_on = counts or is_strong
            return Streak(self.first_ns, at_ns, self.count + 1) if goes_on else Streak()
        return Streak(at_ns, at_ns, 1) if is_strong else Streak()

    def _reach_ns(self, cuts_ns: Sequence[Ns], pause_ns: Ns) -> Ns:
        """Return the last start of a second that goes on from this one."""
        end_ns = self.last_ns + NS_PER_S
        cut = bisect_left(cuts_ns, end_ns)
        cut_ns = cuts_ns[cut] if cut < len(cuts_ns) else end_ns + pause_ns + 1
        return min(end_ns + pause_ns, cut_ns - 1)
