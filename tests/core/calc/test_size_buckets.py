import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.size_buckets import size_boundaries, size_buckets
from core.calc.tape_orders import tape_orders
from core.domain.arrays import empty_trades
from tests.core.calc.test_spreads import trades
from tests.support.tapes import tapes

S = 1_000_000_000


def test_an_order_is_in_the_bucket_of_its_whole_notional():
    tape = trades((0, 10, 4, 1), (0, 11, 6, 1), (5, 10, 10, -1), (S, 10, 9, -1), (S, 10, 9, 0))
    found = size_buckets(
        tape_orders(tape), boundaries_quote=np.array([50.0, 53.0]), tick_lot_quote=0.5, step_ns=S
    )
    assert found.open_ns.tolist() == [0, S]
    assert found.buy_lots.tolist() == [[0, 0, 10], [0, 0, 0]]
    assert found.sell_lots.tolist() == [[0, 10, 0], [9, 0, 0]]
    assert found.orders.tolist() == [[0, 1, 1], [2, 0, 0]]


@given(tapes(), st.lists(st.integers(0, 60_000), max_size=4).map(sorted))
def test_buckets_add_up_to_the_bars(tape, boundaries):
    found = size_buckets(
        tape_orders(tape),
        boundaries_quote=np.array(boundaries, np.float64),
        tick_lot_quote=1.0,
        step_ns=S,
    )
    bars = time_bars(tape, step_ns=S)
    assert found.open_ns.tolist() == bars["open_ns"].tolist()
    assert found.buy_lots.sum(axis=1).tolist() == bars["buy_lots"].tolist()
    assert found.sell_lots.sum(axis=1).tolist() == bars["sell_lots"].tolist()


def test_boundaries_are_sizes_of_orders_and_need_five_thousand_of_them():
    sizes = np.random.default_rng(7).permutation(np.arange(1.0, 5_001.0))
    assert size_boundaries(sizes).tolist() == [2_500, 4_500, 4_950, 4_995]
    assert size_boundaries(sizes[1:]) is None


def test_no_orders_make_no_rows_and_an_interval_needs_a_length():
    nothing = tape_orders(empty_trades())
    how = {"boundaries_quote": np.array([1.0]), "tick_lot_quote": 1.0}
    assert size_buckets(nothing, step_ns=S, **how).buy_lots.shape == (0, 2)
    with pytest.raises(ValueError, match="above zero"):
        size_buckets(nothing, step_ns=0, **how)
