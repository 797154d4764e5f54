import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.dollar_bars import dollar_bars
from core.domain.arrays import empty_trades
from tests.support.cut_bars import (
    as_vector,
    assert_bars,
    assert_closed_bars_stay,
    assert_volume_is_kept,
    groups,
)
from tests.support.tapes import DAY_NS, tapes
from tests.support.vectors import trades_of, vector

SIZES = st.integers(1, 60_000)


def test_bars_are_those_of_the_vector():
    size = vector("bars-dollar")["params"]["threshold"]
    found = dollar_bars(trades_of("bars-dollar"), size_tick_lots=size)
    assert as_vector(found) == vector("bars-dollar")["expected"]
    assert found.bars["trades"][~found.closed].tolist() == [2]


@given(tapes(), SIZES)
def test_bars_are_what_counting_by_hand_gives(trades, size):
    trades["ts_event_ns"] += DAY_NS // 2  # around midnight

    def full(bar):
        return sum(int(row["size_lots"]) * int(row["price_ticks"]) for row in bar) >= size

    assert_bars(dollar_bars(trades, size_tick_lots=size), groups(trades, ends_with=full))


@given(tapes(), SIZES)
def test_closed_bars_stay_and_volume_is_kept(trades, size):
    trades["ts_event_ns"] += DAY_NS // 2
    assert_closed_bars_stay(lambda part: dollar_bars(part, size_tick_lots=size), trades)
    assert_volume_is_kept(dollar_bars(trades, size_tick_lots=size), trades)


def test_nothing_traded_and_a_threshold_of_nothing():
    assert dollar_bars(empty_trades(), size_tick_lots=3).bars.size == 0
    with pytest.raises(ValueError, match="above zero"):
        dollar_bars(empty_trades(), size_tick_lots=0)
