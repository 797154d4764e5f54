import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.round_step import round_step, scaled_step


@pytest.mark.parametrize(
    ("size", "step"),
    [(1, 1), (1.4, 1), (1.5, 2), (3.1, 2), (3.2, 5), (7, 5), (7.2, 10), (0.0031, 0.002), (62, 50)],
)
def test_a_size_becomes_the_nearest_step_by_ratio(size, step):
    assert round_step(size) == step


@given(st.floats(1e-8, 1e8))
def test_no_size_is_more_than_sixty_percent_off_its_step(size):
    assert 1 / 1.6 < round_step(size) / size < 1.6


def test_a_hundred_of_bitcoin_is_five_of_ether_and_a_quarter_of_a_dollar_or_so_of_solana():
    assert scaled_step(100.0, price=2_500.0, btc_price=62_000.0) == 5.0
    assert scaled_step(100.0, price=150.0, btc_price=62_000.0) == 0.2
