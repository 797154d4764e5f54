"""Best bid and ask of one market: makers follow the fair price in steps, one tick apart mostly."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from core.domain.arrays import BoolArray, FloatArray, IntArray
from data.sources.simulated.chance import Scales, Wander, decaying
from data.sources.simulated.climate import Climate
from data.sources.simulated.schedule import BINS_PER_S

_BASIS: Final[Scales] = ((40.0, 0.10), (400.0, 0.5), (5_400.0, 1.1))
_OWN_IMPACT: Final = 0.55
"""What an order moves its own market beyond the common price, as part of the common impact."""
_OWN_FADES_S: Final = 1.0
_STARTLED: Final = 4.0
"""Signed flow in a bin after which makers requote at once."""
_WIDE: Final = 0.07
_WIDE_TIMES: Final = 1.5
_BPS: Final = 1e-4


class Quotes(NamedTuple):
    """The top of the book of one market, one value per bin of a chunk.

    Attributes:
        bid_ticks: int64[bins].
        ask_ticks: int64[bins].
        thin: float64[bins], by how much the book is thinner than usual.
    """

    bid_ticks: IntArray
    ask_ticks: IntArray
    thin: FloatArray

    def take(self, bins: IntArray) -> "Quotes":
        """Return those of some bins."""
        return Quotes(self.bid_ticks[bins], self.ask_ticks[bins], self.thin[bins])


@dataclass(slots=True)
class Quoting:
    """Quotes one market, chunk after chunk.

    Attributes:
        level_ticks: price where the common price's logarithm is 0, in ticks.
        basis_bps: where this market lies relative to the common price, on average.
        impact_bps: of an order of median size on its own market.
        requotes_per_s: at average activity.
        wide_ticks: how much wider than one tick a wide spread is, in ticks; may be below 1.
    """

    level_ticks: float
    basis_bps: float
    impact_bps: float
    requotes_per_s: float
    wide_ticks: float
    _basis: Wander = field(default_factory=lambda: Wander(_BASIS))
    _own_bps: float = 0.0
    _flow: float = 0.0
    _fair_bps: float | None = None
    _basis_bps: float | None = None
    _quote: tuple[float, int] | None = None

    def draw(
        self, common_bps: FloatArray, flow: FloatArray, weather: Climate, rng: np.random.Generator
    ) -> Quotes:
        """Return the quotes of a chunk.

        Args:
            common_bps: float64[bins], the common price at the end of each bin.
            flow: float64[bins], this market's own signed flow.
        """
        fair = self.level_ticks * np.exp(_BPS * self._fair(common_bps, flow, weather, rng))
        spread = self._spreads(fair.size, rng)
        requotes = self._requotes(flow, weather, rng)
        fair, spread = self._held(fair, spread, requotes)
        bid = np.floor(fair - 0.5 * (spread - 1)).astype(np.int64)
        return Quotes(bid, bid + spread, np.repeat(weather.nervous, BINS_PER_S))

    def _fair(
        self, common_bps: FloatArray, flow: FloatArray, weather: Climate, rng: np.random.Generator
    ) -> FloatArray:
        """Return the fair price when each bin begins, in bps of its logarithm."""
        impact = flow * np.repeat(weather.nervous * (_OWN_IMPACT * self.impact_bps), BINS_PER_S)
        factor = float(np.exp(-1.0 / (_OWN_FADES_S * BINS_PER_S)))
        own = decaying(impact, factor=factor, before=self._own_bps)
        self._own_bps = float(own[-1])
        at_end = common_bps + own + self._basis_path(weather.busy.size, rng)
        before = at_end[0] if self._fair_bps is None else self._fair_bps
        self._fair_bps = float(at_end[-1])
        return np.concatenate([[before], at_end[:-1]])

    def _basis_path(self, seconds: int, rng: np.random.Generator) -> FloatArray:
        """Return the basis in each bin: drawn per second, straight in between."""
        drawn = self._basis.draw(seconds, rng)
        before = float(drawn[0]) if self._basis_bps is None else self._basis_bps
        self._basis_bps = float(drawn[-1])
        at_bins = np.arange(1, seconds * BINS_PER_S + 1) / BINS_PER_S
        path: FloatArray = np.interp(
            at_bins, np.arange(seconds + 1), np.concatenate([[before], drawn])
        )
        return self.basis_bps + path

    def _spreads(self, bins: int, rng: np.random.Generator) -> IntArray:
        """Return the spread that a requote in each bin would choose, in ticks: mostly 1."""
        uniform = rng.random(bins)
        wide = np.log(_WIDE / np.maximum(uniform, 1e-9)) * (_WIDE_TIMES * self.wide_ticks)
        return 1 + np.maximum(wide, 0.0).astype(np.int64)

    def _requotes(self, flow: FloatArray, weather: Climate, rng: np.random.Generator) -> BoolArray:
        """Return in which bins the makers look at the fair price again."""
        rate = np.sqrt(weather.busy) * (self.requotes_per_s / BINS_PER_S)
        calm = np.repeat(np.exp(-rate), BINS_PER_S)
        before = np.concatenate([[self._flow], flow[:-1]])
        self._flow = float(flow[-1])
        looks: BoolArray = (rng.random(flow.size) > calm) | (np.abs(before) > _STARTLED)
        return looks

    def _held(
        self, fair: FloatArray, spread: IntArray, requotes: BoolArray
    ) -> tuple[FloatArray, IntArray]:
        """Return price and spread of the last requote at or before each bin."""
        last = self._quote or (float(fair[0]), int(spread[0]))
        prices = np.concatenate([[last[0]], fair])
        spreads = np.concatenate([[last[1]], spread])
        chosen = np.maximum.accumulate(np.where(requotes, np.arange(1, fair.size + 1), 0))
        prices, spreads = prices[chosen], spreads[chosen]
        self._quote = (float(prices[-1]), int(spreads[-1]))
        return prices, spreads
