"""Regime past: the minutes that are over, judged once each."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from core.calc.divergence_state import (
    DivergenceRate,
    DivergenceStates,
    divergence_rate,
    divergence_states,
)
from core.calc.regime import Regimes, regimes
from core.calc.regime_scores import regime_scores
from core.calc.regime_values import WINDOW, Minutes, Part, regime_values
from core.domain.arrays import BoolArray, FloatArray, IntArray
from core.domain.units import NS_PER_MINUTE

TAIL: Final = WINDOW + 1
"""Minutes that the values of one rest on."""
_CVDS: Final = (Part.SPOT_CVD, Part.PERP_CVD)
_SIGNED: Final = (Part.FUNDING, Part.BASIS)


@dataclass(frozen=True, slots=True)
class RegimePast:
    """The minutes that are over; the same object until one more is, or they change.

    Attributes:
        open_ns: int64[n].
        price: float64[n], last of each; NaN is not known.
        words: int64[n], Regime, as known at the minute's end.
    """

    open_ns: IntArray
    price: FloatArray
    words: IntArray


@dataclass(frozen=True, slots=True)
class Closed:
    """What is known of minutes that are over, one row each.

    Attributes:
        minutes: n of them.
        values: float64[n, p], ``regime_values``.
        ranks: float64[n, p], each in the day before its own minute.
        words: n of them.
        usual: float64[p], median of each part's sizes; NaN is not known.
        rates: of divergences, of price against each CVD.
    """

    minutes: Minutes
    values: FloatArray
    ranks: FloatArray
    words: Regimes
    usual: FloatArray
    rates: Mapping[Part, DivergenceRate]
    past: RegimePast


def judged(minutes: Minutes, before: Closed | None) -> Closed:
    """Return the minutes with what is known of them; those that stayed as they were are kept.

    Args:
        minutes: n >= 1 that are over.
        before: what was known of earlier ones; None = nothing.
    """
    kept, shift = _kept(minutes, before), 0
    if before is not None and kept:
        shift = _places(minutes, before.minutes)
        if not shift and kept == minutes.open_ns.size:
            return before
    fresh = minutes.open_ns.size - kept
    values = regime_values(cut(minutes, max(kept - TAIL, 0), None))[-fresh:]
    ranks, earlier = np.zeros((0, len(Part))), None
    if before is not None and kept:
        rows = slice(shift, shift + kept)
        values = np.concatenate([before.values[rows], values])
        ranks = before.ranks[rows]
        earlier = _cut_words(before.words, rows)
    scores = regime_scores(values, last=fresh)
    ranks = np.concatenate([ranks, scores.ranks])
    words = regimes(scores, before=earlier)
    if earlier is not None:
        words = _joined(earlier, words)
    rates = {each: divergence_rate(states(minutes, ranks, each)) for each in _CVDS}
    past = RegimePast(minutes.open_ns, minutes.price, words.words)
    return Closed(minutes, values, ranks, words, _usual(values), rates, past)


def states(minutes: Minutes, ranks: FloatArray, part: Part) -> DivergenceStates:
    """Return what price and one CVD do to each other.

    Args:
        ranks: float64[n, p].
        part: Part.SPOT_CVD or Part.PERP_CVD.
    """
    delta = minutes.spot_delta if part is Part.SPOT_CVD else minutes.perp_delta
    return divergence_states(
        minutes.price, delta, price_rank=ranks[:, Part.PRICE], cvd_rank=ranks[:, part]
    )


def cut(minutes: Minutes, first: int | None, end: int | None) -> Minutes:
    """Return some of the minutes."""
    return Minutes(*(getattr(minutes, each.name)[first:end] for each in fields(Minutes)))


def _usual(values: FloatArray) -> FloatArray:
    """Return the median size of each part; of what is not judged by its size, with its sign."""
    sizes = np.abs(values)
    sizes[:, _SIGNED] = values[:, _SIGNED]
    known = ~np.isnan(sizes).all(axis=0)
    usual = np.full(len(Part), np.nan)
    usual[known] = np.nanmedian(sizes[:, known], axis=0)
    return usual


def _places(minutes: Minutes, before: Minutes) -> int:
    """Return how many of the minutes before are gone."""
    return int(minutes.open_ns[0] - before.open_ns[0]) // NS_PER_MINUTE


def _kept(minutes: Minutes, before: Closed | None) -> int:
    """Return how many of the first minutes are as they were."""
    if before is None:
        return 0
    gone = _places(minutes, before.minutes)
    common = min(before.minutes.open_ns.size - gone, minutes.open_ns.size)
    if gone < 0 or common <= 0:
        return 0
    is_same: BoolArray = np.ones(common, np.bool_)
    for each in fields(Minutes):
        now = getattr(minutes, each.name)[:common]
        was = getattr(before.minutes, each.name)[gone : gone + common]
        is_same &= (now == was) | (np.isnan(now) & np.isnan(was))
    return common if is_same.all() else int(np.argmin(is_same))


def _cut_words(words: Regimes, rows: slice) -> Regimes:
    return Regimes(*(getattr(words, each.name)[rows] for each in fields(Regimes)))


def _joined(one: Regimes, other: Regimes) -> Regimes:
    return Regimes(
        *(
            np.concatenate([getattr(one, each.name), getattr(other, each.name)])
            for each in fields(Regimes)
        )
    )
