"""Frames: a result as a pandas table, for a notebook; the calculators themselves know no pandas."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from core.domain.instrument import Instrument

if TYPE_CHECKING:
    import pandas as pd

_INDEX: Final = ("open_ns", "ts_event_ns", "ts_ns", "second_ns", "known_ns", "end_ns")
"""Whose time a row is labelled with, the first of these that there is."""
_EXACT: Final = 2**53
_MATRIX: Final = 2


class Framed:
    """A result that can be taken away as a table. A frozen dataclass inherits it."""

    __slots__ = ()

    def columns(self) -> Mapping[str, Any]:
        """Return the columns by name: arrays of one length, or scalars, which make one row.

        Where a result has arrays, its scalars are of the whole and no column; read them off the
        result. Of matrices alone there is a row per cell, with its ``row`` and ``column``. Of
        results in tuples there is a row each, and ``of`` is the name of the tuple.
        """
        values = {each.name: getattr(self, each.name) for each in fields(cast("Any", self))}
        arrays = {name: each for name, each in values.items() if isinstance(each, np.ndarray)}
        tuples = {name: each for name, each in values.items() if _is_of_results(each)}
        if arrays and all(each.ndim == _MATRIX for each in arrays.values()):
            return _by_cell(arrays)
        if tuples:
            every = [(name, each.columns()) for name, group in tuples.items() for each in group]
            names = [name for name, _ in every]
            return {"of": names} | _stacked([columns for _, columns in every])
        return arrays or _flat(values)

    def frame(self, instrument: Instrument | None = None) -> "pd.DataFrame":
        """Return the result as a table, a row per element; see ``frame_of``.

        Args:
            instrument: whose ticks and lots they are; with it prices and coins stand beside them.
        """
        return frame_of(self, instrument)


def frame_of(
    rows: Framed | np.ndarray[Any, Any] | Sequence[Framed], instrument: Instrument | None = None
) -> "pd.DataFrame":
    """Return results as a table.

    Names and units are those of the result: ``_ns`` whole nanoseconds UTC, ``_ticks`` and
    ``_lots`` whole steps, and they stay as they are, since only they are exact. With an
    instrument the same numbers stand beside them as float64 for reading and plotting, each the
    float nearest to the exact decimal: ``row_ticks`` also as ``row_price`` (``price_ticks`` as
    ``price``) in quote coins, ``buy_lots`` also as ``buy_base`` in base coins,
    ``notional_tick_lots`` also as ``notional_quote``. What is not known is NaN or NA, never 0.

    Args:
        rows: a result, an array with named fields (trades, bars, quotes), or results of one row
            each (markers, zones, wall events) in a sequence.
        instrument: whose ticks and lots they are; None = only those.

    Returns:
        A row per element. Where it has a time the index is that time as UTC, named ``utc``, the
        column of nanoseconds staying; of several times the bar's open, the event's own, or the
        moment from which it is known, in this order. Without rows of a sequence no columns.
    """
    import pandas as pd

    columns = {name: _column(value) for name, value in _columns(rows).items()}
    if instrument is not None:
        columns = _with_coins(columns, instrument)
    index = None
    name = next((each for each in _INDEX if each in columns), None)
    if name is not None:
        stamps = np.asarray(columns[name], np.int64).view("M8[ns]")
        index = pd.DatetimeIndex(stamps, tz="UTC", name="utc")
    return pd.DataFrame({name: _for_pandas(each) for name, each in columns.items()}, index=index)


def matrix_columns(
    name: str, rows: np.ndarray[Any, Any], labels: Sequence[str] | None = None
) -> dict[str, Any]:
    """Return the rows of a matrix as columns; the label stands before the unit.

    ``close_lots`` of two rows becomes ``close_0_lots`` and ``close_1_lots``.

    Args:
        name: of the matrix, its unit last.
        rows: [k, n].
        labels: k of them; None = 0, 1 and so on.
    """
    stem, _, unit = name.rpartition("_")
    start = f"{stem}_" if stem else ""
    named = labels or [str(place) for place in range(rows.shape[0])]
    return {f"{start}{label}_{unit}": row for label, row in zip(named, rows, strict=True)}


def _columns(rows: Framed | np.ndarray[Any, Any] | Sequence[Framed]) -> Mapping[str, Any]:
    if isinstance(rows, np.ndarray):
        return {name: rows[name] for name in rows.dtype.names or ()}
    if isinstance(rows, Framed):
        columns = rows.columns()
        is_one = not any(isinstance(each, np.ndarray | list) for each in columns.values())
        return {name: [each] for name, each in columns.items()} if is_one else columns
    return _stacked([each.columns() for each in rows])


def _stacked(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def _by_cell(matrices: Mapping[str, np.ndarray[Any, Any]]) -> dict[str, Any]:
    row, column = np.indices(next(iter(matrices.values())).shape)
    cells = {name: each.ravel() for name, each in matrices.items()}
    return {"row": row.ravel(), "column": column.ravel()} | cells


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return scalars; those of a result within a result with its name before theirs."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Framed):
            out |= {f"{name}_{inner}": each for inner, each in value.columns().items()}
        else:
            out[name] = value
    return out


def _is_of_results(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Framed)


def _column(values: Any) -> np.ndarray[Any, Any]:
    """Return an array; masked where a number is not known."""
    if isinstance(values, np.ndarray):
        return values
    plain = [each.value if isinstance(each, Enum) else each for each in values]
    missing = [each is None for each in plain]
    if any(missing):
        filled = [0 if each is None else each for each in plain]
        return np.ma.MaskedArray(np.array(filled), missing)
    is_number = all(isinstance(each, int | float) for each in plain)
    return np.array(plain) if is_number and plain else np.array(plain, object)


def _with_coins(
    columns: Mapping[str, np.ndarray[Any, Any]], instrument: Instrument
) -> dict[str, np.ndarray[Any, Any]]:
    tick, lot = instrument.tick_size, instrument.lot_size
    units = (("tick_lots", "quote", tick * lot), ("ticks", "price", tick), ("lots", "base", lot))
    out: dict[str, np.ndarray[Any, Any]] = {}
    for name, values in columns.items():
        out[name] = values
        for unit, coin, step in units:
            if name == unit or name.endswith(f"_{unit}"):
                stem = name[: -len(unit)]
                out["price" if stem == "price_" else stem + coin] = _scaled(values, step)
                break
    return out


def _scaled(values: np.ndarray[Any, Any], step: Decimal) -> np.ndarray[Any, Any]:
    numerator, denominator = step.as_integer_ratio()
    if np.ma.isMaskedArray(values) or values.dtype == object:
        return np.ma.filled(np.ma.asarray(values, np.float64), np.nan) * float(step)
    if values.dtype.kind in "iu":
        largest = int(np.abs(values.astype(np.int64)).max(initial=0))
        if max(largest * numerator, denominator) <= _EXACT:
            # Two whole numbers that a float holds: their quotient is the nearest float.
            return values.astype(np.int64) * numerator / denominator
    return values * float(step)


def _for_pandas(values: np.ndarray[Any, Any]) -> Any:
    import pandas as pd

    if np.ma.isMaskedArray(values) and values.dtype.kind in "iu":
        masked: Any = values
        return pd.arrays.IntegerArray(masked.data.astype(np.int64), np.ma.getmaskarray(masked))
    return np.ma.filled(values, np.nan) if np.ma.isMaskedArray(values) else values
