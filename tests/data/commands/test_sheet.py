"""Tables on their way out: exact, safe for a spreadsheet, whole or not at all."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from core.domain.errors import RecordingError
from data.commands.sheet import Exact, Known, Text, write


def sheet(words=("buy",), units=(1, 25), step="0.05"):
    codes = np.arange(len(units)) % len(words)
    return {
        "side": Text(codes, words),
        "price": Exact(np.array(units), Decimal(step)),
        "n": Known(np.array(units), np.array([True, False])),
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_word_that_a_spreadsheet_would_run_is_quoted_and_numbers_stay(tmp_path, start):
    path = tmp_path / "x.csv"
    write(str(path), [sheet((f"{start}1+1",), units=(-1, 25))], metadata={})
    cells = pd.read_csv(path, dtype=str)
    assert set(cells["side"]) == {f"'{start}1+1".replace("\r", " ")}
    assert cells["price"].tolist() == ["-0.05", "1.25"]


@pytest.mark.parametrize("step", ["0.05", "1", "10", "1E+2", "0.00000001"])
def test_decimals_are_exact_in_both_forms(tmp_path, step):
    units = (2**53 // 1000, 3)
    wanted = [Decimal(step) * each for each in units]
    for name, load in (("x.csv", pd.read_csv), ("x.parquet", pd.read_parquet)):
        path = tmp_path / name
        assert write(str(path), [sheet(units=units, step=step)], metadata={}) == 2
        table = load(path, dtype=str) if load is pd.read_csv else load(path)
        assert [Decimal(each) for each in table["price"]] == wanted
        assert table["n"].isna().tolist() == [False, True]


def test_a_table_that_fails_half_way_leaves_what_was_there(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("before")

    def sheets():
        yield sheet()
        raise OSError(28, "No space left on device")

    with pytest.raises(RecordingError, match="No space left on device"):
        write(str(path), sheets(), metadata={})
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
