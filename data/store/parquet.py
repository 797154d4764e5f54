"""Compacted rows: one Parquet file, in order, typed columns, the facts in its metadata."""

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.domain.arrays import RowArray
from core.domain.errors import RecordingError
from core.domain.units import Ns
from data.store.facts import Facts
from data.store.layouts import LAYOUTS, RowLayout
from data.store.segment import facts_in, facts_metadata

_MOST_IN_GROUP: Final = 2**20


@dataclass(frozen=True, slots=True)
class Group:
    """A row group: where it is and which time it spans, both ends included."""

    index: int
    rows: int
    first_ns: Ns
    last_ns: Ns


def write_parquet(path: Path, rows: RowArray, facts: Facts) -> None:
    """Write a file so that it is either whole and on the disk, or not there.

    Args:
        rows: in the layout of what the facts say, in order, at least one.

    Raises:
        OSError: it could not be written; nothing is left behind.
    """
    layout = LAYOUTS[facts.holds]
    columns = [pa.array(np.ascontiguousarray(rows[name])) for name in layout.names]
    schema = pa.schema(
        [(name, each.type) for name, each in zip(layout.names, columns, strict=True)],
        metadata=facts_metadata(facts),
    )
    table = pa.Table.from_arrays(columns, schema=schema)
    half = path.with_name(path.name + ".tmp")
    try:
        with half.open("wb") as file:
            pq.write_table(
                table,
                file,
                row_group_size=layout.group_rows,
                compression="zstd",
                use_dictionary=False,
                column_encoding=_encodings(layout),
                write_page_checksum=True,
            )
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
        sync_folder(path.parent)
    except OSError:
        half.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_crc32(path: Path) -> int:
    """Return the CRC-32 of a file.

    Raises:
        OSError: it cannot be read.
    """
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(2**20):
            checksum = zlib.crc32(block, checksum)
    return checksum


def _encodings(layout: RowLayout) -> dict[str, str]:
    """Times and ids grow by little, which differences pack well; Zstandard does the rest."""
    return (
        dict.fromkeys(layout.names, "PLAIN")
        | dict.fromkeys(layout.near, "DELTA_BINARY_PACKED")
        | dict.fromkeys(layout.split, "BYTE_STREAM_SPLIT")
    )


class ParquetRows:
    """A compacted file; read group by group, and not held open in between."""

    def __init__(self, path: Path, *, crc32: int | None = None) -> None:
        """Read the footer.

        Args:
            crc32: of the whole file, as the manifest has it; None = it is not known.

        Raises:
            RecordingError: it is no such file, or damaged.
            FileNotFoundError: there is no such file (any more).
        """
        self.path = path
        try:
            if crc32 is not None and crc32 != file_crc32(path):
                msg = "its checksum is wrong"
                raise ValueError(msg)  # noqa: TRY301  # told below, as every damage is
            with pq.ParquetFile(path) as file:
                self._metadata: Any = file.metadata
                self.facts = facts_in(file.schema_arrow.metadata, path)
            self._layout = LAYOUTS[self.facts.holds]
            self.groups = tuple(self._groups())
        except FileNotFoundError:
            raise
        except (pa.ArrowException, OSError, ValueError, KeyError) as error:
            msg = f"{path.name} is damaged and cannot be read ({error})"
            raise RecordingError(msg) from error

    def read(self, group: Group) -> RowArray:
        """Return the rows of a group.

        Raises:
            RecordingError: they are damaged.
            FileNotFoundError: the file is gone.
        """
        try:
            return self._read(group)
        except FileNotFoundError:
            raise
        except (pa.ArrowException, OSError, ValueError, KeyError) as error:
            msg = f"{self.path.name} is damaged and cannot be read ({error})"
            raise RecordingError(msg) from error

    def _read(self, group: Group) -> RowArray:
        checked = {"metadata": self._metadata, "page_checksum_verification": True}
        with pq.ParquetFile(self.path, **checked) as file:
            table = file.read_row_group(group.index, columns=list(self._layout.names))
        if table.num_rows != group.rows:
            msg = "rows are missing"
            raise ValueError(msg)
        out = np.empty(group.rows, self._layout.dtype)
        for name in self._layout.names:
            out[name] = table.column(name).to_numpy()
        return out

    def _groups(self) -> Iterator[Group]:
        metadata = self._metadata
        names = {metadata.schema.column(i).name: i for i in range(metadata.num_columns)}
        times = names[self._layout.clock]
        for index in range(metadata.num_row_groups):
            group = metadata.row_group(index)
            if group.num_rows > _MOST_IN_GROUP:
                msg = "a row group is larger than any of ours"
                raise ValueError(msg)
            span = group.column(times).statistics
            if span is None or not span.has_min_max:
                msg = "the times of a row group are not stated"
                raise ValueError(msg)
            yield Group(index, group.num_rows, int(span.min), int(span.max))
