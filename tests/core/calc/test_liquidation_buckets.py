import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.liquidation_buckets import (
    cascade_risk,
    liquidation_buckets,
    nearest_large,
    price_buckets,
    sum_buckets,
)
from core.domain.arrays import LIQUIDATION_DTYPE, Position

LONG, SHORT = Position.LONG, Position.SHORT
EVENTS = st.lists(
    st.tuples(st.integers(1, 99), st.floats(1e-6, 1e6), st.sampled_from([LONG, SHORT])),
    max_size=20,
)


def buckets(*rows):
    """Rows of (lots, price, position)."""
    out = np.zeros(len(rows), LIQUIDATION_DTYPE)
    for index, (lots, price, position) in enumerate(rows):
        out[index] = (index, index, lots, price, position, 0)
    return liquidation_buckets(out, lot_base=0.5)


def test_notional_is_summed_by_price_and_position():
    found = buckets((2, 100.0, LONG), (4, 100.01, LONG), (6, 100.02, SHORT), (8, 103.0, LONG))
    assert found.long_quote == pytest.approx([100 + 200.02, 412.0])
    assert found.short_quote == pytest.approx([300.06, 0.0])


@given(EVENTS)
def test_every_price_lies_in_its_bucket_and_nothing_is_lost(rows):
    found = buckets(*rows)
    for _, price, _ in rows:
        assert ((found.low <= price * (1 + 1e-9)) & (price < found.high * (1 + 1e-9))).any()
    total = sum(lots * 0.5 * price for lots, price, _ in rows)
    assert found.long_quote.sum() + found.short_quote.sum() == pytest.approx(total)
    assert found.high == pytest.approx(found.low * 1.001)


def test_buckets_are_as_wide_at_every_price():
    found = price_buckets(np.array([1.0, 1.0005, 1.0015, 0.9995]), width_bps=10)
    assert found.tolist() == [0, 0, 1, -1]


def test_risk_is_the_share_of_a_side_times_how_near_its_largest_bucket_is():
    found = buckets((30, 100.0, LONG), (10, 90.0, LONG), (13, 100.0, SHORT))
    one_sided = 1950 / 2600
    assert cascade_risk(found, 100.0) == pytest.approx(one_sided)
    away = (found.low[1] - 99.5) / 99.5
    assert cascade_risk(found, 99.5) == pytest.approx(one_sided * (1 - away / 0.01))
    assert cascade_risk(found, 90.0) == 0.0


def test_of_two_equal_buckets_the_nearer_counts():
    found = buckets((10, 100.0, SHORT), (8, 125.0, SHORT))
    assert cascade_risk(found, 100.0) == cascade_risk(found, 125.0) == 1.0


def test_without_liquidations_there_is_no_risk_and_without_a_price_it_is_not_known():
    assert cascade_risk(buckets(), 100.0) == 0.0
    assert buckets().low.size == 0
    assert math.isnan(cascade_risk(buckets((1, 100.0, LONG)), float("nan")))


@given(EVENTS, EVENTS)
def test_the_sum_of_two_venues_is_what_one_with_all_their_events_would_tell(one, other):
    found = sum_buckets([buckets(*one), buckets(*other)])
    whole = buckets(*one, *other)
    assert found.low.tolist() == whole.low.tolist()
    assert found.high.tolist() == whole.high.tolist()
    assert found.long_quote == pytest.approx(whole.long_quote)
    assert found.short_quote == pytest.approx(whole.short_quote)


def test_of_no_venue_there_is_no_bucket():
    assert sum_buckets([]).low.size == 0
    assert nearest_large(sum_buckets([]), 100.0) is None


def test_a_large_bucket_holds_half_of_the_largest_and_the_nearest_one_counts():
    found = buckets((10, 90.0, LONG), (5, 91.0, SHORT), (4, 99.0, LONG), (20, 120.0, LONG))
    assert found.long_quote.tolist()[-1] == 1200.0
    assert nearest_large(found, 100.0) == 3
    twice = buckets((13, 90.0, LONG), (5, 91.0, SHORT), (4, 99.0, LONG), (10, 120.0, LONG))
    assert nearest_large(twice, 100.0) == 0
    assert nearest_large(twice, 111.0) == 3
    assert nearest_large(twice, float("nan")) is None


def test_of_two_large_buckets_as_near_the_larger_counts():
    found = buckets((10, 100.0, LONG), (8, 100.0, SHORT), (19, 101.0, LONG))
    middle = float(found.high[0] + found.low[1]) / 2
    assert nearest_large(found, middle) == 1
