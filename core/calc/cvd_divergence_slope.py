"""CVD divergence by slope: price leans one way and the taken volume the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from core.calc.cvd import cvd
from core.calc.grouping import intervals
from core.calc.marking import edges, touches
from core.calc.slopes import correlations, slopes
from core.calc.trailing import Usual, trailing_quantile, trailing_rank
from core.domain.arrays import BarArray, BoolArray, FloatArray
from core.domain.marker import Marker, MarkerKind, Markers
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


def cvd_divergence_slope(
    bars: BarArray,
    *,
    step_ns: Ns,
    rule: SlopeRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return where the slopes of price and CVD began to point opposite ways, both steep.

    ``value`` is the lesser of the two ranks among the slopes before, ``threshold`` the quantile;
    ``strength`` is how far beyond, times how much the two go against each other. Two walks that
    have nothing to do with each other do it too: a marker means something beside that base rate.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``, closed; minutes by default of the rule.
        step_ns: length of a bar. A window in which a bar is missing has no slope.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; no window touches one.

    Source:
        DEFINITIONS section 9, slope form.
    """
    used = rule or SlopeRule()
    known_ns = bars["open_ns"] + step_ns
    price, volume = _series(bars)
    volume[:] = cvd(bars, session_ns=used.session_ns).close_lots
    of_price, of_volume = (slopes(each, window=used.window) for each in (price, volume))
    usable = _usable(bars, step_ns, used, gaps_ns)
    steep = [np.where(usable, np.abs(each.slope), np.nan) for each in (of_price, of_volume)]
    bounds = [trailing_quantile(known_ns, each, used.usual) for each in steep]
    ranks = np.minimum(*(trailing_rank(known_ns, each, used.usual) for each in steep))
    holds = of_price.slope * of_volume.slope < 0
    for each, steepness, bound in zip((of_price, of_volume), steep, bounds, strict=True):
        holds &= (steepness >= bound) & (each.r**2 >= used.least_r2)
    against = -correlations(price, volume, window=used.window)
    frac = float(used.usual.frac)
    found = [
        Marker(
            kind=MarkerKind.DIVERGENCE,
            side=1 if of_volume.slope[at] > 0 else -1,
            event_ns=int(known_ns[at]),
            known_ns=int(known_ns[at]),
            price_ticks=int(bars["close_ticks"][at]),
            value=float(ranks[at]),
            threshold=frac,
            strength=float(np.clip((ranks[at] - frac) / (1 - frac) * against[at], 0, 1)),
            reason=_reason(of_price.slope[at], of_volume.slope[at], used.window),
        )
        for at in edges(holds, known_ns, rest_ns=used.window * step_ns).tolist()
    ]
    return Markers(tuple(found), _not_ready(bounds[0] + bounds[1], used.usual))


def _series(bars: BarArray) -> tuple[FloatArray, FloatArray]:
    """Return the logarithm of the close in basis points from the first, and room for CVD."""
    close = bars["close_ticks"].astype(np.float64)
    price = np.full(close.size, np.nan)
    is_above = close > 0
    price[is_above] = 1e4 * np.log(close[is_above] / close[is_above][:1])
    return price, np.full(close.size, np.nan)


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


def _reason(price: float, volume: float, window: int) -> str:
    way = "fell" if price < 0 else "rose"
    other = "rose" if volume > 0 else "fell"
    return (
        f"over {window} bars the price {way} by {abs(price):.2f} bps a bar "
        f"while CVD {other} by {abs(volume):,.0f} lots a bar"
    )


def _not_ready(bound: FloatArray, usual: Usual) -> str:
    if bound.size and not np.isnan(bound[-1]):
        return ""
    return f"fewer than {usual.needed} earlier slopes are known"
