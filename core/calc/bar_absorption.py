"""Bar absorption: a bar of rare selling that closed near its high, or the reverse."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from core.calc.delta import delta
from core.calc.marking import beyond, touches
from core.calc.trailing import Usual, trailing_quantile
from core.domain.arrays import BarArray
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
        step_ns: length of a bar.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; no marked bar touches one.

    Source:
        DEFINITIONS section 8, absorption, per-bar shortcut.
    """
    used = rule or BarAbsorptionRule()
    lots = delta(bars).delta_lots
    known_ns = bars["open_ns"] + step_ns
    whole = ~touches(bars["open_ns"], known_ns, gaps_ns)
    low, high, close = (
        bars[name].astype(np.int64) for name in ("low_ticks", "high_ticks", "close_ticks")
    )
    found = []
    waits = ""
    for side, from_end in ((1, high - close), (-1, close - low)):
        effort = np.where(whole, np.maximum(-side * lots, 0), np.nan)
        usual = trailing_quantile(known_ns, effort, used.rare)
        near = from_end * used.third.denominator <= (high - low) * used.third.numerator
        holds = (effort >= usual) & (effort > 0) & near & (high > low)
        for at in np.flatnonzero(holds).tolist():
            found.append(_marker(bars, (float(effort[at]), float(usual[at])), (at, side, step_ns)))
        if not usual.size or np.isnan(usual[-1]):
            waits = f"fewer than {used.rare.needed} earlier bars are known"
    found.sort(key=lambda each: (each.known_ns, each.side))
    return Markers(tuple(found), waits)


def _marker(bars: BarArray, facts: tuple[float, float], where: tuple[int, int, Ns]) -> Marker:
    at, side, step_ns = where
    effort, usual = facts
    opens_ns = int(bars["open_ns"][at])
    words = ("sold", "high") if side > 0 else ("bought", "low")
    return Marker(
        kind=MarkerKind.EFFORT_NO_RESULT,
        side=side,
        event_ns=opens_ns,
        known_ns=opens_ns + step_ns,
        price_ticks=int(bars["low_ticks" if side > 0 else "high_ticks"][at]),
        value=effort,
        threshold=usual,
        strength=beyond(effort, usual),
        reason=(
            f"{effort:,.0f} lots net {words[0]} in a bar ({usual:,.0f} are rare) "
            f"that closed near its {words[1]}"
        ),
    )
