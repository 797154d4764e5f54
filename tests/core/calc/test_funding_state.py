import numpy as np
import pytest

from core.calc.funding_state import Payer, funding_trend, is_extreme, payer, rate_per_8h

NAN = float("nan")
PAST = np.array([0.00001, -0.00002, 0.00003, -0.00004, 0.00005, -0.00006, 0.00007, 0.00008, 0.0])


@pytest.mark.parametrize(
    ("rate", "interval_h", "per_8h"),
    [(0.0001, 8, 0.0001), (0.0001, 4, 0.0002), (0.0001, 1, 0.0008), (-0.0003, 2, -0.0012)],
)
def test_rates_of_any_interval_are_compared_by_eight_hours(rate, interval_h, per_8h):
    assert rate_per_8h(rate, interval_h) == pytest.approx(per_8h)


def test_without_the_interval_a_rate_is_of_no_eight_hours():
    assert np.isnan(rate_per_8h(0.0001, NAN))
    assert np.isnan(rate_per_8h(0.0001, 0))


def test_above_zero_longs_pay_and_below_it_shorts():
    assert payer(1e-9) is Payer.LONGS
    assert payer(-1e-9) is Payer.SHORTS
    assert payer(0.0) is Payer.NOBODY
    assert payer(NAN) is None


@pytest.mark.parametrize(
    ("per_8h", "extreme"),
    [(0.0004, False), (0.000401, True), (-0.0004, False), (-0.000401, True), (NAN, False)],
)
def test_a_rate_is_extreme_beyond_four_hundredths_of_a_percent(per_8h, extreme):
    assert is_extreme(per_8h) is extreme


@pytest.mark.parametrize(
    ("change", "arrows"),
    [
        # Thirds of the nine changes before: 0.0000267 and 0.0000533.
        (0.00002, 1),
        (0.00003, 2),
        (0.00006, 3),
        (-0.00002, -1),
        (-0.00003, -2),
        (-0.00006, -3),
        (0.0, 0),
    ],
)
def test_arrows_count_the_thirds_of_how_far_hours_before_went(change, arrows):
    assert funding_trend(change, PAST) == arrows


def test_too_few_hours_before_have_no_thirds():
    assert funding_trend(0.0001, PAST[:8]) is None
    assert funding_trend(0.0001, np.append(PAST[:8], NAN)) is None
    assert funding_trend(NAN, PAST) is None


def test_any_change_after_none_at_all_is_the_largest():
    assert funding_trend(1e-9, np.zeros(20)) == 3
