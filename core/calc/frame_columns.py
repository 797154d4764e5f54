"""Frame columns: whole numbers, steps and moments out of a pandas table, or a plain refusal."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from core.domain.errors import BadNumber
from core.domain.units import Grid

if TYPE_CHECKING:
    import pandas as pd

_NEAR: Final = 4.0
"""Steps between neighbouring floats that a reader of decimals may be off."""
_INT64_MAX: Final = 2**63 - 1


def times(frame: "pd.DataFrame", name: str) -> IntArray:
    """Return nanoseconds UTC that never fall.

    Raises:
        ValueError: they do, or one is missing, or they are moments without a time zone.
    """
    column = present(frame, name)
    if column.dtype.kind == "M":
        if getattr(column.dtype, "tz", None) is None:
            msg = f"column {name} has moments without a time zone: say tz_localize('UTC')"
            raise ValueError(msg)
        refuse(column.isna().to_numpy(), name, "is missing")
        utc = column.dt.tz_convert("UTC").dt.as_unit("ns")
        found: IntArray = utc.astype(np.int64).to_numpy()
    else:
        found = whole(frame, name, least=0, most=_INT64_MAX)
    falls = np.diff(found, prepend=found[:1]) < 0
    refuse(falls, name, "is before the row above it: sort the table by time")
    return found


def steps(frame: "pd.DataFrame", name: str, steps_name: str, grid: Grid) -> IntArray:
    """Return whole steps of a grid: the column that has them, or a column of decimals.

    Args:
        name: of the decimals: text, Decimal, or floats that stand for a multiple of the step.
        steps_name: of the whole steps; it is taken where there is one, and must agree.

    Raises:
        ValueError: neither is there, or a value is missing, off the grid or out of range.
    """
    if steps_name in frame:
        found = whole(frame, steps_name, least=0, most=grid.largest)
        if name in frame:
            said = frame[name].to_numpy(np.float64)
            wrong = ~np.isclose(said, found * float(grid.step), rtol=1e-9, atol=0)
            refuse(wrong, steps_name, f"is not {name}: of another instrument than the one given?")
        return found
    column = present(frame, name)
    refuse(column.isna().to_numpy(), name, "is missing")
    if column.dtype.kind in "iuf":
        return _nearest(column.to_numpy(np.float64), name, grid)
    return np.array([_exact(row, each, name, grid) for row, each in enumerate(column)], np.int64)


def whole(frame: "pd.DataFrame", name: str, *, least: int, most: int) -> IntArray:
    """Return whole numbers.

    Raises:
        ValueError: the column is absent or has another type, or a value is missing or out of range.
    """
    column = present(frame, name)
    refuse(column.isna().to_numpy(), name, "is missing")
    if column.dtype.kind not in "iu":
        msg = f"column {name} must have whole numbers, has {column.dtype}"
        raise ValueError(msg)
    return _in_range(column.to_numpy(), name, least, most)


def optional(frame: "pd.DataFrame", name: str, dtype: np.dtype[Any]) -> IntArray:
    """Return whole numbers, 0 where one is not known and where there is no such column.

    Raises:
        ValueError: the column has another type, or a value does not fit ``dtype``.
    """
    if name not in frame or frame[name].isna().all():
        return np.zeros(len(frame), np.int64)
    column = frame[name]
    if column.dtype.kind not in "iu":
        msg = f"column {name} must have whole numbers, has {column.dtype}: read it as Int64"
        raise ValueError(msg)
    limits = np.iinfo(dtype)
    return _in_range(column.fillna(0).to_numpy(), name, int(limits.min), int(limits.max))


def present(frame: "pd.DataFrame", name: str) -> "pd.Series":
    """Return a column.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in frame:
        msg = f"the table has no column {name}; it has {', '.join(map(str, frame.columns))}"
        raise ValueError(msg)
    return frame[name]


def refuse(wrong: Any, name: str, what: str) -> None:
    """Raise where any element of bool[n] is set, naming the first such row.

    Raises:
        ValueError: one is.
    """
    if bool(np.any(wrong)):
        row, count = int(np.argmax(wrong)), int(np.sum(wrong))
        others = f" (and {count - 1} more)" if count > 1 else ""
        msg = f"row {row}: {name} {what}{others}"
        raise ValueError(msg)


def _exact(row: int, value: object, name: str, grid: Grid) -> int:
    text = format(value, "f") if isinstance(value, Decimal) else value
    if isinstance(text, str):
        try:
            return grid.units(text)
        except BadNumber as error:
            msg = f"row {row}: {name} cannot be used: {error}"
            raise ValueError(msg) from error
    msg = f"row {row}: {name} is neither a number nor its text: {value!r}"
    raise ValueError(msg)


def _nearest(values: FloatArray, name: str, grid: Grid) -> IntArray:
    """Return the steps that floats stand for: those whose decimals read as that float."""
    numerator, denominator = grid.step.as_integer_ratio()
    refuse(~np.isfinite(values), name, "is not a finite number")
    found = np.rint(values * denominator / numerator)
    refuse((found < 0) | (found > grid.largest), name, "is out of range")
    apart = np.spacing(np.abs(values)) * _NEAR
    refuse(2 * apart >= float(grid.step), name, "is too large for a float: give it as text")
    off = np.abs(values - found * numerator / denominator)
    refuse(off > apart, name, f"is not a multiple of {grid.step}")
    return found.astype(np.int64)


def _in_range(values: Any, name: str, least: int, most: int) -> IntArray:
    refuse((values < least) | (values > most), name, f"is not in {least} to {most}")
    found: IntArray = values.astype(np.int64)
    return found
