import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.cvd_by_size import Measure, cvd_by_size, size_buckets
from core.calc.session_cvd import session_cvd
from core.domain.arrays import TRADE_DTYPE, empty_trades
from core.domain.units import MAX_PRICE_TICKS, MAX_SIZE_LOTS
from tests.support.tapes import DAY_NS, tapes

S = 1_000_000_000
EDGES = st.lists(st.integers(1, 1000), max_size=4, unique=True).map(sorted)


def tape(*rows):
    trades = np.zeros(len(rows), TRADE_DTYPE)
    for index, (at_s, lots, side) in enumerate(rows):
        trades[index]["ts_event_ns"], trades[index]["price_ticks"] = at_s * S, 10
        trades[index]["size_lots"], trades[index]["aggressor"] = lots, side
    return trades


def test_each_bucket_has_a_sum_of_its_own():
    trades = tape((0, 3, 1), (0, 10, -1), (1, 4, 1), (3, 9, -1), (3, 50, 1))
    found = cvd_by_size(trades, edges=[5, 10], measure=Measure.LOTS, step_ns=S)
    assert found.open_ns.tolist() == [0, S, 3 * S]
    assert found.close_lots.tolist() == [[3, 7, 7], [0, 0, -9], [-10, -10, 40]]


def test_every_bucket_restarts_with_the_session():
    trades = tape((0, 3, 1), (0, 10, -1), (86_400, 1, 1))
    found = cvd_by_size(trades, edges=[5], measure=Measure.LOTS, step_ns=S)
    assert found.close_lots.tolist() == [[3, 1], [-10, 0]]


def test_a_bucket_of_unknown_side_alone_is_not_zero():
    trades = tape((0, 3, 1), (0, 10, 0), (1, 2, 1), (2, 10, -1))
    found = cvd_by_size(trades, edges=[5], measure=Measure.LOTS, step_ns=S)
    assert found.close_lots[0].tolist() == [3, 5, 5]
    assert math.isnan(found.close_lots[1][0])
    assert math.isnan(found.close_lots[1][1])
    assert found.close_lots[1][2] == -10


@given(tapes(), EDGES, st.sampled_from(list(Measure)), st.sampled_from([1, S, 60 * S]))
def test_the_buckets_add_up_exactly(trades, edges, measure, step_ns):
    trades["ts_event_ns"] += DAY_NS // 2
    found = cvd_by_size(trades, edges=edges, measure=measure, step_ns=step_ns)
    whole = session_cvd(time_bars(trades, step_ns=step_ns))
    assert found.open_ns.tolist() == whole.open_ns.tolist()
    known = ~np.isnan(whole.close_lots)
    assert (np.nansum(found.close_lots, axis=0)[known] == whole.close_lots[known]).all()


@given(tapes(ticks=(1, 50)), EDGES)
def test_a_trade_is_in_the_bucket_whose_edges_hold_it(trades, edges):
    lots = trades["size_lots"].tolist()
    worth = (trades["size_lots"] * trades["price_ticks"]).tolist()
    for measure, values in ((Measure.LOTS, lots), (Measure.TICK_LOTS, worth)):
        found = size_buckets(trades, edges=edges, measure=measure)
        assert found.tolist() == [sum(edge <= value for edge in edges) for value in values]


def test_an_edge_between_two_sizes_takes_the_larger_one():
    # Worth 10, 20 and 30.
    trades = tape((0, 1, 1), (0, 2, 1), (0, 3, 1))
    assert size_buckets(trades, edges=[11], measure=Measure.TICK_LOTS).tolist() == [0, 1, 1]
    assert size_buckets(trades, edges=[20, 30], measure=Measure.TICK_LOTS).tolist() == [0, 1, 2]


def test_the_worth_of_a_huge_trade_does_not_wrap_around():
    trades = np.zeros(1, TRADE_DTYPE)
    trades["price_ticks"], trades["size_lots"] = MAX_PRICE_TICKS, MAX_SIZE_LOTS
    assert size_buckets(trades, edges=[10, 2**62], measure=Measure.TICK_LOTS).tolist() == [2]


def test_nothing_traded_has_no_sums():
    found = cvd_by_size(empty_trades(), edges=[5], measure=Measure.LOTS, step_ns=S)
    assert found.close_lots.shape == (2, 0)


@pytest.mark.parametrize("edges", [[0], [5, 5], [7, 5]])
def test_edges_that_do_not_ascend_are_refused(edges):
    with pytest.raises(ValueError, match="must ascend"):
        size_buckets(empty_trades(), edges=edges, measure=Measure.LOTS)
