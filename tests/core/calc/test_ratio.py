import numpy as np

from core.calc.ratio import ratio


def test_what_is_divided_by_nothing_is_not_known():
    found = ratio(np.array([3.0, 0.0, 1.0, 1.0, np.nan]), np.array([2.0, 4.0, 0.0, np.nan, 1.0]))
    np.testing.assert_array_equal(found, [1.5, 0.0, np.nan, np.nan, np.nan])


def test_each_row_of_a_table_is_divided_by_its_own():
    found = ratio(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[2.0, 0.0], [3.0, 8.0]]))
    np.testing.assert_array_equal(found, [[0.5, np.nan], [1.0, 0.5]])
