import numpy as np
import pytest

from core.calc.funding import funding
from core.domain.units import NS_PER_HOUR
from tests.support.vectors import vector


def rates(rate, interval_h):
    return funding(
        np.arange(len(rate)), np.array(rate, float), np.array(interval_h, float) * NS_PER_HOUR
    )


def test_the_yearly_rate_is_that_of_the_worked_example():
    example = vector("funding")
    inputs = example["inputs"][:3]
    found = rates([each["rate"] for each in inputs], [each["interval_h"] for each in inputs])
    assert found.apr_frac == pytest.approx(example["expected"]["apr"], rel=example["rel_tol"])
    assert found.interval_h.tolist() == [8.0, 4.0, 1.0]
    assert found.apy_frac[0] == pytest.approx(example["expected"]["apy_8h"], rel=example["rel_tol"])


def test_a_rate_below_zero_is_a_yearly_rate_below_zero():
    assert rates([-0.0002], [8]).apr_frac[0] == pytest.approx(-0.219)


def test_without_the_interval_the_yearly_rate_is_missing_and_never_taken_as_eight_hours():
    found = rates([0.0001, 0.0001], [0, np.nan])
    assert np.isnan(found.apr_frac).all()
    assert np.isnan(found.interval_h).all()
    assert found.rate_frac.tolist() == [0.0001, 0.0001]


def test_an_unknown_rate_is_unknown_by_the_year():
    assert np.isnan(rates([np.nan], [8]).apr_frac).all()
