"""What a file of a day is: as the manifest says, or as the file itself does."""

from collections.abc import Mapping
from pathlib import Path

from core.domain.errors import RecordingError
from data.store import paths
from data.store.facts import Facts, merge_summaries, summary
from data.store.manifest import StoredFile
from data.store.parquet import ParquetRows
from data.store.segment import read_segment


def look(path: Path, size: int, listed: Mapping[str, StoredFile]) -> StoredFile | str:
    """Return what a file is; a sentence where it cannot be read, an empty one where it is empty."""
    known = listed.get(path.name)
    if known is not None and known.size_bytes == size:
        return known
    try:
        return _read(path, size)
    except FileNotFoundError:
        return ""
    except RecordingError as error:
        return error.ui_message


def _read(path: Path, size: int) -> StoredFile | str:
    if path.suffix == ".arrow":
        segment = read_segment(path)
        facts, rows = segment.facts, segment.rows
        _require_name(path, facts)
        return StoredFile(path, facts, summary(rows, facts.holds), size) if rows.size else ""
    file = ParquetRows(path)
    _require_name(path, file.facts)
    parts = [summary(file.read(group), file.facts.holds) for group in file.groups]
    return StoredFile(path, file.facts, merge_summaries(parts), size) if parts else ""


def _require_name(path: Path, facts: Facts) -> None:
    """Refuse a file whose name says that it holds something else than it does."""
    if paths.channel_of(path) is not facts.holds:
        msg = f"{path.name} holds {facts.holds.value}; it was renamed"
        raise RecordingError(msg)
