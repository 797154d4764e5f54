import numpy as np

from core.calc.profile import TickVolumes, profile
from core.calc.volume_nodes import NOT_SMOOTHED
from pages.figures import nodes, palette
from tests.support.trades import instrument

GRID = instrument(tick="0.5")
LOTS = [1, 4, 9, 4, 1, 2, 8, 20, 8, 1]
"""Peaks at rows 2 and 7, a valley at row 4."""


def two_peaks(ticks_per_row=1):
    lots = np.repeat(np.array(LOTS, np.int64), ticks_per_row)
    volumes = TickVolumes(100 * ticks_per_row, lots, np.zeros_like(lots), np.zeros_like(lots))
    return profile(volumes, ticks_per_row=ticks_per_row)


def draw(result, shown=(0, 10_000), **more):
    return nodes.draw(result, GRID, rule=NOT_SMOOTHED, shown=shown, **more)


def test_peaks_and_the_valley_between_them_are_named_at_their_price():
    part = draw(two_peaks())
    assert [(each["text"], each["y"]) for each in part.annotations] == [
        ("HVN 51.0", 51.0),
        ("HVN 53.5", 53.5),
        ("LVN 52.0", 52.0),
    ]
    assert {each["xref"] for each in part.annotations} == {"paper"}


def test_a_band_is_as_high_as_the_rows_of_its_node_and_stands_at_the_edge():
    band = draw(two_peaks()).shapes[0]
    assert (band["y0"], band["y1"]) == (51.0, 51.5)
    assert 0.95 < band["x0"] < band["x1"] == 1
    assert band["fillcolor"] == palette.faded(palette.HVN, 0.45)
    coarse = draw(two_peaks(4)).shapes[0]
    assert (coarse["y0"], coarse["y1"]) == (204.0, 206.0)


def test_a_node_off_the_pane_is_not_drawn():
    part = draw(two_peaks(), shown=(103, 105))
    assert [each["text"] for each in part.annotations] == ["LVN 52.0"]
    assert len(part.shapes) == 1


def test_labels_can_be_left_out():
    part = draw(two_peaks(), labels=False)
    assert part.annotations == []
    assert len(part.shapes) == 3


def test_an_empty_profile_has_no_nodes():
    empty = TickVolumes(0, *(np.zeros(0, np.int64) for _ in range(3)))
    assert draw(profile(empty, ticks_per_row=1)).shapes == []
