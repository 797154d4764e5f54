import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.arrivals import Hawkes, arrival_rate, echoes, hawkes_loglik, hawkes_residuals
from tests.support.vectors import vector

TIMES = st.lists(st.integers(0, 5_000), max_size=40).map(
    lambda each: np.array(sorted(each), np.float64) / 100
)
MODEL = Hawkes(mu_per_s=0.6, alpha_per_s=0.8, beta_per_s=2.0)


def test_log_likelihood_and_branching_are_those_of_the_vector():
    params, expected = vector("hawkes-loglik")["params"], vector("hawkes-loglik")["expected"]
    model = Hawkes(params["mu"], params["alpha"], params["beta"])
    found = hawkes_loglik(np.array(vector("hawkes-loglik")["inputs"]), model, end_s=params["T"])
    assert found == pytest.approx(expected["loglik"], rel=vector("hawkes-loglik")["rel_tol"])
    assert model.branching == pytest.approx(expected["branching_ratio"])
    assert model.stationary_per_s == pytest.approx(expected["stationary_rate"])


def test_a_process_that_never_dies_out_has_no_mean_rate():
    assert math.isnan(Hawkes(1.0, 2.0, 2.0).stationary_per_s)


@given(TIMES, st.sampled_from([0.01, 1.0, 50.0]))
def test_echoes_are_the_double_sum(times, beta):
    expected = [sum(math.exp(-beta * (t - u)) for u in times[:i]) for i, t in enumerate(times)]
    assert echoes(times, beta_per_s=beta) == pytest.approx(expected, rel=1e-12)


@given(TIMES)
def test_the_log_likelihood_is_that_of_the_double_sum(times):
    rates = [
        0.6 + 0.8 * sum(math.exp(-2.0 * (t - u)) for u in times[:i]) for i, t in enumerate(times)
    ]
    expected = 0.6 * 60 + 0.4 * sum(1 - math.exp(-2.0 * (60 - t)) for t in times)
    found = hawkes_loglik(times, MODEL, end_s=60.0)
    assert found == pytest.approx(sum(map(math.log, rates)) - expected, rel=1e-9)


@given(TIMES)
def test_residuals_add_up_to_what_was_expected_until_the_last_event(times):
    found = hawkes_residuals(times, MODEL)
    if not times.size:
        assert found.size == 0
        return
    expected = 0.6 * times[-1] + 0.4 * sum(1 - math.exp(-2.0 * (times[-1] - t)) for t in times)
    assert found.sum() == pytest.approx(expected)
    assert bool(np.all(found >= 0))


@given(TIMES, st.lists(st.integers(-100, 6_000), max_size=10))
def test_the_rate_is_the_sum_over_past_events(times, looks):
    at = np.array(looks, np.float64) / 100
    found = arrival_rate(times, at, tau_s=3.0)
    assert found == pytest.approx(
        [sum(math.exp(-(t - u) / 3.0) / 3.0 for u in times if u <= t) for t in at]
    )


def test_a_steady_stream_has_its_rate():
    times = np.arange(0, 100, 0.01)
    assert arrival_rate(times, np.array([99.995]), tau_s=5.0) == pytest.approx([100], rel=1e-2)
