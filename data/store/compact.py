"""From a closed segment to a Parquet file, and what to do with one that is damaged."""

from collections.abc import Container
from pathlib import Path
from typing import Final

from core.domain.errors import RecordingError
from data.store import ledger, paths
from data.store.facts import in_order, summary
from data.store.manifest import StoredFile, write_entry
from data.store.parquet import ParquetRows, file_crc32, sync_folder, write_parquet
from data.store.segment import read_segment

LOG: Final = "log.jsonl"
"""In the quarantine: a line per file or tail, with its place and what is wrong with it."""


def compact(root: Path, path: Path) -> None:
    """Replace a closed segment by a Parquet file. A crash at any point leaves all rows readable.

    Raises:
        OSError: the disk does not take it; the segment stays.
    """
    if not mend(root, path):
        return
    segment = read_segment(path)
    facts = segment.facts
    rows = in_order(segment.rows, facts.holds, facts.instrument().id)
    target = path.with_suffix(".parquet")
    write_parquet(target, rows, facts)
    size, crc32 = target.stat().st_size, file_crc32(target)
    write_entry(StoredFile(target, facts, summary(rows, facts.holds), size, crc32))
    path.unlink()


def repair(root: Path, mine: Container[Path]) -> tuple[list[Path], list[str]]:
    """Mend what a process that died left behind.

    Args:
        mine: segments that this process writes; left alone.

    Returns:
        The segments to be compacted, and a sentence per damage.

    Raises:
        OSError: the disk does not let us.
    """
    before = len(ledger.read(root / paths.QUARANTINE / LOG)[0])
    left: list[Path] = []
    for day in paths.all_days(root):
        for half in paths.halves(day):
            half.unlink()
        for path in paths.segments(day):
            if path not in mine and mend(root, path):
                left.append(path)
    log = ledger.read(root / paths.QUARANTINE / LOG)[0]
    return left, [str(record.get("reason")) for record in log[before:]]


def mend(root: Path, path: Path) -> bool:
    """Make a segment that nobody writes readable to its end.

    What follows the first damage goes to the quarantine, as does a file of which nothing can be
    read; a segment without rows, or whose compacted form is there, goes.

    Returns:
        Whether there is still a segment, with at least one row.

    Raises:
        OSError: the disk does not let us.
    """
    twin = path.with_suffix(".parquet")
    if twin.exists():
        try:
            ParquetRows(twin)
        except RecordingError as error:
            set_aside(root, twin, reason=error.ui_message)
        else:
            path.unlink()
            return False
    try:
        segment = read_segment(path)
    except RecordingError as error:
        set_aside(root, path, reason=error.ui_message)
        return False
    if segment.problem is not None:
        keep = segment.good_bytes if segment.rows.size else 0
        set_aside(root, path, reason=segment.problem, from_byte=keep)
    elif not segment.rows.size:
        path.unlink()
    return bool(segment.rows.size)


def set_aside(root: Path, path: Path, *, reason: str, from_byte: int = 0) -> None:
    """Move a file, or its bytes from ``from_byte`` on, to the quarantine.

    Raises:
        OSError: the disk does not let us; the file is as it was.
    """
    folder = root / paths.QUARANTINE
    folder.mkdir(parents=True, exist_ok=True)
    place = path.relative_to(root)
    name = "~".join(place.parts)
    target = folder / name
    number = 0
    while target.exists():
        number += 1
        target = folder / f"{name}.{number}"
    if from_byte:
        with path.open("r+b") as file:
            file.seek(from_byte)
            target.write_bytes(file.read())
            sync_folder(folder)
            file.truncate(from_byte)
    else:
        path.replace(target)
    record = {"file": target.name, "of": str(place), "from_byte": from_byte, "reason": reason}
    ledger.append(folder / LOG, record)
