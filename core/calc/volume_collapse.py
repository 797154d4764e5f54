"""Volume collapse: a new extreme that hardly anybody traded at."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.calc.extremes import new_extremes
from core.calc.marking import touches
from core.calc.words import coins_text
from core.domain.arrays import BarArray
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import Ns


@dataclass(frozen=True, slots=True)
class CollapseRule:
    """When volume has collapsed.

    Attributes:
        extreme_bars: the bar goes beyond the range of so many bars before it, >= 1.
        mean_bars: volume is compared with the mean of so many bars before, >= 1.
        below_frac: it is less than this share of that mean.
    """

    extreme_bars: int = 20
    mean_bars: int = 10
    below_frac: float = 0.6


def volume_collapse(
    bars: BarArray,
    instrument: Instrument,
    *,
    step_ns: Ns,
    rule: CollapseRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the bars that made a new extreme on little volume, of all sides together.

    ``value`` is by which share of the mean the volume is less, ``threshold`` the share it must be
    less by. Of a bar that goes beyond on both ends both are told.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``, closed.
        instrument: what its ticks and lots are.
        step_ns: length of a bar.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; no bar compared touches one.

    Source:
        DEFINITIONS section 20, exhaustion subtypes.
    """
    used = rule or CollapseRule()
    told = _Told(bars, instrument, step_ns, used)
    lots = bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"]
    sums = np.append(0, np.cumsum(lots))
    mean = np.full(bars.size, np.nan)
    mean[used.mean_bars :] = (sums[used.mean_bars : -1] - sums[: -used.mean_bars - 1]) / (
        used.mean_bars
    )
    reach = max(used.extreme_bars, used.mean_bars)
    begins_ns = bars["open_ns"][np.maximum(np.arange(bars.size) - reach, 0)]
    few = (lots < used.below_frac * mean) & ~touches(begins_ns, bars["open_ns"] + step_ns, gaps_ns)
    is_high, is_low = new_extremes(bars, count=used.extreme_bars)
    found = []
    for sign, is_extreme in ((1, is_high), (-1, is_low)):
        for at in np.flatnonzero(few & is_extreme).tolist():
            found.append(_marker(told, (int(lots[at]), float(mean[at])), at, sign))
    found.sort(key=lambda each: (each.known_ns, each.side))
    return Markers(
        tuple(found), "" if bars.size > reach else f"there are fewer than {reach} bars before"
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What a marker is made of."""

    bars: BarArray
    instrument: Instrument
    step_ns: Ns
    rule: CollapseRule


def _marker(told: _Told, volume: tuple[int, float], at: int, sign: int) -> Marker:
    bars, rule = told.bars, told.rule
    now, mean = (coins_text(each, told.instrument) for each in volume)
    share = volume[0] / volume[1]
    name = "high" if sign > 0 else "low"
    return Marker(
        kind=MarkerKind.VOLUME_COLLAPSE,
        side=-sign,
        event_ns=int(bars["open_ns"][at]),
        known_ns=int(bars["open_ns"][at]) + told.step_ns,
        price_ticks=int(bars[f"{name}_ticks"][at]),
        value=1 - share,
        threshold=1 - rule.below_frac,
        strength=1 - share / rule.below_frac,
        reason=(
            f"A new {rule.extreme_bars}-bar {name} on {now}, "
            f"{share:.2f} of the mean of the {rule.mean_bars} bars before ({mean})."
        ),
    )
