"""Bars that end by what traded, of a moving window: for a chart whose axis counts bars."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from core.calc.bar_size import BarSize
from core.calc.bars import merge_bars
from core.calc.running_bars import RunningBars
from core.calc.sessions import Sessions
from core.domain.arrays import BarArray, BoolArray, IntArray, empty_bars
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_HOUR, Ns
from data.buffers.tape import Tape
from data.buffers.trades import TradeRing
from data.engine import Engine
from data.views.series import FOREVER, SETTLE_NS

_MOST_HOURS: Final = 48
_LONG_NS: Final[Ns] = 2**62
"""Longer than any session."""


@dataclass(frozen=True, slots=True)
class CutBarsSpec:
    """What is shown.

    Attributes:
        size: when a bar ends.
        bars: how many bars back.
        session_start_ns: when a session starts, which begins a new bar: added to 00:00 UTC.
    """

    instrument: InstrumentId
    size: BarSize
    bars: int = 300
    session_start_ns: Ns = 0

    def query(self) -> "CutBarsQuery":
        """Return a new query that answers it."""
        return CutBarsQuery(self)


@dataclass(frozen=True, slots=True)
class CutBarsView:
    """One moment.

    Attributes:
        instrument: the grid.
        bars: BAR_DTYPE[n], n <= ``spec.bars``, in their order; several may open in one instant.
        is_open: a later trade can still change the last bar.
        has_gap: bool[n], trades may be missing in the bar, so it may have ended later than it
            should; so may all that follow it in its session.
        since_ns: the first trade read; the bars of its session count from there.
        number: how many bars since then stand before the first of ``bars``.
        before: BAR_DTYPE[0] or [1], the sum of the bars of one session before the first of
            ``bars``: of its own session, or of the one that ended with it.
        skips: int64[n], how many trades of the instant at which a bar begins are of bars before it.
    """

    spec: CutBarsSpec
    instrument: Instrument
    bars: BarArray
    is_open: bool
    has_gap: BoolArray
    since_ns: Ns
    number: int
    before: BarArray
    skips: IntArray


@dataclass(slots=True)
class _Piece:
    """An hour of the tape, or the part of it that settled.

    Attributes:
        edge_ns: trades before it are in.
        count: how many were ever held before the edge when it was read.
        running: goes on from the edge.
        closed: BAR_DTYPE[m], bars that ended in the piece.
        ended: how many bars ended up to the edge.
        total: the sum of those of the last one's session.
    """

    edge_ns: Ns
    count: int
    running: RunningBars
    closed: BarArray = field(default_factory=empty_bars)
    ended: int = 0
    total: BarArray = field(default_factory=empty_bars)


class CutBarsQuery:
    """Answers one spec again and again; a late trade makes all from its hour on be made again."""

    def __init__(self, spec: CutBarsSpec) -> None:
        self.spec = spec
        self._epoch = -1
        self._tape: Tape | None = None
        self._pieces: list[_Piece] = []
        self._sessions = Sessions(start_ns=spec.session_start_ns)
        self._since_ns: Ns = 0

    def view(self, engine: Engine) -> CutBarsView | None:
        """Return the newest view.

        Returns:
            None while nothing has traded.

        Raises:
            ValueError: the bars wanted are too large for the instrument, in words.
        """
        tape = engine.tape(self.spec.instrument)
        if tape is None or tape.trades.first_ns is None:
            return None
        if engine.epoch != self._epoch or tape is not self._tape:
            self._epoch, self._tape, self._pieces = engine.epoch, tape, []
        self._settle(tape, tape.trades.first_ns)
        last = self._pieces[-1]
        ahead = last.running.copy()
        rows = tape.trades.window(last.edge_ns, FOREVER)
        parts = [ahead.after(rows), ahead.open]
        at = len(self._pieces)
        while at and sum(part.size for part in parts) < self.spec.bars:
            at -= 1
            parts.insert(0, self._pieces[at].closed)
        every = np.concatenate(parts)
        older = max(every.size - self.spec.bars, 0)
        bars = every[older:]
        ended, total = self._up_to(at)
        return CutBarsView(
            spec=self.spec,
            instrument=tape.instrument,
            bars=bars,
            is_open=bool(ahead.open.size),
            has_gap=_has_gap(bars, tape),
            since_ns=self._since_ns,
            number=ended + older,
            before=_total(np.concatenate([total, every[:older]]), self._sessions),
            skips=_skips(bars, tape.trades, last.count + rows.size),
        )

    def _up_to(self, at: int) -> tuple[int, BarArray]:
        """Return how many bars ended before the piece at ``at``, and their session's sum."""
        if at:
            return self._pieces[at - 1].ended, self._pieces[at - 1].total
        first = self._pieces[0]
        return first.ended - first.closed.size, empty_bars()

    def _settle(self, tape: Tape, first_ns: Ns) -> None:
        """Read what settled since; again from the hour on that a late trade came into."""
        ring, pieces = tape.trades, self._pieces
        while pieces and ring.count_before(pieces[-1].edge_ns) != pieces[-1].count:
            pieces.pop()
        if not pieces:
            running = RunningBars(self.spec.size.cut(tape.instrument), sessions=self._sessions)
            self._since_ns = first_ns
            pieces.append(_Piece(first_ns, ring.count_before(first_ns), running))
        edge_ns = max((ring.newest_ns or 0) - SETTLE_NS, pieces[-1].edge_ns)
        while pieces[-1].edge_ns < edge_ns:
            self._go_on(ring, edge_ns)
        del pieces[:-_MOST_HOURS]

    def _go_on(self, ring: TradeRing, edge_ns: Ns) -> None:
        """Read up to the edge, or to the next full hour."""
        last = self._pieces[-1]
        to_ns = min((last.edge_ns // NS_PER_HOUR + 1) * NS_PER_HOUR, edge_ns)
        rows = ring.window(last.edge_ns, to_ns)
        running = last.running.copy()
        closed = running.after(rows)
        # Of what was read, not of what is there: a trade that came in between is found next time.
        count = last.count + rows.size
        ended = last.ended + closed.size
        total = _total(np.concatenate([last.total, closed]), self._sessions)
        if last.edge_ns % NS_PER_HOUR == 0 or len(self._pieces) == 1:
            self._pieces.append(_Piece(to_ns, count, running, closed, ended, total))
            return
        closed = np.concatenate([last.closed, closed])
        self._pieces[-1] = _Piece(to_ns, count, running, closed, ended, total)


def _has_gap(bars: BarArray, tape: Tape) -> BoolArray:
    has_gap = np.zeros(bars.size, np.bool_)
    ends_ns = np.append(bars["open_ns"][1:], FOREVER)[: bars.size]
    for gap in tape.gaps:
        has_gap |= (ends_ns > gap.from_ns) & (bars["open_ns"] < gap.to_ns)
    return has_gap


def _total(bars: BarArray, sessions: Sessions) -> BarArray:
    """Return the sum of those bars that are of the last one's session, as one bar."""
    if not bars.size:
        return bars
    numbers = sessions.index(bars["open_ns"])
    own = bars[np.searchsorted(numbers, numbers[-1]) :]
    summed = merge_bars(own, step_ns=_LONG_NS)
    summed["open_ns"] = own["open_ns"][0]
    return summed


def _skips(bars: BarArray, ring: TradeRing, count: int) -> IntArray:
    """Return how many trades of a bar's first instant are of bars before it.

    Args:
        count: how many trades were ever held up to the end of the last bar.
    """
    shared = bars["first_ns"] == np.append(bars["first_ns"][:1], bars["last_ns"][:-1])
    skips = np.zeros(bars.size, np.int64)
    before = count - np.cumsum(bars["trades"][::-1], dtype=np.int64)[::-1]
    for at in np.flatnonzero(shared):
        skips[at] = max(int(before[at]) - ring.count_before(int(bars["first_ns"][at])), 0)
    return skips
