"""The store: rows are appended to segments, compacted when those are full, and read back."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import RLock
from typing import Final

from core.domain.arrays import TradeArray
from core.domain.errors import RecordingError
from core.domain.events import Channel, Gap, Rows
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_DAY, Ns
from data.store import paths
from data.store.archive import Archive
from data.store.compact import compact, repair
from data.store.facts import Facts
from data.store.layouts import require_rows
from data.store.lock import FolderLock
from data.store.manifest import write_gap
from data.store.play import Played, play
from data.store.retention import DayFolder, day_folders, too_old
from data.store.tails import Tails

IN_USE: Final = (
    "This workspace is in use by another Tapescope, which goes on recording; "
    "this one only reads it. Close the other one to record here."
)


GROWING: Final = "{} of {} is being recorded and cannot be deleted; stop recording first"


class Store(Archive):
    """Everything recorded, below one folder. Any thread; one process writes at a time."""

    def __init__(self, root: Path) -> None:
        """Make one; nothing is opened or made before it is needed.

        Args:
            root: ``recordings`` in the workspace.
        """
        super().__init__(root)
        self._lock = RLock()
        self._folder_lock = FolderLock(root)
        self._tails = Tails(root, self._catalog)
        self._places: dict[tuple[str, Instrument, Channel], tuple[Facts, Path]] = {}

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

    def append_rows(self, source: str, event: Rows) -> None:
        """Add rows of a channel other than trades, as ``append`` does.

        Args:
            event: its rows may be of any days; of a book they are whole messages. Whatever stream
                they come from, they are one recording, in the order in which they are added.

        Raises:
            RecordingError: another process writes here.
            ValueError: as for ``append``; or the rows are of another layout, or half a message.
            OSError: the disk does not take them; they are kept, and tried again by ``flush``.
        """
        if not event.rows.size:
            return
        require_rows(event.rows, event.channel)
        with self._lock:
            self._require_writable()
            self._tails.append(*self._place(source, event), event.rows)

    def append_gap(self, source: str, gap: Gap) -> None:
        """Note that rows are missing; certain when this returns.

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
        self.finish()
        while self._compact_next():
            pass

    def finish(self) -> None:
        """Close all segments: no day is being written until the next ``append``.

        Raises:
            OSError: one could not be written to its end; what is missing is tried again.
        """
        with self._lock:
            self._tails.finish()

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
        """Delete the oldest days of a source and of raw frames; today stays, whatever its size.

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
        found, today = day_folders(self.root, source), paths.day_name(now_ns)
        gone = too_old(found, first_date=first, keep_bytes=size_bytes, today=today)
        for each in gone:
            if each.instrument_id is None:
                self._delete_below(self.root / paths.RAW / each.date)
            else:
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
        self._delete_below(target)

    def delete_day(self, source: str, instrument_id: InstrumentId, date: str) -> None:
        """Delete a day of an instrument, all channels of it, unless it is being written.

        Raises:
            RecordingError: it is being written, here or by another process; the message says what
                to do.
            ValueError: a name that cannot be a folder.
            OSError: something could not be deleted.
        """
        with self._lock:
            if date in self._growing(source, instrument_id):
                raise RecordingError(GROWING.format(date, instrument_id))
            self.delete(source, instrument_id, date)

    def play(
        self, source: str, ids: Iterable[InstrumentId], from_ns: Ns, to_ns: Ns
    ) -> Iterator[Played]:
        """Yield what was recorded in ``[from_ns, to_ns)`` in the order of its arrival; as play."""
        return play(self, source, ids, (from_ns, to_ns))

    def _place(self, source: str, event: Rows) -> tuple[Facts, Path]:
        """Return where rows go: a recording, whichever of the channel's streams brings them."""
        key = source, event.instrument, event.channel
        place = self._places.get(key)
        if place is None:
            folder = paths.instrument_folder(self.root, source, event.instrument.id)
            facts = Facts.of(source, event.instrument, event.stream, holds=event.channel)
            place = self._places[key] = facts, folder
        return place

    def _written_days(self) -> Sequence[Path]:
        with self._lock:
            return self._tails.days()

    def _delete_below(self, target: Path) -> None:
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
