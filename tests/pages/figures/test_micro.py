import numpy as np

from core.calc.micro import micro_footprint
from core.domain.units import NS_PER_MS, NS_PER_S
from pages.figures import micro
from tests.support.trades import START_NS, instrument, trades

GRID = instrument(tick="1", step="1")


def drawn(*rows, seconds=3, **options):
    result = micro_footprint(
        trades(*rows), from_ns=START_NS, to_ns=START_NS + seconds * NS_PER_S, ticks_per_row=1
    )
    return micro.draw(result, GRID, ticks_per_row=1, **options)


def test_a_column_is_a_second_and_green_is_buying():
    (cells,) = drawn((0.1, 100, 9, 1), (1.2, 101, 4, -1)).traces
    assert ((cells["x"] - START_NS // NS_PER_MS) / 1000).tolist() == [0.5, 1.5, 2.5]
    assert cells["y"].tolist() == [100.5, 101.5]
    assert cells["z"][0, 0] == 1.0
    assert np.isclose(cells["z"][1, 1], -np.sqrt(4 / 9))


def test_where_nothing_traded_there_is_no_cell():
    (cells,) = drawn((0.1, 100, 9, 1), (1.2, 101, 4, -1)).traces
    assert np.isnan(cells["z"][0, 1])
    assert cells["text"][0][1] == ""


def test_a_cell_says_bid_then_ask():
    (cells,) = drawn((0.1, 100, 9, 1), (0.2, 100, 4, -1)).traces
    assert cells["text"] == [["4 \N{MULTIPLICATION SIGN} 9", "", ""]]


def test_the_click_is_marked():
    (mark,) = drawn((0.1, 100, 9, 1), focus_ns=START_NS + NS_PER_S).shapes
    assert mark["x0"] == mark["x1"] == (START_NS + NS_PER_S) / NS_PER_MS
    assert mark["xref"] == "x2"


def test_without_trades_nothing_is_drawn():
    assert drawn().traces == []
