"""What rests in each price row of a book."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.depth_rows import depth_rows, folded, known_rows
from core.domain.units import MAX_PRICE_TICKS


def ints(*values):
    return np.array(values, np.int64)


def test_levels_are_summed_by_row_whichever_side_they_are_of():
    rows = depth_rows(
        ints(99, 100, 104, 105, 90), ints(1, 2, 3, 4, 9), ticks_per_row=5, rows=(19, 23)
    )
    assert rows.tolist() == [1, 5, 4, 0], "rows from 95, 100, 105 and 110; 90 lies below"


def test_no_rows_of_no_book():
    assert depth_rows(ints(), ints(), ticks_per_row=5, rows=(3, 3)).tolist() == []
    assert depth_rows(ints(), ints(), ticks_per_row=5, rows=(3, 5)).tolist() == [0, 0]


def test_a_row_of_no_height_is_refused():
    with pytest.raises(ValueError, match="at least a tick high, was 0"):
        depth_rows(ints(1), ints(1), ticks_per_row=0, rows=(0, 1))


def test_a_row_of_which_a_part_is_not_known_is_not_known():
    assert known_rows((99, 110), ticks_per_row=5) == (20, 22)
    assert known_rows((100, 109), ticks_per_row=5) == (20, 22), "from 100 to 109, both included"
    assert known_rows((100, 108), ticks_per_row=5) == (20, 21)


def test_a_side_that_is_known_whole_has_no_end():
    low, high = known_rows((0, MAX_PRICE_TICKS), ticks_per_row=10)
    assert (low, high * 10 > MAX_PRICE_TICKS) == (0, True)


def test_rows_are_put_together_where_all_parts_are_known():
    lots = np.array([1, 2, 3, 4, 5], np.float32)
    found = folded(lots, first_row=11, rows=2, wanted=(5, 4))
    assert np.isnan(found).tolist() == [True, False, False, True]
    assert found[1:3].tolist() == [5.0, 9.0], "rows 12 and 13, rows 14 and 15; 11 alone is a half"


@given(
    st.lists(st.tuples(st.integers(1, 300), st.integers(1, 1000)), max_size=40),
    st.integers(1, 7),
    st.integers(1, 5),
)
def test_rows_put_together_are_those_of_the_higher_row(levels, height, times):
    ticks, lots = ints(*[each[0] for each in levels]), ints(*[each[1] for each in levels])
    fine = depth_rows(ticks, lots, ticks_per_row=height, rows=(0, 400))
    high = depth_rows(ticks, lots, ticks_per_row=height * times, rows=(0, 400 // times))
    put = folded(fine.astype(np.float32), first_row=0, rows=times, wanted=(0, 400 // times))
    assert put.tolist() == high.tolist()
