import pytest

from core.calc.regime_values import Part
from data.views.coin_minutes import Rests
from pages.figures.context_parts import bar, draw
from pages.figures.regime_words import market_code, value_text
from tests.support.derivatives import OKX, PERP
from tests.support.nodes import all_said, hovers, stat, stats, walked
from tests.support.regime import NAN, part, view


def test_each_contribution_has_its_value_with_unit_its_score_with_sign_and_its_weight():
    found = stats(draw(view()))
    rows = {
        each: tuple(found[f"{each}-{name}"] for name in ("value", "score", "weight"))
        for each in (each.name.lower() for each in Part)
    }
    assert rows == {
        "price": ("+1.25 bps/min", "+0.90", "20 %"),
        "spot_cvd": ("+2.00 BTC/min", "+0.80", "25 %"),
        "perp_cvd": ("−4.50 BTC/min", "−0.70", "20 %"),
        "open_interest": ("+0.120 %", "+0.60", "15 %"),
        "funding": ("+0.0300 %/8 h", "−0.50", "5 %"),
        "basis": ("−2.50 bps", "+0.50", "5 %"),
        "volatility": ("3.65 bps/min", "−0.66", "5 %"),
        "spread": ("0.0125 bps", "0.00", "5 %"),
    }


def test_under_them_stands_what_they_say_together_and_how_much_of_it_is_known():
    found = stats(draw(view(lean=-0.214, known_frac=0.7)))
    assert (found["lean"], found["known"]) == ("−0.21", "70 %")


def test_what_is_not_known_is_a_dash_that_says_why_and_has_no_bar():
    node = draw(view(parts={Part.BASIS: part(Part.BASIS, value=NAN, rank=NAN, score=NAN)}))
    found = stats(node)
    assert (found["basis-value"], found["basis-score"]) == ("\N{EN DASH}", "\N{EN DASH}")
    (dash,) = stat(node, "basis-score").kids
    assert dash.attributes["title"] == "What is usual in its day needs 60 minutes of it."


def test_a_contribution_without_a_venue_is_marked_and_names_it():
    rests = Rests((PERP.id,), ((OKX.id, "stale"),))
    node = draw(view(parts={Part.PERP_CVD: part(Part.PERP_CVD, rests=rests)}))
    mark = stat(node, "perp_cvd-lacks")
    assert mark.attributes["title"] == "without OKX perp: stale"
    assert "spot_cvd-lacks" not in stats(node)


def widths(node):
    return [
        (each.attributes["x"], each.attributes["width"], each.classes)
        for each in walked(node)
        if each.tag == "rect"
    ]


@pytest.mark.parametrize(
    ("score", "part_of", "drawn"),
    [
        (0.5, 1.0, [("0.0", "100.0", "quiet"), ("50.0", "25.0", "buy")]),
        (-0.5, 1.0, [("0.0", "100.0", "quiet"), ("25.0", "25.0", "sell")]),
        (-1.0, 0.2, [("40.0", "20.0", "quiet"), ("40.0", "10.0", "sell")]),
        (NAN, 0.2, [("40.0", "20.0", "quiet")]),
    ],
)
def test_a_bar_goes_to_the_side_it_speaks_for_within_the_band_of_its_weight(score, part_of, drawn):
    found = [
        (x, width, of.removeprefix("ts-tone-")) for x, width, of in widths(bar(score, part_of))
    ]
    assert found == drawn


def test_every_row_says_what_it_is():
    assert any("taker buys less taker sells" in each for each in hovers(draw(view())))
    assert all_said(draw(view())).startswith("Contribution Now Usual today Speaks for Score Weight")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (123.4, "+123 BTC/min"),
        (12.34, "+12.3 BTC/min"),
        (0.01234, "+0.0123 BTC/min"),
        (0.0, "0.00 BTC/min"),
        (-1234.5, "−1,234 BTC/min"),
        (0.00001, "+0.0000 BTC/min"),
    ],
)
def test_a_value_has_three_digits_and_four_decimals_at_most(value, text):
    assert value_text(Part.SPOT_CVD, value, "BTC") == text


def test_a_market_is_named_by_its_venues_code_and_kind():
    assert market_code(OKX.id) == "OKX perp"
