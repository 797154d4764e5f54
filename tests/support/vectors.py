"""The worked examples of tests/vectors.json: by id, and their numbers as ticks, lots and trades."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np

from core.domain.arrays import TRADE_DTYPE

_SIDES = {"buy": 1, "sell": -1, "unknown": 0}


@cache
def _vectors():
    path = Path(__file__).parent.parent / "vectors.json"
    return {each["id"]: each for each in json.loads(path.read_text(encoding="utf-8"))["vectors"]}


def vector(vector_id):
    return _vectors()[vector_id]


def vector_ids(prefix):
    return [each for each in _vectors() if each.startswith(prefix)]


def whole(number, step="1"):
    """How many steps a price or quantity of a vector is; it must be a whole number of them."""
    steps = Decimal(str(number)) / Decimal(step)
    assert steps == int(steps), f"{number} is not a multiple of {step}"
    return int(steps)


def trades_of(vector_id, *, tick="1", lot="1", shift_ticks=0):
    """The inputs of a vector as TRADE_DTYPE rows; without stamps they are 1 ms apart."""
    inputs = vector(vector_id)["inputs"]
    rows = np.zeros(len(inputs), TRADE_DTYPE)
    for index, each in enumerate(inputs):
        rows[index]["ts_event_ns"] = each.get("ts_ms", index) * 1_000_000
        rows[index]["trade_id"] = index + 1
        rows[index]["price_ticks"] = whole(each["price"], tick) + shift_ticks
        rows[index]["size_lots"] = whole(each["qty"], lot)
        rows[index]["aggressor"] = _SIDES[each.get("taker_side", "unknown")]
    return rows
