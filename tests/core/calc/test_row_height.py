from hypothesis import given
from hypothesis import strategies as st

from core.calc.row_height import row_height


@given(st.integers(0, 10**8), st.integers(1, 500))
def test_a_height_is_one_two_or_five_times_a_power_of_ten_and_the_rows_fit(range_ticks, rows):
    height = row_height(range_ticks, rows=rows)
    assert str(height).rstrip("0") in {"1", "2", "5"}
    assert range_ticks / height <= rows
    assert height == 1 or range_ticks / height > rows / 2.5


def test_a_height_in_use_stays_while_it_is_near_the_best():
    assert row_height(1_200, before=10) == 10
    assert row_height(2_400, before=10) == 10
    assert row_height(3_100, before=10) == 50
    assert row_height(300, before=10) == 5
