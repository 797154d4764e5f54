"""What a channel last told at the end of each bar, closed bars computed once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.calc.held import held
from core.domain.arrays import FloatArray, IntArray, RowArray
from core.domain.events import Channel
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.buffers.rows import RowRing
from data.buffers.tape import Tape
from data.views.series import SETTLE_NS


@dataclass(frozen=True, slots=True)
class Told:
    """What is read of a channel.

    Attributes:
        channel: QUOTES or TICKER.
        hold_ns: what was told holds no longer than this.
        read: rows of the channel -> float64[n, k], NaN where something is not known.
        numbers: k.
    """

    channel: Channel
    hold_ns: Ns
    read: Callable[[RowArray, Instrument], FloatArray]
    numbers: int


class HeldBars:
    """The numbers of one tape's channel at the end of each bar.

    Bars that closed a while before the channel's newest row are kept for as long as no late row
    and no gap comes; each call reads only what came after them.
    """

    def __init__(self, step_ns: Ns, told: Told) -> None:
        """Make an empty one.

        Args:
            step_ns: length of a bar.
        """
        self._step_ns = step_ns
        self._told = told
        self._values = np.zeros((0, told.numbers))
        self._from_ns: Ns = 0
        self._edge_ns: Ns = 0
        self._state: tuple[object, ...] = ()

    def update(self, tape: Tape, *, from_ns: Ns, now_ns: Ns) -> FloatArray:
        """Return the values of every bar from ``from_ns`` to the one that holds ``now_ns``.

        Args:
            from_ns: open of the first bar, a multiple of the step.

        Returns:
            float64[n, k]; NaN is not known.
        """
        if not self._from_ns <= from_ns <= self._edge_ns or self._state != self._now(tape):
            self._values = self._values[:0]
            self._edge_ns = from_ns
        else:
            self._values = self._values[(from_ns - self._from_ns) // self._step_ns :]
        self._from_ns = from_ns
        newest = _ring(tape, self._told.channel).newest
        settled_ns = int(newest["ts_event_ns"]) - SETTLE_NS if newest is not None else 0
        edge_ns = min(settled_ns, now_ns) // self._step_ns * self._step_ns
        edge_ns = max(edge_ns, self._edge_ns)
        old_edge_ns, self._edge_ns = self._edge_ns, edge_ns
        # Before the rows are read: one that comes in between then makes this state false.
        self._state = self._now(tape)
        fresh = self._read(tape, old_edge_ns, now_ns)
        values = np.concatenate([self._values, fresh])
        self._values = values[: (edge_ns - from_ns) // self._step_ns]
        return values

    def _read(self, tape: Tape, from_ns: Ns, now_ns: Ns) -> FloatArray:
        told = self._told
        ends_ns = opens(from_ns, now_ns, self._step_ns) + self._step_ns
        ends_ns = np.minimum(ends_ns, now_ns + 1)
        rows = _ring(tape, told.channel).window(from_ns - told.hold_ns, now_ns + 1)
        gaps_ns = [(gap.from_ns, gap.to_ns) for gap in tape.gaps_of(told.channel)]
        values = told.read(rows, tape.instrument)
        return held(rows["ts_event_ns"], values, ends_ns, hold_ns=told.hold_ns, gaps_ns=gaps_ns)

    def _now(self, tape: Tape) -> tuple[object, ...]:
        """Return what must not change if the bars kept are to stay true."""
        channel = self._told.channel
        rewrites = _ring(tape, channel).rewrites
        return id(tape), tape.instrument, rewrites, tape.gaps_of(channel)


def opens(from_ns: Ns, now_ns: Ns, step_ns: Ns) -> IntArray:
    """Return the open of every bar from ``from_ns`` to the one that holds ``now_ns``."""
    return np.arange(from_ns, max(now_ns, from_ns) + 1, step_ns, dtype=np.int64)


def _ring(tape: Tape, channel: Channel) -> RowRing:
    return tape.quotes if channel is Channel.QUOTES else tape.tickers
