"""Slope divergences, told bar by bar: price leans one way and the taken volume the other."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Self

import numpy as np

from core.calc.grouping import intervals
from core.calc.marking import Edges, touches
from core.calc.running_cvd import RunningCvd
from core.calc.slopes import correlations, slopes
from core.calc.trailing import Trailing, Usual, quantile, rank
from core.calc.words import coins_text
from core.domain.arrays import BarArray, BoolArray, FloatArray, empty_bars
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_DAY, Ns

_SEVENTY: Final = Usual(Fraction(7, 10))


@dataclass(frozen=True, slots=True)
class SlopeRule:
    """When slopes diverge.

    Attributes:
        window: how many bars a slope is of; also for how many a finding rests.
        usual: the earlier slopes that each of the two must reach, sign aside.
        least_r2: least square of each one's correlation with time.
        session_ns: CVD starts anew every so long from 00:00 UTC, and no window reaches across;
            None = never.
    """

    window: int = 15
    usual: Usual = _SEVENTY
    least_r2: float = 0.5
    session_ns: Ns | None = NS_PER_DAY


class SlopeDivergences:
    """Keeps one window, and the steepness of those of a day.

    Attributes:
        not_ready: why the last bar could not be judged, a clause; empty = it could.
    """

    def __init__(
        self, instrument: Instrument, *, step_ns: Ns, rule: SlopeRule | None = None
    ) -> None:
        """Begin without a past; the arguments are those of ``cvd_divergence_slope``."""
        used = rule or SlopeRule()
        self.not_ready = f"fewer than {used.usual.needed} earlier slopes are known"
        self._instrument, self._step_ns, self._rule = instrument, step_ns, used
        self._cvd = RunningCvd(session_ns=used.session_ns)
        self._bars, self._volume = empty_bars(), np.zeros(0)
        judges = quantile(used.usual.frac), rank
        self._prices, self._volumes = (Trailing(used.usual, *judges) for _ in range(2))
        self._edges = Edges(used.window * step_ns)

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        twin._cvd, twin._edges = self._cvd.fork(), self._edges.fork()
        twin._prices, twin._volumes = self._prices.fork(), self._volumes.fork()
        return twin

    def after(self, fresh: BarArray, gaps_ns: Sequence[tuple[Ns, Ns]] = ()) -> list[Marker]:
        """Return what the next bars are marked with, in the order of ``known_ns``.

        Args:
            fresh: BAR_DTYPE[n], sorted, closed, all after those before.
            gaps_ns: half-open spans in which trades may be missing.
        """
        rule, new = self._rule, self._bars.size
        bars = np.concatenate([self._bars, fresh])
        volume = np.append(self._volume, self._cvd.after(fresh))
        self._bars, self._volume = bars[-rule.window :], volume[-rule.window :]
        price = _bps(bars)
        of_price, of_volume = (slopes(each, window=rule.window) for each in (price, volume))
        against = -correlations(price, volume, window=rule.window)
        usable = _usable(bars, self._step_ns, rule, gaps_ns)
        known_ns = bars["open_ns"] + self._step_ns
        holds = of_price.slope * of_volume.slope < 0
        ranks = np.ones(fresh.size)
        for each, trailing in ((of_price, self._prices), (of_volume, self._volumes)):
            steepness = np.where(usable, np.abs(each.slope), np.nan)
            bound, its_rank = trailing.after(known_ns[new:], steepness[new:])
            holds[new:] &= steepness[new:] >= bound
            holds &= each.r**2 >= rule.least_r2
            ranks = np.minimum(ranks, its_rank)
            if bound.size:
                self.not_ready = self._lacks(float(bound[-1]))
        begun = self._edges.after(holds[new:], known_ns[new:])
        slope = of_price.slope[new:], of_volume.slope[new:]
        return [
            self._marker(fresh[at], (slope[0][at], slope[1][at]), ranks[at], against[new + at])
            for at in begun.tolist()
        ]

    def _lacks(self, bound: float) -> str:
        known = self._rule.usual.needed
        return f"fewer than {known} earlier slopes are known" if np.isnan(bound) else ""

    def _marker(
        self, bar: np.void, slope: tuple[float, float], its_rank: float, against: float
    ) -> Marker:
        frac = float(self._rule.usual.frac)
        known_ns = int(bar["open_ns"]) + self._step_ns
        return Marker(
            kind=MarkerKind.DIVERGENCE,
            side=1 if slope[1] > 0 else -1,
            event_ns=known_ns,
            known_ns=known_ns,
            price_ticks=int(bar["close_ticks"]),
            value=float(its_rank),
            threshold=frac,
            strength=float(np.clip((its_rank - frac) / (1 - frac) * against, 0, 1)),
            reason=(
                f"Over {self._rule.window} bars the price {'fell' if slope[0] < 0 else 'rose'} by "
                f"{abs(slope[0]):.2f} bps a bar while CVD {'rose' if slope[1] > 0 else 'fell'} by "
                f"{coins_text(abs(slope[1]), self._instrument)} a bar."
            ),
        )


def _bps(bars: BarArray) -> FloatArray:
    """Return the logarithm of the close in basis points; NaN where it is not above zero."""
    close = bars["close_ticks"].astype(np.float64)
    price = np.full(close.size, np.nan)
    price[close > 0] = 1e4 * np.log(close[close > 0])
    return price


def _usable(
    bars: BarArray, step_ns: Ns, rule: SlopeRule, gaps_ns: Sequence[tuple[Ns, Ns]]
) -> BoolArray:
    """Return which windows are whole, in one session, and touched by no gap."""
    back = rule.window - 1
    opens_ns = bars["open_ns"]
    usable = np.zeros(bars.size, np.bool_)
    begins_ns = opens_ns[: max(bars.size - back, 0)]
    ends_ns = opens_ns[back:]
    whole = ends_ns - begins_ns == back * step_ns
    if rule.session_ns is not None:
        width = rule.session_ns
        whole &= intervals(begins_ns, width=width) == intervals(ends_ns, width=width)
    usable[back:] = whole & ~touches(begins_ns, ends_ns + step_ns, gaps_ns)
    return usable
