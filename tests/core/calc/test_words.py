from dataclasses import replace
from decimal import Decimal

import pytest

from core.calc.words import coins_text, count_text, decimals, number_text, price_text, share_text
from tests.support.trades import instrument

COIN = instrument()


@pytest.mark.parametrize(
    ("step", "wanted"), [("0.10", 1), ("0.01", 2), ("1", 0), ("5", 0), ("10", 0), ("1E-8", 8)]
)
def test_a_price_has_the_decimals_of_its_tick(step, wanted):
    assert decimals(Decimal(step)) == wanted


@pytest.mark.parametrize(
    ("ticks", "step", "text"),
    [
        (970_242, "0.1", "97,024.2"),
        (970_240, "0.10", "97,024.0"),
        (3, "0.0001", "0.0003"),
        (12_345, "5", "61,725"),
        (-14, "0.1", "−1.4"),
    ],
)
def test_a_price_has_the_decimals_of_its_tick_and_its_thousands_marked(ticks, step, text):
    assert price_text(ticks, replace(COIN, tick_size=Decimal(step))) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.00001, "0.00001"),
        (0.02, "0.02"),
        (12.3456, "12.35"),
        (900, "900"),
        (12_345.6, "12,346"),
        (-6.1999999, "−6.2"),
    ],
)
def test_a_number_has_four_digits_or_all_whole_ones_and_never_an_exponent(value, text):
    assert number_text(value) == text


def test_only_what_is_above_zero_gets_a_plus():
    assert [number_text(each, signed=True) for each in (-2, 0, 2)] == ["−2", "0", "+2"]


def test_coins_are_named_shares_are_in_percent_and_one_is_no_plural():
    assert coins_text(-1_500, COIN) == "−1.5 BTC"
    assert (share_text(0.995, places=1), share_text(0.25)) == ("99.5 %", "25 %")
    assert [count_text(each, "fill") for each in (1, 1_200)] == ["1 fill", "1,200 fills"]
