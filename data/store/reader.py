"""Reads rows back: all files of a span merged by time, each row once, in bounded memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from heapq import heapify, heappop
from pathlib import Path

import numpy as np

from core.calc.common_grid import factors
from core.domain.arrays import BoolArray, IntArray, RowArray
from core.domain.errors import RecordingError
from core.domain.events import Channel
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_DAY, Ns
from data.store import paths
from data.store.catalog import Catalog, channel_of
from data.store.facts import sort_trades
from data.store.layouts import LAYOUTS, rescale
from data.store.manifest import StoredFile
from data.store.parquet import ParquetRows
from data.store.segment import read_segment


@dataclass(frozen=True, slots=True, order=True)
class _Chunk:
    """Rows that are read together: a segment, or a row group of a compacted file."""

    first_ns: Ns
    number: int
    index: int
    read: Callable[[], RowArray] = field(compare=False)


class Merge:
    """One pass over the files of one channel of one instrument.

    Attributes:
        problems: a sentence per file that could not be read; the others were.
    """

    def __init__(
        self, catalog: Catalog, folder: Path, instrument: Instrument, channel: Channel
    ) -> None:
        """Make one.

        Args:
            instrument: on whose grid the rows are given.
        """
        self.problems: list[str] = []
        self._catalog = catalog
        self._folder = folder
        self._instrument = instrument
        self._channel = channel
        self._layout = LAYOUTS[channel]

    def blocks(self, from_ns: Ns, to_ns: Ns) -> Iterator[RowArray]:
        """Yield the rows in ``[from_ns, to_ns)``, in order within and across blocks."""
        for day in paths.days(self._folder):
            start_ns = paths.day_start_ns(day.name)
            if start_ns < to_ns and start_ns + NS_PER_DAY > from_ns:
                yield from self._day(day, from_ns, to_ns)

    def _day(self, day: Path, from_ns: Ns, to_ns: Ns) -> Iterator[RowArray]:
        heap = self._chunks_of(day, from_ns, to_ns)
        heapify(heap)
        pool, numbers = self._layout.empty(), np.zeros(0, np.int64)
        while heap:
            chunk = heappop(heap)
            rows = chunk.read()
            times = rows[self._layout.clock]
            rows = rows[(times >= from_ns) & (times < to_ns)]
            pool = np.concatenate([pool, rows])
            numbers = np.append(numbers, np.full(rows.size, chunk.number))
            # What has not been read yet begins at the top of the heap or later.
            early = pool[self._layout.clock] < (heap[0].first_ns if heap else to_ns)
            if early.any():
                yield self._in_order(pool[early], numbers[early])
                pool, numbers = pool[~early], numbers[~early]

    def _chunks_of(self, day: Path, from_ns: Ns, to_ns: Ns) -> list[_Chunk]:
        files, problems = self._catalog.files(day, self._channel)
        self.problems += problems
        if files and self._channel is Channel.TRADES:
            stream = channel_of(files)
            files = [each for each in files if each.facts.channel == stream]
        return [
            chunk
            for number, file in enumerate(files)
            if file.summary.first_ns < to_ns and file.summary.last_ns >= from_ns
            for chunk in self._chunks(file, number, from_ns, to_ns)
        ]

    def _in_order(self, rows: RowArray, numbers: IntArray) -> RowArray:
        if self._channel is Channel.TRADES:
            return sort_trades(rows, self._instrument.id)
        times = rows[self._layout.clock]
        order = np.lexsort((numbers, times))  # of one instant, file by file: messages stay whole
        rows, numbers, times = rows[order], numbers[order], times[order]
        several = (times[1:] == times[:-1]) & (numbers[1:] != numbers[:-1])
        if not several.any():
            return rows
        return rows[_once(rows, numbers, np.isin(times, times[1:][several]))]

    def _chunks(self, file: StoredFile, number: int, from_ns: Ns, to_ns: Ns) -> list[_Chunk]:
        path = file.path
        if path.suffix == ".arrow":
            if path.exists():
                return [_Chunk(file.summary.first_ns, number, 0, partial(self._segment, file))]
            path = path.with_suffix(".parquet")  # compacted since it was listed
        try:
            opened = ParquetRows(path, crc32=file.crc32)
        except (RecordingError, FileNotFoundError) as error:
            self._bad(path, error)
            return []
        return [
            _Chunk(
                group.first_ns,
                number,
                group.index,
                partial(self._rows, file, partial(opened.read, group)),
            )
            for group in opened.groups
            if group.first_ns < to_ns and group.last_ns >= from_ns
        ]

    def _segment(self, file: StoredFile) -> RowArray:
        try:
            return self._rows(file, lambda: read_segment(file.path).rows)
        except FileNotFoundError:  # compacted just now
            chunks = self._chunks(file, 0, file.summary.first_ns, file.summary.last_ns + 1)
            return np.concatenate([self._layout.empty(), *(each.read() for each in chunks)])

    def _rows(self, file: StoredFile, read: Callable[[], RowArray]) -> RowArray:
        """Return rows on the common grid; none, and a problem, where they cannot be read."""
        try:
            by = factors(file.facts.instrument(), self._instrument)
            return rescale(read(), self._channel, by)
        except RecordingError as error:
            self._bad(file.path, error)
            return self._layout.empty()

    def _bad(self, path: Path, error: Exception) -> None:
        sentence = f"{path.name} cannot be read ({error})"
        self._catalog.damaged(path, sentence)
        self.problems.append(sentence)


def _once(rows: RowArray, numbers: IntArray, doubtful: BoolArray) -> BoolArray:
    """Return which rows stay where two files hold the same: an import made twice, a failed disk.

    What one file repeats was told twice, and stays.
    """
    keep = np.ones(rows.size, np.bool_)
    told: dict[bytes, int] = {}
    here: dict[tuple[bytes, int], int] = {}
    for index in np.flatnonzero(doubtful).tolist():
        row, number = rows[index].tobytes(), int(numbers[index])
        count = here[row, number] = here.get((row, number), 0) + 1
        keep[index] = count > told.get(row, 0)
        if keep[index]:
            told[row] = count
    return keep
