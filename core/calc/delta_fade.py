"""Delta fade: at a new extreme the side that made it has begun to give up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.calc.delta import delta
from core.calc.extremes import new_extremes
from core.calc.marking import touches
from core.calc.words import coins_text
from core.domain.arrays import BarArray, BoolArray
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import Ns


@dataclass(frozen=True, slots=True)
class FadeRule:
    """When delta has faded.

    Attributes:
        extreme_bars: the bar goes beyond the range of so many bars before it, >= 2.
        most_frac: the most that is left of the delta of the bar before.
    """

    extreme_bars: int = 20
    most_frac: float = 0.5


def delta_fade(
    bars: BarArray,
    instrument: Instrument,
    *,
    step_ns: Ns,
    rule: FadeRule | None = None,
    thin_ends: tuple[BoolArray, BoolArray] | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the bars that made a new extreme with little of the delta before them left.

    Up: a new high, delta above zero in both bars before, and in this one from 0 to ``most_frac``
    of the last one's. Down: mirrored, all three with the other sign. Delta that has turned over is
    a reversal and no fade. ``value`` is the share of the delta that is gone, ``threshold`` the
    least.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``, closed.
        instrument: what its ticks and lots are.
        step_ns: length of a bar.
        rule: None = its defaults.
        thin_ends: bool[n] each: the bar's high, its low, is an exhaustion print too; one that is
            not, is no fade. None = nobody looked.
        gaps_ns: half-open spans in which trades may be missing; the bars before that are compared
            touch none.

    Source:
        DEFINITIONS section 8, exhaustion.
    """
    used = rule or FadeRule()
    told = _Told(bars, instrument, step_ns, used)
    lots = delta(bars).delta_lots
    last = np.append(np.nan, lots[:-1])[: lots.size]
    before = np.append(np.nan, last[:-1])[: lots.size]
    is_high, is_low = new_extremes(bars, count=used.extreme_bars)
    if thin_ends is not None:
        is_high, is_low = is_high & thin_ends[0], is_low & thin_ends[1]
    found = []
    begins_ns = bars["open_ns"][np.maximum(np.arange(bars.size) - used.extreme_bars, 0)]
    free = ~touches(begins_ns, bars["open_ns"] + step_ns, gaps_ns)
    for sign, is_extreme in ((1, is_high), (-1, is_low)):
        same = (sign * lots >= 0) & (sign * last > 0) & (sign * before > 0)
        fades = same & (np.abs(lots) <= used.most_frac * np.abs(last)) & is_extreme & free
        for at in np.flatnonzero(fades).tolist():
            found.append(_marker(told, (lots[at], last[at]), at, sign))
    found.sort(key=lambda each: (each.known_ns, each.side))
    return Markers(tuple(found), _not_ready(bars.size, used.extreme_bars))


@dataclass(frozen=True, slots=True)
class _Told:
    """What a marker is made of."""

    bars: BarArray
    instrument: Instrument
    step_ns: Ns
    rule: FadeRule


def _marker(told: _Told, deltas: tuple[float, float], at: int, sign: int) -> Marker:
    bars, rule = told.bars, told.rule
    now, before = (coins_text(each, told.instrument, signed=True) for each in deltas)
    left = abs(deltas[0] / deltas[1])
    name = "high" if sign > 0 else "low"
    return Marker(
        kind=MarkerKind.DELTA_FADE,
        side=-sign,
        event_ns=int(bars["open_ns"][at]),
        known_ns=int(bars["open_ns"][at]) + told.step_ns,
        price_ticks=int(bars[f"{name}_ticks"][at]),
        value=1 - left,
        threshold=1 - rule.most_frac,
        strength=1 - left / rule.most_frac if rule.most_frac else 0.0,
        reason=f"A new {rule.extreme_bars}-bar {name} on a delta of {now} after {before}.",
    )


def _not_ready(bars: int, needed: int) -> str:
    return "" if bars > needed else f"there are fewer than {needed} bars before"
