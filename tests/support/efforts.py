"""A scripted market of sells and buys, most of which move the mid, for the rules of effort."""

from fractions import Fraction

import numpy as np

from core.calc.effort import EffortRule
from core.calc.trailing import Usual
from core.domain.arrays import QUOTE_DTYPE
from tests.support.trades import START_NS, trades

RULE = EffortRule(
    window_s=2,
    zone_minutes=1,
    usual=Usual(Fraction(9, 10), least=5),
    fit_s=120,
    fit_least=20,
)
BASE = 1_000
QUIET_S = 80


def quotes_at(*rows):
    """Rows of (seconds, bid_ticks); one tick wide."""
    out = np.zeros(len(rows), QUOTE_DTYPE)
    for index, (at_s, bid) in enumerate(rows):
        at_ns = START_NS + round(at_s * 1e9)
        out[index] = (at_ns, at_ns, index, 5, 5, bid, bid + 1)
    return out


def market(*, sold=200, moved=0, after=(), sign=1, until_s=QUIET_S + 8):
    """Eighty seconds in which ten lots are a tick, then ``sold`` lots that move ``moved`` ticks.

    ``after`` are trades of (second, ticks from the base, lots, side). ``sign`` -1 mirrors it all.
    """
    steps = [1 if at // 4 % 2 else -1 for at in range(QUIET_S)]
    levels = np.concatenate(([0], np.cumsum(steps)))
    rows = [(at + 0.5, int(levels[at]), 10, step) for at, step in enumerate(steps)]
    bids = [(0.0, 0)] + [(at + 0.6, int(levels[at + 1])) for at in range(QUIET_S)]
    edge = int(levels[-1]) - 6
    rows += [(QUIET_S + 0.2, edge, sold // 2, -1), (QUIET_S + 1.2, edge, sold // 2, -1)]
    bids += [(QUIET_S + 1.5, int(levels[-1]) - moved)]
    rows += [(at_s, edge + ticks, lots, side) for at_s, ticks, lots, side in after]
    rows += [(float(at), edge + 3, 1, 0) for at in range(QUIET_S + 3, until_s)]
    rows.sort(key=lambda each: each[0])
    tape = trades(*((at, BASE + sign * ticks, lots, sign * side) for at, ticks, lots, side in rows))
    return tape, quotes_at(*((at, BASE + sign * ticks) for at, ticks in bids)), BASE + sign * edge
