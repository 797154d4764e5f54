from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.from_frame import quotes_from_frame, trades_from_frame
from core.domain.frame import frame_of
from tests.support.tapes import tapes
from tests.support.trades import START_NS, instrument, random_trades

GRID = instrument(tick="0.1", step="0.001")
SWAP = instrument("okx.perp.BTC-USDT-SWAP", tick="0.1", step="0.1", value="0.01")


def table(**columns):
    plain = {
        "ts_event_ns": [START_NS, START_NS, START_NS + 5],
        "price": [97186.1, 97186.2, 97186.0],
        "size": [0.001, 1.25, 3.0],
        "side": ["buy", "sell", "unknown"],
    }
    return pd.DataFrame(plain | columns)


def test_decimals_become_ticks_and_lots_and_words_become_sides():
    found = trades_from_frame(table(), GRID)
    assert found["ts_event_ns"].tolist() == [START_NS, START_NS, START_NS + 5]
    assert found["price_ticks"].tolist() == [971_861, 971_862, 971_860]
    assert found["size_lots"].tolist() == [1, 1250, 3000]
    assert found["aggressor"].tolist() == [1, -1, 0]
    assert found["fills"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("kind", [str, Decimal, float])
def test_text_decimals_and_floats_say_the_same(kind):
    prices = [kind(each) for each in ("97186.1", "0.1", "97186.0")]
    found = trades_from_frame(table(price=prices), GRID)
    assert found["price_ticks"].tolist() == [971_861, 1, 971_860]


def test_whole_steps_are_taken_as_they_are():
    columns = {"price_ticks": [971_861, 971_862, 971_860], "size_lots": [1, 1250, 3000]}
    found = trades_from_frame(table(**columns), GRID)
    assert found["price_ticks"].tolist() == columns["price_ticks"]


def test_sizes_of_swaps_are_in_base_coins():
    found = trades_from_frame(table(size=[0.001, 0.01, 1.0]), SWAP)
    assert found["size_lots"].tolist() == [1, 10, 1000]


def test_moments_with_a_time_zone_are_times():
    moments = pd.to_datetime([START_NS, START_NS + 1, START_NS + 2], utc=True)
    for zone in ("UTC", "America/New_York"):
        found = trades_from_frame(table(ts_event_ns=moments.tz_convert(zone)), GRID)
        assert found["ts_event_ns"].tolist() == [START_NS, START_NS + 1, START_NS + 2]


def test_what_nobody_received_has_no_time_of_receipt():
    some = pd.array([START_NS, None, START_NS + 9], dtype="Int64")
    assert trades_from_frame(table(ts_recv_ns=some), GRID)["ts_recv_ns"][1] == 0
    none = trades_from_frame(table(ts_recv_ns=[np.nan] * 3), GRID)
    assert none["ts_recv_ns"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"price": [97186.1, np.nan, 97186.0]}, "row 1: price is missing"),
        ({"price": [97186.1, 97186.2, np.inf]}, "row 2: price is not a finite number"),
        ({"price": [97186.15, 97186.25, 97186.0]}, r"row 0: price is not a multiple of 0.1 \(and"),
        ({"price": ["97186.1", "97186.15", "1"]}, "row 1: price cannot be used: 97186.15 is not a"),
        ({"price": ["97186.1", None, "1"]}, "row 1: price is missing"),
        ({"price": [0.0, 97186.2, 97186.0]}, "row 0: price is not above zero"),
        ({"price": [-0.1, 97186.2, 97186.0]}, "row 0: price is out of range"),
        ({"price": [1e300, 97186.2, 97186.0]}, "row 0: price is out of range"),
        ({"price": [b"1", "1", "1"]}, "row 0: price is neither a number nor its text"),
        ({"size": [0.001, 1.25, 0.0]}, "row 2: size is not above zero"),
        ({"size": [0.0015, 1.25, 1.0]}, "row 0: size is not a multiple of 0.001"),
        ({"size": [1e13, 1.0, 1.0]}, "row 0: size is (too large for a float|out of range)"),
        ({"side": ["buy", "BUY", "sell"]}, "row 1: side is none of buy, sell, unknown"),
        ({"aggressor": [1, 2, 0]}, "row 1: aggressor is not in -1 to 1"),
        ({"ts_event_ns": [5, 4, 6]}, "row 1: ts_event_ns is before the row above it: sort"),
        ({"ts_event_ns": [5.0, 6.0, 7.0]}, "ts_event_ns must have whole numbers, has float64"),
        ({"ts_event_ns": pd.to_datetime([1, 2, 3])}, "moments without a time zone"),
        ({"ts_recv_ns": [1.5, 2.0, 3.0]}, "ts_recv_ns must have whole numbers.*read it as Int64"),
        ({"fills": [1, 2, 70_000]}, "row 2: fills is not in 0 to 65535"),
        ({"price_ticks": [1, 2, 3]}, "row 0: price_ticks is not price: of another instrument"),
    ],
    ids=str,
)
def test_what_cannot_be_taken_exactly_is_refused_in_a_sentence(columns, sentence):
    with pytest.raises(ValueError, match=sentence):
        trades_from_frame(table(**columns), GRID)


@pytest.mark.parametrize("name", ["ts_event_ns", "price", "size", "side"])
def test_a_column_that_is_needed_and_absent_is_named(name):
    with pytest.raises(ValueError, match=f"the table has no column {name}; it has "):
        trades_from_frame(table().drop(columns=name), GRID)


def test_a_table_without_rows_is_no_trades():
    empty = table().iloc[:0]
    assert trades_from_frame(empty, GRID).size == 0


@given(tapes())
def test_what_is_taken_away_as_a_table_comes_back_the_same(rows):
    frame = frame_of(rows, GRID)
    assert (trades_from_frame(frame, GRID) == rows).all()


@given(st.lists(st.integers(1, 2**31 - 1), min_size=1, max_size=20))
def test_every_price_comes_back_from_its_float_and_from_its_text(ticks):
    for kind in (float, str):
        frame = pd.DataFrame(
            {
                "ts_event_ns": np.arange(len(ticks)),
                "price": [kind(each * Decimal("0.01")) for each in ticks],
                "size": 1.0,
                "side": "buy",
            }
        )
        found = trades_from_frame(frame, instrument(tick="0.01", step="1"))
        assert found["price_ticks"].tolist() == ticks


def test_a_row_out_of_order_is_not_sorted_in_silence():
    rows = random_trades(np.random.default_rng(1), 50)
    frame = frame_of(rows, GRID)
    with pytest.raises(ValueError, match="sort the table by time"):
        trades_from_frame(frame.iloc[::-1], GRID)


def test_quotes_become_ticks_and_lots_and_a_size_of_zero_is_nobody():
    frame = pd.DataFrame(
        {
            "ts_event_ns": [1, 2],
            "bid_price": [100.0, 100.1],
            "bid_size": [0.5, 0.0],
            "ask_price": ["100.1", "100.2"],
            "ask_size": [0.25, 1.0],
        }
    )
    found = quotes_from_frame(frame, GRID)
    assert found["bid_ticks"].tolist() == [1000, 1001]
    assert found["bid_lots"].tolist() == [500, 0]
    assert found["ask_ticks"].tolist() == [1001, 1002]
    assert found["ask_lots"].tolist() == [250, 1000]
    assert found["update_id"].tolist() == [0, 0]
