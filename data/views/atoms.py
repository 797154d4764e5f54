"""Sums over short spans of time, settled ones computed once, and what they add up to by bar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from core.calc.marking import touches
from core.domain.arrays import FloatArray, IntArray
from core.domain.units import NS_PER_MINUTE, Ns
from data.views.held_bars import opens

Read: TypeAlias = Callable[[IntArray], FloatArray]
"""Edges int64[m + 1] -> float64[m, k]: sums over each span between two; NaN is not known."""


@dataclass(frozen=True, slots=True)
class Held:
    """How far what is summed is held.

    Attributes:
        from_ns: since when everything is; None = nothing is.
        settled_ns: what came before it stays as it is.
        gaps_ns: half-open spans in which something may be missing.
        state: before an instant -> what must not change if sums before it are to stay true.
    """

    from_ns: Ns | None
    settled_ns: Ns
    gaps_ns: Sequence[tuple[Ns, Ns]]
    state: Callable[[Ns], object]


class Atoms:
    """Sums over minutes, or over bars where those are shorter.

    A span that begins before what is held, or that a gap touches, is not known, and neither is
    the bar that it lies in.

    Attributes:
        starts: how often it began again: what was made of the sums before is to be made again.
        edge_ns: bars that end by then do not change.
    """

    def __init__(self, step_ns: Ns, numbers: int) -> None:
        """Make an empty one.

        Args:
            step_ns: length of a bar.
            numbers: sums per span.
        """
        self.starts = 0
        self.edge_ns: Ns = 0
        self._step_ns = step_ns
        self._atom_ns = min(step_ns, NS_PER_MINUTE)
        self._kept = np.zeros((0, numbers))
        self._from_ns: Ns = 0
        self._state: object = None

    def update(self, held: Held, read: Read, *, from_ns: Ns, now_ns: Ns) -> FloatArray:
        """Return the sums of every bar from ``from_ns`` to the one that holds ``now_ns``.

        Args:
            held: of what ``read`` reads.
            read: the sums of spans that end at or before ``now_ns + 1``.
            from_ns: open of the first bar, a multiple of the step.

        Returns:
            float64[n, k]; NaN where a part of the bar so far is not known.
        """
        atom_ns = self._atom_ns
        bars = opens(from_ns, now_ns, self._step_ns)
        if held.from_ns is None:
            return np.full((bars.size, self._kept.shape[1]), np.nan)
        # Not before the bar in which holding begins: there is nothing to be read.
        first_ns = max(from_ns, min(held.from_ns, now_ns) // self._step_ns * self._step_ns)
        is_apart = not self._from_ns <= first_ns <= self.edge_ns
        if is_apart or self._state != (held.gaps_ns, held.state(self.edge_ns)):
            self._kept, self.edge_ns = self._kept[:0], first_ns
            self.starts += 1
        else:
            self._kept = self._kept[(first_ns - self._from_ns) // atom_ns :]
        edge_ns = max(min(held.settled_ns, now_ns) // atom_ns * atom_ns, self.edge_ns)
        # Before anything is read: what comes in between then makes this state false.
        self._state = held.gaps_ns, held.state(edge_ns)
        fresh = _summed(held, read, opens(self.edge_ns, now_ns, atom_ns), atom_ns, now_ns)
        atoms = np.concatenate([self._kept, fresh])
        self._kept = atoms[: (edge_ns - first_ns) // atom_ns]
        self._from_ns, self.edge_ns = first_ns, edge_ns
        return self._by_bar(atoms, bars, first_ns)

    def _by_bar(self, atoms: FloatArray, bars: IntArray, first_ns: Ns) -> FloatArray:
        out = np.full((bars.size, atoms.shape[1]), np.nan)
        shown = bars[bars >= first_ns]
        if shown.size:
            starts = (shown - first_ns) // self._atom_ns
            out[-shown.size :] = np.add.reduceat(atoms, starts, axis=0)
        return out


def _summed(held: Held, read: Read, begins: IntArray, atom_ns: Ns, now_ns: Ns) -> FloatArray:
    edges = np.append(begins, min(int(begins[-1]) + atom_ns, now_ns + 1))
    sums = read(edges)
    before = [(0, held.from_ns)] if held.from_ns is not None else []
    sums[touches(edges[:-1], edges[1:], [*before, *held.gaps_ns])] = np.nan
    return sums
