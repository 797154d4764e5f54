"""Regime scores: what each contribution speaks for, by what is usual in its own day."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.calc.ratio import ratio
from core.calc.regime_values import Part
from core.domain.arrays import FloatArray
from core.domain.frame import Framed, matrix_columns

WEIGHTS: Final = (0.20, 0.25, 0.20, 0.15, 0.05, 0.05, 0.05, 0.05)
"""Of each part, in the order of Part; 1 together."""
_SIGNED: Final = (Part.BASIS, Part.VOLATILITY, Part.SPREAD)
"""Ranked as they are; of all others only the size is."""
_DAMPING: Final = (Part.VOLATILITY, Part.SPREAD)
"""They have no side of their own: they speak for or against what the others say."""


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """How values become scores.

    Attributes:
        day: minutes before that say what is usual.
        least: so many of them must be known.
        neutral_funding_frac: per eight hours, what perpetuals pay where nothing pulls.
        extreme_funding_frac: per eight hours, so far from neutral the score is whole.
        weights: of each part.
    """

    day: int = 1_440
    least: int = 60
    neutral_funding_frac: float = 0.0001
    extreme_funding_frac: float = 0.0004
    weights: tuple[float, ...] = WEIGHTS


@dataclass(frozen=True, slots=True)
class Scores(Framed):
    """One row per minute judged, one column per part.

    Attributes:
        ranks: float64[k, p], share of the day's minutes before that the value exceeds, in [0, 1];
            NaN is not known, and of funding, which is held to no day.
        scores: float64[k, p] in [-1, 1]; above zero speaks for rising. NaN is not known.
        lean: float64[k] in [-1, 1], mean of the known scores by weight; NaN where none is.
        known_frac: float64[k], weight of the known scores.
    """

    ranks: FloatArray
    scores: FloatArray
    lean: FloatArray
    known_frac: FloatArray

    def columns(self) -> Mapping[str, Any]:
        """Return the columns by name, those of the parts with the part's."""
        labels = [each.name.lower() for each in Part]
        return {
            **matrix_columns("rank_frac", self.ranks.T, labels),
            **matrix_columns("score_frac", self.scores.T, labels),
            "lean": self.lean,
            "known_frac": self.known_frac,
        }


def regime_scores(
    values: FloatArray, *, last: int | None = None, rule: ScoreRule | None = None
) -> Scores:
    """Return what the values of the last minutes speak for.

    Slopes of price and CVD speak for their own side, by their rank among the sizes of the day
    before. More open interest speaks for the side of the price, less against it. Who pays more than
    is neutral is crowded: funding and a dear perpetual speak for falling. Volatility and spread
    speak for the side of all the others where they are low in their day, and against it where they
    are high. What is not known has no score, and the mean is of those that are.

    Args:
        values: float64[n, len(Part)], minutes in a row, from ``regime_values``.
        last: how many of the newest are judged; None = all.
        rule: None = its defaults.

    Source:
        DEFINITIONS section 20.
    """
    used = rule or ScoreRule()
    count = values.shape[0] if last is None else min(last, values.shape[0])
    now = values[values.shape[0] - count :]
    sizes = np.abs(values)
    sizes[:, _SIGNED] = values[:, _SIGNED]
    ranks = np.stack([_ranks(each, count, used) for each in sizes.T], axis=1)
    ranks[:, Part.FUNDING] = np.nan
    scores = np.sign(now) * ranks
    scores[:, Part.OPEN_INTEREST] *= np.sign(now[:, Part.PRICE])
    below = used.neutral_funding_frac - now[:, Part.FUNDING]
    scores[:, Part.FUNDING] = np.clip(below / used.extreme_funding_frac, -1, 1)
    scores[:, Part.BASIS] = 1 - 2 * ranks[:, Part.BASIS]
    scores[:, _DAMPING] = np.nan
    lead = np.sign(weighted_mean(scores, used.weights))
    for each in _DAMPING:
        scores[:, each] = lead * (1 - 2 * ranks[:, each])
    lean = weighted_mean(scores, used.weights)
    return Scores(ranks, scores, lean, _known(scores, used.weights))


def weighted_mean(scores: FloatArray, weights: tuple[float, ...]) -> FloatArray:
    """Return float64[k], the mean of the known scores of each row; NaN where none is known.

    Args:
        scores: float64[k, m]; NaN is not known.
        weights: of each column, > 0.
    """
    return ratio((np.nan_to_num(scores) * weights).sum(axis=1), _known(scores, weights))


def _known(scores: FloatArray, weights: tuple[float, ...]) -> FloatArray:
    known: FloatArray = np.where(np.isnan(scores), 0.0, weights).sum(axis=1)
    return known


def _ranks(sizes: FloatArray, count: int, rule: ScoreRule) -> FloatArray:
    """Return the rank of each of the last sizes among those of the day before it; ties half."""
    padded = np.concatenate((np.full(rule.day, np.nan), sizes))
    before = np.lib.stride_tricks.sliding_window_view(padded, rule.day)
    before = before[sizes.size - count : sizes.size]
    now = sizes[sizes.size - count :, np.newaxis]
    known = np.count_nonzero(~np.isnan(before), axis=1)
    exceeded = np.count_nonzero(before < now, axis=1) + np.count_nonzero(before <= now, axis=1)
    found = ratio(exceeded.astype(np.float64), 2.0 * known)
    found[(known < rule.least) | np.isnan(now[:, 0])] = np.nan
    return found
