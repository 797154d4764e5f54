import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.book_imbalance import (
    imbalance_by_distance,
    imbalance_by_level,
    imbalance_within,
    queue_imbalance,
    weighted_mid_ticks,
)
from tests.support.vectors import vector, whole

SIZES = st.lists(st.integers(0, 2**40), min_size=1, max_size=8)


def lots(*sizes):
    return np.array(sizes, np.int64)


def book_of(example):
    inputs = example["inputs"]
    return tuple(
        lots(*(whole(each) for each in inputs[name]))
        for name in ("bid_px", "bid_sz", "ask_px", "ask_sz")
    )


def side(first_ticks, step, sizes):
    return first_ticks + step * np.arange(len(sizes), dtype=np.int64), lots(*sizes)


def test_the_book_of_the_worked_example_has_its_numbers():
    example = vector("obi-microprice")
    bid_ticks, bid_lots, ask_ticks, ask_lots = book_of(example)
    expected, near = example["expected"], {"rel": example["rel_tol"]}
    for levels, name in ((1, "obi1"), (2, "obi2"), (3, "obi_full")):
        found = imbalance_by_level(bid_lots, ask_lots, levels=levels)
        assert found == pytest.approx(expected[name], **near)
    best = queue_imbalance(bid_lots[:1], ask_lots[:1])[0]
    assert (best + 1) / 2 == pytest.approx(expected["queue_imbalance_I"], **near)
    found = weighted_mid_ticks(bid_ticks[:1], bid_lots[:1], ask_ticks[:1], ask_lots[:1])
    assert found[0] == pytest.approx(expected["weighted_mid"], **near)


def test_the_weight_falls_with_distance_as_in_the_worked_example():
    example = vector("obi-microprice")
    bid_ticks, bid_lots, ask_ticks, ask_lots = book_of(example)
    per_unit = example["params"]["distance_decay_per_price_unit"]
    found = imbalance_by_distance(
        (bid_ticks, bid_lots), (ask_ticks, ask_lots), decay_per_bps=per_unit * 100.5 / 1e4
    )
    expected = example["expected"]["obi_distance_exp_k0_5_per_unit"]
    assert found == pytest.approx(expected, rel=example["rel_tol"])


def test_what_rests_on_the_edge_of_the_distance_counts_and_beyond_it_does_not():
    bids, asks = side(9_999, -10, [3, 50]), side(10_001, 10, [1, 70])
    assert imbalance_within(bids, asks, within_bps=1.0) == 0.5
    assert imbalance_within(bids, asks, within_bps=0.9) != 0.5
    assert imbalance_within(bids, asks, within_bps=11.0) == pytest.approx((53 - 71) / 124)


def test_one_far_quote_moves_the_imbalance_of_levels_and_not_that_of_a_distance():
    honest = side(10_000, -1, [5, 6]), side(10_001, 1, [4, 1])
    spoofed = (np.append(honest[0][0], 9_000), np.append(honest[0][1], 900)), honest[1]
    by_level = [imbalance_by_level(b[1], a[1], levels=3) for b, a in (honest, spoofed)]
    within = [imbalance_within(b, a, within_bps=10) for b, a in (honest, spoofed)]
    assert by_level[1] > 0.9 > by_level[0]
    assert within == [0.375, 0.375]


def test_an_empty_side_has_no_middle_and_an_empty_book_no_imbalance():
    empty = side(0, 1, [])
    assert math.isnan(imbalance_by_level(lots(), lots(), levels=5))
    assert math.isnan(imbalance_within(empty, side(5, 1, [1]), within_bps=5))
    assert math.isnan(imbalance_by_distance(side(5, -1, [1]), empty, decay_per_bps=0.1))
    assert imbalance_by_level(lots(3), lots(), levels=1) == 1.0
    found = weighted_mid_ticks(lots(5, 5), lots(1, 0), lots(6, 6), lots(0, 0))
    assert np.isnan(found).all()
    assert queue_imbalance(lots(0, 4), lots(0, 0)).tolist()[1] == 1.0
    assert math.isnan(queue_imbalance(lots(0), lots(0))[0])


def test_no_level_is_refused():
    with pytest.raises(ValueError, match="at least one level"):
        imbalance_by_level(lots(1), lots(1), levels=0)


@given(SIZES, SIZES)
def test_swapping_the_sides_turns_the_sign(bid, ask):
    there = imbalance_by_level(lots(*bid), lots(*ask), levels=5)
    back = imbalance_by_level(lots(*ask), lots(*bid), levels=5)
    assert there == -back or (math.isnan(there) and math.isnan(back))
    assert math.isnan(there) or -1 <= there <= 1


@given(st.integers(1, 2**31 - 10), st.integers(1, 9), st.integers(1, 2**50), st.integers(1, 2**50))
def test_the_weighted_mid_lies_between_bid_and_ask(bid_ticks, spread, bid, ask):
    found = weighted_mid_ticks(lots(bid_ticks), lots(bid), lots(bid_ticks + spread), lots(ask))[0]
    assert bid_ticks <= found <= bid_ticks + spread
