"""Divergence state: how far price and CVD lean against each other, minute by minute."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.regime_values import WINDOW
from core.calc.slopes import correlations, slopes
from core.domain.arrays import FloatArray, IntArray
from core.domain.frame import Framed

LEAST_RANK: Final = 0.7
LEAST_R2: Final = 0.5
BY_CHANCE: Final = 0.040
"""Share of minutes in which two random walks that have nothing to do with each other diverge by
these rules; where their steps go together by 0.6, as those of price and CVD may, 0.002."""
BY_CHANCE_TOGETHER: Final = 0.002


@dataclass(frozen=True, slots=True)
class DivergenceStates(Framed):
    """One row per minute.

    Attributes:
        sides: int64[n]: 1 = price falls and CVD rises, -1 = the other way, 0 = neither.
        strength: float64[n] in [-1, 1], above zero against each other, below zero together; NaN
            where it cannot be judged.
    """

    sides: IntArray
    strength: FloatArray


@dataclass(frozen=True, slots=True)
class DivergenceRate(Framed):
    """How common divergences are in minutes that could be judged.

    Attributes:
        minutes: how many could.
        bullish_frac: share in which price fell and CVD rose; NaN where none could.
        bearish_frac: the other way.
    """

    minutes: int
    bullish_frac: float
    bearish_frac: float


def divergence_states(
    price: FloatArray,
    delta: FloatArray,
    *,
    price_rank: FloatArray,
    cvd_rank: FloatArray,
    window: int = WINDOW,
) -> DivergenceStates:
    """Return the state of each minute.

    They diverge where their slopes over the window have opposite signs, each is at the 70th
    percentile of its own size in the day before, and each is a straight line by at least half
    (R squared). The strength is the correlation of the two, turned round, times the lesser rank.

    Args:
        price: float64[n], last price of each minute; NaN is not known.
        delta: float64[n], bought less sold in each.
        price_rank: float64[n], of the size of the price's slope; NaN is not known.
        cvd_rank: float64[n], of that of CVD.
        window: minutes, >= 2.

    Source:
        DEFINITIONS section 9, slope form.
    """
    level = np.full(price.size, np.nan)
    level[price > 0] = 1e4 * np.log(price[price > 0])
    # What came before a window shifts it as a whole: a minute not known counts by its rank alone.
    volume = np.cumsum(np.nan_to_num(delta))
    one, other = slopes(level, window=window), slopes(volume, window=window)
    ranks = np.minimum(price_rank, cvd_rank)
    steep = (ranks >= LEAST_RANK) & (one.r**2 >= LEAST_R2) & (other.r**2 >= LEAST_R2)
    diverges = steep & (one.slope * other.slope < 0)
    sides = np.where(diverges, np.where(other.slope > 0, 1, -1), 0).astype(np.int64)
    strength = -correlations(level, volume, window=window) * ranks
    return DivergenceStates(sides, strength)


def divergence_rate(states: DivergenceStates) -> DivergenceRate:
    """Return the shares over the minutes that could be judged."""
    known = ~np.isnan(states.strength)
    count = int(known.sum())
    if not count:
        return DivergenceRate(0, float("nan"), float("nan"))
    shares = (float((states.sides[known] == side).sum()) / count for side in (1, -1))
    return DivergenceRate(count, *shares)
