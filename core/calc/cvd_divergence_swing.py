"""CVD divergence by swing: price makes a new high that the taken volume does not follow."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.calc.cvd import cvd
from core.calc.grouping import intervals
from core.calc.marking import touches
from core.calc.swings import swing_highs
from core.domain.arrays import BarArray, BoolArray, FloatArray, IntArray
from core.domain.marker import Marker, MarkerKind, Markers
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


def cvd_divergence_swing(
    bars: BarArray,
    *,
    step_ns: Ns,
    rule: SwingRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the swings that CVD, at the close of the same bars, did not follow.

    Highs are compared with the high before (bearish), lows with the low before (bullish). Of two
    series that have nothing to do with each other one pair in four diverges. ``value`` is by how
    many lots CVD went the other way, ``strength`` that as a share of its range between the two.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``, closed.
        step_ns: length of a bar; distances count the bars that traded.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; no pair touches one.

    Source:
        DEFINITIONS section 9, swing form.
    """
    used = rule or SwingRule()
    volume = cvd(bars, session_ns=used.session_ns).close_lots
    found = []
    for side, name in ((-1, "high_ticks"), (1, "low_ticks")):
        price = bars[name].astype(np.int64)
        swings = swing_highs(-side * price, left=used.left, right=used.right)
        pairs = np.column_stack((swings[:-1], swings[1:]))
        further = -side * np.diff(price[pairs], axis=1)[:, 0]
        less = side * np.diff(volume[pairs], axis=1)[:, 0]
        sign = -1 if used.hidden else 1
        diverges = (sign * further > 0) & (sign * less > 0)
        for first, last in pairs[diverges & _usable(bars, pairs, step_ns, used, gaps_ns)]:
            known_ns = int(bars["open_ns"][last + used.right]) + step_ns
            found.append(_marker(bars, price, volume[first : last + 1], (first, side, known_ns)))
    found.sort(key=lambda each: (each.known_ns, each.side))
    needed = used.left + used.right + 1
    return Markers(
        tuple(found), "" if bars.size >= needed else f"there are fewer than {needed} bars"
    )


def _usable(
    bars: BarArray, pairs: IntArray, step_ns: Ns, rule: SwingRule, gaps_ns: Sequence[tuple[Ns, Ns]]
) -> BoolArray:
    """Return which pairs are near enough, in one session, and touched by no gap."""
    first, last = pairs[:, 0], pairs[:, 1]
    opens_ns = bars["open_ns"]
    apart = last - first
    usable = (apart >= rule.least_bars) & (apart <= rule.most_bars)
    if rule.session_ns is not None:
        session = intervals(opens_ns, width=rule.session_ns)
        usable &= session[first] == session[last]
    before = np.maximum(first - rule.left, 0)
    free: BoolArray = ~touches(opens_ns[before], opens_ns[last + rule.right] + step_ns, gaps_ns)
    return usable & free


def _marker(
    bars: BarArray, price: IntArray, volume: FloatArray, where: tuple[int, int, Ns]
) -> Marker:
    """Return the marker of a pair: its CVD from swing to swing, its first bar, side and moment."""
    first, side, known_ns = where
    last = first + volume.size - 1
    change = float(volume[-1] - volume[0])
    name = "high" if side < 0 else "low"
    return Marker(
        kind=MarkerKind.DIVERGENCE,
        side=side,
        event_ns=int(bars["open_ns"][last]),
        known_ns=known_ns,
        price_ticks=int(price[last]),
        value=abs(change),
        threshold=0.0,
        strength=abs(change) / float(np.nanmax(volume) - np.nanmin(volume)),
        reason=(
            f"a {'higher' if price[last] > price[first] else 'lower'} {name} "
            f"({price[first]:,} to {price[last]:,} ticks, {volume.size - 1} bars apart) "
            f"with a {'higher' if change > 0 else 'lower'} CVD "
            f"({volume[0]:,.0f} to {volume[-1]:,.0f} lots)"
        ),
    )
