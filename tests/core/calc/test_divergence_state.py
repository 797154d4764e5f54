import numpy as np
import pytest

from core.calc.divergence_state import (
    BY_CHANCE,
    BY_CHANCE_TOGETHER,
    DivergenceStates,
    divergence_rate,
    divergence_states,
)
from core.calc.regime_scores import regime_scores
from core.calc.regime_values import Part, regime_values
from tests.support.regime import NAN, minutes

UP, DOWN = 100 * np.exp(np.arange(6) / 1e3), 100 * np.exp(-np.arange(6) / 1e3)
BOUGHT, SOLD = np.full(6, 2.0), np.full(6, -2.0)


def newest(price, delta, *, ranks=(0.9, 0.8)):
    own, other = (np.full(price.size, each) for each in ranks)
    found = divergence_states(price, delta, price_rank=own, cvd_rank=other, window=5)
    return int(found.sides[-1]), float(found.strength[-1])


def test_a_falling_price_that_is_bought_is_bullish_and_a_rising_one_that_is_sold_is_bearish():
    assert newest(DOWN, BOUGHT) == (1, pytest.approx(0.8))
    assert newest(UP, SOLD) == (-1, pytest.approx(0.8))


def test_price_and_cvd_that_go_together_have_a_strength_below_zero():
    assert newest(UP, BOUGHT) == (0, pytest.approx(-0.8))


def test_both_must_be_steep_for_their_day():
    assert newest(DOWN, BOUGHT, ranks=(0.69, 0.9)) == (0, pytest.approx(0.69))
    assert newest(DOWN, BOUGHT, ranks=(0.9, 0.69)) == (0, pytest.approx(0.69))
    assert newest(DOWN, BOUGHT, ranks=(0.7, 0.7))[0] == 1


def test_both_must_be_straight_by_half():
    crooked = np.array([0.0, 0.0, 9.0, -9.0, 9.0, -7.0])
    side, _ = newest(DOWN, crooked)
    assert side == 0


def test_what_is_not_known_is_not_judged():
    side, strength = newest(DOWN, BOUGHT, ranks=(NAN, 0.9))
    assert side == 0
    assert np.isnan(strength)
    assert np.isnan(newest(np.where(np.arange(6) == 3, NAN, DOWN), BOUGHT)[1])


def test_the_rate_is_of_the_minutes_that_could_be_judged():
    states = DivergenceStates(np.array([1, 0, -1, 1, 0]), np.array([0.5, -0.2, 0.4, 0.9, NAN]))
    rate = divergence_rate(states)
    assert (rate.minutes, rate.bullish_frac, rate.bearish_frac) == (4, 0.5, 0.25)
    none = divergence_rate(DivergenceStates(np.array([0]), np.array([NAN])))
    assert none.minutes == 0
    assert np.isnan(none.bullish_frac)


@pytest.mark.parametrize(("together", "told"), [(0.0, BY_CHANCE), (0.6, BY_CHANCE_TOGETHER)])
def test_what_chance_gives_is_what_is_told(together, told):
    rng = np.random.default_rng(11)
    own = rng.normal(size=8_000)
    delta = together * own + np.sqrt(1 - together**2) * rng.normal(size=own.size)
    walk = minutes(price=1e5 * np.exp(own.cumsum() / 1e4), spot_delta=delta)
    ranks = regime_scores(regime_values(walk)).ranks
    states = divergence_states(
        walk.price, delta, price_rank=ranks[:, Part.PRICE], cvd_rank=ranks[:, Part.SPOT_CVD]
    )
    rate = divergence_rate(states)
    assert rate.bullish_frac + rate.bearish_frac == pytest.approx(told, abs=0.012)
