import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.liquidation_buckets import cascade_risk
from core.calc.liquidation_zones import is_dangerous, liquidation_zones, sum_zones
from core.domain.arrays import LIQUIDATION_DTYPE, Position

LONG, SHORT = Position.LONG, Position.SHORT
ROWS = st.lists(
    st.tuples(st.integers(1, 99), st.integers(1, 99_999), st.sampled_from([LONG, SHORT])),
    max_size=15,
)


def zones(*rows, step=100.0):
    """Rows of (lots of half a coin, price, position)."""
    out = np.zeros(len(rows), LIQUIDATION_DTYPE)
    for index, (lots, price, position) in enumerate(rows):
        out[index] = (index, index, lots, price, position, 0)
    return liquidation_zones(out, lot_base=0.5, step_quote=step)


def test_longs_and_shorts_are_counted_and_summed_by_a_hundred_dollars():
    found = zones((2, 62_100.0, LONG), (4, 62_199.9, LONG), (6, 62_150.0, SHORT), (8, 62_200, LONG))
    assert found.bucket.tolist() == [621, 622]
    assert found.longs.tolist() == [2, 1]
    assert found.shorts.tolist() == [1, 0]
    assert found.long_quote.tolist() == pytest.approx([62_100 + 2 * 62_199.9, 4 * 62_200])
    assert found.short_quote.tolist() == pytest.approx([3 * 62_150, 0])
    assert found.buckets.low.tolist() == [62_100.0, 62_200.0]
    assert found.buckets.high.tolist() == [62_200.0, 62_300.0]


def test_a_price_on_an_edge_is_in_the_bucket_above_whatever_the_float_says():
    found = zones((1, 150.06, LONG), (1, 100.3, LONG), (1, 0.3, SHORT), step=0.02)
    assert found.bucket.tolist() == [15, 5015, 7503]
    assert zones((1, 0.3, SHORT), step=0.1).bucket.tolist() == [3]


def test_a_bucket_is_dangerous_above_a_million_and_not_at_it():
    found = zones((2, 1e6, LONG), (2, 2e6, LONG), (1, 2.5e6, SHORT))
    assert found.total_quote.tolist() == [1e6, 2e6, 1.25e6]
    assert is_dangerous(found).tolist() == [False, True, True]
    assert is_dangerous(found, danger_quote=1.5e6).tolist() == [False, True, False]


def test_the_risk_of_a_cascade_is_one_in_the_bucket_of_the_side_that_lost_all():
    found = zones((2, 62_150.0, LONG))
    assert cascade_risk(found.buckets, 62_150.0) == 1.0
    assert cascade_risk(found.buckets, 62_200.0 / (1 - 0.005)) == pytest.approx(0.5)
    assert cascade_risk(zones().buckets, 62_150.0) == 0.0


@given(ROWS, ROWS)
def test_venues_are_summed_as_if_all_had_come_from_one(first, second):
    both = sum_zones([zones(*first), zones(*second)], step_quote=100.0)
    one = zones(*first, *second)
    assert both.bucket.tolist() == one.bucket.tolist()
    assert both.longs.tolist() == one.longs.tolist()
    assert both.shorts.tolist() == one.shorts.tolist()
    assert both.long_quote == pytest.approx(one.long_quote)
    assert both.short_quote == pytest.approx(one.short_quote)


@given(ROWS)
def test_a_venue_that_is_left_out_leaves_the_others_as_they_are(rows):
    alone = sum_zones([zones(*rows)], step_quote=100.0)
    assert alone.total_quote == pytest.approx(zones(*rows).total_quote)
    assert sum_zones([], step_quote=100.0).bucket.size == 0
