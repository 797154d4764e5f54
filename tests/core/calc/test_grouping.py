import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.grouping import intervals, runs


@given(
    st.lists(st.integers(-(2**40), 2**40), max_size=20),
    st.integers(1, 10**9),
    st.integers(-(10**6), 10**6),
)
def test_a_value_lies_in_its_interval(values, width, origin):
    found = intervals(np.array(values, np.int64), width=width, origin=origin)
    for value, index in zip(values, found.tolist(), strict=True):
        assert origin + index * width <= value < origin + (index + 1) * width


def test_intervals_round_down_below_the_origin():
    ticks = np.array([-3, -2, -1, 0, 1, 2], np.int32)
    assert intervals(ticks, width=2).tolist() == [-2, -1, -1, 0, 0, 1]


@pytest.mark.parametrize("width", [0, -1])
def test_an_interval_without_width_is_refused(width):
    with pytest.raises(ValueError, match="above zero"):
        intervals(np.zeros(1, np.int64), width=width)


def test_a_run_lasts_until_the_label_changes():
    starts, ends = runs(np.array([4, 4, 5, 4, 4, 4, 9]))
    assert starts.tolist() == [0, 2, 3, 6]
    assert ends.tolist() == [2, 3, 6, 7]


def test_no_rows_have_no_runs():
    starts, ends = runs(np.zeros(0, np.int64))
    assert starts.size == ends.size == 0
