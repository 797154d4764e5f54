"""What the Health page asks: the figures of buffers, engine, recordings and disk of one moment."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_MS, Ns
from data.buffers.tape import Tape
from data.clock import monotonic_s
from data.engine import MAX_TRADES, Engine
from data.store.store import Store

_LOOK_EVERY_S: Final = 10.0
"""Asking the disk for the size of a thousand files takes longer than a page should."""
_SHORTEST_PACE_NS: Final[Ns] = 10 * NS_PER_MINUTE


@dataclass(frozen=True, slots=True)
class BufferFigures:
    """What is held of one instrument.

    Attributes:
        trades: held now.
        first_ns: venue time of the oldest of them; None = there is none.
        newest_ns: venue time of the newest of them; None = there is none.
        gaps: holes in what is held, of any channel.
        write_ms: from the receipt of the newest trade until it was written; None = none was, or
            it was not received in this run.
    """

    instrument_id: InstrumentId
    trades: int
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
    """Asks again and again; the disk only every ten seconds."""

    def __init__(self, store: Store, source: str) -> None:
        """Make one.

        Args:
            source: whose recordings are counted.
        """
        self._store = store
        self._source = source
        self._disk: DiskFigures | None = None
        self._looked_s = 0.0

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
            disk=self._disk_now(now_ns),
        )

    def _disk_now(self, now_ns: Ns) -> DiskFigures:
        if self._disk is None or monotonic_s() - self._looked_s >= _LOOK_EVERY_S:
            self._disk = disk_figures(self._store, self._source, now_ns=now_ns)
            self._looked_s = monotonic_s()
        return self._disk


def disk_figures(store: Store, source: str, *, now_ns: Ns) -> DiskFigures:
    """Return what the disk holds of a source; reads what is new on it."""
    days = [day for each in store.instruments(source) for day in each.days]
    since_ns = (now_ns // NS_PER_DAY - 1) * NS_PER_DAY
    recent = [day for day in days if day.last_ns >= since_ns and day.rows]
    span_ns = now_ns - min((day.first_ns for day in recent), default=now_ns)
    pace = sum(day.bytes for day in recent) * NS_PER_DAY / span_ns if span_ns > 0 else None
    return DiskFigures(
        recorded_bytes=sum(day.bytes for day in days),
        bytes_per_day=pace if span_ns >= _SHORTEST_PACE_NS else None,
        free_bytes=_free_bytes(store.root),
    )


def _buffer(tape: Tape) -> BufferFigures:
    return BufferFigures(
        instrument_id=tape.instrument.id,
        trades=len(tape.trades),
        first_ns=tape.trades.first_ns,
        newest_ns=tape.trades.newest_ns,
        gaps=len(tape.gaps),
        write_ms=_write_ms(tape),
    )


def _write_ms(tape: Tape) -> float | None:
    """Return how long the newest trade waited; what was received before this run is not of now."""
    waited_ns = tape.written_ns - tape.newest_recv_ns
    if not tape.written_ns or not 0 <= waited_ns < NS_PER_MINUTE:
        return None
    return waited_ns / NS_PER_MS


def _free_bytes(folder: Path) -> int | None:
    """Return the room on the disk of a folder, which need not be there yet."""
    there = next((each for each in (folder, *folder.parents) if each.is_dir()), None)
    try:
        return None if there is None else shutil.disk_usage(there).free
    except OSError:
        return None
