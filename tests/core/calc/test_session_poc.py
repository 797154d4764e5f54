import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.developing_profile import developing_profile
from core.calc.naked_poc import naked_poc
from core.calc.session_poc import session_poc
from core.calc.sessions import Period, Sessions
from core.calc.value_area_rule import SINGLE_ROW
from core.domain.arrays import TRADE_DTYPE, empty_trades
from tests.support.tapes import DAY_NS, tapes
from tests.support.vectors import vector

S = 1_000_000_000


def prints(*rows):
    """Rows of (at_ns, price, lots)."""
    trades = np.zeros(len(rows), TRADE_DTYPE)
    for index, (at_ns, price, lots) in enumerate(rows):
        trades[index]["ts_event_ns"], trades[index]["price_ticks"] = at_ns, price
        trades[index]["size_lots"] = lots
    return trades


@pytest.mark.parametrize(("name", "how"), [("two_row", {}), ("single_row", {"rule": SINGLE_ROW})])
def test_the_area_of_a_session_is_that_of_the_vector(name, how):
    given_rows = vector("value-area-pair-beats-single")
    trades = prints(*((5, each["price"], each["volume"]) for each in given_rows["inputs"]))
    found = session_poc(trades, ticks_per_row=1, **how)
    expected = given_rows["expected"][name]
    assert found.poc_ticks.tolist() == [expected["poc"]]
    assert found.val_ticks.tolist() == [expected["val"]]
    assert found.vah_ticks.tolist() == [expected["vah"]]


def test_a_session_is_known_at_its_end():
    trades = prints((5, 10, 1), (DAY_NS, 20, 1), (40 * DAY_NS, 30, 1))
    days = session_poc(trades, ticks_per_row=1)
    assert days.poc_ticks.tolist() == [10, 20, 30]
    assert days.known_ns.tolist() == [DAY_NS, 2 * DAY_NS, 41 * DAY_NS]
    months = session_poc(trades, ticks_per_row=1, sessions=Sessions(Period.MONTH))
    assert months.known_ns.tolist() == [31 * DAY_NS, 59 * DAY_NS]


@given(tapes(min_size=1), st.integers(1, 7))
def test_a_session_has_the_last_value_of_its_developing_line(trades, k):
    trades["ts_event_ns"] += DAY_NS // 2
    found = session_poc(trades, ticks_per_row=k)
    line = developing_profile(trades, step_ns=1, ticks_per_row=k)
    last = np.searchsorted(line.ts_ns, found.known_ns) - 1
    assert found.poc_ticks.tolist() == line.poc_ticks[last].tolist()
    assert found.val_ticks.tolist() == line.val_ticks[last].tolist()
    assert found.vah_ticks.tolist() == line.vah_ticks[last].tolist()


def test_its_points_of_control_are_naked_until_touched():
    trades = prints((5, 10, 9), (DAY_NS, 20, 1), (2 * DAY_NS, 10, 1), (2 * DAY_NS + S, 30, 5))
    found = session_poc(trades, ticks_per_row=1)
    pocs = naked_poc(found.poc_ticks, found.known_ns, bars=time_bars(trades, step_ns=S))
    assert pocs.naked(2 * DAY_NS - 1).tolist() == [True, False, False]
    assert pocs.naked(2 * DAY_NS).tolist() == [False, True, False]


def test_nothing_traded_has_no_sessions():
    found = session_poc(empty_trades(), ticks_per_row=1)
    assert found.poc_ticks.tolist() == found.known_ns.tolist() == []


def test_trades_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        session_poc(prints((5, 1, 1), (4, 1, 1)), ticks_per_row=1)
