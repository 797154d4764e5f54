"""A decoder of pages/shell/codec.py's frames, written from its description, not from its code."""

import json
import struct

import numpy as np


def decode(frame):
    magic, length = struct.unpack_from("<4sI", frame)
    assert magic == b"TSF1"
    header = json.loads(frame[8 : 8 + length])
    columns = [_column(each, frame, 8 + length) for each in header["columns"]]
    return _filled(header["message"], columns)


def _column(described, frame, start):
    kinds = {"f32": "<f4", "f64": "<f8", "i32": "<i4", "u16": "<u2", "q16": "<u2", "u8": "u1"}
    at = start + described["at"]
    assert at % 8 == 0
    flat = np.frombuffer(frame, kinds[described["type"]], described["n"], at).astype(np.float64)
    if described["type"] in {"f32", "i32", "u16"}:
        flat = described["base"] + described.get("scale", 1) * flat
    if described["type"] == "q16":
        flat = np.where(flat == 65_535, np.nan, described["base"] + described["scale"] * flat)
    return flat.reshape(described["rows"], -1) if "rows" in described else flat


def _filled(value, columns):
    if isinstance(value, dict):
        if set(value) == {"$"}:
            return columns[value["$"]]
        return {name: _filled(item, columns) for name, item in value.items()}
    return [_filled(each, columns) for each in value] if isinstance(value, list) else value
