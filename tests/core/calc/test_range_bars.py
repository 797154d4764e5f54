import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.range_bars import range_bars
from core.domain.arrays import TRADE_DTYPE, empty_trades
from core.domain.units import MAX_PRICE_TICKS
from tests.support.cut_bars import (
    assert_bars,
    assert_closed_bars_stay,
    assert_volume_is_kept,
    groups,
)
from tests.support.tapes import DAY_NS, long_tapes, tapes

RANGES = st.integers(1, 40)


def by_hand(trades, range_ticks):
    def wider(bar, row):
        prices = [int(each["price_ticks"]) for each in [*bar, row]]
        return max(prices) - min(prices) > range_ticks

    return groups(trades, ends_before=wider)


def at_prices(*ticks):
    trades = np.zeros(len(ticks), TRADE_DTYPE)
    trades["price_ticks"], trades["size_lots"] = ticks, 1
    return trades


def test_the_trade_that_breaks_the_range_opens_the_next_bar():
    found = range_bars(at_prices(10, 12, 11, 13, 12), range_ticks=2)
    assert found.bars["trades"].tolist() == [3, 2]
    assert found.bars["open_ticks"].tolist() == [10, 13]
    assert found.closed.tolist() == [True, False]


def test_a_jump_of_many_ranges_makes_one_bar():
    found = range_bars(at_prices(10, 1000, MAX_PRICE_TICKS), range_ticks=2)
    assert found.bars["open_ticks"].tolist() == [10, 1000, MAX_PRICE_TICKS]


@given(tapes(), RANGES)
def test_bars_are_what_counting_by_hand_gives(trades, range_ticks):
    trades["ts_event_ns"] += DAY_NS // 2  # around midnight
    assert_bars(range_bars(trades, range_ticks=range_ticks), by_hand(trades, range_ticks))


@settings(max_examples=5)
@given(long_tapes(count=4_000), st.sampled_from([3, 60]))
def test_a_long_tape_is_cut_as_a_short_one(trades, range_ticks):
    found = range_bars(trades, range_ticks=range_ticks)
    ends = np.cumsum(found.bars["trades"])[:-1]
    spans = found.bars["high_ticks"] - found.bars["low_ticks"]
    assert (spans <= range_ticks).all()
    opener = trades["price_ticks"][ends]
    wider = np.maximum(found.bars["high_ticks"][:-1], opener) - np.minimum(
        found.bars["low_ticks"][:-1], opener
    )
    assert (wider > range_ticks).all()


@given(tapes(), RANGES)
def test_closed_bars_stay_and_volume_is_kept(trades, range_ticks):
    trades["ts_event_ns"] += DAY_NS // 2
    assert_closed_bars_stay(lambda part: range_bars(part, range_ticks=range_ticks), trades)
    assert_volume_is_kept(range_bars(trades, range_ticks=range_ticks), trades)


def test_nothing_traded_and_a_threshold_of_nothing():
    assert range_bars(empty_trades(), range_ticks=3).bars.size == 0
    with pytest.raises(ValueError, match="above zero"):
        range_bars(empty_trades(), range_ticks=0)
