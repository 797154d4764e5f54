import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from data.exports.table import columns_of, csv_bytes, parquet_bytes

NS = 1_700_000_000_123_456_789
HOSTILE = (
    '=HYPERLINK("http://x")',
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1",
    "<script>alert('x')</script>",
    'one "quoted", and\nanother line',
    "ünï🦊 \u202e abc",
    "half \ud83e of a character",
    "x" * 10_000,
)


def lines(table, source="simulated"):
    return list(csv.DictReader(io.StringIO(csv_bytes(table, source=source).decode(), newline="")))


def opened(table, source="simulated"):
    return pq.read_table(io.BytesIO(parquet_bytes(table, name="trades", source=source)))


def test_every_row_says_from_which_source_it_is_and_so_does_the_file():
    table = {"price": [1, 2]}
    assert [each["source"] for each in lines(table, "replay")] == ["replay", "replay"]
    packed = opened(table, "replay")
    assert packed["source"].to_pylist() == ["replay", "replay"]
    assert packed.schema.metadata[b"tapescope.source"] == b"replay"
    assert packed.schema.metadata[b"tapescope.name"] == b"trades"


def test_rows_that_know_their_own_source_keep_it():
    table = {"source": ["import", "live"], "rows": [3, 4]}
    assert [each["source"] for each in lines(table, "live")] == ["import", "live"]
    assert opened(table, "live")["source"].to_pylist() == ["import", "live"]


def test_numbers_stay_numbers_and_decimals_are_exact():
    table = {
        "price": [Decimal("0.10"), Decimal("-64000.5"), Decimal("1E-12")],
        "delta": [-3, 2**62, 0],
        "share": [-0.1, 1e-7, 0.30000000000000004],
        "closed": [True, False, True],
    }
    first, second, third = lines(table)
    assert [each["price"] for each in (first, second, third)] == [
        "0.10",
        "-64000.5",
        "0.000000000001",
    ]
    assert (first["delta"], second["delta"]) == ("-3", "4611686018427387904")
    assert [float(each["share"]) for each in (first, second, third)] == table["share"]
    assert (first["closed"], second["closed"]) == ("True", "False")
    packed = opened(table)
    assert {name: packed[name].to_pylist() for name in table} == table


def test_what_is_not_known_is_empty_and_never_zero():
    table = {
        "rate": [float("nan"), 0.0],
        "count": pd.array([None, 0], dtype="Int64"),
        "price": [Decimal("NaN"), Decimal(0)],
        "never": [None, None],
    }
    missing, zero = lines(table)
    assert [missing[name] for name in table] == ["", "", "", ""]
    assert [zero[name] for name in table] == ["0.0", "0", "0", ""]
    packed = opened(table)
    assert [packed[name][0].as_py() for name in table] == [None, None, None, None]
    assert [packed[name][1].as_py() for name in table] == [0.0, 0, Decimal(0), None]


def test_an_instant_is_written_in_words_and_exactly():
    (line,) = lines({"open_ns": [NS]})
    assert (line["open_utc"], line["open_ns"]) == (
        "2023-11-14T22:13:20.123456789Z",
        "1700000000123456789",
    )
    packed = opened({"open_ns": [NS]})
    assert packed["open_utc"][0].value == NS
    assert str(packed.schema.field("open_utc").type) == "timestamp[ns, tz=UTC]"
    assert packed["open_ns"].to_pylist() == [NS]


def test_a_span_or_a_time_that_was_not_told_is_no_instant():
    assert list(lines({"missing_ns": [5_000_000_000]})[0]) == ["source", "missing_ns"]
    first, second = lines({"open_ns": [0, NS]})
    assert (first["open_utc"], first["open_ns"]) == ("", "0")
    assert second["open_utc"].startswith("2023-11-14T22:13:20")


def test_datetimes_become_both_with_every_nanosecond():
    frame = pd.DataFrame({"seen_utc": pd.to_datetime([NS, None], utc=True)})
    assert columns_of(frame, source="live")["seen_ns"] == [NS, None]
    naive = {"day": [datetime(2023, 11, 14, tzinfo=UTC), datetime(2023, 11, 14)]}  # noqa: DTZ001
    assert columns_of(naive, source="live")["day_ns"] == [1_699_920_000_000_000_000] * 2


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_one_cell_that_no_spreadsheet_computes(text):
    (line,) = lines({"note": [text], "size": [-7]})
    assert line["note"][:1] not in {"=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"}
    one_line = text.replace("\n", " ").replace("\r", " ").encode("utf-8", "replace").decode()
    assert line["note"].removeprefix("'") == one_line.removeprefix("'")
    assert line["size"] == "-7"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_parquet_keeps_hostile_text_as_it_is(text):
    kept = text.encode("utf-8", "replace").decode()
    assert opened({"note": [text]})["note"].to_pylist() == [kept]


def test_a_head_is_no_formula_either():
    assert csv_bytes({"=1+1": [1]}, source="live").decode().splitlines()[0] == "source,'=1+1"


def test_without_rows_the_columns_are_still_there():
    assert csv_bytes({"price": [], "open_ns": []}, source="live") == b"source,price,open_ns\n"
    packed = opened({"price": [], "open_ns": []})
    assert packed.column_names == ["source", "price", "open_ns"]
    assert packed.num_rows == 0


def test_values_of_several_kinds_and_numbers_beyond_64_bits_are_text():
    packed = opened({"value": [1, "two", Decimal("3.0")], "big": [2**70, 1, None]})
    assert packed["value"].to_pylist() == ["1", "two", "3.0"]
    assert packed["big"].to_pylist() == ["1180591620717411303424", "1", None]


def test_a_pandas_table_and_arrays_are_tables_too():
    frame = pd.DataFrame({"size": np.array([1, 2], np.int32)}, index=[7, 8])
    assert [each["size"] for each in lines(frame)] == ["1", "2"]
    assert [each["size"] for each in lines({"size": np.array([1.5, np.nan])})] == ["1.5", ""]
    assert opened({"size": np.array([1, 2])})["size"].to_pylist() == [1, 2]


def test_a_named_value_is_written_as_its_value():
    class Side(Enum):
        BUY = "buy"

    assert lines({"side": [Side.BUY]})[0]["side"] == "buy"


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"one length, not \[1, 2\]"):
        csv_bytes({"a": [1], "b": [1, 2]}, source="live")
