"""Until when something that a candle left behind lived: later bars that settled are seen once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeAlias, TypeVar

import numpy as np

from core.calc.common_grid import Factors
from core.domain.arrays import BarArray, empty_bars
from core.domain.units import NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.views.series import SETTLE_NS, MergedBars, bars_state

Left = TypeVar("Left")
Ends: TypeAlias = Callable[[Sequence[Left], BarArray], Sequence[Ns | None]]
"""What was left, and bars in the order of time -> when those ended each; None = they did not."""


class Lives(Generic[Left]):
    """When what candles left behind was ended by a later bar of one tape."""

    def __init__(self, timeframe: str, step_ns: Ns, ends: Ends[Left]) -> None:
        """Know of nothing.

        Args:
            timeframe: of the bars.
            step_ns: its length.
            ends: never of a bar that opened before the candle had closed.
        """
        self._step_ns, self._ends_of = step_ns, ends
        self._bars = MergedBars(step_ns, timeframe if step_ns >= NS_PER_MINUTE else None)
        self._settled = empty_bars()
        self._state: object = None
        self._edge_ns: Ns = 0
        self._asked: object = None
        self._known: dict[Ns, tuple[Sequence[Left], list[Ns | None]]] = {}
        self._open: list[Left] = []
        self._over: list[tuple[Left, Ns]] = []

    def update(
        self,
        tape: Tape,
        by: Factors,
        left: Mapping[Ns, Sequence[Left]],
        *,
        version: int,
        since_ns: Ns,
    ) -> tuple[list[Left], list[tuple[Left, Ns]]]:
        """Return what still lives, by the open of its candle, and what has ended, by its end.

        Args:
            tape: whose prices end something.
            by: what makes its integers those of the grid.
            left: what each candle left behind, by the candle's open, ascending; the object of a
                candle is the same for as long as it holds the same.
            version: changes with ``left``.
            since_ns: open of the first candle that counts, a multiple of the step.
        """
        if self._state != bars_state([tape], [by], self._edge_ns):
            self._known, self._edge_ns, self._asked = {}, 0, None
            self._settled = empty_bars()
        newest_ns = tape.trades.newest_ns or 0
        edge_ns = max((newest_ns - SETTLE_NS) // self._step_ns * self._step_ns, self._edge_ns)
        # Before the rows are read: one that comes in between then makes this state false.
        self._state = bars_state([tape], [by], edge_ns)
        bars = self._bars.update([tape], [by], from_ns=max(since_ns, self._edge_ns))
        newer, bars = bars[bars["open_ns"] < edge_ns], bars[bars["open_ns"] >= edge_ns]
        self._edge_ns = edge_ns
        if newer.size or self._asked != (version, since_ns):
            self._asked = version, since_ns
            self._settle(left, newer, since_ns)
        fresh = self._ends_of(self._open, bars)
        pairs = list(zip(self._open, fresh, strict=True))
        ended = sorted(
            ((each, end_ns) for each, end_ns in pairs if end_ns is not None), key=_end_ns
        )
        return [each for each, end_ns in pairs if end_ns is None], [*self._over, *ended]

    def _settle(self, left: Mapping[Ns, Sequence[Left]], newer: BarArray, since_ns: Ns) -> None:
        """Look at the bars that have settled: old things at the newer ones, new things at all."""
        settled = np.concatenate([self._settled, newer])
        self._settled = settled[settled["open_ns"] >= since_ns]
        known: dict[Ns, tuple[Sequence[Left], list[Ns | None]]] = {}
        for open_ns, things in left.items():
            if not things or open_ns < since_ns:
                continue
            before, ends = self._known.get(open_ns, (None, []))
            if before is not things:
                ends = list(self._ends_of(things, self._settled))
            elif None in ends and newer.size:
                later = self._ends_of(things, newer)
                ends = [a if a is not None else b for a, b in zip(ends, later, strict=True)]
            known[open_ns] = things, ends
        self._known = known
        pairs = [pair for each in known.values() for pair in zip(*each, strict=True)]
        self._open = [each for each, end_ns in pairs if end_ns is None]
        over = [(each, end_ns) for each, end_ns in pairs if end_ns is not None]
        self._over = sorted(over, key=_end_ns)


def _end_ns(pair: tuple[Left, Ns]) -> Ns:
    return pair[1]
