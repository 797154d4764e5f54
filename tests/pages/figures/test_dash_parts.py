import pytest

from core.domain.units import NS_PER_HOUR, NS_PER_S
from data.views.left_out import LeftOut
from pages.figures.dash_parts import clock, countdown, left_words, money, past, price
from pages.figures.node import texts
from tests.support.derivatives import at
from tests.support.desk import OKX


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (5.4, "5"),
        (532, "532"),
        (999.6, "1.00K"),
        (1_240, "1.24K"),
        (12_400, "12.4K"),
        (999_600, "1.00M"),
        (1_235_000, "1.24M"),
        (2.5e9, "2.50B"),
        (-1_240_000, "−1.24M"),
        (float("nan"), "–"),
    ],
)
def test_money_has_three_digits_and_its_power(value, text):
    assert money(value) == text


def test_a_plus_is_written_only_where_it_is_asked_for():
    assert money(1_240_000, signed=True) == "+1.24M"
    assert money(0, signed=True) == "0"


@pytest.mark.parametrize(
    ("value", "text"), [(62_150.5, "62,150.5"), (3_346.35, "3,346.35"), (0.5, "0.50000")]
)
def test_a_price_has_six_digits(value, text):
    assert price(value) == text


def test_times_are_those_of_the_day_and_what_is_left_of_it():
    assert clock(at(61)) == "22:14:01"
    assert countdown(3 * NS_PER_HOUR + 12 * 60 * NS_PER_S + 45 * NS_PER_S) == "3:12:45"
    assert countdown(-5) == "0:00:00"


def test_what_is_left_out_is_told_with_its_reason_and_since_when():
    assert left_words(LeftOut(OKX.id, "stale", at(0))) == "OKX perp: stale since 22:13:00 UTC"
    assert left_words(LeftOut(OKX.id, "no quote of late")) == "OKX perp: no quote of late"


def test_a_past_figure_that_is_not_held_is_a_dash_that_says_why():
    found = past("24h", "", "trades are not held so far back")
    assert texts(found) == ["24h –"]
    assert found.attributes["title"] == "24 hours ago: trades are not held so far back."
