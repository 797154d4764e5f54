import numpy as np
import pytest

from pages.figures import funding, palette
from tests.support.derivatives import NAN, view


def test_the_rate_is_in_percent_green_where_longs_pay_and_red_where_shorts_do():
    above, below, basis = funding.draw(view(rate=(0.0001, -0.0002))).traces
    assert above["line"]["color"] == palette.BUY
    assert below["line"]["color"] == palette.SELL
    assert above["y"][0] == pytest.approx(0.01)
    assert below["y"][-1] == pytest.approx(-0.02)
    assert (basis["yaxis"], basis["y"].tolist()) == ("y6", [1.5, 2.5])


def test_a_side_that_nobody_paid_is_not_sent():
    names = [trace["name"] for trace in funding.draw(view()).traces]
    assert names == ["Funding above zero", "Basis"]


def test_without_a_spot_market_there_is_no_basis_and_none_is_spoken_of():
    alone = view(basis=None)
    assert [trace["name"] for trace in funding.draw(alone).traces] == ["Funding above zero"]
    assert "basis" not in funding.title(alone)
    assert funding.reading(alone).note == ""


def test_rate_and_basis_have_their_zero_at_one_height():
    rates, bases = funding.ranges(view(rate=(0.0001, 0.0003), basis=(-2.0, 1.0)))
    assert -rates[0] / (rates[1] - rates[0]) == pytest.approx(-bases[0] / (bases[1] - bases[0]))
    assert rates[0] < 0.0
    assert rates[1] > 0.03
    assert bases[0] < -2.0
    assert bases[1] > 1.0


def test_of_nothing_known_the_ranges_are_not_empty():
    rates, bases = funding.ranges(view(rate=(NAN, NAN), basis=(NAN, NAN)))
    assert rates[0] < rates[1]
    assert bases[0] < bases[1]
    assert funding.draw(view(rate=(NAN, NAN), basis=(NAN, NAN))).traces == []


def test_the_title_has_interval_units_and_the_time_to_the_next_payment():
    assert funding.title(view()) == "Binance funding (% of 8 h), basis (bps), next in 01:01:01"
    assert funding.title(view(next_s=0)) == "Binance funding (% of 8 h), basis (bps)"


def test_the_reading_is_the_rate_with_its_sign_and_the_basis():
    found = funding.reading(view())
    assert (found.text, found.colour) == ("+0.0100 %", palette.BUY)
    assert (found.note, found.note_colour) == ("basis +2.50 bps", palette.BASIS)
    unknown = funding.reading(view(rate=(0.0001, NAN), basis=(1.0, NAN)))
    assert (unknown.text, unknown.note) == ("\N{EN DASH}", "")


def test_a_rate_that_is_missing_is_a_hole():
    above, *_ = funding.draw(view(rate=(0.0001, NAN, 0.0002), basis=None)).traces
    assert np.isnan(above["y"]).sum() == 1
    assert above["connectgaps"] is False


def test_what_the_premium_would_lead_to_is_a_dotted_line_and_stands_in_the_title():
    found = view(predicted=(NAN, 0.000102))
    *_, line = funding.draw(found).traces
    assert (line["name"], line["line"]["dash"]) == ("Predicted funding", "dot")
    assert line["y"][-1] == pytest.approx(0.0102)
    assert funding.title(found).endswith("next in 01:01:01, about +0.0102 %")
    assert funding.ranges(view(predicted=(0.0, 0.009)))[0][1] > 0.9


def test_where_no_premium_is_known_nothing_is_predicted():
    for found in (view(), view(predicted=(NAN, NAN)), view(predicted=(0.0001, NAN))):
        assert funding.title(found).endswith("next in 01:01:01")
    names = [trace["name"] for trace in funding.draw(view(predicted=(NAN, NAN))).traces]
    assert names == ["Funding above zero", "Basis"]
