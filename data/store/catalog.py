"""What is stored: every file with its facts, by instrument and by day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Final

from core.calc.common_grid import common_instrument
from core.domain.events import Channel, Gap
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_S, Ns
from data.clock import wall_ns
from data.store import paths
from data.store.facts import Summary, merge_summaries
from data.store.looking import look
from data.store.manifest import MANIFEST, StoredFile, read_entries, read_gaps

_SETTLED_NS: Final[Ns] = 2 * NS_PER_S
"""A folder that changed longer ago than this would show another time if it changed again."""


@dataclass(frozen=True, slots=True)
class StoredDay:
    """The trades of one UTC day of one instrument of one source.

    Attributes:
        date: such as ``2026-11-21``.
        rows: in all files; a trade that two files repeat counts twice.
        fills: as in Summary.
        first_id: smallest trade id of the day; where the venue's ids count, ``last_id - first_id
            + 1`` less ``rows`` (of a venue that merges, less ``fills``) are missing inside it.
        channels: the streams that were stored; of trades only the largest is read.
        gaps: where trades are missing or may be, clipped to the day.
        problems: one sentence per file that cannot be read.
    """

    date: str
    rows: int
    bytes: int
    first_ns: Ns
    last_ns: Ns
    first_id: int
    last_id: int
    fills: int
    channels: tuple[str, ...]
    gaps: tuple[Gap, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """The trades of one instrument of one source; recordings.py tells of all channels.

    Attributes:
        instrument: on whose grid ``read_trades`` gives rows: that of the files, or, where the
            venue changed it in between, one on which all of them are whole.
        versions: the different facts that were stored, oldest first; usually one.
        first_ns: venue time of the first trade; 0 where no file can be read.
        last_ns: venue time of the last trade.
        days: oldest first.
    """

    source: str
    instrument: Instrument
    versions: tuple[Instrument, ...]
    first_ns: Ns
    last_ns: Ns
    rows: int
    bytes: int
    days: tuple[StoredDay, ...]


class Catalog:
    """Knows the files below a root; remembers what it read of those that have not changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = Lock()
        self._known: dict[Path, tuple[tuple[int, int], StoredFile | str]] = {}
        self._open: dict[Path, StoredFile] = {}
        self._manifests: dict[Path, tuple[int, dict[str, StoredFile]]] = {}
        self._settled: dict[tuple[Path, Channel | None], tuple[Ns, list[StoredFile]]] = {}

    def files(
        self, day: Path, channel: Channel | None = None
    ) -> tuple[list[StoredFile], list[str]]:
        """Return the readable files of a day folder, and a sentence for each that is not.

        Args:
            channel: of which rows; None = of all channels.
        """
        changed_ns = _changed_ns(day)
        with self._lock:
            settled = self._settled.get((day, channel))
        if settled is not None and settled[0] == changed_ns:
            return list(settled[1]), []
        good, bad = self._look_at(day, channel)
        is_compacted = all(each.path.suffix == ".parquet" for each in good)
        if is_compacted and not bad and wall_ns() - changed_ns > _SETTLED_NS:
            with self._lock:
                self._settled[day, channel] = changed_ns, list(good)
        return good, bad

    def _look_at(self, day: Path, channel: Channel | None) -> tuple[list[StoredFile], list[str]]:
        good: list[StoredFile] = []
        bad: list[str] = []
        listed: dict[str, StoredFile] | None = None
        for path in paths.files(day, channel):
            try:
                status = path.stat()
            except FileNotFoundError:  # compacted or deleted since it was listed
                continue
            stamp = (status.st_size, status.st_mtime_ns)
            with self._lock:
                known = self._known.get(path)
                if path in self._open:
                    known = stamp, self._open[path]
            if known is None or known[0] != stamp:
                listed = self._entries(day) if listed is None else listed
                known = stamp, look(path, status.st_size, listed)
                with self._lock:
                    self._known[path] = known
            if isinstance(known[1], StoredFile):
                good.append(known[1])
            elif known[1]:
                bad.append(known[1])
        return good, bad

    def written(self, file: StoredFile) -> None:
        """Learn of a segment that this process writes, instead of reading it again and again."""
        with self._lock:
            self._open[file.path] = file

    def forget(self, path: Path) -> None:
        """Take back what ``written`` and ``files`` remember of a file."""
        with self._lock:
            self._open.pop(path, None)
            self._known.pop(path, None)
            self._unsettle(path)

    def forget_below(self, folder: Path) -> None:
        """Forget every file below a folder."""
        with self._lock:
            below = [each for each in {**self._open, **self._known} if folder in each.parents]
            self._settled = {
                key: each for key, each in self._settled.items() if not _is_in(key[0], folder)
            }
        for path in below:
            self.forget(path)

    def damaged(self, path: Path, sentence: str) -> None:
        """Remember that a file turned out to be damaged when its rows were read."""
        try:
            status = path.stat()
        except FileNotFoundError:
            return
        with self._lock:
            self._known[path] = (status.st_size, status.st_mtime_ns), sentence
            self._unsettle(path)

    def stored(self, source: str | None = None) -> Iterator[Stored]:
        """Yield what is stored, of one source or of all."""
        for each in paths.sources(self.root) if source is None else [source]:
            for instrument_id, folder in paths.instruments(self.root, each):
                found = self._stored(each, instrument_id, folder)
                if found is not None:
                    yield found

    def grid(
        self, folder: Path, channel: Channel | None
    ) -> tuple[Instrument, tuple[Instrument, ...]] | None:
        """Return the instrument that rows are read as, and its versions; None = no file."""
        files = [file for day in paths.days(folder) for file in self.files(day, channel)[0]]
        return grid_of(files) if files else None

    def _entries(self, day: Path) -> dict[str, StoredFile]:
        """Return what the manifest of a day says; read again where it has grown."""
        try:
            size = (day / MANIFEST).stat().st_size
        except OSError:
            return {}
        with self._lock:
            known = self._manifests.get(day)
        if known is None or known[0] != size:
            known = size, read_entries(day)
            with self._lock:
                self._manifests[day] = known
        return known[1]

    def _unsettle(self, path: Path) -> None:
        for channel in (None, *Channel):
            self._settled.pop((path.parent, channel), None)

    def _stored(self, source: str, instrument_id: InstrumentId, folder: Path) -> Stored | None:
        days: list[StoredDay] = []
        files: list[StoredFile] = []
        gaps = read_gaps(folder, instrument_id)
        gaps = [each for each in gaps if each.channel is Channel.TRADES]
        for day in paths.days(folder):
            good, bad = self.files(day, Channel.TRADES)
            if good or bad:
                files += good
                days.append(_day(day.name, good, bad, gaps))
        if not files:
            return None
        instrument, versions = grid_of(files)
        return Stored(
            source=source,
            instrument=instrument,
            versions=versions,
            first_ns=min(each.summary.first_ns for each in files),
            last_ns=max(each.summary.last_ns for each in files),
            rows=sum(each.rows for each in days),
            bytes=sum(each.bytes for each in days),
            days=tuple(days),
        )


