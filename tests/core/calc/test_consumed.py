import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.consumed import Consumed, consumed
from tests.support.vectors import vector, whole

LOTS = st.integers(1, 5)


def taken(fills, levels):
    """Both as pairs of ticks and lots."""
    (ticks, lots), (level_ticks, level_lots) = (
        np.array(pairs, np.int64).reshape(-1, 2).T for pairs in (fills, levels)
    )
    return consumed(ticks, lots, level_ticks=level_ticks, level_lots=level_lots)


def test_what_is_taken_is_that_of_the_vector():
    case = vector("sweep-book")
    fills = [(whole(p, "0.5"), whole(q, "0.5")) for _, p, q, _ in case["inputs"]["fills"]]
    asks = [(whole(p, "0.5"), whole(q, "0.5")) for p, q in case["inputs"]["asks_before"]]
    found, expected = taken(fills, asks), case["expected"]
    assert found.lots == whole(expected["qty"], "0.5")
    assert found.levels_touched == expected["levels_touched"]
    assert found.levels_cleared == expected["levels_cleared"]
    share = expected["share_of_visible_consumed"]
    assert found.visible_frac == pytest.approx(share, rel=case["rel_tol"])
    notional = found.notional_tick_lots * 0.25
    assert notional == pytest.approx(expected["notional"], rel=case["rel_tol"])
    assert found.vwap_ticks * 0.5 == pytest.approx(expected["vwap"], rel=case["rel_tol"])


@given(st.lists(LOTS, min_size=1, max_size=6), st.integers(1, 30), st.sampled_from([1, -1]))
def test_an_order_that_walks_the_book_clears_what_it_empties(resting, size, side):
    levels = [(100 + side * 2 * at, lots) for at, lots in enumerate(resting)]
    left, fills, cleared = size, [], 0
    for price, lots in levels:
        take = min(left, lots)
        left -= take
        cleared += take == lots
        if take:
            fills.append((price, take))
    found = taken(fills, levels)
    assert (found.levels_touched, found.levels_cleared) == (len(fills), cleared)
    assert found.lots == size - left
    assert found.visible_frac == (size - left) / sum(resting)


def test_a_level_that_was_passed_counts_as_cleared():
    assert taken([(100, 1), (103, 1)], [(100, 5), (101, 5), (103, 2)]).levels_cleared == 2


def test_without_a_book_nothing_is_seen_to_be_cleared():
    found = taken([(100, 1), (103, 1)], [])
    assert (found.levels_touched, found.levels_cleared) == (2, 0)
    assert np.isnan(found.visible_frac)


def test_no_fills_take_nothing():
    found = taken([], [(100, 5)])
    assert (found.lots, found.levels_cleared) == (0, 0)
    assert np.isnan(found.vwap_ticks)
    assert isinstance(found, Consumed)
