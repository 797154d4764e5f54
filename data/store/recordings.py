"""What a trader sees of the recordings: an entry per day and channel, and what is missing in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.domain.events import Channel, Gap
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_DAY, Ns
from data.store import paths
from data.store.catalog import Catalog, clipped, grid_of
from data.store.manifest import StoredFile, read_gaps


@dataclass(frozen=True, slots=True)
class Recording:
    """One UTC day of one channel of one instrument of one source.

    Attributes:
        instrument: the newest facts of that day.
        date: such as ``2026-11-21``.
        rows: trades, levels of the book, quotes, ... on the disk; what was not flushed yet (a
            tenth of a second) is not in it.
        bytes: on the disk.
        first_ns: venue time of the first trade; of the other channels, when the first row reached
            us. 0 where no file can be read.
        last_ns: of the last.
        streams: the venue's streams that they came from.
        gaps: where rows of this channel are missing or may be, clipped to the day.
        problems: one sentence per file that cannot be read.
        growing: it is being written now, so that it cannot be deleted.
    """

    source: str
    instrument: Instrument
    date: str
    channel: Channel
    rows: int
    bytes: int
    first_ns: Ns
    last_ns: Ns
    streams: tuple[str, ...]
    gaps: tuple[Gap, ...]
    problems: tuple[str, ...]
    growing: bool

    @property
    def missing_ns(self) -> Ns:
        """How much of the day its gaps cover, overlaps counted once."""
        covered, end_ns = 0, 0
        for gap in sorted(self.gaps, key=lambda each: each.from_ns):
            covered += max(gap.to_ns - max(gap.from_ns, end_ns), 0)
            end_ns = max(end_ns, gap.to_ns)
        return covered


def recordings_of(
    catalog: Catalog, source: str, instrument_id: InstrumentId, growing: frozenset[str]
) -> Iterator[Recording]:
    """Yield the recordings of an instrument, the oldest day first.

    Args:
        growing: dates of this instrument that are being written.
    """
    folder = paths.instrument_folder(catalog.root, source, instrument_id)
    gaps = read_gaps(folder, instrument_id)
    days = [
        (day.name, {channel: catalog.files(day, channel) for channel in Channel})
        for day in paths.days(folder)
    ]
    known = next((file.facts.instrument() for _, found in days for file in _good(found)), None)
    if known is None:
        return  # nothing says what it is
    for date, found in days:
        files = _good(found)
        known = grid_of(files)[1][-1] if files else known
        day = _Day(source, known, date, date in growing)
        for channel, (good, bad) in found.items():
            if good or bad:
                missing = [each for each in gaps if each.channel is channel]
                yield _recording(day, channel, (good, bad), missing)


def _good(found: Mapping[Channel, tuple[list[StoredFile], list[str]]]) -> list[StoredFile]:
    return [each for good, _ in found.values() for each in good]


@dataclass(frozen=True, slots=True)
class _Day:
    source: str
    instrument: Instrument
    date: str
    growing: bool


def _recording(
    day: _Day, channel: Channel, files: tuple[list[StoredFile], list[str]], gaps: list[Gap]
) -> Recording:
    good, bad = files
    start_ns = paths.day_start_ns(day.date)
    return Recording(
        source=day.source,
        instrument=day.instrument,
        date=day.date,
        channel=channel,
        rows=sum(each.summary.rows for each in good),
        bytes=sum(each.size_bytes for each in good),
        first_ns=min((each.summary.first_ns for each in good), default=0),
        last_ns=max((each.summary.last_ns for each in good), default=0),
        streams=tuple(sorted({each.facts.channel for each in good})),
        gaps=clipped(gaps, start_ns, start_ns + NS_PER_DAY),
        problems=tuple(bad),
        growing=day.growing,
    )
