"""Swings: values that stand out above those on both sides of them."""

from copy import copy
from typing import Self

import numpy as np

from core.domain.arrays import BarArray, IntArray


class Swings:
    """Tells of each value whether it makes a swing known; keeps those on both sides of one.

    Equal neighbours are one swing, found at the last of them and compared with what lies before
    the first. The lows of values are the highs of their negatives.

    Source:
        DEFINITIONS section 9, swing form.
    """

    def __init__(self, *, left: int, right: int) -> None:
        """Begin without a past.

        Args:
            left: values before a swing that it is above, >= 1.
            right: values after it, >= 1; it is known with the last of them.

        Raises:
            ValueError: ``left`` or ``right`` is below 1.
        """
        if left < 1 or right < 1:
            msg = f"a swing needs a bar on both sides, were {left} and {right}"
            raise ValueError(msg)
        self._left, self._right = left, right
        # Each value with the highest of those before its run of equals; None = too few are known.
        self._last: tuple[tuple[int, int | None], ...] = ()
        self._count = 0

    def fork(self) -> Self:
        """Return a copy."""
        return copy(self)

    def after(self, value: int) -> int | None:
        """Take the next value; return the swing's, counted from 0, if one is known with it."""
        values, before = [each for each, _ in self._last], None
        if values and values[-1] == value:
            before = self._last[-1][1]
        elif self._count >= self._left:
            before = max(values[-self._left :])
        self._count += 1
        self._last = (*self._last, (value, before))[-(max(self._left, self._right) + 1) :]
        if self._count <= self._right:
            return None
        swing, below = self._last[-1 - self._right]
        later = [each for each, _ in self._last[-self._right :]]
        is_swing = below is not None and swing > below and swing > max(later)
        return self._count - 1 - self._right if is_swing else None


def swing_highs(values: IntArray, *, left: int, right: int) -> IntArray:
    """Return the values that are above the ``left`` ones before and the ``right`` ones after.

    Args:
        values: int64[n], in the order of time.
        left: >= 1.
        right: >= 1.

    Returns:
        Ascending indices; those at the ends are left out, since one side of them is not known.

    Raises:
        ValueError: ``left`` or ``right`` is below 1.
    """
    swings = Swings(left=left, right=right)
    found = [swings.after(value) for value in values.tolist()]
    return np.array([each for each in found if each is not None], np.int64)


def outward(bars: BarArray, side: int) -> IntArray:
    """Return int64[n], the ends of bars at which swings stand out: further out is more.

    Args:
        bars: BAR_DTYPE[n].
        side: of who profits: -1 = their highs, +1 = the negatives of their lows.
    """
    return -side * bars["high_ticks" if side < 0 else "low_ticks"].astype(np.int64)
