"""Until when something that a candle left behind lived: later bars that settled are seen once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Generic, Protocol, TypeAlias, TypeVar

import numpy as np

from core.calc.common_grid import Factors
from core.calc.grouping import intervals, runs
from core.domain.arrays import BarArray, empty_bars
from core.domain.units import NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.views.series import FOREVER, SETTLE_NS, MergedBars, bars_state


class Ending(Protocol):
    """Something that a bar may end."""

    @property
    def end_ns(self) -> Ns | None:
        """Open of the bar that ended it; None = none did."""
        ...


Left = TypeVar("Left", bound=Ending)
Ends: TypeAlias = Callable[[Sequence[Left], BarArray], Sequence[Left]]
"""What was left and has not ended, and bars in the order of time, of which only the range is read
-> the same in the same order, with the ends that these bars put to it."""
_RANGE_DTYPE: Final = np.dtype([("open_ns", "<i8"), ("low_ticks", "<i8"), ("high_ticks", "<i8")])


class Lives(Generic[Left]):
    """When what candles left behind was ended by a later bar of one tape."""

    def __init__(self, timeframe: str, step_ns: Ns, ends: Ends[Left]) -> None:
        """Know of nothing.

        Args:
            timeframe: of the bars.
            step_ns: its length.
            ends: never by a bar that opened before the candle had closed.
        """
        self._step_ns, self._ends_of = step_ns, ends
        self._bars = MergedBars(step_ns, timeframe if step_ns >= NS_PER_MINUTE else None)
        self._settled = empty_bars()
        self._state: object = None
        self._edge_ns: Ns = 0
        self._asked: object = None
        self._known: dict[Ns, tuple[Sequence[Left], Sequence[Left]]] = {}
        self._open: list[Left] = []
        self._over: list[Left] = []
        self._fresh: object = None
        self._told: tuple[list[Left], list[Left]] = [], []

    def update(
        self,
        tape: Tape,
        by: Factors,
        left: Mapping[Ns, Sequence[Left]],
        *,
        version: int,
        since_ns: Ns,
    ) -> tuple[list[Left], list[Left]]:
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
        if self._asked != (asked := (version, since_ns, edge_ns)):
            self._asked, self._fresh = asked, None
            bars = self._bars.update([tape], [by], from_ns=max(since_ns, self._edge_ns))
            self._edge_ns = edge_ns
            self._settle(left, bars[bars["open_ns"] < edge_ns], since_ns)
        fresh = self._ranges(tape, by)
        # Most trades are within what their bar has traded already, and then nothing is new.
        if self._fresh != (seen := fresh.tobytes()):
            self._fresh = seen
            lives = self._ends_of(self._open, fresh)
            over = [each for each in lives if each.end_ns is not None]
            self._told = (
                [each for each in lives if each.end_ns is None],
                [*self._over, *sorted(over, key=_end_ns)],
            )
        return self._told

    def _settle(self, left: Mapping[Ns, Sequence[Left]], newer: BarArray, since_ns: Ns) -> None:
        """Look at the bars that have settled: old things at the newer ones, new things at all."""
        settled = np.concatenate([self._settled, newer])
        self._settled = settled[settled["open_ns"] >= since_ns]
        known: dict[Ns, tuple[Sequence[Left], Sequence[Left]]] = {}
        for open_ns, things in left.items():
            if open_ns < since_ns:
                continue
            before, lives = self._known.get(open_ns, (None, things))
            if before is not things:
                lives = self._ends_of(things, self._settled)
            elif newer.size and any(each.end_ns is None for each in lives):
                lives = [
                    self._ends_of([each], newer)[0] if each.end_ns is None else each
                    for each in lives
                ]
            known[open_ns] = things, lives
        self._known = known
        every = [each for _, lives in known.values() for each in lives]
        self._open = [each for each in every if each.end_ns is None]
        self._over = sorted((each for each in every if each.end_ns is not None), key=_end_ns)

    def _ranges(self, tape: Tape, by: Factors) -> BarArray:
        """Return the range of each bar that has not settled."""
        seconds = tape.seconds.window(self._edge_ns, FOREVER)
        slots = intervals(seconds["open_ns"], width=self._step_ns)
        starts, _ = runs(slots)
        out = np.zeros(starts.size, _RANGE_DTYPE)
        if starts.size:
            out["open_ns"] = slots[starts] * self._step_ns
            out["low_ticks"] = np.minimum.reduceat(seconds["low_ticks"], starts) * by.ticks
            out["high_ticks"] = np.maximum.reduceat(seconds["high_ticks"], starts) * by.ticks
        return out


def _end_ns(each: Ending) -> Ns:
    return each.end_ns or 0
