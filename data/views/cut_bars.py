"""Bars that end by what traded, of a moving window: for a chart whose axis counts bars."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from core.calc.bar_size import BarSize
from core.calc.running_bars import RunningBars
from core.calc.sessions import Sessions
from core.domain.arrays import BarArray, BoolArray, empty_bars
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_HOUR, Ns
from data.buffers.tape import Tape
from data.buffers.trades import TradeRing
from data.engine import Engine
from data.views.series import FOREVER, SETTLE_NS

_MOST_HOURS: Final = 48


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
        since_ns: the first trade held; the bars of its session count from there.
    """

    spec: CutBarsSpec
    instrument: Instrument
    bars: BarArray
    is_open: bool
    has_gap: BoolArray
    since_ns: Ns


@dataclass(slots=True)
class _Piece:
    """An hour of the tape, or the part of it that settled.

    Attributes:
        edge_ns: trades before it are in.
        count: how many were ever held before the edge when it was read.
        running: goes on from the edge.
        closed: BAR_DTYPE[m], bars that ended in the piece.
    """

    edge_ns: Ns
    count: int
    running: RunningBars
    closed: BarArray = field(default_factory=empty_bars)


class CutBarsQuery:
    """Answers one spec again and again; a late trade makes all from its hour on be made again."""

    def __init__(self, spec: CutBarsSpec) -> None:
        self.spec = spec
        self._epoch = -1
        self._tape: Tape | None = None
        self._pieces: list[_Piece] = []

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
        closed = ahead.after(tape.trades.window(last.edge_ns, FOREVER))
        parts = [ahead.open, closed]
        for piece in reversed(self._pieces):
            if sum(part.size for part in parts) >= self.spec.bars:
                break
            parts.append(piece.closed)
        bars = np.concatenate(parts[::-1])[-self.spec.bars :]
        return CutBarsView(
            spec=self.spec,
            instrument=tape.instrument,
            bars=bars,
            is_open=bool(ahead.open.size),
            has_gap=_has_gap(bars, tape),
            since_ns=tape.trades.first_ns,
        )

    def _settle(self, tape: Tape, first_ns: Ns) -> None:
        """Read what settled since; again from the hour on that a late trade came into."""
        ring, pieces = tape.trades, self._pieces
        while pieces and ring.count_before(pieces[-1].edge_ns) != pieces[-1].count:
            pieces.pop()
        if not pieces:
            sessions = Sessions(start_ns=self.spec.session_start_ns)
            running = RunningBars(self.spec.size.cut(tape.instrument), sessions=sessions)
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
        if last.edge_ns % NS_PER_HOUR == 0 or len(self._pieces) == 1:
            self._pieces.append(_Piece(to_ns, count, running, closed))
            return
        closed = np.concatenate([last.closed, closed])
        self._pieces[-1] = _Piece(to_ns, count, running, closed)


def _has_gap(bars: BarArray, tape: Tape) -> BoolArray:
    has_gap = np.zeros(bars.size, np.bool_)
    ends_ns = np.append(bars["open_ns"][1:], FOREVER)[: bars.size]
    for gap in tape.gaps:
        has_gap |= (ends_ns > gap.from_ns) & (bars["open_ns"] < gap.to_ns)
    return has_gap
