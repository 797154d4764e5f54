import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.tape_orders import tape_orders
from core.domain.arrays import empty_trades
from tests.support.tapes import tapes
from tests.support.trades import trades
from tests.support.vectors import trades_of, vector, whole

SIDES = {"buy": 1, "sell": -1}


def orders_by_hand(rows):
    """Fill by fill as the definition reads; each order is the list of its fills."""
    orders = []
    for row in rows[["ts_event_ns", "aggressor", "price_ticks", "size_lots", "fills"]].tolist():
        at, side, price = row[:3]
        before = orders[-1][-1] if orders else None
        joins = (
            before is not None
            and side != 0
            and before[:2] == (at, side)
            and side * price >= side * before[2]
        )
        if joins:
            orders[-1].append(row)
        else:
            orders.append([row])
    return orders


def test_the_orders_are_those_of_the_vector():
    case = vector("tape-orders")
    found = tape_orders(trades_of("tape-orders", tick="0.5", lot="0.5"))
    expected = case["expected"]
    assert found.ts_event_ns.tolist() == [each["ts"] * 1_000_000 for each in expected]
    assert found.aggressor.tolist() == [SIDES[each["side"]] for each in expected]
    assert found.size_lots.tolist() == [whole(each["qty"], "0.5") for each in expected]
    assert found.fills.tolist() == [each["fills"] for each in expected]
    assert found.levels.tolist() == [each["levels"] for each in expected]
    assert found.first_ticks.tolist() == [whole(each["first"], "0.5") for each in expected]
    assert found.last_ticks.tolist() == [whole(each["last"], "0.5") for each in expected]
    np.testing.assert_allclose(
        found.notional_tick_lots * 0.25, [each["notional"] for each in expected], case["rel_tol"]
    )
    np.testing.assert_allclose(
        found.vwap_ticks * 0.5, [each["vwap"] for each in expected], case["rel_tol"]
    )


@given(tapes(ticks=(1, 4)))
def test_orders_are_what_going_fill_by_fill_gives(rows):
    found = tape_orders(rows)
    by_hand = orders_by_hand(rows)
    assert found.ts_event_ns.tolist() == [order[0][0] for order in by_hand]
    assert found.aggressor.tolist() == [order[0][1] for order in by_hand]
    assert found.first_ticks.tolist() == [order[0][2] for order in by_hand]
    assert found.last_ticks.tolist() == [order[-1][2] for order in by_hand]
    assert found.levels.tolist() == [len({fill[2] for fill in order}) for order in by_hand]
    assert found.size_lots.tolist() == [sum(fill[3] for fill in order) for order in by_hand]
    assert found.fills.tolist() == [sum(fill[4] for fill in order) for order in by_hand]
    notional = [sum(fill[2] * fill[3] for fill in order) for order in by_hand]
    np.testing.assert_allclose(found.notional_tick_lots, notional, rtol=1e-12)


@given(tapes(ticks=(1, 4)))
def test_no_volume_is_lost_and_no_average_leaves_its_prices(rows):
    found = tape_orders(rows)
    assert found.size_lots.sum() == rows["size_lots"].sum()
    low = np.minimum(found.first_ticks, found.last_ticks)
    high = np.maximum(found.first_ticks, found.last_ticks)
    assert ((low <= found.vwap_ticks) & (found.vwap_ticks <= high)).all()


@given(tapes(min_size=1), st.integers(0, 39))
def test_a_later_instant_changes_no_order(rows, at):
    until_ns = rows["ts_event_ns"][min(at, rows.size - 1)]
    known = tape_orders(rows[rows["ts_event_ns"] <= until_ns])
    everything = tape_orders(rows)
    early = everything.ts_event_ns <= until_ns
    assert known.size_lots.tolist() == everything.size_lots[early].tolist()
    assert known.levels.tolist() == everything.levels[early].tolist()


def test_the_venues_own_key_joins_what_the_rule_would_not():
    rows = trades((0, 10, 1, 1), (0.001, 9, 2, 1), (0.001, 9, 4, 1))
    found = tape_orders(rows, order_keys=np.array([7, 7, 8]))
    assert found.size_lots.tolist() == [3, 4]
    assert found.levels.tolist() == [2, 1]
    assert found.first_row.tolist() == [0, 2]


def test_a_price_that_gets_better_begins_another_order():
    assert tape_orders(trades((0, 10, 1, 1), (0, 9, 1, 1))).levels.tolist() == [1, 1]
    assert tape_orders(trades((0, 10, 1, -1), (0, 9, 1, -1))).levels.tolist() == [2]


def test_trades_of_unknown_side_are_orders_of_their_own():
    assert tape_orders(trades((0, 10, 3, 0), (0, 10, 4, 0))).size_lots.tolist() == [3, 4]


def test_rows_that_merge_fills_count_them():
    rows = trades((0, 10, 3, 1), (0, 11, 4, 1))
    rows["fills"] = 5, 0
    assert tape_orders(rows).fills.tolist() == [6]


def test_sizes_near_the_largest_keep_their_average():
    rows = trades((0, 2**31 - 2, 2**52, 1), (0, 2**31 - 1, 2**52, 1))
    assert tape_orders(rows).vwap_ticks.tolist() == [2**31 - 1.5]


def test_no_trades_are_no_orders():
    assert tape_orders(empty_trades()).size_lots.tolist() == []


def test_trades_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        tape_orders(trades((1, 10, 1, 1), (0, 10, 1, 1)))
