import numpy as np
import pytest

from core.calc.regime_values import Minutes, Part, regime_values
from tests.support.regime import NAN, minutes

FOUR = {"window": 4}


def newest(part, **series):
    return regime_values(minutes(**series), **FOUR)[-1, part]


def test_the_slope_of_the_price_is_in_basis_points_a_minute():
    price = 100.0 * np.exp(np.array([0, 3, 6, 9, 12]) / 1e4)
    assert newest(Part.PRICE, price=price) == pytest.approx(3.0)


def test_the_slope_of_cvd_is_of_the_running_sum_of_what_was_bought_less_sold():
    assert newest(Part.SPOT_CVD, spot_delta=[9, 9, 2, 2, 2]) == pytest.approx(2.0)
    # The sums 0, 6, 6, 12 against -1.5, -0.5, 0.5, 1.5: (9 * 0 + 3 * 12) / 10.
    assert newest(Part.PERP_CVD, perp_delta=[0, 0, 6, 0, 6]) == pytest.approx(3.6)


def test_of_the_first_minute_of_a_window_only_its_end_counts_for_cvd():
    assert newest(Part.SPOT_CVD, spot_delta=[NAN, NAN, 2, 2, 2]) == pytest.approx(2.0)
    assert np.isnan(newest(Part.SPOT_CVD, spot_delta=[1, 1, NAN, 2, 2]))


def test_open_interest_changes_over_the_whole_window():
    assert newest(Part.OPEN_INTEREST, open_interest=[200, 1, 1, 1, 210]) == pytest.approx(0.05)
    assert np.isnan(newest(Part.OPEN_INTEREST, open_interest=[NAN, 1, 1, 1, 210]))
    assert np.isnan(newest(Part.OPEN_INTEREST, open_interest=[0, 1, 1, 1, 210]))


def test_funding_and_basis_are_as_they_were_told():
    assert newest(Part.FUNDING, funding_8h_frac=[0, 0, 0, 0, 0.0003]) == 0.0003
    assert newest(Part.BASIS, basis_bps=[0, 0, 0, 0, -4.5]) == -4.5


def test_volatility_is_the_root_of_the_mean_square_of_the_returns():
    price = 100.0 * np.exp(np.array([0, 1, 0, 7, 0]) / 1e4)
    assert newest(Part.VOLATILITY, price=price) == pytest.approx(5.0)  # 1, 1, 49, 49


def test_the_spread_is_the_mean_of_the_window():
    assert newest(Part.SPREAD, spread_bps=[99, 1, 2, 3, 4]) == 2.5


@pytest.mark.parametrize("part", [Part.PRICE, Part.VOLATILITY])
def test_a_price_that_is_missing_in_the_window_leaves_no_value(part):
    assert np.isnan(newest(part, price=[1, 1, NAN, 1, 1]))
    assert np.isnan(newest(part, price=[1, 1, 0, 1, 1]))


def test_before_a_window_is_full_nothing_is_known():
    found = regime_values(minutes(price=[100.0, 101.0, 102.0]), **FOUR)
    assert np.isnan(found).all()
    assert regime_values(Minutes(*[np.zeros(0)] * 8)).shape == (0, 8)


def test_values_of_the_past_do_not_change_with_what_comes():
    rng = np.random.default_rng(1)
    whole = minutes(**{name: 100 + rng.random(60).cumsum() for name in SERIES})
    first = Minutes(*(getattr(whole, name)[:40] for name in ("open_ns", *SERIES)))
    assert np.allclose(regime_values(whole)[:40], regime_values(first), equal_nan=True)


SERIES = (
    "price", "spot_delta", "perp_delta", "open_interest",
    "funding_8h_frac", "basis_bps", "spread_bps",
)  # fmt: skip
