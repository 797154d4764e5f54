"""Fixed absorption: the thresholds that circulate, for comparison with the adaptive ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.marking import beyond, edges, touches
from core.calc.move_per_lot import rolling
from core.domain.arrays import BarArray, IntArray, require_sorted
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import NS_PER_S, Ns

_FAR: Final = 2**40


@dataclass(frozen=True, slots=True)
class FixedAbsorptionRule:
    """Fixed thresholds; they do not carry over from one coin to another.

    Attributes:
        window_s: whole seconds, >= 1.
        most_range_frac: the prices of the window lie within this share of the lowest.
        least_ratio: one side took at least so many times what the other did.
        above_base: more than so many base coins traded.
    """

    window_s: int = 5
    most_range_frac: float = 0.0005
    least_ratio: float = 2.0
    above_base: float = 100.0


CLASSIC: Final = FixedAbsorptionRule()


def fixed_absorption(
    seconds: BarArray,
    *,
    lot_base: float,
    rule: FixedAbsorptionRule = CLASSIC,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return where one side began to take much while the price stood still, a window apart.

    ``side`` is that of the passive orders: +1 = bids took up sells. ``value`` is what traded, in
    base coins. Known when the window ends.

    Args:
        seconds: BAR_DTYPE[n] of one second, sorted by ``open_ns``, closed.
        lot_base: base coins in a lot.
        rule: thresholds.
        gaps_ns: half-open spans in which trades may be missing; no window touches one.

    Raises:
        ValueError: ``seconds`` is not sorted.

    Source:
        DEFINITIONS section 20, preset classic.
    """
    require_sorted(seconds, "open_ns")
    if not seconds.size:
        return Markers((), "no trades are known")
    slot = (seconds["open_ns"] - seconds["open_ns"][0]) // NS_PER_S
    known_ns = int(seconds["open_ns"][0]) + (np.arange(int(slot[-1]) + 1) + 1) * NS_PER_S
    high = -_lowest(slot, -seconds["high_ticks"].astype(np.int64), rule.window_s)
    low = _lowest(slot, seconds["low_ticks"].astype(np.int64), rule.window_s)
    buy, sell, unknown = (
        _summed(slot, seconds[name], rule.window_s)
        for name in ("buy_lots", "sell_lots", "unknown_lots")
    )
    total = (buy + sell + unknown) * lot_base
    stands = (high - low < rule.most_range_frac * low) & (total > rule.above_base)
    stands &= ~touches(known_ns - rule.window_s * NS_PER_S, known_ns, gaps_ns)
    found = []
    for side, most, least in ((1, sell, buy), (-1, buy, sell)):
        holds = stands & (most >= rule.least_ratio * least) & (most > 0)
        for at in edges(holds, known_ns, rest_ns=rule.window_s * NS_PER_S).tolist():
            facts = (float(most[at] * lot_base), float(least[at] * lot_base), float(total[at]))
            edge = int(low[at] if side > 0 else high[at])
            found.append(_marker(int(known_ns[at]), edge, side, facts, rule))
    found.sort(key=lambda each: (each.known_ns, each.side))
    return Markers(tuple(found))


def _summed(slot: IntArray, lots: IntArray, width: int) -> IntArray:
    each = np.bincount(slot, weights=lots).astype(np.float64)
    return rolling(each, width).astype(np.int64)


def _lowest(slot: IntArray, values: IntArray, width: int) -> IntArray:
    """Return the least value of each window; ``_FAR`` where nothing traded."""
    dense = np.full(int(slot[-1]) + width, _FAR)
    dense[slot + width - 1] = values
    least: IntArray = np.lib.stride_tricks.sliding_window_view(dense, width).min(axis=1)
    return least


def _marker(
    known_ns: Ns,
    price_ticks: int,
    side: int,
    facts: tuple[float, float, float],
    rule: FixedAbsorptionRule,
) -> Marker:
    most, least, total = facts
    words = ("sold", "bought") if side > 0 else ("bought", "sold")
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
            f"{most:,.4g} base coins {words[0]} against {least:,.4g} {words[1]} in "
            f"{rule.window_s} s within {rule.most_range_frac:.2%} of the price (fixed thresholds)"
        ),
    )
