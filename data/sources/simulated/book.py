"""The book of one market, without keeping one: what stands on a level is a function.

Whoever asks for a level (its tick, how far from the best, when) gets the size that a hash of them
gives, so any moment's book can be had in any order and agrees with the trades. Depth is
hump-shaped; a size lasts a few seconds; round prices have more, and a few walls stand for minutes.
Away from the best levels a size changes with its own hash alone: what changes is little.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.domain.arrays import BoolArray, FloatArray, IntArray
from data.sources.simulated.chance import HashArray, bell, hashed, mixed

_AT_BEST: Final = 0.45
_HUMP: Final = 1.0
_HUMP_CELL: Final = 9.0
_SIZE_SIGMA: Final = 1.0
_EMPTY: Final = 0.12
"""Part of the cells behind the best level on which nothing stands."""
_ROUND: Final = 4.0
_WALLS: Final = 0.006
"""Part of the levels that are walls."""
_WALL: Final = 7.0
_LASTS_BITS: Final = np.uint64(6)
"""A size lasts 2^6 bins, 6.4 s."""
_WALL_LASTS_BITS: Final = np.uint64(12)
"""A wall lasts 2^12 bins, some seven minutes."""
_PHASE: Final = np.uint64(0xFF)
_WALL_PHASE: Final = np.uint64(0xFFF)
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_SILVER: Final = np.uint64(0xD1B54A32D192ED03)
_TOP_BITS: Final = np.uint64(40)
_ALL_TOP: Final = float(2**24)
_NEAR: Final = 64
"""Within so many cells of the best level, depth follows the best price and the market's nerves."""


def _shape() -> FloatArray:
    """Return the size of a level by its distance in cells: a hump, 1 at its top."""
    near = np.arange(_NEAR + 1) / _HUMP_CELL
    hump = near * np.exp(1.0 - near)
    hump[-1] = 0.0
    return _AT_BEST + (_HUMP - _AT_BEST) * hump


_SHAPE: Final = _shape()
_NEARNESS: Final[FloatArray] = 1.0 - np.arange(_NEAR + 1) / _NEAR


@dataclass(frozen=True, slots=True)
class Depth:
    """What one market's book looks like.

    Attributes:
        lots: mean size of the fullest levels.
        cell_ticks: behind the best level, one level per this many ticks.
        round_ticks: multiples of this have more.
        salt: tells markets apart.
    """

    lots: float
    cell_ticks: int
    round_ticks: int
    salt: int

    def best(self, ticks: IntArray, bins: IntArray, thin: FloatArray) -> IntArray:
        """Return int64[n]: lots on the best level, >= 1.

        Args:
            ticks: its price.
            bins: when, in bins since 1970.
            thin: the book is thinner by this factor.
        """
        size, _ = self._relative(ticks, bins)
        return np.maximum(self._lots(size, np.zeros(ticks.size, np.int64), thin), 1)

    def behind(
        self, best: IntArray, side: IntArray, bins: IntArray, thin: FloatArray, *, levels: int
    ) -> tuple[IntArray, IntArray]:
        """Return (ticks, lots), int64[n, levels] each: the cells behind the best level.

        Args:
            best: int64[n], the best price of that side of the book.
            side: int64[n], +1 where asks are meant, -1 where bids.

        Returns:
            From the best outwards; lots may be 0.
        """
        away = np.arange(1, levels + 1)
        cells = best[:, None] // self.cell_ticks + side[:, None] * away
        ticks = self.tick_of(cells)
        size, full = self._relative(ticks, bins[:, None])
        return ticks, self._lots(size, away, thin[:, None]) * full

    def over(self, cells: IntArray, away: IntArray, bins: IntArray, thin: FloatArray) -> IntArray:
        """Return int64[n, cells]: the same of n moments, over the same cells.

        Args:
            cells: int64[cells].
            away: int64[n, cells], how many cells each is behind the best one; < 1 = nothing is.
        """
        size, full = self._relative(self.tick_of(cells), bins[:, None])
        return self._lots(size, away, thin[:, None]) * (full & (away > 0))

    def tick_of(self, cells: IntArray) -> IntArray:
        """Return the one tick of each cell that has a level: the round one, if there is one."""
        low = cells * self.cell_ticks
        if self.cell_ticks == 1:
            return low
        inside = (hashed(cells, self.salt) % np.uint64(self.cell_ticks)).astype(np.int64)
        rounded = -(-low // self.round_ticks) * self.round_ticks
        return np.where(rounded < low + self.cell_ticks, rounded, low + inside)

    def _relative(self, ticks: IntArray, bins: IntArray) -> tuple[FloatArray, BoolArray]:
        """Return how much stands there compared to other levels, and whether anything does."""
        own = hashed(ticks, self.salt)
        when = bins.astype(np.uint64)
        # Each level has its own phase: the book never changes everywhere at once.
        age = (when + (own & _PHASE)) >> _LASTS_BITS
        bits = mixed(own + age * _GOLDEN)
        size = np.exp(_SIZE_SIGMA * bell(bits))
        size *= np.where(ticks % self.round_ticks == 0, _ROUND, 1.0)
        age = (when + (own & _WALL_PHASE)) >> _WALL_LASTS_BITS
        is_wall = _share(mixed(own + age * _SILVER)) < _WALLS
        size = np.where(is_wall, _WALL, size)
        return size, is_wall | (_share(bits) >= _EMPTY)

    def _lots(self, relative: FloatArray, away: IntArray, thin: FloatArray) -> IntArray:
        """Return whole lots of relative sizes so many cells behind the best one."""
        near = np.clip(away, 0, _NEAR)
        scale = _SHAPE[near] * (1.0 + (1.0 / thin - 1.0) * _NEARNESS[near])
        return np.rint(relative * (self.lots * scale)).astype(np.int64)


def _share(bits: HashArray) -> FloatArray:
    """Return the upper bits as a number in [0, 1)."""
    return (bits >> _TOP_BITS).astype(np.float64) / _ALL_TOP
