"""Swing divergences, told bar by bar: a new high that the taken volume does not follow."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Self

import numpy as np

from core.calc.grouping import intervals
from core.calc.marking import touches
from core.calc.running_cvd import RunningCvd
from core.calc.swings import Swings, outward
from core.calc.words import coins_text, price_text
from core.domain.arrays import BarArray, FloatArray, IntArray, empty_bars
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_DAY, Ns


@dataclass(frozen=True, slots=True)
class SwingRule:
    """Which swings are compared, and how.

    Attributes:
        left: bars before a swing that it stands out from.
        right: bars after it; it is known with the close of the last of them.
        least_bars: least distance of the two swings.
        most_bars: greatest.
        hidden: look for the swing of price that is the weaker one instead (a lower high with a
            higher CVD; a higher low with a lower one).
        session_ns: CVD starts anew every so long from 00:00 UTC, and no pair reaches across; None
            = never.
    """

    left: int = 2
    right: int = 2
    least_bars: int = 5
    most_bars: int = 60
    hidden: bool = False
    session_ns: Ns | None = NS_PER_DAY


class SwingDivergences:
    """Keeps so many bars as the two swings of a pair may be apart."""

    def __init__(
        self, instrument: Instrument, *, step_ns: Ns, rule: SwingRule | None = None
    ) -> None:
        """Begin without a past; the arguments are those of ``cvd_divergence_swing``."""
        used = rule or SwingRule()
        self._instrument, self._step_ns, self._rule = instrument, step_ns, used
        self._cvd = RunningCvd(session_ns=used.session_ns)
        self._bars, self._volume, self._count = empty_bars(), np.zeros(0), 0
        self._swings = {side: Swings(left=used.left, right=used.right) for side in (-1, 1)}
        self._newest: dict[int, int] = {}

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        twin._cvd, twin._newest = self._cvd.fork(), self._newest.copy()
        twin._swings = {side: each.fork() for side, each in self._swings.items()}
        return twin

    @property
    def not_ready(self) -> str:
        """Return why nothing can be judged yet, a clause; empty = it can."""
        needed = self._rule.left + self._rule.right + 1
        return "" if self._count >= needed else f"there are fewer than {needed} bars"

    def after(self, fresh: BarArray, gaps_ns: Sequence[tuple[Ns, Ns]] = ()) -> list[Marker]:
        """Return what became known with the next bars, in the order of ``known_ns``.

        Args:
            fresh: BAR_DTYPE[n], sorted, closed, all after those before.
            gaps_ns: half-open spans in which trades may be missing.
        """
        rule, first = self._rule, self._count - self._bars.size
        bars = np.concatenate([self._bars, fresh])
        volume = np.append(self._volume, self._cvd.after(fresh))
        kept = rule.most_bars + rule.left + rule.right + 1
        self._bars, self._volume = bars[-kept:], volume[-kept:]
        found = []
        for side in (-1, 1):
            price = outward(bars, side)
            for begin, end in self._pairs(side, price[bars.size - fresh.size :].tolist()):
                at = slice(begin - first, end - first + 1)
                diverges = _diverges(price[at], -side * volume[at], hidden=rule.hidden)
                if diverges and self._is_usable(bars, at, gaps_ns):
                    found.append(self._marker(bars, volume[at], at, side))
        self._count += fresh.size
        found.sort(key=lambda each: (each.known_ns, each.side))
        return found

    def _pairs(self, side: int, prices: Sequence[int]) -> list[tuple[int, int]]:
        """Return each swing that becomes known, and the one before, where they are near enough."""
        found, rule, swings = [], self._rule, self._swings[side]
        for price in prices:
            swing = swings.after(price)
            if swing is None:
                continue
            before = self._newest.get(side, swing)
            if rule.least_bars <= swing - before <= rule.most_bars:
                found.append((before, swing))
            self._newest[side] = swing
        return found

    def _is_usable(self, bars: BarArray, at: slice, gaps_ns: Sequence[tuple[Ns, Ns]]) -> bool:
        """Return whether a pair is in one session and touched by no gap."""
        rule, opens_ns = self._rule, bars["open_ns"]
        if rule.session_ns is not None:
            session = intervals(opens_ns[[at.start, at.stop - 1]], width=rule.session_ns)
            if session[0] != session[1]:
                return False
        from_ns = opens_ns[[max(at.start - rule.left, 0)]]
        to_ns = opens_ns[[at.stop - 1 + rule.right]] + self._step_ns
        return not touches(from_ns, to_ns, gaps_ns)[0]

    def _marker(self, bars: BarArray, volume: FloatArray, at: slice, side: int) -> Marker:
        first, last = at.start, at.stop - 1
        extremes = bars["high_ticks" if side < 0 else "low_ticks"]
        change, coin = float(volume[-1] - volume[0]), self._instrument
        return Marker(
            kind=MarkerKind.DIVERGENCE,
            side=side,
            event_ns=int(bars["open_ns"][last]),
            known_ns=int(bars["open_ns"][last + self._rule.right]) + self._step_ns,
            price_ticks=int(extremes[last]),
            value=abs(change),
            threshold=0.0,
            strength=abs(change) / float(np.nanmax(volume) - np.nanmin(volume)),
            reason=(
                f"A {'higher' if extremes[last] > extremes[first] else 'lower'} "
                f"{'high' if side < 0 else 'low'} ({price_text(extremes[first], coin)} to "
                f"{price_text(extremes[last], coin)}, {volume.size - 1} bars apart) with a "
                f"{'higher' if change > 0 else 'lower'} CVD ({coins_text(volume[0], coin)} to "
                f"{coins_text(volume[-1], coin)})."
            ),
        )


def _diverges(price: IntArray, volume: FloatArray, *, hidden: bool) -> bool:
    """Return whether the last value is beyond the first in one and short of it in the other."""
    sign = -1 if hidden else 1
    return bool(sign * (price[-1] - price[0]) > 0 > sign * (volume[-1] - volume[0]))
