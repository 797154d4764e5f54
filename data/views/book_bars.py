"""Sums over a book's seconds by bar."""

from collections.abc import Callable
from typing import Final

import numpy as np

from core.calc.ratio import ratio
from core.domain.arrays import FloatArray, IntArray, RowArray
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.venues.sync import Phase
from data.views.atoms import Atoms, Held
from data.views.held_bars import opens

_QUIET_NS: Final[Ns] = NS_PER_MINUTE
"""A live book that says nothing for so long may be calm: its seconds come with the next word."""


class BookBars:
    """Sums of what each second of one book tells, closed bars computed once."""

    def __init__(
        self, step_ns: Ns, columns: Callable[[RowArray], FloatArray], numbers: int
    ) -> None:
        """Make an empty one.

        Args:
            step_ns: length of a bar.
            columns: BOOK_SECOND_DTYPE[m] -> float64[m, numbers], what is summed; NaN counts as 0.
            numbers: sums per bar.
        """
        self._step_ns = step_ns
        self._columns = columns
        self._numbers = numbers
        self._atoms = Atoms(step_ns, numbers)

    def update(self, tape: Tape, *, from_ns: Ns, now_ns: Ns) -> FloatArray:
        """Return the sums of every bar from ``from_ns`` to the one that holds ``now_ns``.

        Returns:
            float64[n, numbers]; NaN where the book was not live in a second of the bar so far.
        """
        rows = tape.book.seconds.rows
        newest = rows.newest
        ended_ns = int(newest["ts_event_ns"]) + NS_PER_S if newest is not None else 0
        waits = tape.book.phase is Phase.LIVE and now_ns - ended_ns <= _QUIET_NS
        due_ns = ended_ns if waits else now_ns // NS_PER_S * NS_PER_S
        held = Held(
            from_ns=rows.oldest_ns,
            settled_ns=ended_ns,
            gaps_ns=(),
            state=lambda _: (id(tape), tape.instrument, rows.rewrites),
        )

        def read(edges: IntArray) -> FloatArray:
            return self._sums(rows.window(int(edges[0]), int(edges[-1])), edges, due_ns)

        sums = self._atoms.update(held, read, from_ns=from_ns, now_ns=now_ns)
        # Of a bar that has just begun nothing is known yet, which is not zero.
        sums[opens(from_ns, now_ns, self._step_ns) + NS_PER_S > max(due_ns, ended_ns)] = np.nan
        return sums

    def _sums(self, rows: RowArray, edges: IntArray, due_ns: Ns) -> FloatArray:
        sums = np.zeros((edges.size - 1, self._numbers))
        span = np.searchsorted(edges, rows["ts_event_ns"], side="right") - 1
        np.add.at(sums, span, np.nan_to_num(self._columns(rows)))
        due = (np.minimum(edges[1:], due_ns) - edges[:-1]) // NS_PER_S
        sums[np.bincount(span, minlength=sums.shape[0]) < due] = np.nan
        return sums


def with_counts(values: FloatArray) -> FloatArray:
    """Return float64[m, 2k]: the values, and then for each of them whether it is known.

    Args:
        values: float64[m, k]; NaN is not known.
    """
    return np.hstack([values, ~np.isnan(values)])


def means(sums: FloatArray) -> FloatArray:
    """Return float64[n, k], the means over the known ones of what ``with_counts`` made."""
    values, counts = np.hsplit(sums, 2)
    return ratio(values, counts)
