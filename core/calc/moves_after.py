"""Moves after: how far price went after instants, and after random ones like them."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, Ns

_BPS: Final = 1e4
_BEFORE_NS: Final[Ns] = 5 * NS_PER_MINUTE
_THIRDS: Final = (1 / 3, 2 / 3)
_UNSEEN: Final = 3


@dataclass(frozen=True, slots=True)
class MovesRule:
    """How moves are measured, and random times drawn.

    Attributes:
        hold_ns: an older price is not the price of an instant.
        grid_ns: random times are multiples of it.
        draws: random times per instant.
        seed: of the random times.
    """

    hold_ns: Ns = NS_PER_MINUTE
    grid_ns: Ns = NS_PER_S
    draws: int = 200
    seed: int = 7


class MovesAfter:
    """Prices as they were known.

    Two instants are alike that are in the same hour of the day, and before which price had moved
    by about as much in five minutes: by the lowest, middle or highest third of what it did.
    """

    def __init__(
        self, times_ns: IntArray, prices: FloatArray, *, rule: MovesRule | None = None
    ) -> None:
        """Take prices.

        Args:
            times_ns: int64[n], when each was known, ascending.
            prices: float64[n], > 0; NaN is not known, and ends the price before it.
            rule: None = its defaults.

        Raises:
            ValueError: ``times_ns`` is not in order.
        """
        if bool(np.any(np.diff(times_ns) < 0)):
            msg = "prices must be in the order of their times"
            raise ValueError(msg)
        self._rule = rule or MovesRule()
        self._times_ns, self._prices = times_ns, prices
        ends = times_ns[[0, -1]] if times_ns.size else np.zeros(2, np.int64)
        step_ns = self._rule.grid_ns
        self._grid_ns = np.arange(-(-int(ends[0]) // step_ns) * step_ns, int(ends[1]) + 1, step_ns)
        before = np.abs(self._before(self._grid_ns))
        told = before[~np.isnan(before)]
        self._thirds = np.quantile(told, _THIRDS) if told.size else np.zeros(2)
        self._alike = self._kinds(self._grid_ns)

    def moves(self, from_ns: IntArray, over_ns: Ns) -> FloatArray:
        """Return the move over a while from each instant, basis points; NaN is not known."""
        before = self._at(from_ns)
        return (self._at(from_ns + over_ns) - before) / before * _BPS

    def random_moves(self, like_ns: IntArray, over_ns: Ns) -> FloatArray:
        """Return the moves after random instants, ``draws`` of them like each of ``like_ns``.

        Returns:
            float64[draws, n], basis points; NaN where no instant is like it.
        """
        has_moves = ~np.isnan(self.moves(self._grid_ns, over_ns))
        order = np.argsort(self._alike[has_moves], kind="stable")
        grid_ns = self._grid_ns[has_moves][order]
        alike, wanted = self._alike[has_moves][order], self._kinds(like_ns)
        low = np.searchsorted(alike, wanted, side="left")
        count = np.searchsorted(alike, wanted, side="right") - low
        chance = np.random.default_rng(self._rule.seed).random((self._rule.draws, like_ns.size))
        found = count > 0
        moves = np.full(chance.shape, np.nan)
        picked = grid_ns[low[found] + (chance[:, found] * count[found]).astype(np.int64)]
        moves[:, found] = self.moves(picked, over_ns)
        return moves

    def _at(self, times_ns: IntArray) -> FloatArray:
        """Return the price at each instant; NaN where none is known, or it is not yet over."""
        if not self._times_ns.size:
            return np.full(times_ns.shape, np.nan)
        place = np.searchsorted(self._times_ns, times_ns, side="right") - 1
        held = np.maximum(place, 0)
        old = times_ns - self._times_ns[held] > self._rule.hold_ns
        gone = (place < 0) | old | (times_ns > self._times_ns[-1])
        return np.where(gone, np.nan, self._prices[held])

    def _before(self, times_ns: IntArray) -> FloatArray:
        return self.moves(times_ns - _BEFORE_NS, _BEFORE_NS)

    def _kinds(self, times_ns: IntArray) -> IntArray:
        """Return the hour of the day and the third, as one number."""
        before = np.abs(self._before(times_ns))
        third = np.searchsorted(self._thirds, before, side="right")
        third = np.where(np.isnan(before), _UNSEEN, third)
        kinds: IntArray = times_ns % NS_PER_DAY // NS_PER_HOUR * (_UNSEEN + 1) + third
        return kinds
