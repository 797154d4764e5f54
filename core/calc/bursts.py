"""Bursts: spells in which one side takes far more than is usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.calc.marking import touches
from core.calc.spells import spells
from core.calc.taker_seconds import TakerSeconds
from core.calc.trailing import Usual, trailing_quantile
from core.domain.arrays import FloatArray, IntArray
from core.domain.units import NS_PER_DAY, NS_PER_S, Ns


@dataclass(frozen=True, slots=True)
class BurstRule:
    """What counts as a burst.

    Attributes:
        frac: it begins at this quantile of the seconds before with a trade.
        end_frac: it ends with two seconds in a row below this one.
        window_ns: how far back seconds count.
        least: how many there must be; None = as ``Usual``.
        one_sided_frac: least difference of the sides over their sum.
        fixed_lots: begins above and holds at so many lots a second instead of the quantiles.
        least_s: seconds in a row that it takes to begin, >= 1.
    """

    frac: Fraction = Fraction(995, 1000)
    end_frac: Fraction = Fraction(9, 10)
    window_ns: Ns = NS_PER_DAY
    least: int | None = None
    one_sided_frac: float = 0.6
    fixed_lots: float | None = None
    least_s: int = 1


def classic(lot_base: float) -> BurstRule:
    """Return the fixed form that circulates: above 100 base coins a second for two seconds."""
    return BurstRule(one_sided_frac=0.0, fixed_lots=100 / lot_base, least_s=2)


@dataclass(frozen=True, slots=True)
class Burst:
    """One spell; all but the last three is known with ``known_ns``.

    Attributes:
        side: +1 buyers, -1 sellers.
        start_ns: start of its first second.
        known_ns: end of the second with which it became one.
        price_ticks: last price then.
        rate: what the side took in that second: tick-lots, or lots where the rule is in lots.
        threshold: what that had to reach.
        one_sided_frac: difference of the sides over their sum in that second.
        total: what the side took in it so far, without weak seconds.
        end_ns: start of the first of the two weak seconds, or of the gap; None = it goes on.
        end_known_ns: when that was known; None = it goes on.
    """

    side: int
    start_ns: Ns
    known_ns: Ns
    price_ticks: int
    rate: float
    threshold: float
    one_sided_frac: float
    total: float
    end_ns: Ns | None = None
    end_known_ns: Ns | None = None


def bursts(
    seconds: TakerSeconds,
    *,
    until_ns: Ns,
    rule: BurstRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> list[Burst]:
    """Return the bursts in the order of ``known_ns``; none while too few seconds were before.

    The larger side of each second is held to the larger sides of the seconds before it.

    Args:
        seconds: of the whole tape up to ``until_ns``.
        until_ns: the tape is complete up to and including this instant.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; seconds that one touches count for
            nothing, and no burst reaches across one.

    Source:
        DEFINITIONS section 8, burst.
    """
    used = rule or BurstRule()
    opens_ns = seconds.open_ns
    in_gap = touches(opens_ns, opens_ns + NS_PER_S, gaps_ns)
    taken = seconds.notional if used.fixed_lots is None else seconds.lots
    begin, end = _thresholds(np.where(in_gap, np.nan, taken.max(axis=0)), opens_ns, used)
    cuts_ns = sorted(from_ns for from_ns, _ in gaps_ns)
    both = taken.sum(axis=0)
    found: list[Burst] = []
    for side, ours in ((1, taken[0]), (-1, taken[1])):
        share = np.divide(2 * ours - both, both, out=np.zeros(both.size), where=both > 0)
        holds = (ours >= end) & (ours > 0) & ~in_gap
        strong = holds & (ours >= begin) & (share >= used.one_sided_frac) & (share > 0)
        found += [
            Burst(
                side=side,
                start_ns=int(opens_ns[spell.members[0]]),
                known_ns=int(opens_ns[spell.known]) + NS_PER_S,
                price_ticks=int(seconds.close_ticks[spell.known]),
                rate=float(ours[spell.known]),
                threshold=float(begin[spell.known]),
                one_sided_frac=float(share[spell.known]),
                total=float(ours[list(spell.members)].sum()),
                end_ns=None if spell.over_ns is None else spell.end_ns,
                end_known_ns=spell.over_ns,
            )
            for spell in spells(
                opens_ns, strong, holds, least_s=used.least_s, cuts_ns=cuts_ns, until_ns=until_ns
            )
        ]
    return sorted(found, key=lambda each: (each.known_ns, each.side))


def not_ready(seconds: TakerSeconds, rule: BurstRule | None = None) -> str:
    """Return why bursts cannot be told yet, a clause; empty = they can."""
    used = rule or BurstRule()
    needed = 0 if used.fixed_lots is not None else _usual(used, used.frac).needed
    have = seconds.open_ns.size
    return f"{have} seconds with trades, {needed} are needed" if have <= needed else ""


def _usual(rule: BurstRule, frac: Fraction) -> Usual:
    # The lower quantile waits for the higher one, so that a burst can end as soon as it can begin.
    needed = Usual(rule.frac, rule.window_ns, rule.least).needed
    return Usual(frac, rule.window_ns, needed)


def _thresholds(
    larger: FloatArray, opens_ns: IntArray, rule: BurstRule
) -> tuple[FloatArray, FloatArray]:
    """Return what begins and what holds a burst in each second; NaN = not known."""
    if rule.fixed_lots is not None:
        fixed = np.full(larger.size, rule.fixed_lots)
        return np.nextafter(fixed, np.inf), fixed
    known_ns = opens_ns + NS_PER_S
    begin = trailing_quantile(known_ns, larger, _usual(rule, rule.frac))
    return begin, trailing_quantile(known_ns, larger, _usual(rule, rule.end_frac))
