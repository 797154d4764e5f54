import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.book_walk import book_walk
from core.domain.units import Aggressor
from tests.support.vectors import vector, whole

LEVELS = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 50)), max_size=9)


def walk(levels, *sizes, mid_ticks=100.0, side=Aggressor.BUY):
    ticks, lots = (np.array([each[index] for each in levels], np.int64) for index in (0, 1))
    return book_walk(ticks, lots, np.array(sizes, np.int64), mid_ticks=mid_ticks, side=side)


def by_hand(levels, size):
    """(filled, money, last price): lot by lot."""
    paid = [price for price, lots in levels for _ in range(lots)][:size]
    return len(paid), sum(paid), paid[-1] if paid else None


def test_what_each_size_pays_is_that_of_the_worked_example():
    example = vector("book-walk")
    levels = [(whole(p, "0.5"), whole(q, "0.5")) for p, q in example["inputs"]["asks"]]
    sizes = [whole(each, "0.5") for each in example["params"]["sizes"]]
    found = walk(levels, *sizes, mid_ticks=example["inputs"]["mid"] / 0.5)
    for index, size in enumerate(example["params"]["sizes"]):
        expected, near = example["expected"][str(size)], {"rel": example["rel_tol"]}
        assert found.filled_lots[index] * 0.5 == expected["filled"]
        assert found.unfilled_lots[index] * 0.5 == expected["unfilled"]
        assert found.average_ticks[index] * 0.5 == pytest.approx(expected["avg"], **near)
        slippage = expected["slippage_bps_vs_mid"]
        assert found.slippage_bps[index] == pytest.approx(slippage, **near)


def test_a_sell_walks_down_the_bids_and_pays_as_much():
    bids, asks = [(98, 2), (97, 5)], [(102, 2), (103, 5)]
    sold = walk(bids, 4, side=Aggressor.SELL)
    bought = walk(asks, 4)
    assert sold.average_ticks.tolist() == [97.5]
    assert sold.last_ticks.tolist() == [97.0]
    assert sold.slippage_bps.tolist() == bought.slippage_bps.tolist() == [250.0]


def test_of_an_empty_book_or_of_no_size_nothing_is_filled():
    for found in (walk([], 5, 0), walk([(101, 0)], 5, 0)):
        assert found.filled_lots.tolist() == [0, 0]
        assert found.unfilled_lots.tolist() == [5, 0]
        assert np.isnan(found.average_ticks).all()
        assert np.isnan(found.last_ticks).all()
        assert np.isnan(found.slippage_bps).all()
    assert walk([(101, 5)]).filled_lots.size == 0


def test_without_a_mid_the_price_is_known_and_the_slippage_is_not():
    found = walk([(101, 5)], 5, mid_ticks=float("nan"))
    assert found.average_ticks.tolist() == [101.0]
    assert np.isnan(found.slippage_bps).all()


def test_huge_prices_and_sizes_do_not_overflow():
    top = 2**31 - 1
    found = walk([(top - 1, 2**50), (top, 2**50)], 2**51, mid_ticks=float(top - 1))
    assert found.average_ticks.tolist() == [top - 0.5]


def test_an_order_without_a_side_is_refused():
    with pytest.raises(ValueError, match="buy or sell"):
        walk([(101, 5)], 1, side=Aggressor.UNKNOWN)


@given(LEVELS, st.lists(st.integers(0, 200), max_size=6), st.booleans())
def test_each_size_pays_what_lot_by_lot_gives(steps, sizes, is_buy):
    side = Aggressor.BUY if is_buy else Aggressor.SELL
    prices = 1_000 + int(side) * np.cumsum([step for step, _ in steps], dtype=np.int64)
    levels = [(int(price), lots) for price, (_, lots) in zip(prices, steps, strict=True)]
    found = walk(levels, *sizes, side=side)
    for index, size in enumerate(sizes):
        filled, money, last = by_hand(levels, size)
        assert found.filled_lots[index] == filled
        assert found.filled_lots[index] + found.unfilled_lots[index] == size
        if filled:
            assert found.average_ticks[index] == pytest.approx(money / filled, rel=1e-12)
            assert found.last_ticks[index] == last
