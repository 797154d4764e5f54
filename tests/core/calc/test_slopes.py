import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.slopes import correlations, slopes
from tests.support.vectors import vector

VALUES = st.lists(st.floats(-1e3, 1e3), max_size=30)


def example_series():
    inputs = vector("cvd-divergence-slope")["inputs"]
    price = np.array([each["price"] for each in inputs], float)
    return 1e4 * np.log(price / price[0]), np.array([each["cvd"] for each in inputs])


def test_the_slopes_are_those_of_the_worked_example():
    example = vector("cvd-divergence-slope")
    expected, near = example["expected"], {"rel": example["rel_tol"]}
    for series, name in zip(example_series(), ("price", "cvd"), strict=True):
        found = slopes(series, window=example["params"]["window"])
        unit = "_slope_bps_per_min" if name == "price" else "_slope_per_min"
        assert found.slope[-1] == pytest.approx(expected[name + unit], **near)
        assert found.r[-1] == pytest.approx(expected[name + "_r"], **near)
        r = found.r[-1]
        assert r * np.sqrt(13 / (1 - r * r)) == pytest.approx(expected[name + "_t"], **near)
        assert np.isnan(found.slope[:-1]).all()


@given(VALUES, st.integers(2, 6))
def test_each_slope_is_that_of_a_fitted_line(values, window):
    series = np.array(values)
    found = slopes(series, window=window).slope
    assert found.size == series.size
    for index in range(window - 1, series.size):
        last = series[index - window + 1 : index + 1]
        assert found[index] == pytest.approx(np.polyfit(range(window), last, 1)[0], abs=1e-8)


def test_correlation_is_that_of_numpy():
    rng = np.random.default_rng(3)
    one, other = rng.normal(size=(2, 20)).cumsum(axis=1)
    found = correlations(one, other, window=8)
    assert found[-1] == pytest.approx(np.corrcoef(one[-8:], other[-8:])[0, 1])
    assert np.isnan(found[:7]).all()


def test_a_point_that_is_not_known_takes_its_windows_with_it():
    found = slopes(np.array([1.0, 2, np.nan, 4, 5, 6]), window=2).slope
    assert np.isnan(found).tolist() == [True, False, True, True, False, False]


def test_what_does_not_change_has_a_slope_of_nothing_and_no_correlation():
    found = slopes(np.full(3, 1e17), window=3)
    assert found.slope[-1] == 0.0
    assert np.isnan(found.r[-1])


def test_a_level_that_is_large_beside_the_changes_costs_no_digits():
    found = slopes(2.0**52 + np.arange(5.0), window=5)
    assert (found.slope[-1], found.r[-1]) == (1.0, 1.0)
