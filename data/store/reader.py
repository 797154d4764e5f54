"""Reads trades back: all files of a span merged by time, each trade once, in bounded memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from heapq import heapify, heappop
from pathlib import Path

import numpy as np

from core.calc.common_grid import factors, rescale_trades
from core.domain.arrays import TradeArray, empty_trades
from core.domain.errors import RecordingError
from core.domain.instrument import Instrument
from core.domain.units import MAX_PRICE_TICKS, MAX_SIZE_LOTS, NS_PER_DAY, Ns
from data.store import paths
from data.store.catalog import Catalog, channel_of
from data.store.facts import sort_trades
from data.store.manifest import StoredFile
from data.store.parquet import ParquetTrades
from data.store.segment import read_segment


@dataclass(frozen=True, slots=True, order=True)
class _Chunk:
    """Rows that are read together: a segment, or a row group of a compacted file."""

    first_ns: Ns
    number: int
    read: Callable[[], TradeArray] = field(compare=False)


class Merge:
    """One pass over the files of one instrument.

    Attributes:
        problems: a sentence per file that could not be read; the others were.
    """

    def __init__(self, catalog: Catalog, folder: Path, instrument: Instrument) -> None:
        """Make one.

        Args:
            instrument: on whose grid the rows are given.
        """
        self.problems: list[str] = []
        self._catalog = catalog
        self._folder = folder
        self._instrument = instrument

    def blocks(self, from_ns: Ns, to_ns: Ns) -> Iterator[TradeArray]:
        """Yield the trades in ``[from_ns, to_ns)``, sorted within and across blocks."""
        for day in paths.days(self._folder):
            start_ns = paths.day_start_ns(day.name)
            if start_ns < to_ns and start_ns + NS_PER_DAY > from_ns:
                yield from self._day(day, from_ns, to_ns)

    def _day(self, day: Path, from_ns: Ns, to_ns: Ns) -> Iterator[TradeArray]:
        files, problems = self._catalog.files(day)
        self.problems += problems
        if not files:
            return
        channel = channel_of(files)
        heap = [
            chunk
            for number, file in enumerate(files)
            if file.facts.channel == channel
            and file.summary.first_ns < to_ns
            and file.summary.last_ns >= from_ns
            for chunk in self._chunks(file, number, from_ns, to_ns)
        ]
        heapify(heap)
        pool = empty_trades()
        while heap:
            rows = heappop(heap).read()
            times = rows["ts_event_ns"]
            pool = np.concatenate([pool, rows[(times >= from_ns) & (times < to_ns)]])
            # What has not been read yet begins at the top of the heap or later.
            early = pool["ts_event_ns"] < (heap[0].first_ns if heap else to_ns)
            if early.any():
                yield sort_trades(pool[early], self._instrument.id)
                pool = pool[~early]

    def _chunks(self, file: StoredFile, number: int, from_ns: Ns, to_ns: Ns) -> list[_Chunk]:
        path = file.path
        if path.suffix == ".arrow":
            if path.exists():
                return [_Chunk(file.summary.first_ns, number, partial(self._segment, file))]
            path = path.with_suffix(".parquet")  # compacted since it was listed
        try:
            opened = ParquetTrades(path, crc32=file.crc32)
        except (RecordingError, FileNotFoundError) as error:
            self._bad(path, error)
            return []
        return [
            _Chunk(group.first_ns, number, partial(self._rows, file, partial(opened.read, group)))
            for group in opened.groups
            if group.first_ns < to_ns and group.last_ns >= from_ns
        ]

    def _segment(self, file: StoredFile) -> TradeArray:
        try:
            return self._rows(file, lambda: read_segment(file.path).rows)
        except FileNotFoundError:  # compacted just now
            chunks = self._chunks(file, 0, file.summary.first_ns, file.summary.last_ns + 1)
            return np.concatenate([empty_trades(), *(each.read() for each in chunks)])

    def _rows(self, file: StoredFile, read: Callable[[], TradeArray]) -> TradeArray:
        """Return rows on the common grid; none, and a problem, where they cannot be read."""
        try:
            rows = read()
            by = factors(file.facts.instrument(), self._instrument)
            price, size = rows["price_ticks"].max(initial=0), rows["size_lots"].max(initial=0)
            if int(price) * by.ticks > MAX_PRICE_TICKS or int(size) * by.lots > MAX_SIZE_LOTS:
                msg = f"{file.path.name} has steps too far from those of the other files"
                raise RecordingError(msg)  # noqa: TRY301  # noted below, as every problem is
            return rescale_trades(rows, by)
        except RecordingError as error:
            self._bad(file.path, error)
            return empty_trades()

    def _bad(self, path: Path, error: Exception) -> None:
        sentence = f"{path.name} cannot be read ({error})"
        self._catalog.damaged(path, sentence)
        self.problems.append(sentence)
