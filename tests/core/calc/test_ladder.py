"""One side of a book by price rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.ladder import ladder

BIDS = np.array([107, 104, 103, 99, 90]), np.array([1, 2, 3, 4, 5])


def test_rows_are_summed_from_the_best_on():
    found = ladder(*BIDS, ticks_per_row=5, most=10)
    assert found.row_ticks.tolist() == [105, 100, 95, 90]
    assert found.lots.tolist() == [1, 5, 4, 5]
    assert found.total_lots.tolist() == [1, 6, 10, 15]


def test_only_the_best_rows_are_told():
    found = ladder(*BIDS, ticks_per_row=1, most=2)
    assert (found.row_ticks.tolist(), found.total_lots.tolist()) == ([107, 104], [1, 3])


def test_asks_go_up():
    found = ladder(np.array([101, 104, 105]), np.array([1, 2, 3]), ticks_per_row=5, most=9)
    assert (found.row_ticks.tolist(), found.lots.tolist()) == ([100, 105], [3, 3])


def test_an_empty_side_has_no_rows():
    none = np.zeros(0, np.int64)
    assert ladder(none, none, ticks_per_row=5, most=3).row_ticks.size == 0


@pytest.mark.parametrize(("height", "most"), [(0, 1), (1, 0)])
def test_rows_of_nothing_are_refused(height, most):
    with pytest.raises(ValueError, match="rows of at least a tick"):
        ladder(*BIDS, ticks_per_row=height, most=most)


@given(st.dictionaries(st.integers(1, 500), st.integers(1, 99), max_size=30), st.integers(1, 9))
def test_nothing_is_lost_by_the_height_of_rows(levels, height):
    ticks = np.array(sorted(levels), np.int64)
    lots = np.array([levels[each] for each in sorted(levels)], np.int64)
    found = ladder(ticks, lots, ticks_per_row=height, most=1_000)
    assert found.lots.sum() == sum(levels.values())
    assert found.row_ticks.tolist() == sorted({each // height * height for each in levels})
