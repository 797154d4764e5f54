from decimal import Decimal

import numpy as np
import pytest

from pages.figures.scale import decimals, price_text, size_text
from tests.support.trades import instrument


@pytest.mark.parametrize(
    ("step", "wanted"), [("0.10", 1), ("0.01", 2), ("1", 0), ("5", 0), ("10", 0), ("1E-8", 8)]
)
def test_a_price_has_the_decimals_of_its_tick(step, wanted):
    assert decimals(Decimal(step)) == wanted


def test_a_price_marks_its_thousands():
    assert price_text(621_505, instrument(tick="0.10")) == "62,150.5"


@pytest.mark.parametrize(
    ("lots", "text"),
    [
        (0, "0"),
        (12, "0.012"),
        (12_345, "12.35"),
        (999_900, "999.9"),
        (1_234_567, "1.235K"),
        (-1_234_567, "-1.235K"),
        (5_000_000_000, "5.000M"),
        (np.nan, "\N{EN DASH}"),
    ],
)
def test_a_size_fits_a_cell(lots, text):
    assert size_text(lots, instrument(step="0.001")) == text


def test_a_signed_size_says_plus():
    assert size_text(12, instrument(step="0.001"), signed=True) == "+0.012"
    assert size_text(0, instrument(step="0.001"), signed=True) == "0"
