"""The manifest: a line per compacted file of a day, and a line per gap of an instrument.

It saves opening every file; one that it does not know is opened, and says the same of itself.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from core.domain.events import Channel, Gap
from core.domain.instrument import InstrumentId
from data.store import ledger
from data.store.facts import Facts, Summary

MANIFEST: Final = "manifest.jsonl"
"""In each day folder: a line per compacted file."""
GAPS: Final = "gaps.jsonl"
"""In each instrument's folder: a line per gap."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file.

    Attributes:
        size_bytes: on disk.
        crc32: of a compacted file as it was written; None = nobody noted it.
    """

    path: Path
    facts: Facts
    summary: Summary
    size_bytes: int
    crc32: int | None = None


def write_entry(file: StoredFile) -> None:
    """Add a compacted file to the manifest of its day.

    Raises:
        OSError: it could not be written.
    """
    record = {
        "file": file.path.name,
        "bytes": file.size_bytes,
        "crc32": file.crc32,
        "facts": msgspec.to_builtins(file.facts),
        "summary": msgspec.to_builtins(file.summary),
    }
    ledger.append(file.path.parent / MANIFEST, record)


def write_gap(folder: Path, gap: Gap) -> None:
    """Add a gap to an instrument's folder.

    Raises:
        OSError: it could not be written.
    """
    record = {
        "from_ns": gap.from_ns,
        "to_ns": gap.to_ns,
        "reason": gap.reason,
        "channel": gap.channel.value,
    }
    ledger.append(folder / GAPS, record)


def read_gaps(folder: Path, instrument_id: InstrumentId) -> list[Gap]:
    """Return the gaps of an instrument, in the order they were noted, each once.

    One that names no channel is of trades: there was nothing else once.
    """
    found: dict[Gap, None] = {}
    for record in ledger.read(folder / GAPS)[0]:
        match record:
            case {"from_ns": int(from_ns), "to_ns": int(to_ns), "reason": str(reason)}:
                channel = record.get("channel", Channel.TRADES)
                if channel in set(Channel):
                    gap = Gap(instrument_id, from_ns, to_ns, reason, Channel(channel))
                    found[gap] = None
            case _:
                continue
    return list(found)


def read_entries(day: Path) -> dict[str, StoredFile]:
    """Return what the manifest of a day says, by the names of the files."""
    found = {}
    sound: set[Facts] = set()
    for record in ledger.read(day / MANIFEST)[0]:
        try:
            facts = msgspec.convert(record["facts"], Facts, strict=False)
            counts = msgspec.convert(record["summary"], Summary)
            name, size, crc32 = record["file"], record["bytes"], record["crc32"]
            if facts not in sound:
                facts.instrument()
                sound.add(facts)
        except (msgspec.ValidationError, KeyError, TypeError, ValueError):
            continue  # the file itself knows
        found[name] = StoredFile(day / name, facts, counts, size, crc32)
    return found
