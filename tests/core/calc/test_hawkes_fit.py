import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.arrivals import Hawkes, hawkes_loglik, hawkes_residuals
from core.calc.hawkes_fit import LEAST_EVENTS, hawkes_fit

TRUE = Hawkes(mu_per_s=2.0, alpha_per_s=3.0, beta_per_s=5.0)


def simulated(model, end_s, seed):
    """Ogata's thinning."""
    rng, now, excited, times = np.random.default_rng(seed), 0.0, 0.0, []
    while True:
        most = model.mu_per_s + excited
        wait = rng.exponential(1 / most)
        now += wait
        if now > end_s:
            return np.array(times)
        excited *= math.exp(-model.beta_per_s * wait)
        if rng.random() * most <= model.mu_per_s + excited:
            times.append(now)
            excited += model.alpha_per_s


def test_the_model_that_made_the_events_is_found_again():
    times = simulated(TRUE, 1_800.0, seed=3)
    found = hawkes_fit(times, end_s=1_800.0)
    assert found.not_ready == ""
    assert found.model.mu_per_s == pytest.approx(2.0, rel=0.1)
    assert found.model.branching == pytest.approx(0.6, abs=0.05)
    assert found.model.beta_per_s == pytest.approx(5.0, rel=0.15)
    assert found.loglik > hawkes_loglik(times, TRUE, end_s=1_800.0)
    residuals = hawkes_residuals(times, found.model)
    assert residuals.mean() == pytest.approx(1, abs=0.02)
    assert residuals.std() == pytest.approx(1, abs=0.05)


def test_events_that_do_not_excite_one_another_have_little_branching():
    times = np.cumsum(np.random.default_rng(5).exponential(0.2, 4_000))
    assert hawkes_fit(times, end_s=float(times[-1])).model.branching < 0.1


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.9, 1.1]))
def test_no_model_near_the_one_found_is_more_likely(seed, factor):
    times = simulated(TRUE, 120.0, seed)
    found = hawkes_fit(times, end_s=120.0)
    m = found.model
    for other in (
        Hawkes(m.mu_per_s * factor, m.alpha_per_s, m.beta_per_s),
        Hawkes(m.mu_per_s, m.alpha_per_s * factor, m.beta_per_s),
        Hawkes(m.mu_per_s, m.alpha_per_s, m.beta_per_s * factor),
    ):
        assert hawkes_loglik(times, other, end_s=120.0) <= found.loglik + 1e-6


def test_few_events_are_not_fitted():
    found = hawkes_fit(np.arange(1.0, LEAST_EVENTS), end_s=200.0)
    assert (found.model, found.not_ready) == (None, "99 of 100 orders came")
    assert math.isnan(found.loglik)
    assert hawkes_fit(np.zeros(0), end_s=1.0).not_ready == "0 of 100 orders came"


def test_events_of_one_time_are_refused():
    with pytest.raises(ValueError, match="one after the other"):
        hawkes_fit(np.array([1.0, 1.0, 2.0]), end_s=3.0)
