"""What the Health page asks: the figures of buffers, engine, recordings and disk of one moment."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_MS, Ns
from data.buffers.held_book import HeldBook
from data.buffers.tape import Tape
from data.clock import monotonic_s
from data.engine import MAX_TRADES, Engine
from data.store.store import Store
from data.venues.sync import Phase

_LOOK_EVERY_S: Final = 10.0
_REST: Final = 100
"""Asking the disk for the size of thousands of files takes a hundredth of the time at most."""
_SHORTEST_PACE_NS: Final[Ns] = 10 * NS_PER_MINUTE


@dataclass(frozen=True, slots=True)
class BookFigures:
    """The book of one instrument.

    Attributes:
        phase: what it is worth.
        reason: why it is not live; empty while it is, and before it ever was.
        bids: levels known.
        asks: levels known.
        last_id: the update that it is at; NO_ID = the venue gives none, or none came yet.
        applied: deltas that went into it.
        lost: times that it was given up.
        crossed: messages after which its sides crossed or were locked.
        dropped: deltas of no use, since they came before the snapshot or were in it.
    """

    phase: Phase
    reason: str
    bids: int
    asks: int
    last_id: int
    applied: int
    lost: int
    crossed: int
    dropped: int


@dataclass(frozen=True, slots=True)
class BufferFigures:
    """What is held of one instrument.

    Attributes:
        trades: held now.
        quotes: rows held.
        tickers: rows held.
        liquidations: rows held.
        rows_allowed: of each of these three; the oldest beyond it go.
        first_ns: venue time of the oldest of them; None = there is none.
        newest_ns: venue time of the newest of them; None = there is none.
        gaps: holes in what is held, of any channel.
        write_ms: from the receipt of the newest trade until it was written; None = none was, or
            it was not received in this run.
    """

    instrument_id: InstrumentId
    trades: int
    quotes: int
    tickers: int
    liquidations: int
    rows_allowed: int
    book: BookFigures
    first_ns: Ns | None
    newest_ns: Ns | None
    gaps: int
    write_ms: float | None


@dataclass(frozen=True, slots=True)
class DiskFigures:
    """What is recorded of one source, and what room there is for more.

    Attributes:
        recorded_bytes: of all days of the source.
        bytes_per_day: at the pace of today and yesterday; None = under ten minutes are recorded.
        free_bytes: on the disk; None = it did not say.
    """

    recorded_bytes: int
    bytes_per_day: float | None
    free_bytes: int | None


@dataclass(frozen=True, slots=True)
class HealthFigures:
    """One moment of the process.

    Attributes:
        buffers: in the order in which the instruments were listed.
        trades: held, of all instruments.
        trades_allowed: of all instruments; the oldest beyond it go.
        queued: events that wait for the engine.
        faults: events that the engine could not write, by a fault of ours.
        write_ms: from receipt until written, of the instrument with the newest trade; None = not
            known.
    """

    buffers: tuple[BufferFigures, ...]
    trades: int
    trades_allowed: int
    queued: int
    faults: int
    write_ms: float | None
    disk: DiskFigures


class HealthQuery:
    """Asks again and again; the disk only every ten seconds, or less often where it is slow."""

    def __init__(self, store: Store, source: str) -> None:
        """Make one.

        Args:
            source: whose recordings are counted.
        """
        self._store = store
        self._source = source
        self._disk: DiskFigures | None = None
        self._until_s = 0.0

    def figures(self, engine: Engine, *, now_ns: Ns) -> HealthFigures:
        """Return the figures of this moment.

        Args:
            now_ns: the wall clock.
        """
        tapes = [tape for tape in map(engine.tape, engine.ids()) if tape is not None]
        written = [tape for tape in tapes if tape.written_ns]
        newest = max(written, key=lambda tape: tape.written_ns, default=None)
        return HealthFigures(
            buffers=tuple(map(_buffer, tapes)),
            trades=sum(len(tape.trades) for tape in tapes),
            trades_allowed=MAX_TRADES,
            queued=engine.queued,
            faults=engine.faults,
            write_ms=None if newest is None else _write_ms(newest),
            disk=self.disk(now_ns=now_ns),
        )

    def disk(self, *, now_ns: Ns) -> DiskFigures:
        """Return what the disk held at the last look.

        Args:
            now_ns: the wall clock.
        """
        asked_s = monotonic_s()
        if self._disk is None or asked_s >= self._until_s:
            self._disk = disk_figures(self._store, self._source, now_ns=now_ns)
            took_s = monotonic_s() - asked_s
            self._until_s = asked_s + max(_LOOK_EVERY_S, _REST * took_s)
        return self._disk


def disk_figures(store: Store, source: str, *, now_ns: Ns) -> DiskFigures:
    """Return what the disk holds of a source; reads what is new on it."""
    days = store.recordings(source)
    since_ns = (now_ns // NS_PER_DAY - 1) * NS_PER_DAY
    recent = [each for each in days if each.last_ns >= since_ns and each.rows]
    span_ns = now_ns - min((each.first_ns for each in recent), default=now_ns)
    pace = sum(each.bytes for each in recent) * NS_PER_DAY / span_ns if span_ns > 0 else None
    return DiskFigures(
        recorded_bytes=sum(each.bytes for each in days),
        bytes_per_day=pace if span_ns >= _SHORTEST_PACE_NS else None,
        free_bytes=_free_bytes(store.root),
    )


def _buffer(tape: Tape) -> BufferFigures:
    return BufferFigures(
        instrument_id=tape.instrument.id,
        trades=len(tape.trades),
        quotes=len(tape.quotes),
        tickers=len(tape.tickers),
        liquidations=len(tape.liquidations),
        rows_allowed=tape.quotes.max_rows,
        book=_book(tape.book),
        first_ns=tape.trades.first_ns,
        newest_ns=tape.trades.newest_ns,
        gaps=sum(len(tape.gaps_of(channel)) for channel in Channel),
        write_ms=_write_ms(tape),
    )


def _book(book: HeldBook) -> BookFigures:
    bids, asks = book.counts()
    return BookFigures(
        phase=book.phase,
        reason=book.reason,
        bids=bids,
        asks=asks,
        last_id=book.last_id,
        applied=book.applied,
        lost=book.lost,
        crossed=book.crossed,
        dropped=book.dropped,
    )


def _write_ms(tape: Tape) -> float | None:
    """Return how long the newest trade waited; what was received before this run is not of now."""
    if not tape.written_ns or not 0 <= tape.waited_ns < NS_PER_MINUTE:
        return None
    return tape.waited_ns / NS_PER_MS


def _free_bytes(folder: Path) -> int | None:
    """Return the room on the disk of a folder, which need not be there yet."""
    there = next((each for each in (folder, *folder.parents) if each.is_dir()), None)
    try:
        return None if there is None else shutil.disk_usage(there).free
    except OSError:
        return None
