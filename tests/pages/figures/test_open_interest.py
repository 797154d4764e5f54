from dataclasses import replace

import numpy as np
import pytest

from core.calc.oi_quadrant import Quadrant
from core.domain.units import NS_PER_MS
from data.views.open_interest import OpenInterestSpec
from pages.figures import open_interest, palette
from tests.support.derivatives import NAN, OKX, PERP, positions
from tests.support.trades import START_NS

SHOWN_NS = positions().open_ns
BOTH = {PERP.id: (100.0, 110.0), OKX.id: (50.0, 45.0)}


def draw(held=None, *, quadrants=None):
    return open_interest.draw(positions(held, quadrants=quadrants), "BTC", shown_ns=SHOWN_NS)


def test_the_sum_of_the_venues_is_an_area_in_coins():
    part = draw(BOTH)
    (trace,) = part.traces
    assert trace["y"].tolist() == [150.0, 155.0]
    assert trace["fill"] == "tozeroy"
    assert trace["yaxis"] == "y4"
    assert part.span == (150.0, 155.0)
    assert trace["x"].tolist() == [START_NS // NS_PER_MS, START_NS // NS_PER_MS + 60_000]
    assert part.title == "Open interest (BTC)"


def test_where_one_venue_is_missing_the_sum_is_a_hole_and_not_the_rest():
    (trace,) = draw({PERP.id: (100.0, 110.0), OKX.id: (50.0, NAN)}).traces
    assert trace["y"][0] == 150.0
    assert np.isnan(trace["y"][-1])
    assert trace["connectgaps"] is False


def test_venue_by_venue_each_line_is_the_change_since_its_first_value():
    part = open_interest.draw_by_venue(positions(BOTH), "BTC", shown_ns=SHOWN_NS)
    assert [trace["y"].tolist() for trace in part.traces] == [
        pytest.approx([0.0, 10.0]),
        pytest.approx([0.0, -10.0]),
    ]
    assert part.span == pytest.approx((-10.0, 10.0))
    words = [each["text"] for each in part.annotations]
    assert words == ["OKX 45.00", "Binance 110.0"]
    assert [(each.label, each.unit) for each in part.cells] == [("Binance", "%"), ("OKX", "%")]
    assert part.title == "Open interest (% since the left edge; values in BTC)"


def test_the_reading_is_the_newest_value_and_its_change_over_the_window():
    found = draw().reading
    assert (found.text, found.note) == ("110.0", "+10.00 % in 1 min")
    assert found.colour == palette.OPEN_INTEREST


def test_an_unknown_newest_value_is_a_dash():
    found = draw({PERP.id: (100.0, NAN)}).reading
    assert (found.text, found.note) == ("\N{EN DASH}", "")


def test_nothing_known_draws_an_empty_pane():
    for quadrants in (None, (0, 0)):
        part = draw({PERP.id: (NAN, NAN)}, quadrants=quadrants)
        assert np.isnan(part.traces[0]["y"]).all()
        assert part.span is None


def test_each_bar_is_a_column_in_the_colour_of_its_quadrant():
    part = draw(quadrants=(Quadrant.LONG_UNWIND, Quadrant.LONG_BUILD))
    found = {trace["name"]: trace for trace in part.traces}
    assert list(found) == ["Open interest, long build", "Open interest, long unwind"]
    assert max(found["Open interest, long build"]["y"]) == 110.0
    assert max(found["Open interest, long unwind"]["y"]) == 100.0
    assert {trace["yaxis"] for trace in part.traces} == {"y4"}
    assert part.span == (100.0, 110.0)


@pytest.mark.parametrize(
    ("quadrant", "word", "colour"),
    [
        (Quadrant.LONG_BUILD, "long build", palette.BUY),
        (Quadrant.SHORT_COVER, "short cover", palette.SHORT_COVER),
        (Quadrant.SHORT_BUILD, "short build", palette.SELL),
        (Quadrant.LONG_UNWIND, "long unwind", palette.LONG_UNWIND),
        (Quadrant.NONE, "no quadrant", palette.QUIET),
    ],
)
def test_the_newest_quadrant_is_said_beside_the_pane(quadrant, word, colour):
    found = draw(quadrants=(Quadrant.NONE, quadrant)).reading
    assert (found.text, found.note, found.note_colour) == ("110.0", word, colour)


def test_the_line_at_the_mouse_has_the_word_of_each_bar_that_the_chart_shows():
    view = positions(quadrants=(Quadrant.SHORT_BUILD, Quadrant.SHORT_COVER))
    coins, word = open_interest.draw(view, "BTC", shown_ns=SHOWN_NS[1:]).cells
    assert coins.values.tolist() == [110.0]
    assert [word.words[int(each)] for each in word.values] == ["short cover"]


def test_a_sum_of_all_venues_names_them_and_those_that_it_is_without():
    spec = OpenInterestSpec((PERP.id,), "1m", everywhere=True)
    found = replace(positions({PERP.id: (1.0, 2.0)}), spec=spec, lacking=(OKX.id,))
    part = open_interest.draw(found, "BTC", shown_ns=found.open_ns)
    assert part.title == "Open interest (BTC, Binance; nothing known of OKX)"
