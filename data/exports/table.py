"""Tables as files: CSV and Parquet of any columns, with the word for their source in every row.

What a page shows and what a calculator returns are mappings of columns, or pandas tables; here
they become the bytes of a file. Numbers stay numbers and are exact, text stays text.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from math import isnan
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.domain.moments import utc_text
from core.domain.units import Ns
from data.exports.text import safe

Table: TypeAlias = Mapping[str, Iterable[object]]
"""Columns of one length by name, in their order; a pandas table is one, too."""

SOURCE: Final = "source"
"""The column that says whose figures a row has: ``live``, ``simulated`` or ``replay``."""
_FIRST_NS: Final[Ns] = 10**17
"""What ends in ``_ns`` and is smaller (before 1973) is a span, or was not told."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNKNOWN: Final = frozenset({"NAType", "NaTType"})
"""What pandas writes where a value is not known."""


def columns_of(table: Table, *, source: str) -> dict[str, list[Any]]:
    """Return the columns as plain values; None where nothing is known, which is never 0.

    Args:
        table: columns whose names end in ``_ns`` are whole nanoseconds; datetimes become such
            (one without a zone is of UTC). The index of a pandas table is left out.
        source: of all rows, unless the table has a column of this name itself.

    Raises:
        ValueError: the columns differ in length.
    """
    found: dict[str, list[Any]] = {}
    for name in table:
        values = [_plain(each) for each in _values(table[name])]
        if any(isinstance(each, datetime) for each in values):
            found[f"{str(name).removesuffix('_utc')}_ns"] = [_ns(each) for each in values]
        else:
            found[str(name)] = values
    if len(lengths := {len(values) for values in found.values()}) > 1:
        msg = f"the columns of a table must have one length, not {sorted(lengths)}"
        raise ValueError(msg)
    if SOURCE in found or not found:
        return found
    return {SOURCE: [source] * lengths.pop()} | found


def csv_bytes(table: Table, *, source: str) -> bytes:
    """Return a CSV in UTF-8, where text is formula-safe and on one line, and decimals are exact.

    Instants stand there twice: as ISO-8601 UTC, ``open_utc``, and exact, ``open_ns``.

    Raises:
        ValueError: the columns differ in length.
    """
    columns: dict[str, list[Any]] = {}
    for name, values in columns_of(table, source=source).items():
        for head, instants in _instants(name, values):
            columns[head] = [None if each is None else utc_text(each) for each in instants]
        columns[name] = values
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(safe, columns))
    writer.writerows([_cell(each) for each in row] for row in zip(*columns.values(), strict=True))
    return out.getvalue().encode()


def parquet_bytes(table: Table, *, name: str, source: str) -> bytes:
    """Return a Parquet file: whole numbers, exact decimals, floats, switches, text, and times.

    Args:
        name: what it is of; like the source it is in the metadata too.

    Raises:
        ValueError: the columns differ in length.
    """
    arrays: dict[str, Any] = {}
    for column, values in columns_of(table, source=source).items():
        for head, instants in _instants(column, values):
            arrays[head] = pa.array(instants, pa.timestamp("ns", tz="UTC"))
        arrays[column] = _array(values)
    told = {"tapescope.name": _encodable(name), "tapescope.source": _encodable(source)}
    out = io.BytesIO()
    packed = pa.table(arrays).replace_schema_metadata(told)
    pq.write_table(packed, out, compression="zstd", write_page_checksum=True)
    return out.getvalue()


def _values(column: Any) -> Iterable[object]:
    """Return the values of a column; those of arrays as Python has them."""
    return column.tolist() if hasattr(column, "dtype") else column  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    """Return a value as one of the kinds that a file knows: None, bool, number, time or text."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value).__name__ in _UNKNOWN:
        return None
    if isinstance(value, float):
        return None if isnan(value) else value
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return value if isinstance(value, bool | int | datetime) else _encodable(str(value))


def _encodable(text: str) -> str:
    """Return text that UTF-8 can hold: half of a character becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _ns(moment: datetime | None) -> Ns | None:
    """Return a datetime as nanoseconds; pandas' own have more decimals than Python's."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    microseconds = (aware - _EPOCH) // timedelta(microseconds=1)
    return microseconds * 1000 + getattr(moment, "nanosecond", 0)


def _instants(name: str, values: list[Any]) -> Iterator[tuple[str, list[Ns | None]]]:
    """Give the instants of a column, if it has some, and the name of their text."""
    if name.endswith("_ns") and any(_is_instant(each) for each in values):
        yield (
            f"{name.removesuffix('_ns')}_utc",
            [each if _is_instant(each) else None for each in values],
        )


def _is_instant(value: object) -> bool:
    return isinstance(value, int) and _FIRST_NS <= value < 2**63


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _array(values: list[Any]) -> Any:
    """Return a typed column; values of several kinds are text."""
    known = [each for each in values if each is not None]
    if any(isinstance(each, Decimal) for each in known):
        values = [Decimal(each) if type(each) is int else each for each in values]
    try:
        return pa.array(values, None if known else pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if each is None else _cell(each) for each in values], pa.string())
