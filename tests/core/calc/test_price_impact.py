import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.price_impact import price_impact

ORDERS = st.lists(
    st.tuples(st.sampled_from([-1, 0, 1]), st.integers(1, 6), st.integers(-3, 3)), max_size=30
)


def impact(*orders, buckets=2):
    """Orders of (side, size, move of the mid from 10 000, so that 1 is a basis point)."""
    sides, sizes, moves = (np.array([each[i] for each in orders], float) for i in range(3))
    before = np.full(sides.size, 10_000.0)
    return price_impact(sides.astype(int), sizes, before, before + moves, buckets=buckets)


def test_a_buy_that_lifts_and_a_sell_that_presses_have_the_same_impact():
    found = impact((1, 10, 2), (-1, 20, -4), (1, 50, 6), (-1, 40, -8))
    assert found.orders.tolist() == [2, 2]
    assert found.size.tolist() == [15.0, 45.0]
    assert found.impact_bps == pytest.approx([3.0, 7.0])
    assert found.error_bps == pytest.approx([1.0, 1.0])


def test_equal_sizes_stay_in_one_bucket():
    found = impact((1, 5, 1), (1, 5, 2), (1, 5, 3), (1, 9, 4))
    assert found.orders.tolist() == [3, 1]
    assert np.isnan(found.error_bps).tolist() == [False, True]


def test_orders_without_a_side_or_a_mid_are_counted_and_left_out():
    found = impact((0, 5, 9), (1, 5, np.nan), (1, 5, 2))
    assert (found.left_out, found.orders.tolist(), found.impact_bps.tolist()) == (2, [1], [2.0])


def test_of_no_orders_there_is_no_curve():
    found = impact()
    assert found.orders.size == found.impact_bps.size == found.left_out == 0


def test_no_bucket_is_refused():
    with pytest.raises(ValueError, match="at least one bucket"):
        impact((1, 1, 1), buckets=0)


@given(ORDERS, st.integers(1, 5))
def test_every_order_with_a_side_counts_once(orders, buckets):
    found = impact(*orders, buckets=buckets)
    sided = [each for each in orders if each[0]]
    assert found.orders.sum() == len(sided)
    assert found.orders.size <= buckets
    total = sum(side * move for side, _, move in sided)
    assert float((found.impact_bps * found.orders).sum()) == pytest.approx(total, abs=1e-9)
    assert (np.diff(found.size) > 0).all()
