"""The book of one market, without keeping one: what stands on a level is a function.

Whoever asks for a level (its tick, how far from the best, when) gets the size that a hash of them
gives, so any moment's book can be had in any order and agrees with the trades. Depth is
hump-shaped; a size lasts a few seconds; round prices have more.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from data.sources.simulated.chance import HashArray, bell, hashed, mixed

_AT_BEST: Final = 0.45
_HUMP: Final = 1.0
_HUMP_CELL: Final = 9.0
_SIZE_SIGMA: Final = 1.0
_EMPTY: Final = 0.12
"""Part of the cells behind the best level on which nothing stands."""
_ROUND: Final = 4.0
_LASTS_BITS: Final = np.uint64(6)
"""A size lasts 2^6 bins, 6.4 s."""
_PHASE: Final = np.uint64(0xFF)
_TOP_BITS: Final = np.uint64(40)
_ALL_TOP: Final = float(2**24)


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
        shape = np.full(ticks.size, _AT_BEST)
        size, _ = self._sizes(ticks, bins, shape * (self.lots / thin))
        return np.maximum(size, 1)

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
        ticks = self._tick_of(cells)
        scale = _shape(away.astype(np.float64)) * (self.lots / thin)[:, None]
        lots, bits = self._sizes(ticks, bins[:, None], scale)
        lots[(bits >> _TOP_BITS) < np.uint64(_EMPTY * _ALL_TOP)] = 0
        return ticks, lots

    def _tick_of(self, cells: IntArray) -> IntArray:
        """Return the one tick of each cell that has a level: the round one, if there is one."""
        low = cells * self.cell_ticks
        if self.cell_ticks == 1:
            return low
        inside = (hashed(cells, self.salt) % np.uint64(self.cell_ticks)).astype(np.int64)
        rounded = -(-low // self.round_ticks) * self.round_ticks
        return np.where(rounded < low + self.cell_ticks, rounded, low + inside)

    def _sizes(
        self, ticks: IntArray, bins: IntArray, scale: FloatArray
    ) -> tuple[IntArray, HashArray]:
        """Return lots and the bits that they came from."""
        own = hashed(ticks, self.salt)
        # Each level has its own phase: the book never changes everywhere at once.
        age = (bins.astype(np.uint64) + (own & _PHASE)) >> _LASTS_BITS
        bits = mixed(own + age * np.uint64(0x9E3779B97F4A7C15))
        lots = scale * np.exp(_SIZE_SIGMA * bell(bits))
        lots *= np.where(ticks % self.round_ticks == 0, _ROUND, 1.0)
        return np.rint(lots).astype(np.int64), bits


def _shape(away: FloatArray) -> FloatArray:
    """Return the size of a level by its distance in cells: a hump, 1 at its top."""
    near = away / _HUMP_CELL
    return _AT_BEST + (_HUMP - _AT_BEST) * near * np.exp(1.0 - near)
