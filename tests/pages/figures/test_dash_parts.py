import pytest

from core.domain.units import NS_PER_HOUR, NS_PER_S
from data.views.left_out import LeftOut
from pages.figures.dash_parts import countdown, left_words, past, price
from pages.figures.node import texts
from pages.figures.off_words import clock_text
from tests.support.derivatives import at
from tests.support.desk import OKX


@pytest.mark.parametrize(
    ("value", "text"), [(62_150.5, "62,150.5"), (3_346.35, "3,346.35"), (0.5, "0.50000")]
)
def test_a_price_has_six_digits(value, text):
    assert price(value) == text


def test_times_are_those_of_the_day_and_what_is_left_of_it():
    assert clock_text(at(61)) == "22:14:01"
    assert countdown(3 * NS_PER_HOUR + 12 * 60 * NS_PER_S + 45 * NS_PER_S) == "3:12:45"
    assert countdown(-5) == "0:00:00"


def test_what_is_left_out_is_told_with_its_reason_and_since_when():
    assert left_words(LeftOut(OKX.id, "stale", at(0))) == "OKX perp: stale since 22:13:00 UTC"
    assert left_words(LeftOut(OKX.id, "no quote of late")) == "OKX perp: no quote of late"


def test_a_past_figure_that_is_not_held_is_a_dash_that_says_why():
    found = past("24h", "", "trades are not held so far back")
    assert texts(found) == ["24h –"]
    assert found.attributes["title"] == "24 hours ago: trades are not held so far back."
