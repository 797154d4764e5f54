"""Wall size: how much must rest at one price before it stands out of its book."""

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.domain.arrays import IntArray
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, Ns

_TAIL_VALUES: Final = 5
"""So many values must lie beyond a quantile before it is one."""


@dataclass(frozen=True, slots=True)
class WallSizeRule:
    """What counts as large.

    Attributes:
        median_times: multiple of the median size of the book's levels now.
        quantile: of the sizes of the levels before, in (0, 1).
        window_ns: how far back they go.
        every_ns: a book so soon after the one before is not counted again.
        least_values: sizes needed before the rule can judge.
    """

    median_times: int = 5
    quantile: float = 0.99
    window_ns: Ns = NS_PER_DAY
    every_ns: Ns = NS_PER_MINUTE
    least_values: int = 500


class WallSize:
    """Follows the sizes of one book's levels within 50 bps, from one look to the next.

    Attributes:
        least_lots: what a wall must hold until the next look; None = cannot judge yet.
        not_ready: why it cannot, a clause; empty = it can.

    Source:
        DEFINITIONS section 11, wall; section 0, adaptive thresholds.
    """

    def __init__(self, rule: WallSizeRule = WallSizeRule()) -> None:
        self.least_lots: int | None = None
        self.not_ready = "no book was seen yet"
        self._rule = rule
        self._looks: deque[tuple[Ns, IntArray]] = deque()
        self._quantile_lots = 0.0
        self._count = 0

    def look(self, ts_ns: Ns, sizes_lots: IntArray) -> None:
        """Take the sizes that rest now.

        Args:
            ts_ns: time of the book, not before that of the look before.
            sizes_lots: int64[n], such as ``LevelChanges.sizes(within_bps=50)``; of an empty book
                nothing can be said.
        """
        rule = self._rule
        if not self._looks or ts_ns - self._looks[-1][0] >= rule.every_ns:
            self._keep(ts_ns, sizes_lots)
        needed = max(rule.least_values, round(_TAIL_VALUES / (1 - rule.quantile)))
        self.least_lots, self.not_ready = None, ""
        if self._count < needed:
            self.not_ready = f"{self._count} of {needed} sizes of levels were seen"
        elif not sizes_lots.size:
            self.not_ready = "the book has no two sides"
        else:
            typical = rule.median_times * float(np.median(sizes_lots))
            self.least_lots = int(np.ceil(max(typical, self._quantile_lots)))

    def _keep(self, ts_ns: Ns, sizes_lots: IntArray) -> None:
        self._looks.append((ts_ns, sizes_lots))
        while self._looks[0][0] <= ts_ns - self._rule.window_ns:
            self._looks.popleft()
        values = np.concatenate([sizes for _, sizes in self._looks])
        self._count = values.size
        if values.size:
            # A size that was there, not one between two.
            self._quantile_lots = float(
                np.quantile(values, self._rule.quantile, method="inverted_cdf")
            )
