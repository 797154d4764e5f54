import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.domain.arrays import LIQUIDATION_DTYPE, QUOTE_DTYPE
from core.domain.units import NS_PER_S
from data.buffers.rows import RowRing

FOREVER = 2**62


def rows_at(*times):
    rows = np.zeros(len(times), LIQUIDATION_DTYPE)
    rows["ts_event_ns"] = times
    rows["size_lots"] = np.arange(len(times))
    return rows


def quote(ns, bid_ticks):
    return (ns, ns, 1, 5, 5, bid_ticks, bid_ticks + 1)


@given(st.lists(st.lists(st.integers(0, 50), max_size=8), max_size=8), st.integers(1, 30))
def test_a_window_is_sorted_and_holds_the_newest_rows_whatever_the_order(batches, most):
    ring = RowRing(LIQUIDATION_DTYPE, max_rows=most)
    oracle = []
    for batch in batches:
        ring.append(rows_at(*batch))
        oracle = sorted(oracle + batch)[-most:]
    assert ring.window(0, FOREVER)["ts_event_ns"].tolist() == oracle
    inside = [each for each in oracle if 10 <= each < 20]
    assert ring.window(10, 20)["ts_event_ns"].tolist() == inside


def test_of_one_time_rows_stay_in_the_order_in_which_they_came():
    ring = RowRing(LIQUIDATION_DTYPE, max_rows=10)
    ring.append(rows_at(5, 7, 7))
    ring.append(rows_at(7, 6))
    assert ring.window(0, 9)["size_lots"].tolist() == [0, 1, 1, 2, 0]


def test_the_oldest_row_is_told_until_it_goes():
    ring = RowRing(LIQUIDATION_DTYPE, max_rows=10)
    assert ring.oldest_ns is None
    ring.append(rows_at(5, 7))
    assert ring.oldest_ns == 5
    ring.drop_before(6)
    assert ring.oldest_ns == 7


def test_a_window_is_the_readers_own():
    ring = RowRing(LIQUIDATION_DTYPE, max_rows=10)
    ring.append(rows_at(1))
    ring.window(0, 9)["ts_event_ns"] = 8
    assert ring.window(0, 9)["ts_event_ns"].tolist() == [1]


def test_of_one_slot_the_last_row_stays():
    ring = RowRing(QUOTE_DTYPE, max_rows=10)
    for ns, ticks in ((1, 10), (2, 11), (NS_PER_S, 12), (NS_PER_S + 5, 13)):
        ring.put(quote(ns, ticks), slot_ns=NS_PER_S)
    assert ring.window(0, FOREVER)["bid_ticks"].tolist() == [11, 13]
    assert ring.newest["bid_ticks"] == 13
    assert ring.version == 4


def test_a_row_whose_time_went_back_is_told_as_of_the_newest_time():
    ring = RowRing(QUOTE_DTYPE, max_rows=10)
    ring.put(quote(5 * NS_PER_S, 10), slot_ns=NS_PER_S)
    ring.put(quote(2 * NS_PER_S, 11), slot_ns=NS_PER_S)
    held = ring.window(0, FOREVER)
    assert held["bid_ticks"].tolist() == [11]
    assert held["ts_event_ns"].tolist() == [5 * NS_PER_S]


def test_what_is_dropped_is_gone_and_the_rest_is_not():
    ring = RowRing(LIQUIDATION_DTYPE, max_rows=10)
    ring.append(rows_at(1, 2, 3))
    ring.drop_before(3)
    assert ring.window(0, FOREVER)["ts_event_ns"].tolist() == [3]
    assert len(ring) == 1


def test_an_empty_ring_has_no_newest_row():
    assert RowRing(QUOTE_DTYPE, max_rows=3).newest is None


def test_only_rows_that_lie_before_rows_already_held_rewrite_the_past():
    ring = RowRing(LIQUIDATION_DTYPE, max_rows=10)
    ring.append(rows_at(3, 2))
    ring.append(rows_at(3, 5))
    assert ring.rewrites == 0
    ring.append(rows_at(4))
    assert ring.rewrites == 1


def test_rows_are_counted_from_the_first_instant_to_before_the_last():
    ring = RowRing(LIQUIDATION_DTYPE, max_rows=10)
    ring.append(rows_at(1, 2, 2, 3))
    assert (ring.count(2, 3), ring.count(0, 9), ring.count(4, 9)) == (2, 4, 0)
