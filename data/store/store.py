"""The store: trades are appended to segments, compacted when those are full, and read back."""

import shutil
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import RLock
from typing import Final, TypeAlias

import numpy as np

from core.domain.arrays import TradeArray
from core.domain.errors import RecordingError
from core.domain.events import Gap
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, Ns
from data.store import paths
from data.store.catalog import Catalog, Stored
from data.store.compact import compact, repair
from data.store.facts import Facts
from data.store.lock import FolderLock
from data.store.manifest import read_gaps, write_gap
from data.store.reader import Merge
from data.store.tail import Tail

MAX_HANDLES: Final = 64
"""Files open at a time; a segment beyond that is closed until its next rows come."""
DAY_GRACE_NS: Final[Ns] = 5 * NS_PER_MINUTE
"""A day's segment is compacted this long after midnight; what comes later gets one of its own."""
IN_USE: Final = (
    "This workspace is in use by another Tapescope, which goes on recording; "
    "this one only reads it. Close the other one to record here."
)

_Key: TypeAlias = tuple[Facts, int]
"""(whose trades, days since 1970)."""


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
        self._tails: OrderedDict[_Key, Tail] = OrderedDict()
        self._full: list[Path] = []
        self._catalog = Catalog(root)

    @property
    def writable(self) -> bool:
        """Whether this process may write here; the first one that asks may."""
        with self._lock:
            try:
                return self._folder_lock.take()
            except OSError:
                return False

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
        number = rows["ts_event_ns"] // NS_PER_DAY
        days = [int(number[0])] if number[0] == number[-1] else []
        if not days or bool(np.any(number != days[0])):
            days = np.unique(number).tolist()
        with self._lock:
            self._require_writable()
            tails = [self._tail((facts, day), folder) for day in days]
            for day, tail in zip(days, tails, strict=True):
                tail.add(rows[number == day])  # a copy
            self._for_each(tails, Tail.spill)

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
            self._for_each(list(self._tails.values()), Tail.flush)

    def sync(self) -> None:
        """Bring everything appended to the disk: it survives the machine.

        Raises:
            OSError: as in ``flush``.
        """
        with self._lock:
            self._for_each(list(self._tails.values()), Tail.sync)

    def roll(self, now_ns: Ns) -> None:
        """Compact one segment that is full or whose day is over, if there is one.

        Raises:
            OSError: it could not be written; the segment stays.
        """
        with self._lock:
            for key, tail in list(self._tails.items()):
                if (key[1] + 1) * NS_PER_DAY + DAY_GRACE_NS < now_ns:
                    self._for_each([tail], Tail.finish)
                    del self._tails[key]
            path = self._full.pop(0) if self._full else None
        if path is not None:
            self._compact(path)

    def seal(self) -> None:
        """Close and compact all segments.

        Raises:
            OSError: one could not be written; it stays as it is.
        """
        with self._lock:
            self._for_each(list(self._tails.values()), Tail.finish)
            self._tails.clear()
        while True:
            with self._lock:
                path = self._full.pop(0) if self._full else None
            if path is None:
                return
            self._compact(path)

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
            mine = {tail.file.path for tail in self._tails.values() if tail.file} | {*self._full}
            left, sentences = repair(self.root, mine)
            self._full += left
        return sentences

    def close(self) -> None:
        """Bring everything to the disk and let another process write.

        Raises:
            OSError: as in ``sync``; the store is closed nevertheless.
        """
        try:
            self.sync()
        finally:
            with self._lock:
                for tail in self._tails.values():
                    tail.abandon()
                self._tails.clear()
                self._folder_lock.release()

    def sources(self) -> list[str]:
        """Return the sources that something is stored of, sorted."""
        return [each for each in paths.sources(self.root) if self._has_any(each)]

    def instruments(self, source: str | None = None) -> list[Stored]:
        """Return what is stored, by instrument; what was not flushed yet is not in it."""
        return list(self._catalog.stored(source))

    def read_trades(
        self, source: str, instrument_id: InstrumentId, from_ns: Ns, to_ns: Ns
    ) -> Iterator[TradeArray]:
        """Yield the trades in ``[from_ns, to_ns)``, sorted, each ``(time, id)`` once.

        Ticks and lots are those of ``Stored.instrument``. Blocks are of any size above zero;
        about two row groups are held at a time. Files that cannot be read are left out;
        ``StoredDay.problems`` names them.
        """
        folder = paths.instrument_folder(self.root, source, instrument_id)
        grid = self._catalog.grid(folder)
        if grid is not None:
            yield from Merge(self._catalog, folder, grid[0]).blocks(from_ns, to_ns)

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
        day = None if date is None else paths.day_start_ns(date) // NS_PER_DAY
        target = folder if date is None else folder / date
        with self._lock:
            self._require_writable()
            for key in list(self._tails):
                mine = key[0].source == source and key[0].instrument_id == str(instrument_id)
                if mine and day in (None, key[1]):
                    self._tails.pop(key).abandon()
            self._full = [each for each in self._full if not each.is_relative_to(target)]
            paths.refuse_links(self.root, target)
            if target.is_dir():
                shutil.rmtree(target)
            self._catalog.forget_below(target)

    def _require_writable(self) -> None:
        if not self._folder_lock.take():
            raise RecordingError(IN_USE)

    def _has_any(self, source: str) -> bool:
        return any(paths.days(folder) for _, folder in paths.instruments(self.root, source))

    def _tail(self, key: _Key, folder: Path) -> Tail:
        tail = self._tails.get(key)
        if tail is None:
            day = folder / paths.day_name(key[1] * NS_PER_DAY)
            paths.refuse_links(self.root, day)
            tail = self._tails[key] = Tail(day, key[0])
        self._tails.move_to_end(key)
        return tail

    def _for_each(self, tails: Sequence[Tail], act: Callable[[Tail], None]) -> None:
        """Do something with segments; one that fails does not keep it from the others.

        Raises:
            OSError: one failed.
        """
        failed: OSError | None = None
        for tail in tails:
            try:
                act(tail)
            except OSError as error:
                failed = error
            for file in (*tail.finished, tail.file):
                if file is not None:
                    self._catalog.written(file)
            self._full += [file.path for file in tail.finished]
            tail.finished.clear()
            self._spare_handles()
        if failed is not None:
            raise failed

    def _spare_handles(self) -> None:
        """Close the files not written for longest where too many are open."""
        awake = [tail for tail in self._tails.values() if tail.has_handle]
        for tail in awake[: max(len(awake) - MAX_HANDLES, 0)]:
            tail.rest()

    def _compact(self, path: Path) -> None:
        try:
            compact(self.root, path)
        except OSError:
            with self._lock:
                self._full.append(path)
            raise
        self._catalog.forget(path)
