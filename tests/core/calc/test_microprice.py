import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.microprice import (
    MicropriceRule,
    adjustments,
    fit_microprice,
    microprice_ticks,
)
from core.domain.arrays import QUOTE_DTYPE
from tests.support.vectors import vector

RULE = MicropriceRule(buckets=3, most_spread_ticks=2, least_visits=20)


def quotes(*rows):
    """Rows of (bid_ticks, bid_lots, ask_ticks, ask_lots)."""
    out = np.zeros(len(rows), QUOTE_DTYPE)
    for index, (bid, bid_lots, ask, ask_lots) in enumerate(rows):
        out[index] = (index, index, index, bid_lots, ask_lots, bid, ask)
    return out


def walk(seed, count, *, drift=0.0):
    """A market one tick wide whose mid follows the imbalance."""
    rng = np.random.default_rng(seed)
    rows, bid = [], 1_000
    for _ in range(count):
        bid_lots, ask_lots = (int(each) for each in rng.integers(1, 100, 2))
        rows.append((bid, bid_lots, bid + 1, ask_lots))
        lean = bid_lots / (bid_lots + ask_lots) - 0.5 + drift
        bid += int(rng.random() < abs(lean)) * (1 if lean > 0 else -1)
    return quotes(*rows)


def test_the_adjustments_are_those_of_the_worked_example():
    example = vector("microprice-stoikov")
    inputs = {name: np.array(values) for name, values in example["inputs"].items()}
    found = adjustments(inputs["Q"], inputs["R1"], inputs["K"], inputs["R2"])
    near = {"rel": example["rel_tol"], "abs": 1e-11}
    assert found == pytest.approx(example["expected"]["G_star"], **near)
    nowhere = np.zeros_like(inputs["R2"])
    first = adjustments(inputs["Q"], inputs["R1"], inputs["K"], nowhere)
    assert first == pytest.approx(example["expected"]["G1"], **near)
    steps = [adjustments(inputs["Q"], inputs["R2"], each, nowhere) for each in np.eye(3)]
    assert np.column_stack(steps) == pytest.approx(np.array(example["expected"]["B"]), **near)


def test_a_sum_without_a_limit_is_not_known():
    always = np.eye(1)
    assert np.isnan(adjustments(np.zeros((1, 1)), np.ones((1, 1)), np.ones(1), always)).all()
    assert np.isnan(adjustments(always, np.zeros((1, 1)), np.ones(1), always)).all()


@pytest.mark.parametrize("drift", [0.0, 0.1])
def test_more_bids_lift_it_and_the_mirror_image_presses_it_as_much(drift):
    adjust = fit_microprice(walk(1, 3_000, drift=drift), rule=RULE).adjust_ticks
    assert adjust[0, 2] > 0.1
    assert adjust[0, 0] == pytest.approx(-adjust[0, 2])
    assert adjust[0, 1] == pytest.approx(0.0, abs=1e-9)


def test_a_state_that_was_seldom_seen_is_not_known():
    fit = fit_microprice(walk(2, 500), rule=RULE)
    assert np.isnan(fit.adjust_ticks[1]).all()
    assert fit.visits[1].tolist() == [0, 0, 0]
    rare = MicropriceRule(buckets=3, most_spread_ticks=2, least_visits=10_000)
    assert np.isnan(fit_microprice(walk(2, 500), rule=rare).adjust_ticks).all()


def test_steps_across_a_gap_do_not_count():
    rows = walk(3, 400)
    follows = np.arange(400) % 2 == 1
    assert fit_microprice(rows, rule=RULE).visits.sum() == 2 * 399
    assert fit_microprice(rows, rule=RULE, follows=follows).visits.sum() == 2 * 200


def test_the_microprice_is_the_mid_and_its_states_adjustment():
    fit = fit_microprice(walk(1, 3_000), rule=RULE)
    told = quotes((10, 90, 11, 10), (10, 10, 11, 90), (10, 5, 15, 5), (10, 0, 11, 5))
    found = microprice_ticks(told, fit)
    assert found[:2].tolist() == [10.5 + fit.adjust_ticks[0, 2], 10.5 + fit.adjust_ticks[0, 0]]
    assert np.isnan(found[2:]).all()


@pytest.mark.parametrize("count", [0, 1])
def test_of_no_step_nothing_is_known(count):
    fit = fit_microprice(quotes(*[(9, 1, 10, 1)] * count), rule=RULE)
    assert np.isnan(fit.adjust_ticks).all()
    assert microprice_ticks(quotes(*[(9, 1, 10, 1)] * count), fit).size == count


@given(st.integers(0, 2**31 - 2), st.integers(1, 2**50), st.integers(1, 2**50))
def test_a_shift_of_the_price_shifts_the_microprice(bid, bid_lots, ask_lots):
    fit = fit_microprice(walk(4, 500), rule=RULE)
    there = microprice_ticks(quotes((bid, bid_lots, bid + 1, ask_lots)), fit)[0]
    here = microprice_ticks(quotes((0, bid_lots, 1, ask_lots)), fit)[0]
    assert there - bid == pytest.approx(here, abs=1e-6)
