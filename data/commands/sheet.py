"""A table on its way out: CSV or Parquet, written whole or not at all."""

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.domain.arrays import FloatArray, IntArray
from core.domain.errors import RecordingError
from data.exports.text import safe

_DIGITS: Final = 38
_FEW: Final = 128


@dataclass(frozen=True, slots=True)
class Exact:
    """A column of exact decimals: ``units * step``.

    Attributes:
        units: int64[n].
        known: which are known, the others are empty; None = all.
    """

    units: IntArray
    step: Decimal
    known: Any = None


@dataclass(frozen=True, slots=True)
class Text:
    """A column of words.

    Attributes:
        codes: int64[n], index into ``words``.
    """

    codes: IntArray
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A column of whole numbers, some of which nobody knows; those are empty.

    Attributes:
        known: which are known; None = all.
    """

    values: IntArray | FloatArray
    known: Any = None


Sheet = Mapping[str, Exact | Text | Known]
"""Columns of equal length, in their order."""


def write(out: str, sheets: Iterable[Sheet], *, metadata: Mapping[bytes, bytes]) -> int:
    """Write sheets of the same columns one below the other; return the number of rows.

    Args:
        out: a path that ends in ``.csv`` or ``.parquet``, or ``-`` for CSV on standard output.
        sheets: at least one, which may be without rows.
        metadata: of the Parquet file.

    Raises:
        RecordingError: the path has another ending, or cannot be written.
    """
    if out == "-":
        return _write_csv(sys.stdout, sheets)
    path = Path(out)
    kind = path.suffix.lower()
    if kind not in {".csv", ".parquet"}:
        msg = f"{path.name} must end in .csv or .parquet"
        raise RecordingError(msg)
    try:
        with _whole_or_nothing(path) as half:
            if kind == ".parquet":
                return _write_parquet(half, sheets, metadata)
            with half.open("w", encoding="utf-8", newline="") as file:
                return _write_csv(file, sheets)
    except OSError as error:
        msg = f"{path} cannot be written ({error.strerror or error}); choose another place"
        raise RecordingError(msg) from error


@contextmanager
def _whole_or_nothing(path: Path) -> Iterator[Path]:
    half = path.with_name(f"{path.name}.half")
    try:
        yield half
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _write_csv(file: IO[str], sheets: Iterable[Sheet]) -> int:
    writer = csv.writer(file, lineterminator="\n")
    rows = 0
    for index, sheet in enumerate(sheets):
        if index == 0:
            writer.writerow(map(safe, sheet))
        columns = [_texts(column) for column in sheet.values()]
        writer.writerows(zip(*columns, strict=True))
        rows += len(columns[0])
    return rows


def _texts(column: Exact | Text | Known) -> list[str]:
    if isinstance(column, Text):
        words = [safe(word) for word in column.words]
        return [words[code] for code in column.codes.tolist()]
    if isinstance(column, Exact):
        units, places = np.unique(column.units, return_inverse=True)
        texts = [f"{each * column.step:f}" for each in units.tolist()]
        texts = [texts[place] for place in places.tolist()]
    else:
        texts = [str(each) for each in column.values.tolist()]
    if column.known is None:
        return texts
    return [text if known else "" for text, known in zip(texts, column.known, strict=True)]


def _write_parquet(path: Path, sheets: Iterable[Sheet], metadata: Mapping[bytes, bytes]) -> int:
    rows = 0
    writer: Any = None
    try:
        for sheet in sheets:
            arrays = {name: _array(column) for name, column in sheet.items()}
            table = pa.table(arrays).replace_schema_metadata(dict(metadata))
            if writer is None:
                writer = pq.ParquetWriter(path, table.schema, compression="zstd")
            writer.write_table(table)
            rows += table.num_rows
    finally:
        if writer is not None:
            writer.close()
    return rows


def _array(column: Exact | Text | Known) -> Any:
    if isinstance(column, Text):
        codes = pa.array(column.codes.astype(np.int8 if len(column.words) < _FEW else np.int32))
        return pa.DictionaryArray.from_arrays(codes, pa.array(column.words, pa.string()))
    if isinstance(column, Known):
        mask = None if column.known is None else ~np.asarray(column.known, np.bool_)
        return pa.array(column.values, mask=mask)
    exponent = column.step.normalize().as_tuple().exponent
    places = max(-exponent, 0) if isinstance(exponent, int) else 0
    # A decimal of 128 bits is a whole number and, for the whole column, the place of the dot.
    wide = np.zeros((column.units.size, 2), np.int64)
    wide[:, 0] = column.units * int(column.step.scaleb(places))
    wide[:, 1] = np.where(wide[:, 0] < 0, -1, 0)
    kind = pa.decimal128(_DIGITS, places)
    bits = None
    if column.known is not None:
        bits = pa.py_buffer(np.packbits(np.asarray(column.known, np.bool_), bitorder="little"))
    return pa.Array.from_buffers(kind, column.units.size, [bits, pa.py_buffer(wide)])
