import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.extremes import new_extremes
from core.domain.arrays import empty_bars
from tests.support.tapes import tapes

S = 1_000_000_000


@given(tapes(ticks=(1, 9)), st.integers(1, 4))
def test_an_extreme_is_beyond_all_of_the_bars_before(trades, count):
    bars = time_bars(trades, step_ns=S)
    highs, lows = new_extremes(bars, count=count)
    for index in range(bars.size):
        before = bars[max(index - count, 0) : index]
        enough = before.size == count
        top, bottom = bars["high_ticks"][index], bars["low_ticks"][index]
        assert highs[index] == (enough and top > before["high_ticks"].max())
        assert lows[index] == (enough and bottom < before["low_ticks"].min())


def test_no_bars_have_no_extreme():
    highs, lows = new_extremes(empty_bars(), count=20)
    assert highs.size == lows.size == 0


def test_to_compare_with_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one bar"):
        new_extremes(empty_bars(), count=0)
