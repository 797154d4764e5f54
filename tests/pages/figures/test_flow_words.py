import pytest

from pages.figures.flow_words import money, side_tone


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


def test_above_zero_is_buying_below_selling_and_neither_where_nothing_is_known():
    assert [side_tone(each) for each in (0.1, -0.1, 0.0, float("nan"))] == [
        "buy",
        "sell",
        "quiet",
        "quiet",
    ]
    assert side_tone(float("nan"), neither="") == ""
