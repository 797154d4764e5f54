"""Where rows of one stream and day are being appended: a segment, then the next one."""

from pathlib import Path
from typing import Final

import numpy as np

from core.domain.arrays import RowArray
from data.store import paths
from data.store.facts import Facts, Summary, merge_summaries, summary
from data.store.layouts import pieces
from data.store.manifest import StoredFile
from data.store.parquet import sync_folder
from data.store.segment import SegmentWriter

BATCH_ROWS: Final = 65_536
SEGMENT_ROWS: Final = 262_144
SEGMENT_BYTES: Final = 16 * 2**20
"""A full segment is compacted, which takes a tenth of a second."""


class Tail:
    """Keeps rows until they are certain to be on the disk, whatever the disk says meanwhile.

    For one thread at a time.

    Attributes:
        finished: segments closed since the caller last took them; to be compacted.
        touched: rows were added since the caller last said False.
    """

    def __init__(self, day: Path, facts: Facts) -> None:
        self.facts = facts
        self.finished: list[StoredFile] = []
        self.touched = False
        self._day = day
        self._writer: SegmentWriter | None = None
        self._named = False
        self._unsynced: list[RowArray] = []
        self._unsynced_rows = 0
        self._flushed = 0
        self._flushed_rows = 0
        self._written: Summary | None = None

    @property
    def has_handle(self) -> bool:
        """Whether a file handle is held."""
        return self._writer is not None and self._writer.is_open

    @property
    def file(self) -> StoredFile | None:
        """The open segment, as far as it was handed to the operating system."""
        if self._writer is None or self._written is None:
            return None
        path, size = self._writer.path, self._writer.bytes_written
        return StoredFile(path, self.facts, self._written, size)

    def add(self, rows: RowArray) -> None:
        """Take rows, which nobody changes any more."""
        self._unsynced.append(rows)
        self._unsynced_rows += rows.size
        self.touched = True

    def spill(self) -> None:
        """Write when much is waiting.

        Raises:
            OSError: as in ``flush``.
        """
        if self._unsynced_rows - self._flushed_rows >= BATCH_ROWS:
            self.flush()
        if self._unsynced_rows >= SEGMENT_ROWS:
            self.sync()

    def flush(self) -> None:
        """Hand what was added to the operating system.

        Raises:
            OSError: the disk does not take it. What is not certain is kept; the next call tries
                again, in a new segment.
        """
        waiting = self._unsynced[self._flushed :]
        if not waiting:
            return
        rows = np.concatenate(waiting)
        try:
            for batch in pieces(rows, self.facts.holds, size=BATCH_ROWS):
                self._write(batch)
        except OSError:
            self._give_up_segment()
            raise
        self._flushed, self._flushed_rows = len(self._unsynced), self._unsynced_rows

    def sync(self) -> None:
        """Bring what was added to the disk.

        Raises:
            OSError: as in ``flush``.
        """
        self.flush()
        if not self._unsynced or self._writer is None:
            return
        try:
            self._writer.sync()
            if not self._named:
                sync_folder(self._day)
                self._named = True
        except OSError:
            self._give_up_segment()
            raise
        self._unsynced, self._flushed = [], 0
        self._unsynced_rows = self._flushed_rows = 0
        if self._is_full():
            self._close_segment()

    def rest(self) -> None:
        """Bring everything to the disk and give the file handle back until rows come.

        Raises:
            OSError: as in ``flush``.
        """
        self.sync()
        if self._writer is not None:
            self._writer.close()

    def finish(self) -> None:
        """Bring everything to the disk and close the segment.

        Raises:
            OSError: as in ``flush``.
        """
        self.sync()
        self._close_segment()

    def abandon(self) -> None:
        """Give the file handle back, whatever is not written yet."""
        if self._writer is not None:
            self._writer.close()

    def _write(self, rows: RowArray) -> None:
        if self._writer is None:
            self._day.mkdir(parents=True, exist_ok=True)
            holds = self.facts.holds
            number = paths.next_number(self._day, holds)
            path = self._day / f"{holds.value}-{number}.arrow"
            self._writer = SegmentWriter(path, self.facts)
            self._named = False
        self._writer.write(rows)
        added = summary(rows, self.facts.holds)
        self._written = added if self._written is None else merge_summaries([self._written, added])

    def _is_full(self) -> bool:
        file = self.file
        return file is not None and (
            file.summary.rows >= SEGMENT_ROWS or file.size_bytes >= SEGMENT_BYTES
        )

    def _give_up_segment(self) -> None:
        """What it holds stays readable; what is not certain goes into the next one again."""
        self._flushed = self._flushed_rows = 0
        self._close_segment()

    def _close_segment(self) -> None:
        file = self.file
        if self._writer is not None:
            self._writer.close()
            if file is None:
                self._writer.path.unlink(missing_ok=True)
        if file is not None:
            self.finished.append(file)
        self._writer, self._written = None, None
