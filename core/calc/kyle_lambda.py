"""Kyle's lambda: how far the middle moves with the signed volume of the same interval."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray
from core.domain.frame import Framed

_LEAST_BINS: Final = 3
"""Two points always lie on a line."""


@dataclass(frozen=True, slots=True)
class KyleLambda(Framed):
    """One fit; every number is NaN where there are too few bins or all flows are the same.

    Attributes:
        slope: move per unit of signed volume, fitted with an intercept.
        intercept: move without volume.
        slope_through_zero: the same without an intercept.
        t: of ``slope``, errors after Newey & West.
        r2: share of the moves' variance that the fit explains.
        r2_concave: likewise with the signed root of the volume, for comparison.
        bins: intervals that counted.
    """

    slope: float
    intercept: float
    slope_through_zero: float
    t: float
    r2: float
    r2_concave: float
    bins: int


def kyle_lambda(signed_volume: FloatArray, moves: FloatArray, *, lags: int = 5) -> KyleLambda:
    """Return the least-squares fit ``move = a + lambda * signed volume``.

    Contemporaneous: it explains, it does not forecast.

    Args:
        signed_volume: float64[n], buys less sells of each interval, in any unit.
        moves: float64[n], of the middle in the same interval; NaN is not known and does not count.
        lags: intervals over which errors may be correlated, >= 0.

    Source:
        DEFINITIONS section 12; Kyle (1985); Newey & West (1987), Bartlett weights.
    """
    is_known = ~(np.isnan(signed_volume) | np.isnan(moves))
    x, y = signed_volume[is_known], moves[is_known]
    spread = x - x.mean() if x.size else x
    variation = float(spread @ spread)
    if x.size < _LEAST_BINS or not variation:
        nothing = float("nan")
        return KyleLambda(nothing, nothing, nothing, nothing, nothing, nothing, int(x.size))
    slope = float(spread @ y) / variation
    intercept = float(y.mean()) - slope * float(x.mean())
    scores = spread * (y - intercept - slope * x)
    error = np.sqrt(_long_run(scores, lags)) / variation
    return KyleLambda(
        slope=slope,
        intercept=intercept,
        slope_through_zero=float(x @ y) / float(x @ x),
        t=slope / error if error else float("nan"),
        r2=_r2(x, y),
        r2_concave=_r2(np.sign(x) * np.sqrt(np.abs(x)), y),
        bins=int(x.size),
    )


def _long_run(scores: FloatArray, lags: int) -> float:
    total = float(scores @ scores)
    for lag in range(1, min(lags, scores.size - 1) + 1):
        total += 2 * (1 - lag / (lags + 1)) * float(scores[lag:] @ scores[:-lag])
    return total


def _r2(x: FloatArray, y: FloatArray) -> float:
    dx, dy = x - x.mean(), y - y.mean()
    both = float(dx @ dx) * float(dy @ dy)
    return float(dx @ dy) ** 2 / both if both else float("nan")
