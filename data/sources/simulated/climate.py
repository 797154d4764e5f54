"""What changes slowly: how busy the market is, how nervous, and which side it leans to."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from core.domain.units import NS_PER_DAY, NS_PER_HOUR
from data.sources.simulated.chance import Scales, Wander
from data.sources.simulated.schedule import Chunk

# (time constant in seconds, standard deviation): several scales, since a single one would make
# volatility forget exponentially, which no market does.
_BUSY: Final[Scales] = ((8.0, 0.22), (120.0, 0.28), (1_500.0, 0.30), (18_000.0, 0.25))
_NERVOUS: Final[Scales] = ((5.0, 0.20), (60.0, 0.18), (900.0, 0.18), (10_800.0, 0.15))
_LEAN: Final[Scales] = ((90.0, 0.03), (1_800.0, 0.025), (9_000.0, 0.02))

# Orders relative to an average hour, by UTC hour: Asia opens at 0, Europe at 7, New York at 13.
_SESSION: Final[FloatArray] = np.ravel(
    [
        [1.05, 1.0, 0.92, 0.82, 0.75, 0.74, 0.8, 0.95, 1.08, 1.02, 0.95, 0.92],
        [1.05, 1.4, 1.65, 1.55, 1.35, 1.18, 1.06, 1.0, 0.98, 0.86, 0.74, 0.84],
    ]
)
_SPREADS: Final = 0.7
_OWN: Final = 0.71  # sqrt(1 - 0.7^2): as wide as the leader's own
_WEEKEND: Final = 0.8
_SATURDAY: Final = 2
"""1970-01-01 was a Thursday, so days 2 and 3 of each seven are a weekend."""


@dataclass(frozen=True, slots=True)
class Climate:
    """One value per second of a chunk.

    Attributes:
        excitement: why it is busier than usual, a logarithm around 0.
        busy: rate of orders relative to the average, > 0.
        nervous: what an order moves relative to the average, > 0; the book is thinner by as much.
        lean: tendency to buy, in about +-0.3.
    """

    excitement: FloatArray
    busy: FloatArray
    nervous: FloatArray
    lean: FloatArray


@dataclass(slots=True)
class Climates:
    """Draws the climate of one coin, chunk after chunk."""

    busy: Wander = field(default_factory=lambda: Wander(_BUSY))
    nervous: Wander = field(default_factory=lambda: Wander(_NERVOUS))
    lean: Wander = field(default_factory=lambda: Wander(_LEAN))

    def draw(self, chunk: Chunk, leader: Climate | None, rng: np.random.Generator) -> Climate:
        """Return the climate of ``chunk``, which follows the chunk drawn last.

        Args:
            leader: the climate of the leading coin, whose excitement spreads; None = none leads.
        """
        busy = self.busy.draw(chunk.seconds, rng)
        if leader is not None:
            busy = _OWN * busy + _SPREADS * leader.excitement
        nervous = self.nervous.draw(chunk.seconds, rng)
        lean = self.lean.draw(chunk.seconds, rng)
        rate = np.exp(busy - 0.5 * self.busy.variance) * usual_business(chunk.second_ns)
        return Climate(busy, rate, np.exp(nervous), lean)


def usual_business(stamps_ns: IntArray) -> FloatArray:
    """Return the usual rate of orders at each instant of the week; about 1 on average."""
    hours = (stamps_ns % NS_PER_DAY) / NS_PER_HOUR
    usual: FloatArray = np.interp(hours, np.arange(25), np.append(_SESSION, _SESSION[0]))
    day = stamps_ns // NS_PER_DAY % 7
    usual[(day == _SATURDAY) | (day == _SATURDAY + 1)] *= _WEEKEND
    return usual
