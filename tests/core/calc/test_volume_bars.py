import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.volume_bars import volume_bars
from core.domain.arrays import TRADE_DTYPE, empty_trades
from core.domain.units import MAX_SIZE_LOTS
from tests.support.cut_bars import (
    as_vector,
    assert_bars,
    assert_closed_bars_stay,
    assert_volume_is_kept,
    groups,
)
from tests.support.tapes import DAY_NS, tapes
from tests.support.vectors import trades_of, vector

SIZES = st.integers(1, 3000)


def test_bars_are_those_of_the_vector():
    size = vector("bars-volume")["params"]["threshold"]
    found = volume_bars(trades_of("bars-volume"), size_lots=size)
    assert as_vector(found) == vector("bars-volume")["expected"]
    assert found.bars["trades"][~found.closed].tolist() == [1]


@given(tapes(), SIZES)
def test_bars_are_what_counting_by_hand_gives(trades, size):
    trades["ts_event_ns"] += DAY_NS // 2  # around midnight

    def full(bar):
        return sum(int(row["size_lots"]) for row in bar) >= size

    assert_bars(volume_bars(trades, size_lots=size), groups(trades, ends_with=full))


@given(tapes(), SIZES)
def test_closed_bars_stay_and_volume_is_kept(trades, size):
    trades["ts_event_ns"] += DAY_NS // 2
    assert_closed_bars_stay(lambda part: volume_bars(part, size_lots=size), trades)
    assert_volume_is_kept(volume_bars(trades, size_lots=size), trades)


def test_a_trade_of_many_bars_is_one_bar_and_carries_nothing_over():
    trades = np.zeros(3, TRADE_DTYPE)
    trades["size_lots"] = (1, MAX_SIZE_LOTS, 9)
    found = volume_bars(trades, size_lots=10)
    assert found.bars["trades"].tolist() == [2, 1]
    assert found.closed.tolist() == [True, False]


def test_nothing_traded_and_a_threshold_of_nothing():
    assert volume_bars(empty_trades(), size_lots=3).bars.size == 0
    with pytest.raises(ValueError, match="above zero"):
        volume_bars(empty_trades(), size_lots=0)
