"""Effort side: what was taken against one side at the edge of prices, told piece by piece."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from core.calc.effort_rule import Effort, EffortRule
from core.calc.refill import refill
from core.calc.trailing import Trailing
from core.domain.arrays import BoolArray, FloatArray, IntArray, RowArray, TradeArray
from core.domain.units import NS_PER_S, Ns

_FAR: Final = 2**40


@dataclass(frozen=True, slots=True)
class EffortWindow:
    """The seconds that ended, with the trades of the window before them.

    Attributes:
        slot: int64[n], in which second a trade was, counted from a window before the first.
        zone: float64[m], height of the zone.
        is_free: bool[m], the window is whole and no gap touches it.
        quotes: QUOTE_DTYPE[k], from before the window before on.
        gaps_ns: half-open spans in which some of either may be missing.
    """

    slot: IntArray
    trades: TradeArray
    end_ns: IntArray
    zone: FloatArray
    is_free: BoolArray
    quotes: RowArray
    gaps_ns: Sequence[tuple[Ns, Ns]]


class EffortSide:
    """What is kept of one side: the efforts of a day, and those of the last window."""

    def __init__(self, side: int, rule: EffortRule) -> None:
        self._side, self._rule = side, rule
        self._usual = Trailing(rule.usual)
        self._last = np.full(2 * rule.window_s - 1, np.nan)

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        twin._usual = self._usual.fork()
        return twin

    def after(
        self, window: EffortWindow, flows: tuple[FloatArray, FloatArray, FloatArray]
    ) -> Effort:
        """Return the effort at each second of ``window``.

        Args:
            flows: float64[m] each: lots bought less sold, ticks the mid rose, and how many of them
                a lot usually is.
        """
        side, width, count = self._side, self._rule.window_s, window.end_ns.size
        price = side * window.trades["price_ticks"].astype(np.int64)
        low = np.full(width + count, _FAR)
        np.minimum.at(low, window.slot, price)
        low = np.lib.stride_tricks.sliding_window_view(low, width).min(axis=1)[1:]
        taken = window.trades["aggressor"] == -side
        sold = window.trades["size_lots"][taken]
        lots = _in_zone(window.slot[taken], price[taken], sold, low + window.zone, width)
        lots[~window.is_free | np.isnan(window.zone)] = np.nan
        usual = self._of_before(window.end_ns, lots)
        flow, moved, usually = flows
        expected = -side * flow * usually
        moved = side * moved
        holds = (lots >= usual) & (lots > 0) & (expected > 0)
        holds &= moved >= -self._rule.most_frac * expected
        told = Effort(
            end_ns=window.end_ns,
            lots=lots,
            usual_lots=usual,
            edge_ticks=side * low,
            zone_ticks=window.zone,
            moved_ticks=moved,
            expected_ticks=np.maximum(expected, 0),
            filled_lots=np.full(count, np.nan),
            shown_lots=np.full(count, np.nan),
            holds=holds,
        )
        for at in np.flatnonzero(holds).tolist():
            zone = told.zone(at, side=side, window_s=width)
            each = refill(window.trades, window.quotes, zone, gaps_ns=window.gaps_ns)
            told.filled_lots[at], told.shown_lots[at] = each.filled_lots, each.shown_lots
            holds[at] = each.filled_lots >= self._rule.least_refill * each.shown_lots
        return told

    def _of_before(self, end_ns: IntArray, lots: FloatArray) -> FloatArray:
        """Return the quantile of the efforts that were over when each of these began.

        A window ends with every second, and the largest of those that end within one window is
        what one of these has to reach: were it held against every tenth of them alone, what one in
        a hundred reaches would be found far more often.
        """
        width = self._rule.window_s
        told = np.append(self._last, lots)
        self._last = told[told.size - self._last.size :]
        apart = np.lib.stride_tricks.sliding_window_view(told, width)[: lots.size].max(axis=1)
        apart[end_ns // NS_PER_S % width != 0] = np.nan
        usual: FloatArray = self._usual.after(end_ns, apart)[0]
        return usual


def _in_zone(
    slot: IntArray, price: IntArray, lots: IntArray, above: FloatArray, width: int
) -> FloatArray:
    """Return the lots below ``above`` in the window of each end."""
    above = np.append(np.full(width, -np.inf), above)
    out = np.zeros(above.size)
    for later in range(width):
        at = slot + later
        is_in = at < above.size
        is_in[is_in] = price[is_in] < above[at[is_in]]
        out += np.bincount(at[is_in], weights=lots[is_in], minlength=above.size)
    return out[width:]
