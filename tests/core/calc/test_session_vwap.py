import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.session_vwap import anchored_vwap, session_vwap
from core.calc.sessions import NO_SESSIONS, Period, Sessions
from core.calc.vwap import vwap, vwap_bars
from core.domain.arrays import TRADE_DTYPE, empty_bars
from tests.support.tapes import DAY_NS, NOON_NS, tapes
from tests.support.vectors import trades_of, vector

S = 1_000_000_000


def one_a_day(*prices):
    trades = np.zeros(len(prices), TRADE_DTYPE)
    trades["ts_event_ns"] = np.arange(len(prices)) * DAY_NS
    trades["price_ticks"], trades["size_lots"] = prices, 1
    return time_bars(trades, step_ns=S)


def test_without_sessions_the_last_of_each_bar_is_that_of_the_vector():
    trades = trades_of("vwap-tape")
    bars = time_bars(trades, step_ns=1)  # one trade a bar
    found = session_vwap(bars, sessions=NO_SESSIONS)
    expected = vector("vwap-tape")["expected"]
    tolerance = vector("vwap-tape")["rel_tol"]
    assert found.vwap_ticks.tolist() == pytest.approx(
        [each["vwap"] for each in expected], rel=tolerance
    )
    assert found.sigma_ticks.tolist() == pytest.approx(
        [each["sigma"] for each in expected], rel=tolerance
    )


def test_weeks_begin_on_monday_and_months_on_the_first():
    # From Thursday, 1 January 1970.
    bars = one_a_day(*range(1, 34))
    weeks = session_vwap(bars, sessions=Sessions(Period.WEEK))
    assert weeks.vwap_ticks[:6].tolist() == [1, 1.5, 2, 2.5, 5, 5.5]
    months = session_vwap(bars, sessions=Sessions(Period.MONTH))
    assert months.vwap_ticks[30:].tolist() == [16, 32, 32.5]


def test_a_session_starts_at_the_hour_that_it_is_told():
    trades = np.zeros(3, TRADE_DTYPE)
    trades["ts_event_ns"] = np.array([7, 8, 9]) * 3600 * S
    trades["price_ticks"], trades["size_lots"] = (10, 20, 40), 1
    found = session_vwap(time_bars(trades, step_ns=S), sessions=Sessions(start_ns=8 * 3600 * S))
    assert found.vwap_ticks.tolist() == [10, 20, 30]


@given(tapes(), st.sampled_from([0, 7 * S, -3600 * S]))
def test_days_are_those_of_sessions_of_a_days_length(trades, start_ns):
    trades["ts_event_ns"] += DAY_NS // 2
    bars = time_bars(trades, step_ns=S)
    found = session_vwap(bars, sessions=Sessions(start_ns=start_ns))
    expected = vwap_bars(bars, session_ns=DAY_NS, session_start_ns=start_ns)
    assert found.vwap_ticks.tolist() == expected.vwap_ticks.tolist()
    assert found.sigma_ticks.tolist() == expected.sigma_ticks.tolist()


@given(tapes(), st.integers(NOON_NS - 5 * S, NOON_NS + 200 * S))
def test_an_anchored_line_is_that_of_its_own_trades(trades, anchor_ns):
    bars = time_bars(trades, step_ns=1)
    found = anchored_vwap(bars, anchor_ns=anchor_ns)
    since = bars["open_ns"] >= anchor_ns
    expected = vwap(trades, anchor_ns=anchor_ns)
    last = np.searchsorted(expected.ts_ns, bars["open_ns"][since], side="right") - 1
    assert np.isnan(found.line.vwap_ticks[~since]).all()
    np.testing.assert_allclose(found.line.vwap_ticks[since], expected.vwap_ticks[last], rtol=1e-12)
    np.testing.assert_allclose(
        found.line.sigma_ticks[since], expected.sigma_ticks[last], rtol=1e-6, atol=1e-6
    )
    assert found.usable.tolist() == since.tolist()


@given(tapes(min_size=1), st.integers(0, 39))
def test_a_line_never_changes_with_what_comes_later(trades, count):
    anchor_ns = int(trades["ts_event_ns"][0])
    bars = time_bars(trades, step_ns=S)
    for make in (session_vwap, lambda part: anchored_vwap(part, anchor_ns=anchor_ns).line):
        part = make(bars[:count])
        whole = make(bars)
        assert part.vwap_ticks.tolist() == whole.vwap_ticks[:count].tolist()
        assert part.sigma_ticks.tolist() == whole.sigma_ticks[:count].tolist()


def test_a_swing_may_be_drawn_from_and_is_usable_once_confirmed():
    found = anchored_vwap(one_a_day(10, 20, 30, 40), anchor_ns=DAY_NS, known_ns=2 * DAY_NS + 1)
    assert found.line.vwap_ticks[1:].tolist() == [20, 25, 30]
    assert found.usable.tolist() == [False, False, False, True]


def test_an_anchor_confirmed_as_a_bar_opens_is_usable_in_it():
    found = anchored_vwap(one_a_day(10, 20, 30), anchor_ns=0, known_ns=DAY_NS)
    assert found.usable.tolist() == [False, True, True]


def test_a_bar_with_trades_before_the_anchor_does_not_count():
    found = anchored_vwap(one_a_day(10, 20, 30), anchor_ns=1)
    assert np.isnan(found.line.vwap_ticks[0])
    assert found.line.vwap_ticks[1:].tolist() == [20, 25]


def test_no_bars_have_no_line():
    assert session_vwap(empty_bars()).vwap_ticks.size == 0
    assert anchored_vwap(empty_bars(), anchor_ns=5).usable.size == 0


def test_bars_out_of_order_and_anchors_known_before_they_are_there_are_refused():
    bars = one_a_day(10, 20)
    with pytest.raises(ValueError, match="sorted by open_ns"):
        session_vwap(bars[::-1])
    with pytest.raises(ValueError, match="sorted by open_ns"):
        anchored_vwap(bars[::-1], anchor_ns=0)
    with pytest.raises(ValueError, match="cannot have been known"):
        anchored_vwap(bars, anchor_ns=5, known_ns=4)
