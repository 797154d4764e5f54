import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.swing_breaks import swing_breaks


def breaks(prices, reach=1):
    return swing_breaks(np.array(prices, np.int64), reach=reach)


def by_hand(prices, reach):
    """For each bar, the highest earlier swing that only this bar has gone above."""
    found = []
    for at, price in enumerate(prices):
        through = [
            swing
            for swing in range(reach, at - reach)
            if max(prices[swing - reach : swing]) < prices[swing] == max(prices[swing:at]) < price
            and max(prices[swing + 1 : swing + reach + 1]) < prices[swing]
        ]
        if through:
            found.append((at, max(through, key=lambda swing: prices[swing])))
    return found


@given(st.permutations(range(14)), st.integers(1, 2))
def test_breaks_are_what_going_bar_by_bar_gives(prices, reach):
    assert breaks(prices, reach) == by_hand(prices, reach)


def test_a_swing_is_broken_once_and_touching_is_not_breaking():
    assert breaks([1, 5, 2, 5, 6, 3, 7]) == [(4, 1), (6, 4)]


def test_a_swing_is_not_known_before_the_bars_after_it():
    assert breaks([1, 2, 5, 4, 6, 1], reach=2) == []


@given(st.lists(st.integers(1, 9), max_size=20), st.integers(0, 20))
def test_what_comes_later_changes_nothing(prices, cut):
    assert breaks(prices[:cut]) == [each for each in breaks(prices) if each[0] < cut]


def test_no_bar_on_a_side_is_refused():
    with pytest.raises(ValueError, match="both sides"):
        breaks([1, 2, 1], reach=0)
