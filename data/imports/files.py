"""Any file that can be imported: its format is told by its content, never by its name."""

from pathlib import Path
from typing import Final

from core.domain.errors import RecordingError
from data.imports.market_rows import MarketRows
from data.imports.opened import opened, spoken
from data.imports.own_parquet import ParquetReading
from data.imports.raw import RawReading
from data.imports.reading import Reading
from data.imports.tables import TableReading, Wish
from data.store.raw_formats import reader_for
from data.store.raw_log import HEADER

_PARQUET: Final = b"PAR1"
_RAW_LINES: Final = 400


def read_file(
    path: Path, wish: Wish, *, scratch: Path, besides: MarketRows | None = None
) -> Reading:
    """Start reading a file; the caller closes what it gets.

    Args:
        scratch: folder for what does not fit in memory.
        besides: books of raw recordings go on from one file to the next that is given the same.

    Raises:
        RecordingError: it cannot be opened, is empty, or is of no format that is known.
    """
    called = wish.called or spoken(path.name)
    if not path.is_file():
        msg = f"{called} is no file that can be read; check the path"
        raise RecordingError(msg)
    with opened(path, called=called) as parts:
        part = next(parts, None)
        head = part.head if part is not None else b""
    if head.startswith(_PARQUET):
        return ParquetReading(path, wish)
    lines = [line.rstrip(b"\r") for line in head.split(b"\n")[:_RAW_LINES] if line.strip()]
    if lines and reader_for(lines, header=HEADER) is not None:
        return RawReading(path, wish, besides=besides)
    return TableReading(path, wish, scratch=scratch)
