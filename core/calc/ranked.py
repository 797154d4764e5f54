"""Ranked: numbers kept in order while some come and others go, and copied at almost no cost."""

from bisect import bisect_left, bisect_right, insort
from copy import copy
from typing import Final, Self

_MOST: Final = 1_024
"""A block that grows beyond it becomes two."""


class Ranked:
    """Any numbers but NaN, ascending, equal ones as often as they were added.

    They lie in blocks. Copies share the blocks, and each takes its own of one when it writes in
    it, so that a copy costs as much as there are blocks.
    """

    __slots__ = ("_blocks", "_is_own", "_lasts", "_size")

    def __init__(self) -> None:
        self._blocks: list[list[float]] = []
        self._lasts: list[float] = []
        self._is_own: list[bool] = []
        self._size = 0

    def __len__(self) -> int:
        """Return how many numbers there are."""
        return self._size

    def fork(self) -> Self:
        """Return a copy; what is done to either does not show in the other."""
        twin = copy(self)
        twin._blocks, twin._lasts = self._blocks.copy(), self._lasts.copy()
        self._is_own, twin._is_own = ([False] * len(self._blocks) for _ in range(2))
        return twin

    def add(self, value: float) -> None:
        """Add a number."""
        self._size += 1
        if not self._blocks:
            self._blocks, self._lasts, self._is_own = [[value]], [value], [True]
            return
        at = min(bisect_left(self._lasts, value), len(self._blocks) - 1)
        block = self._own(at)
        insort(block, value)
        self._lasts[at] = block[-1]
        if len(block) > _MOST:
            half = len(block) // 2
            self._blocks[at : at + 1] = [block[:half], block[half:]]
            self._lasts[at : at + 1] = [block[half - 1], block[-1]]
            self._is_own[at : at + 1] = [True, True]

    def drop(self, value: float) -> None:
        """Take away one of the numbers that equal ``value``; there must be one."""
        self._size -= 1
        at = bisect_left(self._lasts, value)
        block = self._own(at)
        del block[bisect_left(block, value)]
        if block:
            self._lasts[at] = block[-1]
        else:
            del self._blocks[at], self._lasts[at], self._is_own[at]

    def at(self, rank: int) -> float:
        """Return the number that ``rank`` numbers stand before.

        Args:
            rank: in [0, len).

        Raises:
            IndexError: it is not.
        """
        if not 0 <= rank < self._size:
            msg = f"there is no number of rank {rank} among {self._size}"
            raise IndexError(msg)
        blocks, at = self._blocks, 0
        if 2 * rank < self._size:
            while rank >= len(blocks[at]):
                rank -= len(blocks[at])
                at += 1
            return blocks[at][rank]
        rank, at = rank - self._size, -1
        while rank < -len(blocks[at]):
            rank += len(blocks[at])
            at -= 1
        return blocks[at][rank]

    def below(self, value: float) -> int:
        """Return how many are less than ``value``."""
        at = bisect_left(self._lasts, value)
        before = sum(map(len, self._blocks[:at]))
        return before + (bisect_left(self._blocks[at], value) if at < len(self._blocks) else 0)

    def up_to(self, value: float) -> int:
        """Return how many are less than ``value`` or equal to it."""
        at = bisect_right(self._lasts, value)
        before = sum(map(len, self._blocks[:at]))
        return before + (bisect_right(self._blocks[at], value) if at < len(self._blocks) else 0)

    def _own(self, at: int) -> list[float]:
        if not self._is_own[at]:
            self._blocks[at] = self._blocks[at].copy()
            self._is_own[at] = True
        return self._blocks[at]
