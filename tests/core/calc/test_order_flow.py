from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.order_flow import flow_events, order_flow
from core.domain.arrays import QUOTE_DTYPE
from tests.support.vectors import vector, whole

STEP = 1_000
SIZE = st.integers(0, 5)
BOOKS = st.lists(st.tuples(st.integers(95, 105), SIZE, st.integers(95, 105), SIZE), max_size=30)


def quotes(*rows, every_ns=100):
    """Rows of (bid_ticks, bid_lots, ask_ticks, ask_lots)."""
    out = np.zeros(len(rows), QUOTE_DTYPE)
    for index, (bid, bid_lots, ask, ask_lots) in enumerate(rows):
        at_ns = index * every_ns
        out[index] = (at_ns, at_ns, index, bid_lots, ask_lots, bid, ask)
    return out


def columns(rows):
    return (rows[name] for name in ("bid_ticks", "bid_lots", "ask_ticks", "ask_lots"))


def event_by_hand(old, new):
    """One event, as the three cases of each side read."""

    def side(old_price, old_lots, new_price, new_lots):
        if not old_lots or not new_lots:
            return new_lots - old_lots
        if new_price > old_price:
            return new_lots
        return -old_lots if new_price < old_price else new_lots - old_lots

    ask = side(-old[2], old[3], -new[2], new[3])
    return side(old[0], old[1], new[0], new[1]) - ask


def test_the_events_of_both_levels_are_those_of_the_worked_example():
    example = vector("ofi")
    sides = [
        np.array(
            [[whole(value, step) for value in each[name]] for each in example["inputs"]], np.int64
        )
        for name, step in (("bid_px", "0.5"), ("bid_sz", 1), ("ask_px", "0.5"), ("ask_sz", 1))
    ]
    found = flow_events(*sides)
    expected = example["expected"]
    assert found[1:, 0].tolist() == expected["level1_events"][1:]
    assert found[1:, 1].tolist() == expected["level2_events"][1:]
    assert found.sum(axis=0).tolist() == [
        expected["ofi_level1_sum"],
        expected["ofi_level2_sum"],
    ]


@given(BOOKS)
def test_each_event_is_what_the_three_cases_of_each_side_give(rows):
    found = flow_events(*columns(quotes(*rows))).tolist()
    by_hand = [event_by_hand(old, new) for old, new in pairwise(rows)]
    assert found == [0, *by_hand][: len(rows)]


def test_a_change_of_size_at_the_same_price_is_flow():
    assert flow_events(*columns(quotes((9, 5, 10, 5), (9, 8, 10, 4)))).tolist() == [0, 4]


def test_events_are_summed_by_interval_with_the_depth_they_met():
    rows = [(9, 5, 10, 5), (9, 8, 10, 4), (9, 8, 10, 8), (9, 2, 10, 8)]
    found = order_flow(quotes(*rows, every_ns=500), step_ns=STEP)
    assert found.open_ns.tolist() == [0, 1_000]
    assert found.flow_lots.tolist() == [4, -10]
    assert found.events.tolist() == [1, 2]
    assert found.depth_lots.tolist() == [6.0, 6.5]
    assert found.share.tolist() == [4 / 6.0, -10 / 6.5]


def test_a_quote_after_missing_ones_is_compared_with_nothing():
    rows = quotes((9, 5, 10, 5), (9, 8, 10, 4), (9, 9, 10, 4))
    found = order_flow(rows, step_ns=STEP, follows=np.array([True, False, True]))
    assert (found.flow_lots.tolist(), found.events.tolist()) == ([1], [1])


def test_an_empty_book_leaves_no_depth_to_measure_by():
    found = order_flow(quotes((0, 0, 0, 0), (0, 0, 0, 0)), step_ns=STEP)
    assert found.flow_lots.tolist() == [0]
    assert np.isnan(found.depth_lots).all()
    assert np.isnan(found.share).all()


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_quotes_have_no_flow(count):
    found = order_flow(quotes(*[(9, 5, 10, 5)] * count), step_ns=STEP)
    assert found.flow_lots.size == found.depth_lots.size == 0


def test_prices_near_the_largest_tick_do_not_overflow():
    top = 2**31 - 1
    assert flow_events(*columns(quotes((1, 5, 2, 5), (top - 1, 6, top, 7)))).tolist() == [0, 11]


def test_quotes_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted"):
        order_flow(quotes((9, 5, 10, 5), (9, 8, 10, 4))[::-1], step_ns=STEP)


@given(BOOKS, st.integers(1, 7))
def test_the_flow_of_the_intervals_adds_up_to_that_of_the_tape(rows, per):
    told = quotes(*rows)
    found = order_flow(told, step_ns=100 * per)
    assert found.flow_lots.sum() == flow_events(*columns(told)).sum()
    assert found.events.sum() == max(len(rows) - 1, 0)


@given(BOOKS)
def test_turning_the_book_upside_down_turns_the_sign(rows):
    turned = [(-ask, ask_lots, -bid, bid_lots) for bid, bid_lots, ask, ask_lots in rows]
    there, back = (flow_events(*columns(quotes(*each))) for each in (rows, turned))
    assert there.tolist() == (-back).tolist()
