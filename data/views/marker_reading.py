"""The reading of one tape by the marker rules: each row once, and again only what was not so."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from core.calc.finders.finder import MarkerPiece, Spans
from core.calc.marker_stream import MarkerStream
from core.domain.events import Channel
from core.domain.marker import Marker
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_MS, NS_PER_S, Ns
from data.buffers.rows import RowRing
from data.buffers.tape import Tape
from data.clock import monotonic_s
from data.views.series import SETTLE_NS, TRANSIT_NS

_BACK_NS: Final[Ns] = NS_PER_DAY
_SLICE_NS: Final[Ns] = 2 * NS_PER_MINUTE
_PACE_NS: Final[Ns] = 500 * NS_PER_MS
_CLOSE_NS: Final[Ns] = 6 * NS_PER_S
"""Within this time every mark is kept; of those before, ever fewer."""
_LATE_NS: Final[Ns] = NS_PER_HOUR
"""A quote, ticker or liquidation that is later than this is not noticed."""
_BUDGET_S: Final = 0.02
"""So long a frame waits at most, and for the slice that has begun."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """The stream as it was at an instant, and what of the tape that rests on."""

    until_ns: Ns
    stream: MarkerStream
    rests_on: tuple[object, ...]
    gaps: frozenset[tuple[Channel, Ns, Ns]]


class MarkerReading:
    """Reads on as time goes on, a bounded while each time.

    A late row or gap takes it back to the last mark before it, and from there it reads again: what
    is told is always what the tape as it is now gives.

    Attributes:
        tape: what is read.
        found: by rule, in the order of ``known_ns``.
    """

    def __init__(self, tape: Tape, begun: MarkerStream, *, step_ns: Ns, now_ns: Ns) -> None:
        """Begin with the first trade held, or with the bar of a day ago.

        Args:
            begun: a stream that was told nothing yet.
            step_ns: length of its bars.
            now_ns: the source's clock.
        """
        self.tape = tape
        self.found: dict[str, list[Marker]] = {}
        first_ns = tape.complete_from_ns if tape.complete_from_ns is not None else now_ns
        day_ns = (now_ns - _BACK_NS) // step_ns * step_ns
        self._begin_ns = max(first_ns, day_ns)
        # Of the bar and the second in which the first trade is, the beginning is not known.
        bar_ns = self._begin_ns // step_ns * step_ns
        self._unknown: Spans = ((bar_ns, self._begin_ns),) if bar_ns < self._begin_ns else ()
        self._before = tape.trades.count_before(self._begin_ns)
        self._stream = begun
        self._until_ns = self._begin_ns - 1
        self._target_ns = now_ns
        self._marks = [self._mark()]

    @property
    def is_stale(self) -> bool:
        """Return whether trades came before its beginning, so that it is to begin anew."""
        ring = self.tape.trades
        first_ns = ring.first_ns
        if first_ns is not None and first_ns > self._begin_ns:
            return False  # what it began with was let go of; what was made of it stays
        return ring.count_before(self._begin_ns) != self._before

    @property
    def read_frac(self) -> float:
        """Return which share of the past has been read, in [0, 1]."""
        whole_ns = self._target_ns - self._begin_ns
        if self._target_ns - self._until_ns <= 2 * _PACE_NS or whole_ns <= 0:
            return 1.0
        return max((self._until_ns - self._begin_ns) / whole_ns, 0.0)

    @property
    def not_ready(self) -> dict[str, str]:
        """Return, of each rule that cannot judge yet, why; a clause."""
        return self._stream.not_ready()

    def read(self, now_ns: Ns) -> None:
        """Read on until shortly before now, or for as long as a frame may wait."""
        self._rewind()
        self._forget(now_ns)
        self._target_ns = self._reach_ns(now_ns)
        started_s = monotonic_s()
        while self._until_ns < self._target_ns and monotonic_s() - started_s < _BUDGET_S:
            until_ns = min(self._until_ns + _SLICE_NS, self._target_ns)
            # Before the rows are read: one that comes in between then makes this mark false.
            rests_on, gaps = self._rests_on(until_ns), self._gaps(until_ns)
            for name, markers in self._stream.after(self._piece(until_ns)).items():
                self.found.setdefault(name, []).extend(markers)
            self._until_ns = until_ns
            self._marks.append(_Mark(until_ns, self._stream.fork(), rests_on, gaps))
            self._marks = _thinned(self._marks)

    def since(self, name: str, from_ns: Ns) -> tuple[Marker, ...]:
        """Return what a rule found that was known at or after an instant."""
        found = self.found.get(name, [])
        return tuple(found[_first_since(found, from_ns) :])

    def _forget(self, now_ns: Ns) -> None:
        """Let go of what was found long ago, a day at a time."""
        for markers in self.found.values():
            if markers and markers[0].known_ns < now_ns - 2 * _BACK_NS:
                del markers[: _first_since(markers, now_ns - _BACK_NS)]

    def _reach_ns(self, now_ns: Ns) -> Ns:
        """Return up to when the tape can be taken to be whole: not beyond what has come at all."""
        quote, newest_ns = self.tape.quotes.newest, self.tape.trades.newest_ns or 0
        if quote is not None:
            newest_ns = max(newest_ns, int(quote["ts_event_ns"]))
        return min(now_ns - TRANSIT_NS, newest_ns + SETTLE_NS) // _PACE_NS * _PACE_NS

    def _rewind(self) -> None:
        """Go back to the last mark that is still true."""
        last = self._marks[-1]
        while not self._is_true(self._marks[-1]) and len(self._marks) > 1:
            self._marks.pop()
        mark = self._marks[-1]
        if mark is last:
            return
        self._stream, self._until_ns = mark.stream.fork(), mark.until_ns
        for markers in self.found.values():
            del markers[_first_since(markers, mark.until_ns + 1) :]

    def _mark(self) -> _Mark:
        at_ns = self._until_ns
        return _Mark(at_ns, self._stream.fork(), self._rests_on(at_ns), self._gaps(at_ns))

    def _is_true(self, mark: _Mark) -> bool:
        same = self._rests_on(mark.until_ns) == mark.rests_on
        return same and self._gaps(mark.until_ns) <= mark.gaps  # old gaps are let go of

    def _rests_on(self, until_ns: Ns) -> tuple[object, ...]:
        """Return what must not change if what was read until an instant is to stay true."""
        tape = self.tape
        rings = (tape.quotes, tape.tickers, tape.liquidations)
        rows = (_told_before(each, until_ns) for each in rings)
        return (tape.trades.count_before(until_ns + 1), *rows)

    def _gaps(self, until_ns: Ns) -> frozenset[tuple[Channel, Ns, Ns]]:
        """Return the gaps that begin until an instant."""
        return frozenset(
            (channel, gap.from_ns, gap.to_ns)
            for channel in (Channel.TRADES, Channel.QUOTES, Channel.LIQUIDATIONS)
            for gap in self.tape.gaps_of(channel)
            if gap.from_ns <= until_ns
        )

    def _piece(self, until_ns: Ns) -> MarkerPiece:
        tape, span = self.tape, (self._until_ns + 1, until_ns + 1)
        return MarkerPiece(
            until_ns=until_ns,
            trades=tape.trades.window(*span),
            quotes=tape.quotes.window(*span),
            liquidations=tape.liquidations.window(*span),
            tickers=tape.tickers.window(*span),
            gaps_ns=self._unknown + _spans(tape, Channel.TRADES),
            quote_gaps_ns=_spans(tape, Channel.QUOTES),
            liquidation_gaps_ns=_spans(tape, Channel.LIQUIDATIONS),
        )


def _first_since(markers: list[Marker], ns: Ns) -> int:
    return bisect_left(markers, ns, key=lambda each: each.known_ns)


def _spans(tape: Tape, channel: Channel) -> Spans:
    return tuple((gap.from_ns, gap.to_ns) for gap in tape.gaps_of(channel))


def _told_before(ring: RowRing, until_ns: Ns) -> tuple[int, bytes]:
    """Return how many rows there are in the whole seconds until an instant, and the last of them.

    The row of the second that goes on may still be replaced, and is looked at when it is over.
    """
    end_ns = (until_ns + 1) // NS_PER_S * NS_PER_S
    last = ring.window(end_ns - 2 * NS_PER_S, end_ns)
    return ring.count(end_ns - _LATE_NS, end_ns), last.tobytes()


def _thinned(marks: list[_Mark]) -> list[_Mark]:
    """Return the marks, newest last, ever fewer the older they are; the first one stays."""
    newest_ns = marks[-1].until_ns
    kept = [marks[-1]]
    for mark in reversed(marks[1:-1]):
        apart_ns = (newest_ns - mark.until_ns - _CLOSE_NS) // 2
        if kept[-1].until_ns - mark.until_ns >= apart_ns:
            kept.append(mark)
    return [*marks[:1], *reversed(kept)] if len(marks) > 1 else marks
