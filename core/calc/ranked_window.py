"""Ranked window: the values of the last while by their size, copied at almost no cost."""

from array import array
from copy import copy
from typing import Final, Self, TypeAlias

from core.calc.ranked import Ranked
from core.domain.units import Ns

_CHUNK: Final = 1_024

_Chunk: TypeAlias = "tuple[array[int], array[float]]"
"""When values were known, and the values."""


class RankedWindow:
    """Values as they become known, until they are too old.

    Attributes:
        ranked: those that are not; to be read only.
    """

    def __init__(self) -> None:
        self.ranked = Ranked()
        # Oldest first: whole chunks, which copies share, then what is not yet one.
        self._chunks: tuple[_Chunk, ...] = ()
        self._newest: list[tuple[Ns, float]] = []
        self._gone = 0

    def fork(self) -> Self:
        """Return a copy; what is done to either does not show in the other."""
        twin = copy(self)
        twin.ranked, twin._newest = self.ranked.fork(), self._newest.copy()
        return twin

    def add(self, at_ns: Ns, value: float) -> None:
        """Add a value that became known at ``at_ns``, not before the last one; not NaN."""
        self.ranked.add(value)
        self._newest.append((at_ns, value))
        if len(self._newest) - (0 if self._chunks else self._gone) >= _CHUNK:
            start = 0 if self._chunks else self._gone
            self._gone -= start
            stamps, values = zip(*self._newest[start:], strict=True)
            self._chunks = (*self._chunks, (array("q", stamps), array("d", values)))
            self._newest = []

    def forget(self, before_ns: Ns) -> None:
        """Let go of what was known before an instant."""
        while (oldest := self._oldest()) is not None and oldest[0] < before_ns:
            self.ranked.drop(oldest[1])
            self._gone += 1

    def _oldest(self) -> tuple[Ns, float] | None:
        if self._chunks:
            stamps, values = self._chunks[0]
            if self._gone < len(stamps):
                return stamps[self._gone], values[self._gone]
            self._chunks, self._gone = self._chunks[1:], 0
            return self._oldest()
        return self._newest[self._gone] if self._gone < len(self._newest) else None
