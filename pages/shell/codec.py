"""Codec: a message (nested dicts and lists with numpy arrays inside) as one binary frame.

Layout, all little-endian::

    0   4  magic "TSF1"
    4   4  uint32: length of the header, in bytes
    8   h  header: JSON {"message": ..., "columns": [...]}, padded with spaces to a multiple of 8
    8+h    the columns, each starting on a multiple of 8

In ``message`` every array is ``{"$": i}``: column ``i``. What occurs twice (the time axis of every
trace, the prices of candles that are also read as numbers) is sent once. A column is described by

    type   f32  value = base + float32                     float64 arrays, about 7 digits of span
           f64  value as it is                             where float32 is not exact enough
           i32  value = base + scale * int32               int64 arrays: times, counts
           u16  value = base + scale * uint16              the same where that is enough
           u8   value as it is                             booleans and bytes
           q16  value = base + scale * uint16; 65535: NaN  Coarse arrays, unless sent whole before
    n      number of values
    at     offset from the start of the columns
    rows   present for a matrix: number of rows of n / rows values each

NaN passes through as NaN: missing stays missing. ``front/wire.js`` is the decoder.
"""

from typing import Any, Final, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

MAGIC: Final = b"TSF1"
_ALIGN: Final = 8
_MATRIX: Final = 2
_INT32_MAX: Final = 2**31 - 1
_UINT16_MAX: Final = 2**16 - 1
_INT53_MAX: Final = 2**53
_SPAN_FRAC: Final = 2.0**-22
"""Largest error of a float32 column, as a share of the column's span: under 1/100 pixel, and
under half a tick while the span is below two million ticks."""

_MISSING: Final = _UINT16_MAX
_STEPS: Final = _UINT16_MAX - 1

_Array: TypeAlias = NDArray[Any]
_Column: TypeAlias = tuple[dict[str, Any], bytes]
_Key: TypeAlias = tuple[str, tuple[int, ...], bytes]


class Coarse:
    """A float64 array that is only looked at: steps of a 65,534th of its span are enough.

    On a pane of a thousand pixels that is a 65th of one. Not a tuple or a dataclass, which msgspec
    would encode by itself.
    """

    __slots__ = ("array",)

    def __init__(self, array: _Array) -> None:
        self.array = array


def encode(message: dict[str, Any]) -> bytes:
    """Return ``message`` as one frame.

    Args:
        message: dicts, lists, tuples, strings, numbers, booleans, None, Coarse, and numpy arrays
            of one or two dimensions (float64, float32, int64, int32, uint8 or bool).

    Raises:
        ValueError: an array has another type, over two dimensions, or integers beyond 2^53.
    """
    columns: list[_Column] = []
    known: dict[_Key, int] = {}

    def hook(value: Any) -> Any:
        if isinstance(value, np.ndarray | Coarse):
            return {"$": _index(value, columns, known)}
        if isinstance(value, np.generic):
            return value.item()
        msg = f"a frame cannot hold a {type(value).__name__}"
        raise ValueError(msg)

    tree = msgspec.json.encode(message, enc_hook=hook)
    descriptions, at = [], 0
    for description, body in columns:
        descriptions.append({**description, "at": at})
        at += _padded(len(body))
    header = msgspec.json.encode({"message": msgspec.Raw(tree), "columns": descriptions})
    header = header.ljust(_padded(len(header)))
    parts = [MAGIC, len(header).to_bytes(4, "little"), header]
    parts += [body.ljust(_padded(len(body)), b"\0") for _, body in columns]
    return b"".join(parts)


def coarsely(figure: dict[str, Any]) -> dict[str, Any]:
    """Return a figure with Coarse numbers; traces with ``meta`` are read out, and stay whole."""
    traces = [
        trace
        if "meta" in trace
        else {
            name: Coarse(value) if isinstance(value, np.ndarray) else value
            for name, value in trace.items()
        }
        for trace in figure["data"]
    ]
    return figure | {"data": traces}


def _index(value: _Array | Coarse, columns: list[_Column], known: dict[_Key, int]) -> int:
    array = value.array if isinstance(value, Coarse) else value
    key: _Key = array.dtype.str, array.shape, array.tobytes()
    if isinstance(value, Coarse) and key not in known:
        key = ("coarse", *key[1:])
    if key not in known:
        known[key] = len(columns)
        columns.append(_coarse(array) if key[0] == "coarse" else _column(array))
    return known[key]


def _coarse(array: _Array) -> _Column:
    finite = array[np.isfinite(array)]
    if array.dtype != np.float64 or array.ndim != 1 or not finite.size:
        return _column(array)
    low, high = float(finite.min()), float(finite.max())
    scale = (high - low) / _STEPS or 1.0
    if np.isinf(array).any():
        return _column(array)
    steps = np.where(np.isnan(array), _MISSING, np.rint((array - low) / scale))
    description = {"type": "q16", "base": low, "scale": scale, "n": array.size}
    return description, steps.astype("<u2").tobytes()


def _column(array: _Array) -> _Column:
    if array.ndim not in {1, _MATRIX}:
        msg = f"a column has one or two dimensions, was {array.ndim}"
        raise ValueError(msg)
    shape = {"n": array.size} | ({"rows": array.shape[0]} if array.ndim == _MATRIX else {})
    flat = np.ascontiguousarray(array).ravel()
    if flat.dtype.kind == "f":
        description, body = _floats(flat.astype(np.float64, copy=False))
    elif flat.dtype in {np.dtype(np.int64), np.dtype(np.int32)}:
        description, body = _integers(flat.astype(np.int64, copy=False))
    elif flat.dtype in {np.dtype(np.uint8), np.dtype(np.bool_)}:
        description, body = {"type": "u8"}, flat.astype(np.uint8).tobytes()
    else:
        msg = f"no column type for {flat.dtype}"
        raise ValueError(msg)
    return description | shape, body


def _floats(values: NDArray[np.float64]) -> _Column:
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    base = low + (high - low) / 2
    with np.errstate(over="ignore", invalid="ignore"):
        small = (values - base).astype("<f4")
        error = np.abs(small.astype(np.float64) + base - values)
    # Infinite values give NaN errors; they keep their sign in float32, so they are exact.
    worst = float(np.nanmax(error)) if finite.size else 0.0
    if worst <= (high - low) * _SPAN_FRAC:
        return {"type": "f32", "base": base}, small.tobytes()
    return {"type": "f64"}, values.astype("<f8").tobytes()


def _integers(values: NDArray[np.int64]) -> _Column:
    if values.size == 0:
        return {"type": "i32", "base": 0, "scale": 1}, b""
    low, high = int(values.min()), int(values.max())
    if low < -_INT53_MAX or high > _INT53_MAX:
        msg = f"integers in a column must lie within 2^53, was {low} to {high}"
        raise ValueError(msg)
    offsets = values - low
    scale = int(np.gcd.reduce(offsets)) or 1
    if high - low > _INT53_MAX or (high - low) // scale > _INT32_MAX:
        return {"type": "f64"}, values.astype("<f8").tobytes()
    kind, dtype = ("u16", "<u2") if (high - low) // scale <= _UINT16_MAX else ("i32", "<i4")
    return {"type": kind, "base": low, "scale": scale}, (offsets // scale).astype(dtype).tobytes()


def _padded(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN
