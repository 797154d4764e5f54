"""One number per bar that is found at the bar's end, of settled bars once."""

from collections.abc import Callable
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from core.domain.units import Ns
from data.views.atoms import Held

MOST_AT_ONCE: Final = 60
"""Numbers found in one call, the newest first: the first calls have fewer than all."""


class Once:
    """Numbers by the ends of their bars."""

    def __init__(self) -> None:
        self._known: dict[Ns, float] = {}
        self._edge_ns: Ns = 0
        self._state: object = None

    def update(self, held: Held, ends_ns: IntArray, find: Callable[[Ns], float]) -> FloatArray:
        """Return the number of each bar.

        Args:
            held: what the numbers rest on.
            ends_ns: int64[n], ascending.
            find: the end of a bar -> its number; NaN is not known.

        Returns:
            float64[n]; NaN also where it is not found yet.
        """
        if self._state != (held.gaps_ns, held.state(self._edge_ns)):
            self._known, self._edge_ns = {}, 0
        edge_ns = max(held.settled_ns, self._edge_ns)
        # Before anything is read: what comes in between then makes this state false.
        self._state = held.gaps_ns, held.state(edge_ns)
        self._edge_ns = edge_ns
        before, self._known = self._known, {}
        out, left = np.full(ends_ns.size, np.nan), MOST_AT_ONCE
        for index in range(ends_ns.size - 1, -1, -1):
            end_ns = int(ends_ns[index])
            value = before.get(end_ns)
            if value is None:
                if not left:
                    continue
                value, left = find(end_ns), left - 1
            out[index] = value
            if end_ns <= edge_ns:
                self._known[end_ns] = value
        return out
