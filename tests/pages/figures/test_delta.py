import numpy as np

from core.calc.delta import Delta
from core.domain.units import NS_PER_MS, NS_PER_S
from pages.figures import delta, palette
from tests.support.trades import START_NS, instrument

GRID = instrument(step="0.1")


def drawn(*lots):
    opens = START_NS + np.arange(len(lots)) * NS_PER_S
    return delta.draw(Delta(opens, np.array(lots, float)), GRID, step_ns=NS_PER_S)


def test_a_bar_is_four_corners_around_its_time_as_wide_as_a_candles_body():
    buying, selling = drawn(30.0, -20.0).traces
    middle = START_NS / NS_PER_MS
    assert (buying["x"] - middle).tolist() == [-320, -320, 320, 320]
    assert buying["y"].tolist() == [0, 3, 3, 0]
    assert (selling["x"] - middle).tolist() == [680, 680, 1320, 1320]
    assert selling["y"].tolist() == [0, -2, -2, 0]


def test_buying_is_green_and_selling_is_red():
    buying, selling = drawn(30.0, -20.0).traces
    assert buying["fillcolor"] == palette.faded("#22c55e", 0.85)
    assert selling["fillcolor"] == palette.faded("#ef4444", 0.85)


def test_what_is_not_known_is_left_out_and_not_zero():
    buying, selling = drawn(np.nan, 10.0).traces
    assert buying["x"].size == 4
    assert selling["x"].size == 0


def test_the_span_holds_zero():
    assert drawn(30.0, 10.0).span == (0.0, 3.0)
    assert drawn(-30.0).span == (-3.0, 0.0)


def test_without_bars_nothing_is_drawn():
    assert drawn().traces == []
