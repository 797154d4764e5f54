"""Bar absorption: a bar of rare selling that closed near its high, or the reverse."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Self

import numpy as np

from core.calc.delta import delta
from core.calc.marking import beyond, touches
from core.calc.trailing import Trailing, Usual
from core.calc.words import coins_text
from core.domain.arrays import BarArray
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import Ns

_RARE: Final = Usual(Fraction(99, 100))


@dataclass(frozen=True, slots=True)
class BarAbsorptionRule:
    """When a bar's delta had no result.

    Attributes:
        rare: what the delta's size, of its own sign, must reach of the bars before; bars that
            leaned the other way count as zero.
        third: the close lies within this share of the range from the far end.
    """

    rare: Usual = _RARE
    third: Fraction = Fraction(1, 3)


def bar_absorption(
    bars: BarArray,
    instrument: Instrument,
    *,
    step_ns: Ns,
    rule: BarAbsorptionRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the bars whose close went against a rare delta: a shortcut that needs no quotes.

    It is not confirmed by what comes after, so it is an effort without result. ``side`` +1 = bids
    took up sells. ``value`` is the size of the delta in lots.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``, closed.
        instrument: what its ticks and lots are.
        step_ns: length of a bar.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; no marked bar touches one.

    Source:
        DEFINITIONS section 8, absorption, per-bar shortcut.
    """
    told = BarAbsorptions(instrument, step_ns=step_ns, rule=rule)
    return Markers(tuple(told.after(bars, gaps_ns)), told.not_ready)


class BarAbsorptions:
    """The same, told bar by bar; keeps the sizes of delta of the window.

    Attributes:
        not_ready: why the last bar could not be judged, a clause; empty = it could.
    """

    def __init__(
        self, instrument: Instrument, *, step_ns: Ns, rule: BarAbsorptionRule | None = None
    ) -> None:
        """Begin without a past; the arguments are those of ``bar_absorption``."""
        self._instrument, self._step_ns = instrument, step_ns
        self._rule = rule or BarAbsorptionRule()
        self._sold, self._bought = Trailing(self._rule.rare), Trailing(self._rule.rare)
        self.not_ready = f"fewer than {self._rule.rare.needed} earlier bars are known"

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        twin._sold, twin._bought = self._sold.fork(), self._bought.fork()
        return twin

    def after(self, bars: BarArray, gaps_ns: Sequence[tuple[Ns, Ns]] = ()) -> list[Marker]:
        """Return what the next bars are marked with, in the order of ``known_ns``.

        Args:
            bars: BAR_DTYPE[n], sorted, closed, all after those before.
            gaps_ns: half-open spans in which trades may be missing.
        """
        lots = delta(bars).delta_lots
        known_ns = bars["open_ns"] + self._step_ns
        whole = ~touches(bars["open_ns"], known_ns, gaps_ns)
        low, high, close = (
            bars[name].astype(np.int64) for name in ("low_ticks", "high_ticks", "close_ticks")
        )
        third, found = self._rule.third, []
        for side, from_end, rare in (
            (1, high - close, self._sold),
            (-1, close - low, self._bought),
        ):
            effort = np.where(whole, np.maximum(-side * lots, 0), np.nan)
            usual = rare.after(known_ns, effort)[0]
            near = from_end * third.denominator <= (high - low) * third.numerator
            holds = (effort >= usual) & (effort > 0) & near & (high > low)
            for at in np.flatnonzero(holds).tolist():
                found.append(self._marker(bars[at], (float(effort[at]), float(usual[at])), side))
            if usual.size:
                waits = f"fewer than {self._rule.rare.needed} earlier bars are known"
                self.not_ready = waits if np.isnan(usual[-1]) else ""
        found.sort(key=lambda each: (each.known_ns, each.side))
        return found

    def _marker(self, bar: np.void, facts: tuple[float, float], side: int) -> Marker:
        effort, usual = (coins_text(each, self._instrument) for each in facts)
        return Marker(
            kind=MarkerKind.EFFORT_NO_RESULT,
            side=side,
            event_ns=int(bar["open_ns"]),
            known_ns=int(bar["open_ns"]) + self._step_ns,
            price_ticks=int(bar["low_ticks" if side > 0 else "high_ticks"]),
            value=facts[0],
            threshold=facts[1],
            strength=beyond(*facts),
            reason=(
                f"{'Sellers' if side > 0 else 'Buyers'} took {effort} net in a bar ({usual} are "
                f"rare) that closed near its {'high' if side > 0 else 'low'}."
            ),
        )
