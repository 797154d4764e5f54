"""How long to wait before a connection is tried again: jittered, capped, exponential."""

from random import Random
from typing import Final

FIRST_S: Final = 0.15
CAP_S: Final = 30.0
STABLE_S: Final = 20.0
LONG_S: Final = 60.0
"""After the venue said that it does not want us (close code 1008)."""


class Backoff:
    """Waits of one connection. The n-th wait is 50 to 100 % of ``first_s * 2**n``, at most a cap.

    A connection that delivered for ``stable_s`` starts again at the first wait; one that is cut
    right after it opened does not, or it would be hammered.
    """

    def __init__(
        self,
        rng: Random,
        *,
        first_s: float = FIRST_S,
        cap_s: float = CAP_S,
        stable_s: float = STABLE_S,
    ) -> None:
        self._rng = rng
        self._first_s = first_s
        self._cap_s = cap_s
        self._stable_s = stable_s
        self._failures = 0

    def next_s(self, *, delivered_s: float = 0.0, at_least_s: float = 0.0) -> float:
        """Return the next wait in seconds.

        Args:
            delivered_s: how long the connection that was just lost delivered data.
            at_least_s: the venue asked for this much; up to a quarter is added, so that not all
                clients come back at once.
        """
        if delivered_s >= self._stable_s:
            self._failures = 0
        longest_s = min(self._cap_s, self._first_s * 2.0 ** min(self._failures, 32))
        self._failures += 1
        wait_s = self._rng.uniform(0.5, 1.0) * longest_s
        return max(wait_s, at_least_s * self._rng.uniform(1.0, 1.25))

    def succeeded(self) -> None:
        """Start again at the first wait."""
        self._failures = 0
