"""A segment: rows in the order they came, appended to an Arrow IPC stream, readable if cut.

Each batch is one column of rows in their channel's layout and carries the CRC-32 of them: a batch
a second of typed columns would be three times the bytes, and Arrow itself has no checksums. The
facts of the instrument are in the schema. Compacted files (parquet.py) have typed columns. A batch
of a book is whole messages, and so is what can be read of a torn segment.
"""

import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.ipc

from core.domain.arrays import RowArray
from core.domain.errors import RecordingError
from core.domain.events import Channel
from data.store.facts import FORMAT, Facts
from data.store.layouts import LAYOUTS
from data.store.ledger import NO_LINKS

MAX_BYTES: Final = 512 * 2**20
"""A segment is read into memory; ours end far below."""

_FACTS: Final = b"tapescope"
_CRC: Final = b"crc32"


class SegmentWriter:
    """Appends batches to a new file. Nothing is written before ``write``.

    Attributes:
        path: the file; made at once, and never one that was there.
        bytes_written: size of the file, whole batches only.
    """

    def __init__(self, path: Path, facts: Facts) -> None:
        """Make the file with its header.

        Raises:
            OSError: it cannot be made, or is there already.
        """
        self.path = path
        self.bytes_written = 0
        self._row_bytes = _row_bytes(facts)
        self._schema = _schema(facts)
        header = self._schema.serialize().to_pybytes()
        self._header_bytes = len(header)
        self._file: int | None = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | NO_LINKS, 0o644
        )
        self._put(header)

    def write(self, rows: RowArray) -> None:
        """Hand one batch to the operating system.

        Raises:
            OSError: not all of it could be written; the file is cut back to whole batches as far
                as the disk allows, and is not to be written any more.
        """
        rows = np.ascontiguousarray(rows)
        column = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(self._row_bytes), rows.size, [None, pa.py_buffer(rows)]
        )
        batch = pa.record_batch([column], schema=self._schema)
        sink = pa.BufferOutputStream()
        writer = pa.ipc.new_stream(sink, self._schema)
        writer.write_batch(batch, custom_metadata={_CRC: b"%08x" % zlib.crc32(rows.data)})
        self._put(memoryview(sink.getvalue())[self._header_bytes :])

    def sync(self) -> None:
        """Bring everything written to the disk.

        Raises:
            OSError: it did not get there.
        """
        if self._file is not None:
            os.fsync(self._file)

    @property
    def is_open(self) -> bool:
        """Whether a file handle is held."""
        return self._file is not None

    def close(self) -> None:
        """Give the file handle back; the next ``write`` takes one again."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _put(self, block: bytes | memoryview) -> None:
        if self._file is None:
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | NO_LINKS)
        try:
            _write_all(self._file, block)
        except OSError:
            self._cut_back()
            raise
        self.bytes_written += len(block)

    def _cut_back(self) -> None:
        try:
            if self._file is not None:
                os.ftruncate(self._file, self.bytes_written)
        except OSError:
            pass  # a torn tail; readers stop before it
        finally:
            self.close()


@dataclass(frozen=True, slots=True)
class Segment:
    """What could be read of a segment.

    Attributes:
        rows: in the layout of what the facts say, in the order they were written.
        good_bytes: up to where the file is whole batches.
        problem: why reading ended before the end of the file; None = it did not.
    """

    facts: Facts
    rows: RowArray
    good_bytes: int
    problem: str | None


def read_segment(path: Path) -> Segment:
    """Return everything up to the first damage.

    Raises:
        RecordingError: not even the header can be read.
        FileNotFoundError: there is no such file (any more).
    """
    data = _bytes_of(path)
    source = pa.BufferReader(pa.py_buffer(data))
    try:
        reader = pa.ipc.open_stream(source)
        facts = facts_in(reader.schema.metadata, path)
        row_bytes = _row_bytes(facts)
        if reader.schema.types != [pa.binary(row_bytes)]:
            msg = "its columns are not ours"
            raise ValueError(msg)  # noqa: TRY301  # told below, as every damage is
    except (pa.ArrowException, OSError, ValueError) as error:
        msg = f"{path.name} is no segment that can be read ({error})"
        raise RecordingError(msg) from error
    parts: list[bytes] = []
    problem, good = None, source.tell()
    while True:
        try:
            batch, extra = reader.read_next_batch_with_custom_metadata()
            parts.append(_checked(batch, extra, row_bytes))
        except StopIteration:
            break
        except (pa.ArrowException, OSError, ValueError) as error:
            problem = f"{path.name} is damaged after {good} bytes ({error})"
            break
        good = source.tell()
    if problem is None and good < len(data):
        problem = f"{path.name} is damaged after {good} bytes"
    rows = np.frombuffer(b"".join(parts), LAYOUTS[facts.holds].dtype)
    return Segment(facts, rows, good, problem)


def facts_in(metadata: dict[bytes, bytes] | None, path: Path) -> Facts:
    """Return the facts in the metadata of a schema.

    Raises:
        RecordingError: there are none, or they are of a later format.
    """
    try:
        facts = msgspec.json.decode((metadata or {}).get(_FACTS, b""), type=Facts)
        facts.instrument()
    except ValueError as error:
        msg = f"{path.name} does not say whose rows it holds ({error})"
        raise RecordingError(msg) from error
    if facts.format > FORMAT:
        msg = f"{path.name} was written by a later version of Tapescope; use that one"
        raise RecordingError(msg)
    return facts


def facts_metadata(facts: Facts) -> dict[bytes, bytes]:
    """Return the facts as the metadata of a schema."""
    return {_FACTS: msgspec.json.encode(facts)}


def _write_all(file: int, block: bytes | memoryview) -> None:
    """Write a block; a disk that fills up takes a part and says why at the next call."""
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(file, rest) :]


def _schema(facts: Facts) -> Any:
    name = "trade" if facts.holds is Channel.TRADES else facts.holds.value
    return pa.schema([(name, pa.binary(_row_bytes(facts)))], metadata=facts_metadata(facts))


def _row_bytes(facts: Facts) -> int:
    return LAYOUTS[facts.holds].dtype.itemsize


def _checked(batch: Any, extra: Any, row_bytes: int) -> bytes:
    batch.validate()
    column = batch.column(0)
    buffer = column.buffers()[1]
    start = column.offset * row_bytes
    body = b"" if buffer is None else bytes(buffer[start : start + len(column) * row_bytes])
    if column.null_count or extra is None or extra.get(_CRC) != b"%08x" % zlib.crc32(body):
        msg = "a checksum is wrong"
        raise ValueError(msg)
    return body


def _bytes_of(path: Path) -> bytes:
    # Read, not mapped: a file that is cut while it is mapped kills the process.
    file = os.open(path, os.O_RDONLY | NO_LINKS)
    with os.fdopen(file, "rb") as opened:
        if os.fstat(file).st_size > MAX_BYTES:
            msg = f"{path.name} is larger than any segment of ours"
            raise RecordingError(msg)
        return opened.read()
