import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.sessions import NO_SESSIONS, Sessions
from core.calc.tick_bars import tick_bars
from core.domain.arrays import TRADE_DTYPE, empty_trades
from tests.support.cut_bars import (
    as_vector,
    assert_bars,
    assert_closed_bars_stay,
    assert_volume_is_kept,
    groups,
)
from tests.support.tapes import DAY_NS, tapes
from tests.support.vectors import trades_of, vector

SIZES = st.integers(1, 6)


def test_bars_are_those_of_the_vector():
    size = vector("bars-tick")["params"]["threshold"]
    found = tick_bars(trades_of("bars-tick"), size=size)
    assert as_vector(found) == vector("bars-tick")["expected"]
    assert found.bars["trades"][~found.closed].tolist() == [4]


@given(tapes(), SIZES)
def test_bars_are_what_counting_by_hand_gives(trades, size):
    trades["ts_event_ns"] += DAY_NS // 2  # around midnight
    expected = groups(trades, ends_with=lambda bar: len(bar) == size)
    assert_bars(tick_bars(trades, size=size), expected)


@given(tapes(), SIZES)
def test_closed_bars_stay_and_volume_is_kept(trades, size):
    trades["ts_event_ns"] += DAY_NS // 2
    assert_closed_bars_stay(lambda part: tick_bars(part, size=size), trades)
    assert_volume_is_kept(tick_bars(trades, size=size), trades)


def test_the_fills_of_an_order_count_once():
    trades = np.zeros(7, TRADE_DTYPE)
    orders = np.array([4, 4, 4, 5, 9, 9, 2])
    found = tick_bars(trades, size=2, orders=orders)
    assert found.bars["trades"].tolist() == [4, 3]
    # Another fill of the last order may follow.
    assert found.closed.tolist() == [True, False]


@given(tapes(), SIZES, st.data())
def test_bars_of_orders_stay_too(trades, size, data):
    orders = np.cumsum(data.draw(st.lists(st.integers(0, 1), min_size=40, max_size=40)))
    assert_closed_bars_stay(
        lambda part: tick_bars(part, size=size, orders=orders[: len(part)]), trades
    )
    found = tick_bars(trades, size=size, orders=orders[: len(trades)], sessions=NO_SESSIONS)
    ends = np.cumsum(found.bars["trades"])[:-1]
    assert (orders[ends] != orders[ends - 1]).all()
    for part in np.split(orders[: len(trades)], ends)[:-1]:
        assert len(set(part.tolist())) == size


def test_an_order_that_fills_over_midnight_is_cut():
    trades = np.zeros(3, TRADE_DTYPE)
    trades["ts_event_ns"] = (9, 10, 11)
    found = tick_bars(trades, size=5, orders=np.zeros(3, np.int64), sessions=Sessions(start_ns=10))
    assert found.bars["trades"].tolist() == [1, 2]


def test_nothing_traded_and_a_threshold_of_nothing():
    assert tick_bars(empty_trades(), size=3).bars.size == 0
    with pytest.raises(ValueError, match="above zero"):
        tick_bars(empty_trades(), size=0)


def test_trades_out_of_order_are_refused():
    trades = np.zeros(2, TRADE_DTYPE)
    trades["ts_event_ns"] = (2, 1)
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        tick_bars(trades, size=1)
