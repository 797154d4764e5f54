"""The store: trades are appended to segments, compacted when those are full, and read back."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import RLock
from typing import Final

from core.domain.arrays import TradeArray
from core.domain.errors import RecordingError
from core.domain.events import Gap
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_DAY, Ns
from data.store import paths
from data.store.catalog import Catalog, Stored
from data.store.compact import compact, repair
from data.store.facts import Facts
from data.store.lock import FolderLock
from data.store.manifest import StoredFile, read_gaps, write_gap
from data.store.reader import Merge
from data.store.retention import DayFolder, too_old
from data.store.tails import Tails

IN_USE: Final = (
    "This workspace is in use by another Tapescope, which goes on recording; "
    "this one only reads it. Close the other one to record here."
)


class Store:
    """Everything recorded, below one folder. Any thread; one process writes at a time."""

    def __init__(self, root: Path) -> None:
        """Make one; nothing is opened or made before it is needed.

        Args:
            root: ``recordings`` in the workspace.
        """
        self.root = root
        self._lock = RLock()
        self._folder_lock = FolderLock(root)
        self._catalog = Catalog(root)
        self._tails = Tails(root, self._catalog)

    @property
    def writable(self) -> bool:
        """Whether this process may write here; the first one that asks may."""
        return not self.refusal()

    def refusal(self) -> str:
        """Return why this process may not write here, in a sentence; empty = it may."""
        with self._lock:
            try:
                return "" if self._folder_lock.take() else IN_USE
            except OSError as error:
                return (
                    f"Nothing is recorded: {self.root} cannot be written ({error.strerror}). "
                    "Make room or choose another workspace, and start again."
                )

    def append(self, source: str, instrument: Instrument, channel: str, rows: TradeArray) -> None:
        """Add trades; they are in memory until ``flush``, and certain after ``sync``.

        Args:
            source: whose trades these are; those of two sources never meet.
            channel: as in Trades. Of one day only the stream with the most rows is read back.
            rows: TRADE_DTYPE[n], any order, any days; may repeat what is stored.

        Raises:
            RecordingError: another process writes here.
            ValueError: the source or symbol cannot be a folder.
            OSError: the disk does not take them; they are kept, and tried again by ``flush``.
        """
        if not rows.size:
            return
        facts = Facts.of(source, instrument, channel)
        folder = paths.instrument_folder(self.root, source, instrument.id)
        with self._lock:
            self._require_writable()
            self._tails.append(facts, folder, rows)

    def append_gap(self, source: str, gap: Gap) -> None:
        """Note that trades are missing; certain when this returns.

        Raises:
            RecordingError: another process writes here.
            OSError: it could not be written.
        """
        folder = paths.instrument_folder(self.root, source, gap.instrument_id)
        with self._lock:
            self._require_writable()
            paths.refuse_links(self.root, folder)
            folder.mkdir(parents=True, exist_ok=True)
            write_gap(folder, gap)

    def flush(self) -> None:
        """Hand everything appended to the operating system: it survives this process.

        Raises:
            OSError: the disk does not take all of it; the rest is kept for the next call.
        """
        with self._lock:
            self._tails.flush()

    def sync(self) -> None:
        """Bring everything appended to the disk: it survives the machine.

        Raises:
            OSError: as in ``flush``.
        """
        with self._lock:
            self._tails.sync()

    def roll(self, now_ns: Ns) -> None:
        """Compact one segment that is full or whose day is over, if there is one.

        Raises:
            OSError: it could not be written; the segment stays.
        """
        with self._lock:
            self._tails.finish_days(now_ns)
        self._compact_next()

    def seal(self) -> None:
        """Close and compact all segments.

        Raises:
            OSError: one could not be written; it stays as it is.
        """
        with self._lock:
            self._tails.finish()
        while self._compact_next():
            pass

    def repair(self) -> list[str]:
        """Make every segment that was left behind readable to its end; first of all, at the start.

        Returns:
            A sentence per segment that was damaged; what was cut off is in the quarantine.

        Raises:
            RecordingError: another process writes here.
            OSError: the disk does not let us.
        """
        with self._lock:
            self._require_writable()
            left, sentences = repair(self.root, self._tails.paths())
            self._tails.full += left
        return sentences

    def retain(
        self, source: str, *, days: int | None, size_bytes: int | None, now_ns: Ns
    ) -> list[DayFolder]:
        """Delete the oldest days of a source; today stays, whatever its size.

        Args:
            days: how many days before today are kept; None = all.
            size_bytes: how much is kept; None = all.

        Returns:
            What was deleted.

        Raises:
            RecordingError: another process writes here.
            OSError: something could not be deleted.
        """
        first = None if days is None else paths.day_name(now_ns - days * NS_PER_DAY)
        found = [
            DayFolder(day.name, instrument_id, paths.size_bytes(day))
            for instrument_id, folder in paths.instruments(self.root, source)
            for day in paths.days(folder)
        ]
        today = paths.day_name(now_ns)
        gone = too_old(found, first_date=first, keep_bytes=size_bytes, today=today)
        for each in gone:
            self.delete(source, each.instrument_id, each.date)
        return gone

    def close(self) -> None:
        """Bring everything to the disk and let another process write.

        Raises:
            OSError: as in ``sync``; the store is closed nevertheless.
        """
        try:
            self.sync()
        finally:
            with self._lock:
                self._tails.abandon()
                self._folder_lock.release()

    def sources(self) -> list[str]:
        """Return the sources that something is stored of, sorted."""
        return [each for each in paths.sources(self.root) if self._has_any(each)]

    def instruments(self, source: str | None = None) -> list[Stored]:
        """Return what is stored, by instrument; what was not flushed yet is not in it."""
        return list(self._catalog.stored(source))

    def ids(self, source: str) -> list[InstrumentId]:
        """Return the instruments that a source has a folder of; cheap."""
        return [found for found, _ in paths.instruments(self.root, source)]

    def files(self, source: str, instrument_id: InstrumentId, since_ns: Ns) -> list[StoredFile]:
        """Return the readable files of an instrument with trades at or after an instant."""
        folder = paths.instrument_folder(self.root, source, instrument_id)
        first = paths.day_name(since_ns)
        days = [day for day in paths.days(folder) if day.name >= first]
        files = [file for day in days for file in self._catalog.files(day)[0]]
        return [each for each in files if each.summary.last_ns >= since_ns]

    def read_trades(
        self,
        source: str,
        instrument_id: InstrumentId,
        from_ns: Ns,
        to_ns: Ns,
        *,
        grid: Instrument | None = None,
    ) -> Iterator[TradeArray]:
        """Yield the trades in ``[from_ns, to_ns)``, sorted, each ``(time, id)`` once.

        Blocks are of any size above zero; about two row groups are held at a time. Files that
        cannot be read are left out; ``StoredDay.problems`` names them.

        Args:
            grid: whose ticks and lots are wanted; None = those of ``Stored.instrument``. The
                steps of all files in the span must be whole on it.
        """
        folder = paths.instrument_folder(self.root, source, instrument_id)
        if grid is None:
            known = self._catalog.grid(folder)
            grid = None if known is None else known[0]
        if grid is not None:
            yield from Merge(self._catalog, folder, grid).blocks(from_ns, to_ns)

    def gaps(self, source: str, instrument_id: InstrumentId) -> list[Gap]:
        """Return where trades of an instrument are missing, in the order it was noted."""
        folder = paths.instrument_folder(self.root, source, instrument_id)
        return read_gaps(folder, instrument_id)

    def delete(self, source: str, instrument_id: InstrumentId, date: str | None = None) -> None:
        """Delete a day of an instrument, or all of it.

        Args:
            date: such as ``2026-11-21``; None = every day, and the gaps.

        Raises:
            RecordingError: another process writes here.
            ValueError: a name that cannot be a folder.
            OSError: something could not be deleted.
        """
        folder = paths.instrument_folder(self.root, source, instrument_id)
        target = folder if date is None else folder / paths.day_name(paths.day_start_ns(date))
        with self._lock:
            self._require_writable()
            self._tails.abandon(target)
            paths.refuse_links(self.root, target)
            if target.is_dir():
                shutil.rmtree(target)
            self._catalog.forget_below(target)

    def _require_writable(self) -> None:
        if not self._folder_lock.take():
            raise RecordingError(IN_USE)

    def _has_any(self, source: str) -> bool:
        return any(paths.days(folder) for _, folder in paths.instruments(self.root, source))

    def _compact_next(self) -> bool:
        """Compact one closed segment, without holding up who appends; False = there is none."""
        with self._lock:
            path = self._tails.full.pop(0) if self._tails.full else None
        if path is None:
            return False
        try:
            compact(self.root, path)
        except FileNotFoundError:  # deleted meanwhile
            pass
        except OSError:
            with self._lock:
                self._tails.full.append(path)
            raise
        self._catalog.forget(path)
        return True
