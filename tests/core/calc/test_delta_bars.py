import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.delta_bars import delta_bars
from core.domain.arrays import TRADE_DTYPE, empty_trades
from tests.support.cut_bars import (
    assert_bars,
    assert_closed_bars_stay,
    assert_volume_is_kept,
    groups,
)
from tests.support.tapes import DAY_NS, tapes

S = 1_000_000_000
SIZES = st.integers(1, 2000)
LONGEST = st.sampled_from([None, 1, S, 60 * S])


def rows(*signed, step_ns=S):
    trades = np.zeros(len(signed), TRADE_DTYPE)
    trades["ts_event_ns"] = np.arange(len(signed)) * step_ns
    trades["size_lots"], trades["aggressor"] = np.abs(signed), np.sign(signed)
    return trades


def test_a_bar_ends_with_the_trade_that_makes_it_lopsided_either_way():
    found = delta_bars(rows(3, -1, 4, -2, -3, -1, 2), delta_lots=5)
    assert found.bars["trades"].tolist() == [3, 2, 2]
    assert found.closed.tolist() == [True, True, False]


def test_volume_of_unknown_side_ends_no_bar():
    trades = rows(3, 100, 2)
    trades["aggressor"][1] = 0
    found = delta_bars(trades, delta_lots=5)
    assert found.bars["trades"].tolist() == [3]
    assert found.bars["unknown_lots"].tolist() == [100]


def test_balanced_flow_is_cut_by_time():
    found = delta_bars(rows(1, -1, 1, -1, 1), delta_lots=9, longest_ns=2 * S)
    assert found.bars["trades"].tolist() == [2, 2, 1]
    assert delta_bars(rows(1, -1, 1), delta_lots=9, longest_ns=None).bars.size == 1


@given(tapes(), SIZES, LONGEST)
def test_bars_are_what_counting_by_hand_gives(trades, size, longest_ns):
    trades["ts_event_ns"] += DAY_NS // 2  # around midnight

    def lopsided(bar):
        return abs(sum(int(row["size_lots"]) * int(row["aggressor"]) for row in bar)) >= size

    def too_late(bar, row):
        return longest_ns and row["ts_event_ns"] - bar[0]["ts_event_ns"] >= longest_ns

    expected = groups(trades, ends_with=lopsided, ends_before=too_late)
    assert_bars(delta_bars(trades, delta_lots=size, longest_ns=longest_ns), expected)


@given(tapes(), SIZES, LONGEST)
def test_closed_bars_stay_and_volume_is_kept(trades, size, longest_ns):
    trades["ts_event_ns"] += DAY_NS // 2

    def make(part):
        return delta_bars(part, delta_lots=size, longest_ns=longest_ns)

    assert_closed_bars_stay(make, trades)
    assert_volume_is_kept(make(trades), trades)


def test_nothing_traded_and_a_threshold_of_nothing():
    assert delta_bars(empty_trades(), delta_lots=3).bars.size == 0
    with pytest.raises(ValueError, match="above zero"):
        delta_bars(empty_trades(), delta_lots=0)
    with pytest.raises(ValueError, match="above zero"):
        delta_bars(empty_trades(), delta_lots=1, longest_ns=0)
