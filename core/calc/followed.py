"""Followed: how price went on after moments, beside how it went on after random ones like them."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.median_interval import median_interval
from core.calc.moves_after import MovesAfter, MovesRule
from core.domain.arrays import BoolArray, FloatArray, IntArray
from core.domain.frame import Framed
from core.domain.units import NS_PER_MINUTE, NS_PER_MS, Ns

_BAND: Final = (0.025, 0.975)
_MEASURE: Final = MovesRule()


@dataclass(frozen=True, slots=True)
class FollowedRule:
    """What is measured.

    Attributes:
        horizons_ns: how long after each moment.
        latency_ns: the trader comes so much later than a moment is known.
        moves: how moves are measured.
    """

    horizons_ns: tuple[Ns, ...] = (NS_PER_MINUTE, 5 * NS_PER_MINUTE, 15 * NS_PER_MINUTE)
    latency_ns: Ns = 250 * NS_PER_MS
    moves: MovesRule = _MEASURE


@dataclass(frozen=True, slots=True)
class Followed(Framed):
    """What followed within one horizon; basis points, in favour of each moment's side.

    Attributes:
        horizon_ns: how long after.
        n: moments that count.
        left_out: moments of which a price is missing, or that come within the horizon of one that
            counts.
        median_bps: NaN where none counts.
        low_bps: of the 95 % interval of the median; NaN below six moments, which have none.
        high_bps: likewise.
        random_median_bps: of as many random times, alike in hour of the day and in how lively the
            market had been; NaN where there are none.
        random_low_bps: 95 of 100 such draws had their median above it, and below
            ``random_high_bps``: a median between the two is what chance gives.
        random_high_bps: likewise.
    """

    horizon_ns: Ns
    n: int
    left_out: int
    median_bps: float
    low_bps: float
    high_bps: float
    random_median_bps: float
    random_low_bps: float
    random_high_bps: float


def followed(
    moments_ns: IntArray,
    times_ns: IntArray,
    prices: FloatArray,
    *,
    sides: IntArray | None = None,
    rule: FollowedRule | None = None,
) -> tuple[Followed, ...]:
    """Return what followed moments, per horizon.

    Moments within a horizon of one that counts are part of it: their moves are the same move.

    Args:
        moments_ns: int64[m], when each was known, ascending.
        times_ns: int64[n], when each price was known, ascending.
        prices: float64[n], a mid or a close, > 0; NaN is not known.
        sides: int64[m], +1 or -1: what each moment says of price; None = +1, just the move.
        rule: None = its defaults.

    Raises:
        ValueError: moments or prices are not in order.

    Source:
        DEFINITIONS section 17, what followed.
    """
    if bool(np.any(np.diff(moments_ns) < 0)):
        msg = "moments must be in order"
        raise ValueError(msg)
    used = rule or FollowedRule()
    after = MovesAfter(times_ns, prices, rule=used.moves)
    signs = np.ones(moments_ns.size, np.int64) if sides is None else sides
    come_ns = moments_ns + used.latency_ns
    return tuple(_within(after, come_ns, signs, each) for each in used.horizons_ns)


def _within(after: MovesAfter, come_ns: IntArray, sides: IntArray, horizon_ns: Ns) -> Followed:
    moves = after.moves(come_ns, horizon_ns) * sides
    counted = _apart(come_ns, ~np.isnan(moves), horizon_ns)
    values = moves[counted]
    random = after.random_moves(come_ns[counted], horizon_ns) * sides[counted]
    random = random[:, ~np.isnan(random).any(axis=0)]
    low, high = median_interval(values)
    medians = np.median(random, axis=1) if random.size else np.full(1, np.nan)
    random_low, random_high = np.quantile(medians, _BAND).tolist()
    return Followed(
        horizon_ns=horizon_ns,
        n=values.size,
        left_out=come_ns.size - values.size,
        median_bps=_median(values),
        low_bps=low,
        high_bps=high,
        random_median_bps=_median(random),
        random_low_bps=random_low,
        random_high_bps=random_high,
    )


def _apart(times_ns: IntArray, known: BoolArray, horizon_ns: Ns) -> BoolArray:
    """Return which moments count: known ones, each a horizon after the one before it."""
    counted = np.zeros(times_ns.size, np.bool_)
    free_ns: Ns | None = None
    for index in np.flatnonzero(known).tolist():
        at_ns = int(times_ns[index])
        if free_ns is None or at_ns >= free_ns:
            counted[index], free_ns = True, at_ns + horizon_ns
    return counted


def _median(values: FloatArray) -> float:
    return float(np.median(values)) if values.size else float("nan")
