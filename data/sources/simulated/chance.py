"""Chance, made so that the same question always has the same answer.

Three kinds: a generator per (seed, stream, chunk); a hash that gives a price level its size without
keeping a book for every instant; and the linear filters that give both a memory.
"""

from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.domain.arrays import FloatArray, IntArray

HashArray: TypeAlias = NDArray[np.uint64]
Scales: TypeAlias = tuple[tuple[float, float], ...]
"""(time constant in steps, standard deviation), one or more."""

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_NEGLIGIBLE: Final = 1e-12
_SIXTEEN: Final = np.uint64(0xFFFF)
_SUM_MEAN: Final = 1.5 * 65_535
_SUM_SIGMA: Final = 65_536 * 0.5


def generator(*key: int) -> np.random.Generator:
    """Return the generator of ``key``, whole numbers >= 0; a trailing 0 makes no other key."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


def mixed(values: HashArray) -> HashArray:
    """Return 64 well mixed bits of each value.

    Source:
        Steele, Lea & Flood (2014), "Fast splittable pseudorandom number generators", SplitMix64.
    """
    bits = values + _GOLDEN
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    return bits ^ (bits >> np.uint64(31))


def hashed(values: IntArray, salt: int) -> HashArray:
    """Return 64 well mixed bits of each value, other ones for another ``salt``."""
    return mixed(values.astype(np.uint64) ^ mixed(np.array([salt], np.uint64)))


def bell(bits: HashArray) -> FloatArray:
    """Return bell-shaped values of mean 0 and variance 1, within +-3.

    The sum of three uniform values: near enough to normal for sizes, and no transcendental calls.
    """
    total = (bits & _SIXTEEN) + ((bits >> np.uint64(16)) & _SIXTEEN)
    total += (bits >> np.uint64(32)) & _SIXTEEN
    return (total.astype(np.float64) - _SUM_MEAN) * (1.0 / _SUM_SIGMA)


def decaying(values: FloatArray, *, factor: float, before: float) -> FloatArray:
    """Return ``y[i] = values[i] + factor * y[i-1]`` with ``y[-1] = before``.

    Computed by doubling: y over 1, 2, 4, ... steps, until ``factor`` leaves nothing over.

    Args:
        values: float64[n], n >= 1.
        factor: what one step leaves, in [0, 1).
    """
    out = values.copy()
    out[0] += factor * before
    step, left = 1, factor
    while step < out.size and left > _NEGLIGIBLE:
        out[step:] += left * out[:-step]
        step, left = 2 * step, left * left
    return out


@dataclass(slots=True)
class Wander:
    """A sum of mean-reverting walks around 0, drawn stretch after stretch.

    Attributes:
        scales: one walk each; steps are seconds wherever nothing else is said.
    """

    scales: Scales
    _levels: list[float] = field(default_factory=list)

    @property
    def variance(self) -> float:
        """Of the sum, in the long run."""
        return sum(sigma**2 for _, sigma in self.scales)

    def draw(self, steps: int, rng: np.random.Generator) -> FloatArray:
        """Return the next ``steps`` values, float64[steps]; the first draw begins anywhere."""
        if not self._levels:
            self._levels = [sigma * rng.standard_normal() for _, sigma in self.scales]
        total = np.zeros(steps)
        for index, (tau, sigma) in enumerate(self.scales):
            factor = float(np.exp(-1.0 / tau))
            pushes = rng.standard_normal(steps) * (sigma * np.sqrt(1.0 - factor**2))
            path = decaying(pushes, factor=factor, before=self._levels[index])
            self._levels[index] = float(path[-1])
            total += path
        return total
