import numpy as np
import pytest

from core.domain.units import NS_PER_MS
from pages.figures import open_interest, palette
from tests.support.derivatives import NAN, OKX, PERP, view
from tests.support.trades import START_NS


def test_the_sum_of_the_venues_is_an_area_in_coins():
    both = view(held={PERP.id: (100.0, 110.0), OKX.id: (50.0, 45.0)})
    part = open_interest.draw(both, "BTC", by_venue=False)
    (trace,) = part.traces
    assert trace["y"].tolist() == [150.0, 155.0]
    assert trace["fill"] == "tozeroy"
    assert trace["yaxis"] == "y4"
    assert part.span == (150.0, 155.0)
    assert trace["x"].tolist() == [START_NS // NS_PER_MS, START_NS // NS_PER_MS + 60_000]


def test_where_one_venue_is_missing_the_sum_is_a_hole_and_not_the_rest():
    some = view(held={PERP.id: (100.0, 110.0), OKX.id: (50.0, NAN)})
    (trace,) = open_interest.draw(some, "BTC", by_venue=False).traces
    assert trace["y"][0] == 150.0
    assert np.isnan(trace["y"][-1])
    assert trace["connectgaps"] is False


def test_venue_by_venue_each_line_is_the_change_since_its_first_value():
    both = view(held={PERP.id: (100.0, 110.0), OKX.id: (50.0, 45.0)})
    part = open_interest.draw(both, "BTC", by_venue=True)
    assert [trace["y"].tolist() for trace in part.traces] == [
        pytest.approx([0.0, 10.0]),
        pytest.approx([0.0, -10.0]),
    ]
    assert part.span == pytest.approx((-10.0, 10.0))
    words = [each["text"] for each in part.annotations]
    assert words == ["OKX 45.00", "Binance 110.0"]


def test_the_reading_is_the_newest_value_and_its_change_over_the_window():
    found = open_interest.reading(view())
    assert (found.text, found.note) == ("110.0", "+10.00 % in 1 min")
    assert found.colour == palette.OPEN_INTEREST


def test_an_unknown_newest_value_is_a_dash():
    found = open_interest.reading(view(held={PERP.id: (100.0, NAN)}))
    assert (found.text, found.note) == ("\N{EN DASH}", "")


def test_nothing_known_draws_an_empty_pane():
    part = open_interest.draw(view(held={PERP.id: (NAN, NAN)}), "BTC", by_venue=False)
    assert np.isnan(part.traces[0]["y"]).all()
    assert part.span is None
