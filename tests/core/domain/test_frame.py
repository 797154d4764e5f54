import dataclasses
import importlib
import inspect
import pkgutil
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core.calc
from core.calc.bars import time_bars
from core.domain.arrays import FloatArray, IntArray
from core.domain.frame import Framed, frame_of, matrix_columns
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import NS_PER_S
from tests.support.trades import START_NS, instrument, random_trades

GRID = instrument(tick="0.1", step="0.001")
INPUTS = {"Fresh", "Heard", "MarkerPiece", "MarkerTape"}
"""What goes into a calculation."""


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Line(Framed):
    ts_ns: IntArray
    vwap_ticks: FloatArray
    buy_lots: IntArray
    total_lots: int


@dataclass(frozen=True, slots=True)
class Thing(Framed):
    side: int
    known_ns: int
    end_ns: int | None
    colour: Colour = Colour.RED


@dataclass(frozen=True, slots=True)
class Pair(Framed):
    thing: Thing
    price_ticks: int


@dataclass(frozen=True, slots=True)
class Group(Framed):
    high: tuple[Thing, ...]
    low: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class States(Framed):
    visits: IntArray


def line():
    stamps = np.array([START_NS, START_NS + 1])
    return Line(stamps, np.array([10.5, np.nan]), np.array([3, 971_861]), 5)


def test_arrays_are_columns_and_scalars_of_the_whole_are_none():
    frame = line().frame()
    assert list(frame.columns) == ["ts_ns", "vwap_ticks", "buy_lots"]
    assert frame["ts_ns"].tolist() == [START_NS, START_NS + 1]
    assert frame["buy_lots"].dtype == np.int64


def test_the_index_is_the_time_in_utc_to_the_nanosecond():
    index = line().frame().index
    assert (index.name, str(index.tz)) == ("utc", "UTC")
    assert index.as_unit("ns").astype(np.int64).tolist() == [START_NS, START_NS + 1]


def test_with_an_instrument_prices_and_coins_stand_beside_ticks_and_lots():
    frame = line().frame(GRID)
    assert list(frame.columns) == [
        *("ts_ns", "vwap_ticks", "vwap_price", "buy_lots", "buy_base"),
    ]
    assert frame["buy_base"].tolist() == [0.003, 971.861]
    assert frame["vwap_price"].iloc[0] == pytest.approx(1.05)
    assert np.isnan(frame["vwap_price"].iloc[1])


@given(st.integers(0, 2**31 - 1), st.sampled_from(["0.1", "0.01", "0.05", "0.00001", "25"]))
def test_a_price_is_the_float_nearest_to_the_exact_decimal(ticks, tick):
    rows = np.zeros(1, [("price_ticks", "<i4")])
    rows["price_ticks"] = ticks
    frame = frame_of(rows, instrument(tick=tick))
    assert frame["price"].tolist() == [float(ticks * Decimal(tick))]


def test_worth_in_tick_lots_is_worth_in_quote_coins():
    rows = np.array([(7,)], [("notional_tick_lots", "<i8")])
    assert frame_of(rows, GRID)["notional_quote"].tolist() == [0.0007]


def test_bars_are_a_table_by_the_time_they_open():
    bars = time_bars(random_trades(np.random.default_rng(1), 500), step_ns=NS_PER_S)
    frame = frame_of(bars, GRID)
    assert frame["close_ticks"].tolist() == bars["close_ticks"].tolist()
    assert frame["close_price"].tolist() == (bars["close_ticks"] / 10).tolist()
    assert frame.index[0] == pd.Timestamp(int(bars["open_ns"][0]), tz="UTC")


def test_results_of_one_row_are_rows_and_what_is_not_known_is_no_zero():
    frame = frame_of([Thing(1, START_NS, None), Thing(-1, START_NS + 5, START_NS + 9)])
    assert frame["colour"].tolist() == ["red", "red"]
    assert frame["end_ns"].isna().tolist() == [True, False]
    assert frame["end_ns"].iloc[1] == START_NS + 9
    assert Thing(1, START_NS, None).frame()["side"].tolist() == [1]
    assert frame_of([]).empty


def test_a_result_within_a_result_has_its_name_before_its_columns():
    frame = Pair(Thing(1, START_NS, 7), 101).frame()
    assert list(frame.columns) == [
        *("thing_side", "thing_known_ns", "thing_end_ns", "thing_colour", "price_ticks")
    ]


def test_results_in_tuples_are_rows_that_say_of_which():
    frame = Group((Thing(1, START_NS, 1),), (Thing(-1, START_NS, 2),)).frame()
    assert frame[["of", "side"]].to_numpy().tolist() == [["high", 1], ["low", -1]]


def test_a_matrix_has_a_row_per_cell():
    frame = States(np.array([[5, 6, 7], [8, 9, 10]])).frame()
    assert frame["visits"].tolist() == [5, 6, 7, 8, 9, 10]
    assert frame["row"].tolist() == [0, 0, 0, 1, 1, 1]
    assert frame["column"].tolist() == [0, 1, 2, 0, 1, 2]


def test_rows_of_a_matrix_become_columns_with_the_unit_last():
    found = matrix_columns("close_lots", np.array([[1, 2], [3, 4]]))
    assert {name: each.tolist() for name, each in found.items()} == {
        "close_0_lots": [1, 2],
        "close_1_lots": [3, 4],
    }


def test_markers_have_their_columns_even_where_none_was_found():
    marker = Marker(
        kind=MarkerKind.ABSORPTION,
        side=1,
        event_ns=START_NS,
        known_ns=START_NS + 5,
        price_ticks=971_861,
        value=2.0,
        threshold=1.0,
        strength=0.5,
        reason="because",
    )
    some, none = Markers((marker,)).frame(GRID), Markers(()).frame(GRID)
    assert list(some.columns) == list(none.columns)
    assert some["price"].tolist() == [97186.1]
    assert some["kind"].tolist() == ["absorption"]
    assert some.index[0] == pd.Timestamp(START_NS + 5, tz="UTC")
    assert none.empty
    assert str(none.index.tz) == "UTC"


def results():
    """Every dataclass with an array that a public function of the calculators returns."""
    return [pytest.param(each, id=name) for name, each in sorted(dict(returned()).items())]


def returned():
    # Not its packages: kernels that are imported here would be kept where no test looks.
    for found in pkgutil.iter_modules(core.calc.__path__, "core.calc."):
        if found.ispkg:
            continue
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == found.name and not name.startswith("_"):
                result = function.__annotations__.get("return")
                if _has_arrays(result) and result.__name__ not in INPUTS:
                    yield result.__name__, result


def _has_arrays(result):
    fields = dataclasses.fields(result) if dataclasses.is_dataclass(result) else ()
    return any("ndarray" in str(each.type) for each in fields)


@pytest.mark.parametrize("result", results())
def test_every_result_with_arrays_can_be_taken_away_as_a_table(result):
    assert issubclass(result, Framed)


def test_the_calculators_start_without_pandas():
    code = "import sys, core.calc.footprint, core.calc.from_frame; print('pandas' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
