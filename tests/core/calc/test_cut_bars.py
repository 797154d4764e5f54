import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.cut_bars import bars_from, cut_bars, first_true
from core.calc.sessions import NO_SESSIONS, UTC_DAYS
from core.domain.arrays import TRADE_DTYPE, empty_trades
from tests.support.tapes import DAY_NS


def of_two(first, stop):
    return min(first + 2, stop), first + 2 <= stop


def trades_at(*stamps):
    trades = np.zeros(len(stamps), TRADE_DTYPE)
    trades["ts_event_ns"], trades["size_lots"], trades["price_ticks"] = stamps, 1, 10
    return trades


def test_a_session_begins_with_a_fresh_bar():
    trades = trades_at(DAY_NS - 3, DAY_NS - 2, DAY_NS - 1, DAY_NS, DAY_NS + 1)
    assert cut_bars(trades, of_two, sessions=UTC_DAYS).bars["trades"].tolist() == [2, 1, 2]
    assert cut_bars(trades, of_two, sessions=NO_SESSIONS).bars["trades"].tolist() == [2, 2, 1]


def test_only_the_last_bar_can_be_open():
    trades = trades_at(DAY_NS - 1, DAY_NS, DAY_NS + 1, DAY_NS + 2)
    found = cut_bars(trades, of_two, sessions=UTC_DAYS)
    assert found.bars["trades"].tolist() == [1, 2, 1]
    assert found.closed.tolist() == [True, True, False]
    assert cut_bars(trades[:3], of_two, sessions=UTC_DAYS).closed.tolist() == [True, True]


def test_bars_that_begin_within_one_instant_have_the_same_open():
    found = cut_bars(trades_at(5, 5, 5, 5, 6), of_two, sessions=UTC_DAYS)
    assert found.bars["open_ns"].tolist() == [5, 5, 6]
    assert found.bars["last_ns"].tolist() == [5, 5, 6]


def test_no_trades_make_no_bars():
    assert cut_bars(empty_trades(), of_two, sessions=UTC_DAYS).closed.size == 0
    none = bars_from(empty_trades(), np.zeros(0, np.int64), last_closed=True)
    assert none.bars.size == none.closed.size == 0


def test_trades_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        cut_bars(trades_at(2, 1), of_two, sessions=UTC_DAYS)


@given(st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 3000))
def test_the_first_place_is_found_however_far_it_is(first, more, true_from):
    stop = first + more
    values = np.arange(4000) >= true_from
    values[:first] = True
    found = first_true(lambda start, end: values[start:end], first, first + more)
    assert found == (min(max(first, true_from), stop) if first < stop else stop)
