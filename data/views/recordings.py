"""What the Recordings page asks: what is stored, and how much of it is proven to be complete."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from core.domain.events import Channel, Gap
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import Ns
from data.clock import monotonic_s
from data.store.archive import Archive
from data.store.catalog import StoredDay
from data.store.recordings import Recording
from data.venues.registry import market_of

_QUICK_S: Final = 0.05
_REST: Final = 20
"""Looking takes a twentieth of the time at most, where it is not quick."""

DayKey: TypeAlias = tuple[str, InstrumentId, str]
"""Source, instrument and date."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A recording and what is known about its completeness.

    Attributes:
        grade_frac: of trades whose ids count, the share of ids that is there; else the share of
            the time from the first to the last row or gap that lies in no gap. None = not known.
        ids_missing: trades that are missing by their ids; None = ids do not tell.
    """

    recording: Recording
    grade_frac: float | None
    ids_missing: int | None

    @property
    def key(self) -> DayKey:
        """Return the day that it belongs to."""
        return self.recording.source, self.recording.instrument.id, self.recording.date


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """All channels of one day of one instrument of one source.

    Attributes:
        channels: at least one, in the order of Channel.
    """

    source: str
    instrument: Instrument
    date: str
    channels: tuple[Graded, ...]

    @property
    def bytes(self) -> int:
        """Bytes of all channels on the disk."""
        return sum(each.recording.bytes for each in self.channels)

    @property
    def span_ns(self) -> tuple[Ns, Ns] | None:
        """First and last row of any channel; None = no file can be read."""
        known = [each.recording for each in self.channels if each.recording.rows]
        if not known:
            return None
        return min(each.first_ns for each in known), max(each.last_ns for each in known)

    @property
    def gaps(self) -> list[Gap]:
        """Gaps of all channels, the oldest first."""
        found = [gap for each in self.channels for gap in each.recording.gaps]
        return sorted(found, key=lambda gap: (gap.from_ns, gap.to_ns, gap.channel))

    @property
    def problems(self) -> list[str]:
        """A sentence per file that cannot be read."""
        return [line for each in self.channels for line in each.recording.problems]

    @property
    def growing(self) -> bool:
        """It is being written now."""
        return any(each.recording.growing for each in self.channels)


class RecordedQuery:
    """Asks again and again; a disk with thousands of files is looked at only now and then."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._found: list[Graded] = []
        self._until_s = 0.0

    def found(self) -> list[Graded]:
        """Return what ``recorded`` returns, as it was at the last look."""
        asked_s = monotonic_s()
        if asked_s >= self._until_s:
            self._found = recorded(self._archive)
            took_s = monotonic_s() - asked_s
            self._until_s = asked_s + (took_s * _REST if took_s > _QUICK_S else 0.0)
        return self._found

    def forget(self) -> None:
        """Look at once when asked next: something was deleted or brought in."""
        self._until_s = 0.0


def recorded(archive: Archive, source: str | None = None) -> list[Graded]:
    """Return what is stored by instrument, day and channel; the newest day first.

    Args:
        source: one of the archive's; None = all.
    """
    days = {
        (each.source, each.instrument.id, day.date): day
        for each in archive.instruments(source)
        for day in each.days
    }
    found = [
        _graded(each, days.get((each.source, each.instrument.id, each.date)))
        for each in archive.recordings(source)
    ]
    return sorted(found, key=lambda each: each.recording.date, reverse=True)


def by_day(found: Iterable[Graded]) -> dict[DayKey, RecordedDay]:
    """Return recordings by their day, in the order in which the days come."""
    days: dict[DayKey, list[Graded]] = {}
    for each in found:
        days.setdefault(each.key, []).append(each)
    return {
        key: RecordedDay(key[0], channels[0].recording.instrument, key[2], tuple(channels))
        for key, channels in days.items()
    }


def stored_twice(archive: Archive, source: str, found: Sequence[Recording]) -> int:
    """Return how many trades of recordings are on the disk more than once; reads them all.

    They are read back once. Days with several streams do not count: only one of them is read.
    """
    twice = 0
    for each in found:
        if each.channel is Channel.TRADES and len(each.streams) == 1:
            span = each.first_ns, each.last_ns + 1
            rows = archive.read_trades(source, each.instrument.id, *span)
            twice += max(each.rows - sum(block.size for block in rows), 0)
    return twice


def _graded(recording: Recording, day: StoredDay | None) -> Graded:
    missing = None if day is None else _ids_missing(recording, day)
    if missing is not None:
        return Graded(recording, recording.rows / (recording.rows + missing), missing)
    # Gaps at the ends belong to it: of what comes seldom they are most of the time.
    first_ns = min([recording.first_ns, *(gap.from_ns for gap in recording.gaps)])
    last_ns = max([recording.last_ns, *(gap.to_ns for gap in recording.gaps)])
    if not recording.rows or last_ns <= first_ns:
        return Graded(recording, None, None)
    return Graded(recording, 1 - recording.missing_ns / (last_ns - first_ns), None)


def _ids_missing(recording: Recording, day: StoredDay) -> int | None:
    """Return how many trades are missing between the first and the last, where ids tell it."""
    facts = market_of(recording.instrument.id).facts
    if recording.channel is not Channel.TRADES or len(day.channels) != 1 or not day.rows:
        return None
    if not facts.ids_count:
        return None
    held = day.fills if facts.ids_step_by_fill else day.rows
    missing = day.last_id - day.first_id + 1 - held
    # Below zero, rows are stored twice, or the first one stands for several fills: no proof.
    return missing if missing >= 0 else None
