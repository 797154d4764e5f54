"""Rehearsal: a span of the past played through an engine of its own, looked at step by step."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Final, TypeAlias

import numpy as np

from core.domain.arrays import IntArray, RowArray
from core.domain.events import Channel, Gap, Listed, MarketEvent, Rows, TradeBlock
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.clock import monotonic_s
from data.engine import Engine
from data.store.archive import Archive
from data.store.play import Played, play
from data.views.moment import Moment

MAX_S: Final = 60.0
"""A rehearsal ends after so long, wherever it is, and says how far it came."""
HELD: Final = "held"
"""Stands for a source where the past is what the running engine holds."""
_STEP_NS: Final[Ns] = NS_PER_S
"""What comes within it is written at once: a tenth of the cost, and at most so much late."""
_SILENT_NS: Final[Ns] = NS_PER_MINUTE
"""After so long without anything, it is looked at again when something comes."""
_RINGS: Final = (Channel.QUOTES, Channel.TICKER, Channel.LIQUIDATIONS)

Look: TypeAlias = Callable[[Engine, Moment], None]
"""Is called at the end of each step; what it finds it keeps itself."""


@dataclass(frozen=True, slots=True)
class Past:
    """What can be played.

    Attributes:
        instruments: on the grids of the events.
        span_ns: first instant, and end, itself not included.
        source: whose recording it is, or HELD.
        has_books: order books are among the events, as far as they were recorded.
        events: yields them in the order of their arrival, anew at each call.
    """

    instruments: tuple[Instrument, ...]
    span_ns: tuple[Ns, Ns]
    source: str
    has_books: bool
    events: Callable[[], Iterator[Played]] = field(compare=False)


@dataclass(slots=True)
class Progress:
    """How far a rehearsal is; for whoever waits for it, any thread.

    Attributes:
        done_frac: in [0, 1].
        cancel: set it, and the rehearsal ends.
    """

    done_frac: float = 0.0
    cancel: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How far a rehearsal came.

    Attributes:
        span_ns: what was played.
        looks: how often it was looked at.
        whole: it came to the end; else it was cancelled, or there was no more time.
    """

    span_ns: tuple[Ns, Ns]
    looks: int
    whole: bool


class _PrivateEngine(Engine):
    """An engine that nobody else knows, and whose one thread is that of the rehearsal."""

    def write(self, event: MarketEvent | None = None) -> None:
        """Write one event, or all that was submitted."""
        if event is not None:
            self.submit(event)
        self._write_queued()

    def let_go(self) -> None:
        """Drop what is older than an engine holds."""
        self._trim()


def rehearse(
    past: Past,
    look: Look,
    *,
    step_ns: Ns = NS_PER_S,
    progress: Progress | None = None,
    max_s: float = MAX_S,
) -> Rehearsed:
    """Play the past, and let ``look`` see the engine at the end of each step.

    What is looked at is what could be known then: rows come when they arrived, or up to a second
    later, never before. The caller's thread does all of it.

    Args:
        step_ns: length of a step, > 0.
        max_s: it ends after so long.
    """
    run = _Run(past, look, step_ns, progress or Progress())
    deadline_s = monotonic_s() + max_s
    for event in past.events():
        if not run.take(event) or monotonic_s() > deadline_s:
            return run.ended(whole=False)
    return run.ended(whole=run.look())


