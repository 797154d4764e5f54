"""The regime of a coin: its word, each contribution, since when it holds, and its past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.divergence_state import DivergenceRate
from core.calc.regime import Regime, regimes, run_start
from core.calc.regime_scores import WEIGHTS, Scores, regime_scores
from core.calc.regime_values import Minutes, Part, regime_values
from core.domain.arrays import FloatArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_MS, Ns
from data.engine import Engine
from data.views.coin_markets import CoinMarkets
from data.views.coin_minutes import SPAN, CoinMinutes, CoinMinutesQuery, Rests
from data.views.moment import Moment
from data.views.panel import Want, wanted
from data.views.regime_past import TAIL, Closed, RegimePast, cut, judged, states

_SHARED_NS: Final[Ns] = 200 * NS_PER_MS
"""Boards that ask at their own beats are told the same."""


@dataclass(frozen=True, slots=True)
class RegimeSpec:
    """Whose regime.

    Attributes:
        markets: of the coin; spot and perpetual are never summed.
    """

    markets: CoinMarkets

    def query(self) -> "RegimeQuery":
        """Return a new query that answers it."""
        return RegimeQuery(self)


@dataclass(frozen=True, slots=True)
class PartNow:
    """One contribution.

    Attributes:
        value: in the unit of ``regime_values``; NaN is not known.
        usual: median of the day's, sizes where a slope is ranked by its size; NaN is not known.
        rank: share of the day's that it exceeds; NaN is not known.
        score: in [-1, 1]; NaN is not known, and counts for nothing.
        weight: of the score in the lean.
        rests: the markets that it is of.
    """

    part: Part
    value: float
    usual: float
    rank: float
    score: float
    weight: float
    rests: Rests


@dataclass(frozen=True, slots=True)
class DivergenceNow:
    """Price against one CVD.

    Attributes:
        part: Part.SPOT_CVD or Part.PERP_CVD.
        side: 1 = price falls and CVD rises, -1 = the other way, 0 = neither.
        strength: in [-1, 1], below zero they go together; NaN is not known.
        rate: of the day before.
    """

    part: Part
    side: int
    strength: float
    rate: DivergenceRate


@dataclass(frozen=True, slots=True)
class RegimeView:
    """One moment.

    Attributes:
        word: NOT_KNOWN where price or both CVDs are.
        lean: mean of the known scores by weight, above zero rising; NaN where none is known.
        known_frac: weight of the known scores.
        flow_way: 1 up, -1 down, 0 none.
        price_way: likewise.
        parts: in the order of Part.
        since_ns: begin of the minute in which the word began to hold; None = there is no word.
        is_at_least: it held when the minutes held began, so it may be for longer.
        divergences: of spot and perpetual CVD.
        past: the minutes before.
        price_of: whose price; None = none is known.
    """

    spec: RegimeSpec
    now_ns: Ns
    word: Regime
    lean: float
    known_frac: float
    flow_way: int
    price_way: int
    parts: tuple[PartNow, ...]
    since_ns: Ns | None
    is_at_least: bool
    divergences: tuple[DivergenceNow, ...]
    past: RegimePast
    price_of: Instrument | None

    @property
    def held_ns(self) -> Ns:
        """How long the word has held; 0 = there is none."""
        return max(self.now_ns - self.since_ns, 0) if self.since_ns is not None else 0

    def part(self, part: Part) -> PartNow:
        """Return one contribution."""
        return self.parts[part]


class RegimeQuery:
    """Answers one spec again and again; minutes that are over are judged once."""

    def __init__(self, spec: RegimeSpec) -> None:
        self.spec = spec
        self._minutes = CoinMinutesQuery(spec.markets)
        self._closed: Closed | None = None
        self._asked: tuple[int, object] | None = None
        self._view: RegimeView | None = None

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return every market of the coin, with a day of its minutes."""
        markets = self.spec.markets
        return wanted(listed, (*markets.spots, *markets.perps), count=SPAN)

    def view(self, engine: Engine, moment: Moment) -> RegimeView | None:
        """Return the newest view; None while no price is known."""
        asked = engine.epoch, moment.off
        known = self._view if asked == self._asked else None
        if known is not None and 0 <= moment.now_ns - known.now_ns < _SHARED_NS:
            return known
        self._asked, self._view = asked, self._made(engine, moment)
        return self._view

    def _made(self, engine: Engine, moment: Moment) -> RegimeView | None:
        coin = self._minutes.update(engine, moment)
        if coin.price_of is None:
            return None
        closed = self._closed = judged(cut(coin.minutes, None, -1), self._closed)
        tail = cut(coin.minutes, -TAIL, None)
        values = np.concatenate([closed.values, regime_values(tail)[-1:]])
        scores = regime_scores(values, last=1)
        now = regimes(scores, before=closed.words)
        words = np.append(closed.words.words, now.words)
        start = run_start(words)
        word = Regime(int(now.words[-1]))
        return RegimeView(
            spec=self.spec,
            now_ns=moment.now_ns,
            word=word,
            lean=float(scores.lean[-1]),
            known_frac=float(scores.known_frac[-1]),
            flow_way=int(now.flow_way[-1]),
            price_way=int(now.price_way[-1]),
            parts=_parts(coin, values[-1], scores, closed.usual),
            since_ns=int(coin.minutes.open_ns[start]) if word is not Regime.NOT_KNOWN else None,
            is_at_least=bool(start == 0 or words[start - 1] == Regime.NOT_KNOWN),
            divergences=_divergences(tail, scores, closed.rates),
            past=closed.past,
            price_of=coin.price_of,
        )


def _divergences(
    tail: Minutes, scores: Scores, rates: Mapping[Part, DivergenceRate]
) -> tuple[DivergenceNow, ...]:
    """Return what price and each CVD do at the newest minute, whose ranks are the only ones."""
    ranks = np.full((tail.open_ns.size, len(Part)), np.nan)
    ranks[-1] = scores.ranks[-1]
    out = []
    for part, rate in rates.items():
        found = states(tail, ranks, part)
        out.append(DivergenceNow(part, int(found.sides[-1]), float(found.strength[-1]), rate))
    return tuple(out)


def _parts(
    coin: CoinMinutes, values: FloatArray, scores: Scores, usual: FloatArray
) -> tuple[PartNow, ...]:
    return tuple(
        PartNow(
            part=part,
            value=float(values[part]),
            usual=float(usual[part]),
            rank=float(scores.ranks[-1, part]),
            score=float(scores.scores[-1, part]),
            weight=WEIGHTS[part],
            rests=coin.rests[part],
        )
        for part in Part
    )
