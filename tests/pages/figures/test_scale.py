import numpy as np
import pytest

from pages.figures.scale import amount_text, number_text, size_text
from tests.support.trades import instrument


@pytest.mark.parametrize(
    ("lots", "text"),
    [
        (0, "0"),
        (12, "0.012"),
        (12_345, "12.35"),
        (999_900, "999.9"),
        (1_234_567, "1.235K"),
        (-1_234_567, "−1.235K"),
        (5_000_000_000, "5.000M"),
        (np.nan, "\N{EN DASH}"),
    ],
)
def test_a_size_fits_a_cell(lots, text):
    assert size_text(lots, instrument(step="0.001")) == text


def test_a_signed_size_says_plus():
    assert size_text(12, instrument(step="0.001"), signed=True) == "+0.012"
    assert size_text(0, instrument(step="0.001"), signed=True) == "0"


def test_a_number_has_the_same_minus_as_the_axes_of_the_chart():
    assert number_text(-1_250.5, 1, unit=" bps") == "−1,250.5 bps"
    assert number_text(0.25, 2, signed=True) == "+0.25"
    assert number_text(-0.0001, 3, signed=True) == "+0.000"
    assert number_text(-0.0001, 3) == "0.000"
    assert number_text(np.nan, 2) == "\N{EN DASH}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.12345, "0.123"),
        (999.96, "1.000K"),
        (999_940, "999.9K"),
        (999_960, "1.000M"),
        (-81_200, "−81.20K"),
    ],
)
def test_an_amount_has_four_digits_also_where_it_is_rounded_up(value, text):
    assert amount_text(value) == text
