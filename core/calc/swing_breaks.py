"""Swing breaks: the bars that trade through a swing that was known before them."""

from copy import copy
from dataclasses import dataclass
from typing import Self, TypeAlias

from core.calc.swings import Swings
from core.domain.arrays import IntArray
from core.domain.units import Ns


@dataclass(frozen=True, slots=True)
class Swing:
    """A swing that no bar has gone above since it was known.

    Attributes:
        bar: which bar, counted from 0.
        price: its high.
        from_ns: open of the first of the bars before it that it stands out from.
    """

    bar: int
    price: int
    from_ns: Ns


_Standing: TypeAlias = tuple[Swing, "_Standing"] | None
"""The newest, and those before it: none is higher than one before."""


class SwingBreaks:
    """Tells of each bar which swing it goes above; keeps the swings that stand.

    A swing is broken once; then it counts no more. The breaks of lows are those of their negatives.
    """

    def __init__(self, *, reach: int) -> None:
        """Begin without a past.

        Args:
            reach: bars on both sides of a swing, >= 1; it is known when the last of them has
                closed.

        Raises:
            ValueError: ``reach`` is below 1.
        """
        self._swings = Swings(left=reach, right=reach)
        self._recent: tuple[tuple[int, Ns], ...] = ()
        self._reach = reach
        self._standing: _Standing = None

    def fork(self) -> Self:
        """Return a copy."""
        twin = copy(self)
        twin._swings = self._swings.fork()
        return twin

    def after(self, high: int, open_ns: Ns) -> Swing | None:
        """Take the next bar's high; return the highest known swing that it goes above."""
        broken = None
        while self._standing is not None and self._standing[0].price < high:
            broken, self._standing = self._standing
        self._recent = (*self._recent, (high, open_ns))[-(2 * self._reach + 1) :]
        known = self._swings.after(high)
        if known is not None:
            price = self._recent[self._reach][0]
            self._standing = (Swing(known, price, self._recent[0][1]), self._standing)
        return broken


def swing_breaks(highs: IntArray, *, reach: int) -> list[tuple[int, int]]:
    """Return each bar that goes above a known swing, and the highest such swing.

    Args:
        highs: int64[n], in the order of time.
        reach: bars on both sides of a swing, >= 1.

    Returns:
        Pairs of indices (bar, swing), ascending.

    Raises:
        ValueError: ``reach`` is below 1.
    """
    breaks = SwingBreaks(reach=reach)
    found = [(at, breaks.after(high, at)) for at, high in enumerate(highs.tolist())]
    return [(at, swing.bar) for at, swing in found if swing is not None]
