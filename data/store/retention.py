"""Which recorded days go when there are too many of them: the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.domain.instrument import InstrumentId
from data.store import paths


@dataclass(frozen=True, slots=True)
class DayFolder:
    """One UTC day of one instrument, or of raw frames.

    Attributes:
        date: such as ``2026-11-21``; dates sort by time.
        instrument_id: None = raw frames, of all instruments.
    """

    date: str
    instrument_id: InstrumentId | None
    bytes: int


def day_folders(root: Path, source: str) -> list[DayFolder]:
    """Return the recorded days of a source, and those of raw frames, with their sizes."""
    found = [
        DayFolder(day.name, instrument_id, paths.size_bytes(day))
        for instrument_id, folder in paths.instruments(root, source)
        for day in paths.days(folder)
    ]
    raw = paths.days(root / paths.RAW)
    return found + [DayFolder(day.name, None, paths.size_bytes(day)) for day in raw]


def too_old(
    days: Sequence[DayFolder], *, first_date: str | None, keep_bytes: int | None, today: str
) -> list[DayFolder]:
    """Return the days to be deleted, oldest first; never ``today`` or later.

    Args:
        first_date: days before it go; None = none goes by age.
        keep_bytes: days go until all that stay are within it; None = no limit.
    """
    closed = sorted((each for each in days if each.date < today), key=_age)
    old = [each for each in closed if first_date is not None and each.date < first_date]
    rest = closed[len(old) :]
    size = sum(each.bytes for each in days) - sum(each.bytes for each in old)
    while rest and keep_bytes is not None and size > keep_bytes:
        size -= rest[0].bytes
        old.append(rest.pop(0))
    return old


def _age(day: DayFolder) -> tuple[str, str]:
    """Return what days go by; of one day the raw frames go first, since the rows say the same."""
    return day.date, "" if day.instrument_id is None else str(day.instrument_id)
