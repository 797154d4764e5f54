import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.roll import roll_ticks
from tests.support.vectors import vector, whole


def test_the_spread_is_that_of_the_vector():
    prices = np.array([whole(each, "0.5") for each in vector("roll")["inputs"]])
    expected = vector("roll")["expected"]["spread"] / 0.5
    assert roll_ticks(prices) == pytest.approx(expected, rel=vector("roll")["rel_tol"])
    covariance = -((roll_ticks(prices) * 0.5 / 2) ** 2)
    assert covariance == pytest.approx(vector("roll")["expected"]["cov"], rel=1e-12)


@pytest.mark.parametrize("prices", [[], [5], [5, 6], [5, 6, 7, 9, 12], [5, 5, 5, 5]])
def test_where_moves_do_not_turn_back_there_is_none_and_not_zero(prices):
    assert math.isnan(roll_ticks(np.array(prices, np.int64)))


@given(st.lists(st.integers(-50, 50), min_size=4, max_size=40), st.sampled_from([0, 2**31 - 100]))
def test_it_is_the_covariance_of_numpy_wherever_prices_are(steps, level):
    moves = np.diff(steps)
    covariance = np.mean((moves[1:] - moves[1:].mean()) * (moves[:-1] - moves[:-1].mean()))
    found = roll_ticks(np.array(steps, np.int64) + level)
    if covariance < -1e-9:
        assert found == pytest.approx(2 * math.sqrt(-covariance))
    elif covariance > 1e-9:
        assert math.isnan(found)