class _Run:
    """One rehearsal on its way."""

    def __init__(self, past: Past, look: Look, step_ns: Ns, progress: Progress) -> None:
        self._past, self._look, self._step_ns, self._progress = past, look, step_ns, progress
        self._next_ns = (past.span_ns[0] // step_ns + 1) * step_ns
        self._looks = 0
        self._engine = _PrivateEngine()
        self._engine.follow(_nobody, now_ns=lambda: self._next_ns)
        for each in past.instruments:
            self._engine.write(Listed(each))

    def take(self, event: Played) -> bool:
        """Look as often as is due before an event, then take it; False = it was cancelled."""
        at_ns, last_ns = _arrived_ns(event), self._next_ns + _SILENT_NS
        while self._next_ns <= at_ns:
            if not self.look():
                return False
            if self._next_ns > last_ns:  # nothing came for long
                behind_ns = max(at_ns - self._next_ns, 0)
                self._next_ns += -(-behind_ns // self._step_ns) * self._step_ns
                last_ns = self._next_ns + _SILENT_NS
        self._engine.submit(event)
        return True

    def look(self) -> bool:
        """Write what came, and look; False = it was cancelled."""
        self._engine.write()
        self._look(self._engine, Moment(self._next_ns, self._past.source))
        self._looks += 1
        if self._looks % 1_000 == 0:
            self._engine.let_go()
        from_ns, to_ns = self._past.span_ns
        self._progress.done_frac = min((self._next_ns - from_ns) / max(to_ns - from_ns, 1), 1.0)
        self._next_ns += self._step_ns
        return not self._progress.cancel.is_set()

    def ended(self, *, whole: bool) -> Rehearsed:
        """Return how far it came."""
        from_ns, to_ns = self._past.span_ns
        self._progress.done_frac = 1.0 if whole else self._progress.done_frac
        reached_ns = to_ns if whole else min(self._next_ns - self._step_ns, to_ns)
        return Rehearsed((from_ns, reached_ns), self._looks, whole)


def stored_past(
    archive: Archive, source: str, ids: Sequence[InstrumentId], span_ns: tuple[Ns, Ns]
) -> Past | None:
    """Return what was recorded in a span, cut to where there is something; None = nothing is.

    Args:
        source: one of ``archive.sources()``.
        ids: those of which nothing was recorded are left out.
    """
    found = [
        each
        for wanted in dict.fromkeys(ids)
        for each in archive.recordings(source, wanted)
        if each.rows and each.first_ns < span_ns[1] and each.last_ns >= span_ns[0]
    ]
    if not found:
        return None
    grids = [archive.grid(source, each, None) for each in dict.fromkeys(ids)]
    instruments = tuple(each for each in grids if each is not None)
    span_ns = (
        max(min(each.first_ns for each in found), span_ns[0]),
        min(max(each.last_ns for each in found) + 1, span_ns[1]),
    )
    has_books = any(each.channel is Channel.BOOK for each in found)
    ids = [each.id for each in instruments]
    events = partial(play, archive, source, ids, span_ns, step_ns=_STEP_NS)
    return Past(instruments, span_ns, source, has_books=has_books, events=events)


def held_past(engine: Engine, ids: Sequence[InstrumentId], span_ns: tuple[Ns, Ns]) -> Past | None:
    """Return what a running engine holds of a span; None = nothing. Of books it holds no past."""
    tapes = [tape for tape in map(engine.tape, dict.fromkeys(ids)) if tape is not None]
    firsts = [tape.complete_from_ns for tape in tapes if tape.complete_from_ns is not None]
    if not firsts or max(firsts) >= span_ns[1]:
        return None
    span_ns = (max(*firsts, span_ns[0]), span_ns[1])
    events = partial(_held, tapes, span_ns)
    instruments = tuple(each.instrument for each in tapes)
    return Past(instruments, span_ns, HELD, has_books=False, events=events)


def _held(tapes: Sequence[Tape], span_ns: tuple[Ns, Ns]) -> Iterator[Played]:
    """Yield what tapes hold, an hour at a time, so that little of it is copied at once."""
    for from_ns in range(span_ns[0], span_ns[1], NS_PER_HOUR):
        to_ns = min(from_ns + NS_PER_HOUR, span_ns[1])
        parts = [part for tape in tapes for part in _parts(tape, from_ns, to_ns)]
        gaps = [
            gap
            for tape in tapes
            for channel in Channel
            for gap in tape.gaps_of(channel)
            # One that was there before is known from the begin on.
            if from_ns <= max(gap.from_ns, span_ns[0]) < to_ns and gap.to_ns > span_ns[0]
        ]
        yield from sorted([*parts, *gaps], key=_arrived_ns)


def _parts(tape: Tape, from_ns: Ns, to_ns: Ns) -> Iterator[TradeBlock | Rows]:
    instrument = tape.instrument
    for rows in _steps(tape.trades.window(from_ns, to_ns)):
        yield TradeBlock(instrument, tape.channel or HELD, rows)
    rings = (tape.quotes, tape.tickers, tape.liquidations)
    for channel, ring in zip(_RINGS, rings, strict=True):
        for rows in _steps(ring.window(from_ns, to_ns)):
            yield Rows(instrument, channel, HELD, rows)


def _steps(rows: RowArray) -> Iterator[RowArray]:
    """Yield rows that arrived within one step together."""
    slots = _arrivals(rows) // _STEP_NS
    order = np.argsort(slots, kind="stable")
    cuts = np.flatnonzero(np.diff(slots[order])) + 1
    yield from (part for part in np.split(rows[order], cuts) if part.size)


def _arrivals(rows: RowArray) -> IntArray:
    """Return when rows arrived; what came over REST bears the venue's time alone."""
    received, made = rows["ts_recv_ns"], rows["ts_event_ns"]
    return np.where(received > 0, received, made)


def _arrived_ns(event: Played) -> Ns:
    return event.from_ns if isinstance(event, Gap) else int(_arrivals(event.rows).max())


def _nobody(instrument_id: InstrumentId, request: object) -> None:
    """Carry out nothing: there is no venue to ask."""
