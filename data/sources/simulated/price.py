"""The common price of one coin: news, and what the orders of all its markets do to it.

An order moves the price by the square root of its size (concave); part of the move stays, the rest
fades over seconds to minutes, else the long memory of trade signs would make prices predictable.

Source:
    Bouchaud, Gefen, Potters & Wyart (2004), "Fluctuations and response in financial markets: the
    subtle nature of 'random' price changes", Quantitative Finance 4: the fading propagator.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray
from data.sources.simulated.chance import decaying
from data.sources.simulated.climate import Climate
from data.sources.simulated.schedule import BINS_PER_S, Chunk

_STAYS: Final = 0.23
_FADES: Final = ((0.5, 0.10), (5.0, 0.24), (30.0, 0.24), (300.0, 0.15))
"""(time constant in seconds, part of the first impact)."""

_JUMPS_PER_S: Final = 1.0 / 420.0
_JUMP_BPS: Final = 1.6  # times the coin's news of ten seconds
_JUMP_S: Final = 1.2
"""News that everyone sees is worked into the price over about this time."""
_NEWS_TILT: Final = 0.40
"""How strongly takers lean to the side of the news of a second."""
_LEAN_TILT: Final = 1.0
_LEADER_BPS: Final = 0.7
"""What the leading coin moves in a second when it is busy."""


@dataclass(slots=True)
class PriceMemory:
    """Where the price stands, in basis points of its logarithm; carried from chunk to chunk."""

    level_bps: float = 0.0
    leader_bps: float = 0.0
    jump_bps: float = 0.0
    fading_bps: list[float] = field(default_factory=lambda: [0.0] * len(_FADES))


@dataclass(slots=True)
class CommonPrice:
    """Moves the common price of one coin.

    Attributes:
        news_bps: its own, basis points per root second.
        follows: part of the leading coin's moves that are news here.
        impact_bps: of one order of median size.
    """

    news_bps: float
    follows: float
    impact_bps: float
    memory: PriceMemory = field(default_factory=PriceMemory)

    def news(
        self,
        chunk: Chunk,
        weather: Climate,
        leader_bps: FloatArray | None,
        rng: np.random.Generator,
    ) -> FloatArray:
        """Return float64[bins]: what moves the price in each bin without an order, bps.

        Args:
            leader_bps: float64[bins], common price of the leading coin; None = this one leads.
        """
        scale = np.sqrt(weather.busy) * weather.nervous
        drift = rng.standard_normal(chunk.bins) * np.repeat(scale, BINS_PER_S)
        drift *= self.news_bps / np.sqrt(BINS_PER_S)
        hit = rng.poisson(_JUMPS_PER_S / BINS_PER_S, chunk.bins)
        size = rng.laplace(0.0, _JUMP_BPS * self.news_bps * np.sqrt(10.0), chunk.bins)
        factor = float(np.exp(-1.0 / (_JUMP_S * BINS_PER_S)))
        jumps = decaying(hit * size * (1.0 - factor), factor=factor, before=self.memory.jump_bps)
        self.memory.jump_bps = float(jumps[-1])
        return drift + jumps + self._followed(chunk, leader_bps)

    def _followed(self, chunk: Chunk, leader_bps: FloatArray | None) -> FloatArray:
        """Return the moves of the leading coin that this one goes along with."""
        if leader_bps is None:
            return np.zeros(chunk.bins)
        before = self.memory.leader_bps
        self.memory.leader_bps = float(leader_bps[-1])
        return self.follows * np.diff(leader_bps, prepend=before)

    def tilt(self, news: FloatArray, weather: Climate) -> FloatArray:
        """Return float64[seconds]: tendency to buy, in (-1, 1); takers know the news."""
        per_second = news.reshape(-1, BINS_PER_S).sum(axis=1)
        per_second /= np.hypot(self.news_bps, _LEADER_BPS * self.follows)
        tilt: FloatArray = np.tanh(_NEWS_TILT * per_second + _LEAN_TILT * weather.lean)
        return tilt

    def path(self, news: FloatArray, flow: FloatArray, weather: Climate) -> FloatArray:
        """Return float64[bins]: the price at the end of each bin, in bps of its logarithm.

        Args:
            flow: float64[bins], sum over orders of side * sqrt(size / median size).
        """
        memory = self.memory
        impact = flow * np.repeat(weather.nervous * self.impact_bps, BINS_PER_S)
        stays = memory.level_bps + np.cumsum(news + _STAYS * impact)
        memory.level_bps = float(stays[-1])
        for index, (tau_s, part) in enumerate(_FADES):
            factor = float(np.exp(-1.0 / (tau_s * BINS_PER_S)))
            fading = decaying(part * impact, factor=factor, before=memory.fading_bps[index])
            memory.fading_bps[index] = float(fading[-1])
            stays += fading
        return stays
