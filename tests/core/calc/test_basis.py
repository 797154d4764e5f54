import numpy as np
import pytest

from core.calc.basis import basis_bps, mids
from core.domain.arrays import QUOTE_DTYPE
from tests.support.vectors import vector


def quotes(*rows):
    """Rows of (bid_ticks, bid_lots, ask_ticks, ask_lots)."""
    out = np.zeros(len(rows), QUOTE_DTYPE)
    for index, (bid, bid_lots, ask, ask_lots) in enumerate(rows):
        out[index] = (index, index, index, bid_lots, ask_lots, bid, ask)
    return out


def test_the_basis_is_that_of_the_worked_example():
    example = vector("funding")
    pair = example["inputs"][3]
    found = basis_bps(np.array([pair["mark"]]), np.array([pair["index"]]))
    assert found[0] / 1e4 == pytest.approx(example["expected"]["basis"], rel=example["rel_tol"])


def test_a_perpetual_below_spot_has_a_basis_below_zero():
    assert basis_bps(np.array([99.5]), np.array([100.0]))[0] == pytest.approx(-50.0)


def test_the_mid_lies_half_way_between_bid_and_ask():
    assert mids(quotes((1000, 5, 1001, 5)), tick_quote=0.1)[0] == pytest.approx(100.05)


def test_a_quote_with_an_empty_side_has_no_mid():
    found = mids(quotes((1000, 0, 1001, 5), (1000, 5, 0, 0)), tick_quote=0.1)
    assert np.isnan(found).all()


def test_prices_near_the_largest_tick_do_not_overflow():
    largest = 2**31 - 1
    assert mids(quotes((largest - 1, 1, largest, 1)), tick_quote=1.0)[0] == largest - 0.5


def test_without_one_of_the_two_mids_the_basis_is_missing():
    found = basis_bps(np.array([np.nan, 100.0]), np.array([100.0, np.nan]))
    assert np.isnan(found).all()
