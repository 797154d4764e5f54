import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.move_per_lot import move_per_lot, rolling

NAN = float("nan")
STEPS = st.lists(
    st.tuples(st.integers(-9, 9), st.sampled_from([-2.0, -0.5, 0.0, 1.0, 3.0, NAN])), max_size=30
)


def series(steps):
    return tuple(np.array([each[index] for each in steps], float) for index in (0, 1))


@given(STEPS, st.integers(1, 3), st.integers(1, 8), st.integers(1, 3))
def test_it_is_the_slope_through_zero_of_the_windows_before(steps, apart, fit, least):
    flow, moved = series(steps)
    found = move_per_lot(flow, moved, apart=apart, fit=fit, least=least)
    for index in range(flow.size):
        end = index + 1 - apart
        span = range(max(end - fit, 0), max(end, 0))
        pairs = [(flow[j], moved[j]) for j in span if not np.isnan(moved[j])]
        above = sum(x * y for x, y in pairs)
        if len(pairs) < least or above <= 0:
            assert np.isnan(found[index])
        else:
            assert found[index] == pytest.approx(above / sum(x * x for x, _ in pairs))


@given(STEPS, st.integers(0, 30))
def test_what_comes_later_changes_nothing(steps, cut):
    flow, moved = series(steps)
    whole = move_per_lot(flow, moved, apart=1, fit=5, least=1)
    part = move_per_lot(flow[:cut], moved[:cut], apart=1, fit=5, least=1)
    np.testing.assert_array_equal(part, whole[:cut])


def test_a_sum_reaches_back_as_far_as_it_can():
    assert rolling(np.array([1.0, 2, 4, 8]), 2).tolist() == [1.0, 3.0, 6.0, 12.0]
    assert rolling(np.zeros(0), 2).size == 0
