"""Time of the simulated market: chunks that depend on the start alone, never on who asks when."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.domain.arrays import IntArray
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, Ns

BINS_PER_S: Final = 10
BIN_NS: Final[Ns] = NS_PER_S // BINS_PER_S
"""The book is constant within a bin, but for what orders take out of it."""
HISTORY_NS: Final[Ns] = 6 * NS_PER_HOUR + 5 * NS_PER_MINUTE
"""The history is at least this long."""

WARM_UP_CHUNKS: Final = 1
"""Chunks before the history that are drawn and not shown: memories start empty."""

_WARM_UP_S: Final = 900
_QUARTER_NS: Final[Ns] = 15 * NS_PER_MINUTE
_HISTORY_CHUNK_NS: Final[Ns] = NS_PER_HOUR
_CHUNK_NS: Final[Ns] = NS_PER_MINUTE


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of time that is generated at once.

    Attributes:
        index: 0 for the warm-up.
        start_ns: on a whole second.
        seconds: its length.
    """

    index: int
    start_ns: Ns
    seconds: int

    @property
    def bins(self) -> int:
        """Bins in it."""
        return self.seconds * BINS_PER_S

    @property
    def second_ns(self) -> IntArray:
        """int64[seconds], the begin of each second."""
        return self.start_ns + np.arange(self.seconds, dtype=np.int64) * NS_PER_S

    @property
    def end_ns(self) -> Ns:
        """The first instant after it."""
        return self.start_ns + self.seconds * NS_PER_S


@dataclass(frozen=True, slots=True)
class Schedule:
    """The chunks of one run: a warm-up, hours up to the minute of the start, minutes from there on.

    Attributes:
        start_ns: the market's clock when the source starts.
    """

    start_ns: Ns

    @property
    def begin_ns(self) -> Ns:
        """Begin of the history, on a quarter of an hour."""
        return (self.start_ns - HISTORY_NS) // _QUARTER_NS * _QUARTER_NS

    @property
    def history_chunks(self) -> int:
        """Chunks that begin before the start, the warm-up included."""
        return WARM_UP_CHUNKS - (-self._history_ns // _HISTORY_CHUNK_NS)

    @property
    def _history_ns(self) -> Ns:
        """From the begin to the whole minute after the start."""
        return -(-self.start_ns // _CHUNK_NS) * _CHUNK_NS - self.begin_ns

    def chunk(self, index: int) -> Chunk:
        """Return chunk ``index``, counted from 0."""
        if index < WARM_UP_CHUNKS:
            return Chunk(index, self.begin_ns - _WARM_UP_S * NS_PER_S, _WARM_UP_S)
        later = index - self.history_chunks
        if later >= 0:
            start_ns = self.begin_ns + self._history_ns + later * _CHUNK_NS
            return Chunk(index, start_ns, _CHUNK_NS // NS_PER_S)
        offset_ns = (index - WARM_UP_CHUNKS) * _HISTORY_CHUNK_NS
        length_ns = min(_HISTORY_CHUNK_NS, self._history_ns - offset_ns)
        return Chunk(index, self.begin_ns + offset_ns, length_ns // NS_PER_S)
