"""Regime: one word for what price and taken volume do to each other, minute by minute."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from core.calc.regime_scores import WEIGHTS, Scores, weighted_mean
from core.calc.regime_values import Part
from core.domain.arrays import FloatArray, IntArray
from core.domain.frame import Framed


class Regime(IntEnum):
    """The word."""

    NOT_KNOWN = -1
    EQUILIBRIUM = 0
    BULLISH_CVD = 1
    BEARISH_CVD = 2
    BULLISH_ABSORPTION = 3
    BEARISH_ABSORPTION = 4

    @property
    def word(self) -> str:
        """As the pages write it: ``BULLISH CVD``."""
        return self.name.replace("_", " ")


_OF: Final = {
    (1, 1): Regime.BULLISH_CVD,
    (-1, -1): Regime.BEARISH_CVD,
    (1, -1): Regime.BULLISH_ABSORPTION,
    (-1, 0): Regime.BULLISH_ABSORPTION,
    (-1, 1): Regime.BEARISH_ABSORPTION,
    (1, 0): Regime.BEARISH_ABSORPTION,
}
"""(way of the flow, way of the price) -> word; without a way of the flow it is EQUILIBRIUM."""


@dataclass(frozen=True, slots=True)
class RegimeRule:
    """From when on something has a way.

    Attributes:
        flow_begins: a score of the flow gives it a way from here on.
        flow_ends: and keeps it until it is below this, so that a word does not flicker.
        price_begins: likewise of the price. It moves unless its slope is among the day's flattest.
        price_ends: likewise.
        weights: of each part; those of the two CVDs make the flow.
    """

    flow_begins: float = 0.5
    flow_ends: float = 0.35
    price_begins: float = 0.3
    price_ends: float = 0.2
    weights: tuple[float, ...] = WEIGHTS


@dataclass(frozen=True, slots=True)
class Regimes(Framed):
    """One row per minute, as known at its end; of an open one until now.

    Attributes:
        words: int64[n], Regime.
        flow: float64[n] in [-1, 1], both CVD slopes' scores by weight; of one alone where the other
            is not known, NaN where none is.
        flow_way: int64[n]: 1 up, -1 down, 0 no way or not known.
        price_way: int64[n], likewise.
    """

    words: IntArray
    flow: FloatArray
    flow_way: IntArray
    price_way: IntArray


def regimes(
    scores: Scores, *, before: Regimes | None = None, rule: RegimeRule | None = None
) -> Regimes:
    """Return the word of each minute.

    The flow goes with the price: BULLISH CVD, BEARISH CVD. It goes against it: BULLISH ABSORPTION
    where the price falls, BEARISH ABSORPTION where it rises. It goes and the price does not: it is
    held, by passive bids (BULLISH ABSORPTION) or offers (BEARISH ABSORPTION). It has no way:
    EQUILIBRIUM.

    Args:
        scores: of n minutes in a row.
        before: of the minutes right before them; None = nothing is known of these.
        rule: None = its defaults.

    Source:
        DEFINITIONS section 20.
    """
    used = rule or RegimeRule()
    price = scores.scores[:, Part.PRICE]
    flow = _flow(scores.scores, used.weights)
    flow_way = _ways(flow, used.flow_begins, used.flow_ends, _last(before, "flow_way"))
    price_way = _ways(price, used.price_begins, used.price_ends, _last(before, "price_way"))
    words = [
        _OF.get((one, other), Regime.EQUILIBRIUM)
        for one, other in zip(flow_way.tolist(), price_way.tolist(), strict=True)
    ]
    named = np.array(words, np.int64)
    named[np.isnan(flow) | np.isnan(price)] = Regime.NOT_KNOWN
    return Regimes(named, flow, flow_way, price_way)


def run_start(words: IntArray) -> int:
    """Return the place where the newest word began to hold.

    Args:
        words: int64[n], n >= 1.
    """
    others = np.flatnonzero(words != words[-1])
    return int(others[-1]) + 1 if others.size else 0


def _flow(scores: FloatArray, weights: tuple[float, ...]) -> FloatArray:
    both = [Part.SPOT_CVD, Part.PERP_CVD]
    return weighted_mean(scores[:, both], tuple(weights[each] for each in both))


def _ways(scores: FloatArray, begins: float, ends: float, way: int) -> IntArray:
    """Return the way of each: one that was there stays while the score is large enough for it."""
    out = np.zeros(scores.size, np.int64)
    for at, score in enumerate(scores.tolist()):
        if not way * score >= ends:  # NaN too
            way = 0
        if abs(score) >= begins:
            way = 1 if score > 0 else -1
        out[at] = way
    return out


def _last(before: Regimes | None, name: str) -> int:
    ways: IntArray | None = getattr(before, name) if before is not None else None
    return int(ways[-1]) if ways is not None and ways.size else 0
