"""Microprice: where the mid is expected to go next, from imbalance and spread (Stoikov)."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.book_imbalance import queue_imbalance
from core.domain.arrays import BoolArray, FloatArray, IntArray, RowArray
from core.domain.frame import Framed

_MOST_TERMS: Final = 1_000
_SMALL: Final = 1e-12


@dataclass(frozen=True, slots=True)
class MicropriceRule:
    """How the states of the best quote are told apart.

    Attributes:
        buckets: of ``bid / (bid + ask)`` in [0, 1], of equal width.
        most_spread_ticks: quotes with a wider spread have no state.
        least_visits: a state that was seen less often is not known.
    """

    buckets: int = 10
    most_spread_ticks: int = 5
    least_visits: int = 200


@dataclass(frozen=True, slots=True)
class MicropriceFit(Framed):
    """What a sample of quotes says.

    Attributes:
        rule: how its states are told apart.
        adjust_ticks: float64[most_spread_ticks, buckets], what to add to the mid; NaN is not
            known. A row is a spread, from one tick on.
        visits: int64[most_spread_ticks, buckets], how often each state was seen, mirrored ones
            counted too.
    """

    rule: MicropriceRule
    adjust_ticks: FloatArray
    visits: IntArray


def adjustments(
    quiet: FloatArray, moves: FloatArray, sizes: FloatArray, lands: FloatArray
) -> FloatArray:
    """Return the limit ``sum over i of B^i G1``, G1 = (I-Q)^-1 R K and B = (I-Q)^-1 T.

    Args:
        quiet: float64[n, n], Q: chance that the next state is this one with the mid unmoved.
        moves: float64[n, k], R: chance that the mid moves by each size.
        sizes: float64[k], K: the sizes, in ticks.
        lands: float64[n, n], T: chance that the mid moves and the next state is this one.

    Returns:
        float64[n], ticks; NaN where the sum has no limit.

    Source:
        Stoikov (2018), "The micro-price", Quantitative Finance 18(12).
    """
    unknown = np.full(quiet.shape[0], np.nan)
    try:
        left = np.linalg.solve(np.eye(quiet.shape[0]) - quiet, np.column_stack((moves, lands)))
    except np.linalg.LinAlgError:
        return unknown
    term = left[:, : sizes.size] @ sizes
    total: FloatArray = term.copy()
    for _ in range(_MOST_TERMS):
        term = left[:, sizes.size :] @ term
        total += term
        if float(np.abs(term).max(initial=0.0)) < _SMALL:
            return total
    return unknown


def fit_microprice(
    quotes: RowArray, *, rule: MicropriceRule, follows: BoolArray | None = None
) -> MicropriceFit:
    """Return the adjustment of each state, from how the mid moved after it.

    Every step is counted mirrored too (bid and ask swapped, the move negated): a sample with a
    trend would have no limit.

    Args:
        quotes: QUOTE_DTYPE[n], in the order of time, taken at equal distances of time.
        rule: how states are told apart.
        follows: bool[n], False where the quote does not continue the one before (a gap, another
            day); None = all do.
    """
    shape = (rule.most_spread_ticks, rule.buckets)
    state, mirrored = _states(quotes, rule)
    half = quotes["bid_ticks"].astype(np.int64) + quotes["ask_ticks"]
    steps = (state[:-1] >= 0) & (state[1:] >= 0)
    if follows is not None:
        steps &= follows[1:]
    begin = np.concatenate((state[:-1][steps], mirrored[:-1][steps]))
    end = np.concatenate((state[1:][steps], mirrored[1:][steps]))
    moved = np.diff(half)[steps]
    moved = np.concatenate((moved, -moved))
    visits = np.bincount(begin, minlength=shape[0] * shape[1])
    adjust = np.full(visits.size, np.nan)
    known = visits >= rule.least_visits
    inside = known[begin] & known[end]
    if inside.any():
        adjust[known] = _solved(known, begin[inside], end[inside], moved[inside])
    return MicropriceFit(rule, adjust.reshape(shape), visits.reshape(shape))


def microprice_ticks(quotes: RowArray, fit: MicropriceFit) -> FloatArray:
    """Return float64[n]: the mid plus its state's adjustment; NaN where that is not known.

    Args:
        quotes: QUOTE_DTYPE[n], any order; later than what ``fit`` was made from.
    """
    state, _ = _states(quotes, fit.rule)
    mid = (quotes["bid_ticks"].astype(np.float64) + quotes["ask_ticks"]) / 2
    adjust = fit.adjust_ticks.ravel()[np.maximum(state, 0)]
    return np.where(state >= 0, mid + adjust, np.nan)


def _states(quotes: RowArray, rule: MicropriceRule) -> tuple[IntArray, IntArray]:
    """Return the state of each quote and of its mirror image; -1 = none."""
    spread = quotes["ask_ticks"].astype(np.int64) - quotes["bid_ticks"]
    is_told = (quotes["bid_lots"] > 0) & (quotes["ask_lots"] > 0)
    is_told &= (spread >= 1) & (spread <= rule.most_spread_ticks)
    share = (queue_imbalance(quotes["bid_lots"], quotes["ask_lots"]) + 1) / 2
    bucket = np.zeros(quotes.size, np.int64)
    bucket[is_told] = np.minimum(share[is_told] * rule.buckets, rule.buckets - 1).astype(np.int64)
    base = (spread - 1) * rule.buckets
    state = np.where(is_told, base + bucket, -1)
    return state, np.where(is_told, base + rule.buckets - 1 - bucket, -1)


def _solved(known: BoolArray, begin: IntArray, end: IntArray, moved: IntArray) -> FloatArray:
    number = np.cumsum(known) - 1
    states = int(known.sum())
    rows, to = number[begin], number[end]
    sizes, size = np.unique(moved, return_inverse=True)
    quiet, lands = np.zeros((states, states)), np.zeros((states, states))
    moves = np.zeros((states, sizes.size))
    np.add.at(quiet, (rows[moved == 0], to[moved == 0]), 1)
    np.add.at(lands, (rows[moved != 0], to[moved != 0]), 1)
    np.add.at(moves, (rows, size), 1)
    total = np.maximum(np.bincount(rows, minlength=states), 1)[:, None]
    return adjustments(quiet / total, moves / total, sizes / 2, lands / total)
