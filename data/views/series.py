"""One series of bars out of one or more tapes: trades, and klines where trades are missing."""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np

from core.calc.bars import merge_bars
from core.calc.common_grid import Factors, rescale_bars
from core.calc.sum_bars import sum_bars
from core.domain.arrays import BarArray, empty_bars
from core.domain.units import NS_PER_MINUTE, NS_PER_MS, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.views.holes import klines_of, mend

Tapes: TypeAlias = Sequence[tuple[Tape, Factors]]
"""With what makes their integers those of the common grid."""

FOREVER: Final[Ns] = 2**62
TRANSIT_NS: Final[Ns] = 300 * NS_PER_MS
"""What is younger may still be on its way: a candle is read when it is over for so long."""
SETTLE_NS: Final[Ns] = 5 * NS_PER_S
"""A bar is kept once it is this much older than the newest trade: late trades are rare by then."""


class MergedBars:
    """The bars of one step over several tapes, closed ones computed once.

    Bars that closed a while ago are kept for as long as the number of trades before their end
    stays what it was; each call merges only what came after them.
    """

    def __init__(self, step_ns: Ns, timeframe: str | None) -> None:
        """Make an empty series.

        Args:
            step_ns: length of a bar.
            timeframe: name of the venue's klines of that length; None = there are none.
        """
        self._step_ns = step_ns
        self._timeframe = timeframe
        self._kept = empty_bars()
        self._from_ns: Ns = 0
        self._edge_ns: Ns = 0
        self._state: tuple[object, ...] = ()

    def update(self, tapes: Sequence[Tape], by: Sequence[Factors], *, from_ns: Ns) -> BarArray:
        """Return the bars that open at or after ``from_ns`` (a multiple of the step)."""
        if from_ns < self._from_ns or self._state != bars_state(tapes, by, self._edge_ns):
            self._kept, self._edge_ns = empty_bars(), from_ns
        self._from_ns = from_ns
        newest_ns = max((tape.trades.newest_ns or 0 for tape in tapes), default=0)
        edge_ns = (newest_ns - SETTLE_NS) // self._step_ns * self._step_ns
        edge_ns = max(edge_ns, self._edge_ns)
        # Before the rows are read: one that comes in between then makes this state false.
        state = bars_state(tapes, by, edge_ns)
        fresh = self._merge(tapes, by, max(self._edge_ns, from_ns))
        bars = np.concatenate([self._kept, fresh])
        bars = bars[int(np.searchsorted(bars["open_ns"], from_ns, side="left")) :]
        self._kept, self._edge_ns = bars[bars["open_ns"] < edge_ns], edge_ns
        self._state = state
        return bars

    def _merge(self, tapes: Sequence[Tape], by: Sequence[Factors], from_ns: Ns) -> BarArray:
        parts = [
            rescale_bars(_atoms(tape, self._timeframe, self._step_ns, from_ns), each)
            for tape, each in zip(tapes, by, strict=True)
        ]
        return merge_bars(sum_bars(parts), step_ns=self._step_ns)


def bars_state(tapes: Sequence[Tape], by: Sequence[Factors], edge_ns: Ns) -> tuple[object, ...]:
    """Return what must not change if bars before ``edge_ns`` are to stay true."""
    return tuple(
        (id(tape), each, tape.klines_version, tape.gaps, tape.seconds.count_before(edge_ns))
        for tape, each in zip(tapes, by, strict=True)
    )


def bars_before_trades(tape: Tape, timeframe: str | None, step_ns: Ns, from_ns: Ns) -> BarArray:
    """Return the best bars there are since ``from_ns`` that open before the trades held begin."""
    bars = _atoms(tape, timeframe, max(step_ns, NS_PER_MINUTE), from_ns)
    to_ns = tape.complete_from_ns if tape.complete_from_ns is not None else FOREVER
    return bars[bars["open_ns"] < to_ns // NS_PER_S * NS_PER_S]


def _atoms(tape: Tape, timeframe: str | None, step_ns: Ns, from_ns: Ns) -> BarArray:
    """Return the best bars there are from ``from_ns`` on, sorted, none overlapping another.

    Seconds from trades first; before them minutes from klines; before those klines of the step.
    """
    if step_ns >= NS_PER_MINUTE:
        seam_ns = _seam_ns(tape)
        minutes = between(klines_of(tape, "1m"), from_ns, seam_ns // NS_PER_MINUTE * NS_PER_MINUTE)
    else:
        seam_ns, minutes = from_ns, empty_bars()
    seconds = tape.seconds.window(max(seam_ns, from_ns), FOREVER)
    fine = np.concatenate([minutes, seconds])
    fine_from = int(fine["open_ns"][0]) if fine.size else FOREVER
    # A kline of the step is taken whole or not at all.
    coarse = between(klines_of(tape, timeframe), from_ns, -(-fine_from // step_ns) * step_ns)
    if coarse.size:
        covered = int(coarse["open_ns"][-1]) + step_ns
        fine = fine[int(np.searchsorted(fine["open_ns"], covered, side="left")) :]
    if step_ns < NS_PER_MINUTE:
        return fine
    rest_ns = int(coarse["open_ns"][-1]) + step_ns if coarse.size else from_ns
    fine = mend(tape, fine, timeframe, step_ns=step_ns, from_ns=rest_ns)
    return np.concatenate([coarse, fine])


def _seam_ns(tape: Tape) -> Ns:
    """Return the second from which second bars are used; before it come minutes.

    The minute in which they begin is whole only in the klines, once it has closed there.
    """
    if tape.bars_from_ns is None:
        return FOREVER
    minutes = klines_of(tape, "1m")
    first_minute = -(-tape.bars_from_ns // NS_PER_MINUTE) * NS_PER_MINUTE
    if minutes.size and int(minutes["open_ns"][-1]) >= first_minute - NS_PER_MINUTE:
        return first_minute
    return tape.bars_from_ns // NS_PER_S * NS_PER_S


def between(bars: BarArray, from_ns: Ns, to_ns: Ns) -> BarArray:
    """Return the bars that open in a half-open span; ``bars`` is sorted."""
    low, high = np.searchsorted(bars["open_ns"], [from_ns, to_ns], side="left")
    return bars[low:high]
