import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.median_interval import median_interval


@pytest.mark.parametrize(
    ("n", "low", "high"),
    # Ranks from the printed tables of the sign test, 95 % two-sided (Conover, table A3).
    [(6, 1, 6), (8, 1, 8), (9, 2, 8), (10, 2, 9), (15, 4, 12), (20, 6, 15), (25, 8, 18),
     (50, 18, 33), (100, 40, 61)],
)  # fmt: skip
def test_the_ranks_are_those_of_the_printed_tables(n, low, high):
    values = np.random.default_rng(1).permutation(np.arange(1.0, n + 1))
    assert median_interval(values) == (low, high)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_below_six_values_there_is_none(n):
    assert np.isnan(median_interval(np.arange(float(n)))).all()


def test_many_values_have_the_ranks_that_the_normal_gives():
    values = np.arange(1.0, 2001)
    assert median_interval(values) == (956.0, 1045.0)


@given(st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=60))
def test_the_median_of_the_sample_lies_within(values):
    low, high = median_interval(np.array(values))
    assert low <= np.median(values) <= high


def test_it_holds_the_median_in_95_of_100_samples():
    chance = np.random.default_rng(11)
    within = 0
    for _ in range(1000):
        low, high = median_interval(chance.standard_t(3, 40))
        within += low <= 0 <= high
    assert 935 <= within <= 985
