import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.predicted_funding import (
    FundingRule,
    average_so_far,
    predicted_funding,
    premium,
)
from tests.support.vectors import vector


def test_the_predicted_rate_is_that_of_the_worked_example():
    example = vector("funding-clamp")
    averages = np.array([float(each["avg_premium"]) for each in example["inputs"]])
    found = predicted_funding(averages, rule=FundingRule(**example["params"]))
    assert found == pytest.approx(example["expected"], rel=example["rel_tol"])
    assert predicted_funding(averages).tolist() == found.tolist()


def test_an_hourly_rate_is_an_eighth_and_stays_within_its_cap():
    rates = np.array([0.0001, 0.0085, -0.0805])
    found = predicted_funding(rates, rule=FundingRule(interval_h=1, cap=0.003))
    assert found == pytest.approx([0.0000125, 0.001, -0.003])


def test_there_is_no_premium_while_the_index_lies_between_the_impact_prices():
    bid, ask = np.array([99.0, 101.0, 97.0]), np.array([101.0, 102.0, 98.0])
    assert premium(bid, ask, np.full(3, 100.0)) == pytest.approx([0.0, 0.01, -0.02])


def test_what_is_not_known_stays_so():
    assert np.isnan(predicted_funding(np.array([np.nan]))).all()
    assert np.isnan(premium(np.array([np.nan]), np.array([5.0]), np.array([4.0]))).all()
    assert predicted_funding(np.zeros(0)).size == 0


@given(st.floats(-0.05, 0.05))
def test_the_rate_is_never_further_from_the_premium_than_the_clamp(average):
    found = float(predicted_funding(np.array([average]))[0])
    assert abs(found - average) <= 0.0005 + 1e-15


def test_the_average_begins_anew_with_each_interval():
    found = average_so_far(np.array([2.0, 4.0, 6.0, 1.0, 5.0]), np.array([7, 7, 7, 8, 8]))
    assert found.tolist() == [2.0, 3.0, 4.0, 1.0, 3.0]
    assert average_so_far(np.zeros(0), np.zeros(0, np.int64)).size == 0


def test_where_less_than_half_of_an_interval_is_known_there_is_no_average():
    nan = float("nan")
    found = average_so_far(np.array([nan, nan, 3.0, 5.0, nan, 1.0]), np.zeros(6, np.int64))
    assert np.isnan(found[[0, 1, 2, 4]]).all()
    assert found[[3, 5]].tolist() == [4.0, 3.0]


@given(st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.floats(-1, 1))), max_size=30))
def test_each_average_is_that_of_its_own_interval_so_far(rows):
    labels = np.array(sorted(label for label, _ in rows), np.int64)
    values = np.array([np.nan if value is None else value for _, value in rows], float)
    found = average_so_far(values, labels)
    for at, label in enumerate(labels):
        part = values[: at + 1][labels[: at + 1] == label]
        known = part[~np.isnan(part)]
        is_told = not np.isnan(values[at]) and 2 * known.size >= part.size
        assert np.isnan(found[at]) != is_told
        if is_told:
            assert found[at] == pytest.approx(known.mean(), abs=1e-12)
