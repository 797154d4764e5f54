"""Fixed absorption: the thresholds that circulate, for comparison with the adaptive ones."""

from collections.abc import Sequence
from copy import copy
from typing import Final, Self

import numpy as np

from core.calc.fixed_absorption_rule import CLASSIC, FixedAbsorptionRule
from core.calc.marking import Edges, beyond, touches
from core.calc.move_per_lot import rolling
from core.calc.words import number_text, share_text
from core.domain.arrays import BarArray, IntArray, empty_bars, require_sorted
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import NS_PER_S, Ns

__all__ = ["CLASSIC", "FixedAbsorptionRule", "fixed_absorption"]

_FAR: Final = 2**40


def fixed_absorption(
    seconds: BarArray,
    instrument: Instrument,
    *,
    rule: FixedAbsorptionRule = CLASSIC,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return where one side began to take much while the price stood still, a window apart.

    ``side`` is that of the passive orders: +1 = bids took up sells. ``value`` is what traded, in
    base coins. Known when the window ends.

    Args:
        seconds: BAR_DTYPE[n] of one second, sorted by ``open_ns``, closed; the last one is the
            last that is known to be over.
        instrument: what its ticks and lots are.
        rule: thresholds.
        gaps_ns: half-open spans in which trades may be missing; no window touches one.

    Raises:
        ValueError: ``seconds`` is not sorted.

    Source:
        DEFINITIONS section 20, preset classic.
    """
    require_sorted(seconds, "open_ns")
    told = FixedAbsorptions(instrument, rule)
    until_ns = int(seconds["open_ns"][-1:].sum()) + NS_PER_S
    return Markers(tuple(told.after(seconds, until_ns=until_ns, gaps_ns=gaps_ns)), told.not_ready)


class FixedAbsorptions:
    """The same, told piece by piece; keeps the seconds of one window.

    Attributes:
        not_ready: why nothing can be judged yet, a clause; empty = it can.
    """

    def __init__(self, instrument: Instrument, rule: FixedAbsorptionRule = CLASSIC) -> None:
        self.not_ready = "no trades are known"
        self._instrument, self._rule = instrument, rule
        self._seconds = empty_bars()
        self._end_ns: Ns = 0
        rest_ns = rule.window_s * NS_PER_S
        self._bids, self._asks = Edges(rest_ns), Edges(rest_ns)

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        twin._bids, twin._asks = self._bids.fork(), self._asks.fork()
        return twin

    def after(
        self, fresh: BarArray, *, until_ns: Ns, gaps_ns: Sequence[tuple[Ns, Ns]] = ()
    ) -> list[Marker]:
        """Return what became known with the seconds before ``until_ns``.

        Args:
            fresh: BAR_DTYPE[n] of one second, sorted, all after those before.
            until_ns: a whole second.
            gaps_ns: half-open spans in which trades may be missing.
        """
        if not self._end_ns:
            self._end_ns = int(fresh["open_ns"][0]) if fresh.size else 0
        first_ns, self._end_ns = self._end_ns, until_ns if self._end_ns else 0
        if first_ns >= self._end_ns:
            return []
        self.not_ready = ""
        width, lot = self._rule.window_s, float(self._instrument.lot_size)
        bars = np.concatenate([self._seconds, fresh])
        bars = bars[bars["open_ns"] >= first_ns - width * NS_PER_S]
        self._seconds = bars[bars["open_ns"] >= until_ns - width * NS_PER_S]
        slot = (bars["open_ns"] - first_ns) // NS_PER_S + width
        known_ns = np.arange(first_ns, until_ns, NS_PER_S) + NS_PER_S
        size = known_ns.size + width
        high = -_lowest(slot, -bars["high_ticks"].astype(np.int64), size, width)
        low = _lowest(slot, bars["low_ticks"].astype(np.int64), size, width)
        buy, sell, unknown = (
            rolling(np.bincount(slot, weights=bars[name], minlength=size).astype(float), width)
            for name in ("buy_lots", "sell_lots", "unknown_lots")
        )
        lots = np.array([buy, sell, buy + sell + unknown])[:, width:]
        stands = high - low < self._rule.most_range_frac * low
        stands &= lots[2] * lot > self._rule.above_base
        stands &= ~touches(known_ns - width * NS_PER_S, known_ns, gaps_ns)
        found = []
        for side, most, least, edges in ((1, 1, 0, self._bids), (-1, 0, 1, self._asks)):
            holds = stands & (lots[most] >= self._rule.least_ratio * lots[least]) & (lots[most] > 0)
            for at in edges.after(holds, known_ns).tolist():
                facts = (lots[most, at] * lot, lots[least, at] * lot, lots[2, at] * lot)
                edge = int(low[at] if side > 0 else high[at])
                found.append(self._marker(int(known_ns[at]), edge, side, facts))
        return sorted(found, key=lambda each: (each.known_ns, each.side))

    def _marker(
        self, known_ns: Ns, price_ticks: int, side: int, facts: tuple[float, float, float]
    ) -> Marker:
        most, least, total = (float(each) for each in facts)
        takers = ("Sellers", "buyers") if side > 0 else ("Buyers", "sellers")
        rule = self._rule
        return Marker(
            kind=MarkerKind.ABSORPTION,
            side=side,
            event_ns=known_ns - NS_PER_S,
            known_ns=known_ns,
            price_ticks=price_ticks,
            value=total,
            threshold=rule.above_base,
            strength=beyond(total, rule.above_base),
            reason=(
                f"{takers[0]} took {number_text(most)} {self._instrument.base} and {takers[1]} "
                f"{number_text(least)} in {rule.window_s} s within "
                f"{share_text(rule.most_range_frac, places=2)} of the price (fixed thresholds)."
            ),
        )


def _lowest(slot: IntArray, values: IntArray, size: int, width: int) -> IntArray:
    """Return the least value of the window of each but the first ones; FAR where nothing traded."""
    dense = np.full(size, _FAR)
    dense[slot] = values
    least: IntArray = np.lib.stride_tricks.sliding_window_view(dense, width).min(axis=1)[1:]
    return least
