import numpy as np

from core.calc.cvd import Cvd
from core.domain.units import NS_PER_MS, NS_PER_S
from pages.figures import cvd, palette
from tests.support.trades import START_NS, instrument

GRID = instrument(step="0.1")


def drawn(*closes):
    lots = np.array(closes, float)
    opens = START_NS + np.arange(lots.size) * NS_PER_S
    before = np.append(0.0, lots)[: lots.size]
    return cvd.draw(Cvd(opens, before, lots, lots, lots), GRID)


def after_s(trace):
    return ((trace["x"] - START_NS / NS_PER_MS) / 1000).round(6).tolist()


def test_above_zero_is_green_and_below_is_red_in_coins():
    above, below = drawn(10.0, 20.0, -20.0).traces
    assert above["line"]["color"] == palette.BUY
    assert below["line"]["color"] == palette.SELL
    assert np.array_equal(above["y"], [1.0, 2.0, 0.0, np.nan], equal_nan=True)
    assert np.array_equal(below["y"], [np.nan, np.nan, 0.0, -2.0], equal_nan=True)
    assert "BTC" in above["hovertemplate"]


def test_the_line_passes_zero_where_it_does_and_not_at_a_bar():
    above, _ = drawn(10.0, -30.0).traces
    assert after_s(above) == [0.0, 0.25, 1.0]


def test_what_is_not_known_is_a_gap_closed_upright_never_a_zero():
    above, below = drawn(10.0, np.nan, 20.0).traces
    assert after_s(above) == [0.0, 0.0, 1.0, 2.0, 2.0]
    assert np.array_equal(above["y"], [1.0, 0.0, np.nan, 0.0, 2.0], equal_nan=True)
    assert above["connectgaps"] is False
    assert np.isnan(below["y"][2])


def test_the_zero_line_is_there_and_inside_the_span():
    part = drawn(10.0, 20.0)
    assert (part.shapes[0]["y0"], part.shapes[0]["yref"]) == (0, "y2")
    assert part.span == (0.0, 2.0)


def test_a_zero_far_away_does_not_flatten_what_moved():
    assert drawn(-1000.0, -1100.0).span == (-110.0, -100.0)
    assert drawn(1000.0, 1100.0).span == (100.0, 110.0)
    assert drawn(-300.0, -400.0).span == (-40.0, 0.0)
    assert drawn(-1000.0, -1000.0).span == (-100.0, 0.0)


def test_nothing_known_at_all_leaves_the_span_at_zero():
    assert drawn(np.nan).span == (0.0, 0.0)


def test_without_bars_nothing_is_drawn():
    assert drawn().traces == []


def test_no_line_leads_into_the_next_session():
    opens = START_NS + np.arange(4) * NS_PER_S
    before, after = np.array([0.0, 10.0, 0.0, 30.0]), np.array([10.0, 20.0, 30.0, 40.0])
    above, _ = cvd.draw(Cvd(opens, before, after, after, after), GRID).traces
    assert np.array_equal(above["y"], [1.0, 2.0, 0.0, np.nan, 0.0, 3.0, 4.0], equal_nan=True)
    assert after_s(above) == [0.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0]
