import math
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.cvd import Cvd, cvd
from core.calc.session_cvd import anchored_cvd, latest, session_cvd
from core.calc.sessions import NO_SESSIONS, UTC_DAYS, Period, Sessions
from core.domain.arrays import BAR_DTYPE, empty_bars
from tests.support.tapes import DAY_NS, NOON_NS, tapes
from tests.support.vectors import trades_of, vector

S = 1_000_000_000


def columns(found):
    return [getattr(found, field.name).tolist() for field in fields(Cvd)]


def one_lot_a_day(days):
    bars = np.zeros(days, BAR_DTYPE)
    bars["open_ns"] = bars["first_ns"] = np.arange(days) * DAY_NS
    bars["buy_lots"] = bars["max_delta_lots"] = 1
    return bars


def test_without_sessions_the_candles_are_those_of_the_vector():
    bars = time_bars(trades_of("delta-cvd"), step_ns=60 * S)
    found = session_cvd(bars, sessions=NO_SESSIONS)
    expected = vector("delta-cvd")["expected"]["bars"]
    assert found.open_lots.tolist() == [each["cvd_open"] for each in expected]
    assert found.close_lots.tolist() == [each["cvd_close"] for each in expected]


def test_weeks_begin_on_monday_and_months_on_the_first():
    # From Thursday, 1 January 1970.
    found = session_cvd(one_lot_a_day(12), sessions=Sessions(Period.WEEK))
    assert found.close_lots.tolist() == [1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 1]
    found = session_cvd(one_lot_a_day(33), sessions=Sessions(Period.MONTH))
    assert found.close_lots[29:].tolist() == [30, 31, 1, 2]


@given(tapes(), st.sampled_from([0, 7 * S, -3600 * S]))
def test_days_are_those_of_sessions_of_a_days_length(trades, start_ns):
    bars = time_bars(trades, step_ns=S)
    bars["open_ns"] += DAY_NS // 2
    found = session_cvd(bars, sessions=Sessions(start_ns=start_ns))
    expected = cvd(bars, session_ns=DAY_NS, session_start_ns=start_ns)
    np.testing.assert_array_equal(columns(found), columns(expected))


@given(tapes(sides=(-1, 1)), st.integers(NOON_NS, NOON_NS + 100 * S))
def test_an_anchored_sum_is_the_one_never_reset_less_what_it_had_before(trades, anchor_ns):
    bars = time_bars(trades, step_ns=1)
    found = anchored_cvd(bars, anchor_ns=anchor_ns)
    never = session_cvd(bars, sessions=NO_SESSIONS)
    since = bars["first_ns"] >= anchor_ns
    before = never.close_lots[~since][-1:].sum()
    assert found.open_ns.tolist() == bars["open_ns"].tolist()
    assert np.isnan(found.close_lots[~since]).all()
    assert (found.close_lots[since] == never.close_lots[since] - before).all()
    assert (found.high_lots[since] == never.high_lots[since] - before).all()


def test_a_bar_with_trades_before_the_anchor_does_not_count():
    bars = one_lot_a_day(3)
    found = anchored_cvd(bars, anchor_ns=1)
    assert math.isnan(found.close_lots[0])
    assert found.close_lots[1:].tolist() == [1, 2]


def test_an_anchor_in_the_future_has_no_sum_yet():
    assert np.isnan(anchored_cvd(one_lot_a_day(2), anchor_ns=9 * DAY_NS).close_lots).all()


def test_the_latest_bar_is_never_one_of_an_earlier_session():
    opens = np.array([0, 5, DAY_NS + 5])
    grid = np.array([-1, 0, 4, 9, DAY_NS, DAY_NS + 5])
    assert latest(opens, grid, sessions=UTC_DAYS).tolist() == [-1, 0, 0, 1, -1, 2]
    assert latest(opens, grid, sessions=NO_SESSIONS).tolist() == [-1, 0, 0, 1, 1, 2]
    assert latest(opens[:0], grid, sessions=UTC_DAYS).tolist() == [-1] * 6


def test_no_bars_have_no_candles():
    assert session_cvd(empty_bars()).open_ns.size == 0
    assert anchored_cvd(empty_bars(), anchor_ns=0).close_lots.size == 0


def test_bars_out_of_order_are_refused():
    for call in (session_cvd, lambda bars: anchored_cvd(bars, anchor_ns=0)):
        with pytest.raises(ValueError, match="sorted by open_ns"):
            call(one_lot_a_day(2)[::-1])
