import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.swings import outward, swing_highs
from core.domain.arrays import BAR_DTYPE
from tests.support.vectors import vector

PRICES = st.lists(st.integers(1, 6), max_size=40)
REACH = st.integers(1, 3)


def highs(prices, left=2, right=2):
    return swing_highs(np.array(prices, np.int64), left=left, right=right).tolist()


def by_hand(prices, left, right):
    found = []
    for index, price in enumerate(prices):
        first = index
        while first and prices[first - 1] == price:
            first -= 1
        before, after = prices[max(first - left, 0) : first], prices[index + 1 :][:right]
        if len(before) == left and len(after) == right and price > max(before + after):
            found.append(index)
    return found


def test_the_swings_are_those_of_the_worked_example():
    example = vector("cvd-divergence-swing")
    found = highs([each["price"] for each in example["inputs"]], **example["params"])
    assert found == example["expected"]["swing_highs"]


def test_a_flat_top_is_found_at_its_last_bar():
    assert highs([1, 2, 5, 5, 5, 2, 1]) == [4]
    assert highs([1, 5, 5, 2, 1]) == []


def test_two_equal_tops_near_each_other_are_none():
    assert highs([1, 2, 5, 3, 5, 2, 1]) == []


@given(PRICES, REACH, REACH)
def test_the_swings_are_what_bar_by_bar_gives(prices, left, right):
    assert highs(prices, left, right) == by_hand(prices, left, right)


@given(PRICES, REACH, REACH, st.integers(0, 40))
def test_a_swing_that_is_known_stays(prices, left, right, cut):
    known = [at for at in highs(prices, left, right) if at + right < cut]
    assert highs(prices[:cut], left, right) == known


def test_no_bar_on_a_side_is_refused():
    with pytest.raises(ValueError, match="both sides"):
        highs([1, 2, 1], 0, 1)


def test_further_out_is_more_of_highs_and_of_lows():
    bars = np.zeros(2, BAR_DTYPE)
    bars["high_ticks"], bars["low_ticks"] = (12, 15), (10, 7)
    assert outward(bars, -1).tolist() == [12, 15]
    assert outward(bars, 1).tolist() == [-10, -7]
