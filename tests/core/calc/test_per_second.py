import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.calc.per_second import per_second, rolling_mean


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 5)), max_size=20))
def test_sums_are_those_of_the_spans(rows):
    rows.sort()
    ts_ns, values = np.array(rows, np.int64).reshape(-1, 2).T
    found = per_second(ts_ns, values, np.array([2, 4, 5, 9]))
    spans = ((2, 4), (4, 5), (5, 9))
    assert found.tolist() == [sum(v for t, v in rows if a <= t < b) for a, b in spans]


def test_one_edge_is_no_span():
    assert per_second(np.array([1]), np.array([1]), np.array([0])).tolist() == []


def test_a_mean_needs_all_of_its_values():
    gone = np.array([False, False, True, False, False])
    found = rolling_mean(np.array([1, 2, 9, 4, 5]), gone, width=2)
    np.testing.assert_array_equal(found, [np.nan, 1.5, np.nan, np.nan, 4.5])
    assert np.isnan(rolling_mean(np.array([1]), gone[:1], width=2)).all()
