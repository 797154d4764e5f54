import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bulk_sides import bulk_buys
from tests.support.vectors import vector


def test_bought_volume_is_that_of_the_vector():
    inputs, expected = vector("bvc")["inputs"], vector("bvc")["expected"]
    moves = np.array([each["dprice"] for each in inputs])
    found = bulk_buys(moves, np.array([each["volume"] for each in inputs]))
    assert found == pytest.approx(expected["buy_volume"], rel=vector("bvc")["rel_tol"])


@pytest.mark.parametrize("moves", [[], [1.0], [2.0, 2.0, 2.0]])
def test_without_a_deviation_nothing_can_be_said(moves):
    assert np.isnan(bulk_buys(np.array(moves), np.ones(len(moves)))).all()


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=20))
def test_what_is_bought_in_a_rise_is_sold_in_the_same_fall(moves):
    volume = np.full(len(moves), 7.0)
    up, down = (bulk_buys(sign * np.array(moves, np.float64), volume) for sign in (1, -1))
    assert up + down == pytest.approx(volume) or np.ptp(moves) == 0