def _changed_ns(day: Path) -> Ns:
    """Return when a file last came to a folder or went; 0 where there is no folder."""
    try:
        return day.stat().st_mtime_ns
    except OSError:
        return 0


def _is_in(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


def grid_of(files: Iterable[StoredFile]) -> tuple[Instrument, tuple[Instrument, ...]]:
    """Return the instrument on whose grid all files are whole, and the different versions."""
    by_age = sorted(files, key=lambda each: each.summary.first_ns)
    told = dict.fromkeys(each.facts for each in by_age)
    versions = tuple(dict.fromkeys(facts.instrument() for facts in told))
    if len({(each.tick_size, each.lot_size) for each in versions}) == 1:
        return versions[-1], versions
    return common_instrument(versions), versions


def channel_of(files: Sequence[StoredFile]) -> str:
    """Return the stream that is read of a day: the one with most rows, then the first by name."""
    rows: dict[str, int] = {}
    for each in files:
        rows[each.facts.channel] = rows.get(each.facts.channel, 0) + each.summary.rows
    return min(rows, key=lambda name: (-rows[name], name))


def _day(
    name: str, files: Sequence[StoredFile], problems: Sequence[str], gaps: Sequence[Gap]
) -> StoredDay:
    start_ns = paths.day_start_ns(name)
    end_ns = start_ns + NS_PER_DAY
    total = merge_summaries([each.summary for each in files]) if files else _NOTHING
    return StoredDay(
        date=name,
        rows=total.rows,
        bytes=sum(each.size_bytes for each in files),
        first_ns=total.first_ns,
        last_ns=total.last_ns,
        first_id=total.first_id,
        last_id=total.last_id,
        fills=total.fills,
        channels=tuple(sorted({each.facts.channel for each in files})),
        gaps=clipped(gaps, start_ns, end_ns),
        problems=tuple(problems),
    )


def clipped(gaps: Iterable[Gap], from_ns: Ns, to_ns: Ns) -> tuple[Gap, ...]:
    """Return the parts of gaps that lie in ``[from_ns, to_ns)``."""
    return tuple(
        replace(each, from_ns=max(each.from_ns, from_ns), to_ns=min(each.to_ns, to_ns))
        for each in gaps
        if each.from_ns < to_ns and each.to_ns > from_ns
    )


_NOTHING = Summary(rows=0, first_ns=0, last_ns=0, first_id=0, last_id=0, fills=0, last_recv_ns=0)
