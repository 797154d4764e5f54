import numpy as np
import pytest
from hypothesis import given

from core.calc.atr import atr_ticks, true_range_ticks
from core.calc.bars import time_bars
from core.domain.arrays import BAR_DTYPE
from tests.support.tapes import tapes

S = 1_000_000_000


def bars(*rows):
    """Rows of (high, low, close)."""
    out = np.zeros(len(rows), BAR_DTYPE)
    for index, (high, low, close) in enumerate(rows):
        out[index]["high_ticks"], out[index]["low_ticks"] = high, low
        out[index]["close_ticks"], out[index]["open_ns"] = close, index
    return out


def test_the_range_reaches_back_to_the_close_before():
    found = true_range_ticks(bars((10, 8, 8), (15, 12, 12), (5, 4, 4)))
    assert found.tolist() == [2, 7, 8]


def test_the_average_is_of_the_bars_before_and_not_of_the_bar_itself():
    found = atr_ticks(bars((10, 8, 9), (10, 6, 9), (99, 1, 9), (9, 9, 9)), period=2)
    assert np.isnan(found[:2]).all()
    assert found[2:].tolist() == [3.0, 51.0]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_bars_have_no_average(count):
    assert np.isnan(atr_ticks(bars(*[(5, 4, 4)] * count), period=2)).all()


def test_no_bar_is_refused():
    with pytest.raises(ValueError, match="at least one bar"):
        atr_ticks(bars(), period=0)


def test_huge_prices_do_not_overflow():
    top = 2**31 - 1
    assert true_range_ticks(bars((0, -top, -top), (top, top, top))).tolist() == [top, 2 * top]


@given(tapes())
def test_the_average_is_what_a_loop_gives(trades):
    rows = time_bars(trades, step_ns=S)
    ranges = true_range_ticks(rows).tolist()
    found = atr_ticks(rows, period=3)
    for index in range(rows.size):
        if index < 3:
            assert np.isnan(found[index])
        else:
            assert found[index] == pytest.approx(sum(ranges[index - 3 : index]) / 3)
