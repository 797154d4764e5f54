import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.cvd import cvd
from core.domain.arrays import BAR_DTYPE, empty_bars
from tests.support.tapes import DAY_NS, tapes
from tests.support.vectors import trades_of, vector

S = 1_000_000_000
M = 60 * S


def candles(found):
    columns = (found.open_lots, found.high_lots, found.low_lots, found.close_lots)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def bars_of(*rows, step_ns=S):
    """Rows of (buy, sell, unknown), one bar each."""
    bars = np.zeros(len(rows), BAR_DTYPE)
    bars["open_ns"] = np.arange(len(rows)) * step_ns
    for index, (buy, sell, unknown) in enumerate(rows):
        bars[index]["buy_lots"], bars[index]["sell_lots"] = buy, sell
        bars[index]["unknown_lots"] = unknown
        bars[index]["min_delta_lots"] = min(buy - sell, 0)
        bars[index]["max_delta_lots"] = max(buy - sell, 0)
    return bars


def test_candles_are_those_of_the_vector():
    found = cvd(time_bars(trades_of("delta-cvd"), step_ns=M), session_ns=None)
    expected = [
        (
            each["cvd_open"],
            each["cvd_open"] + each["max_delta"],
            each["cvd_open"] + each["min_delta"],
            each["cvd_close"],
        )
        for each in vector("delta-cvd")["expected"]["bars"]
    ]
    assert candles(found) == expected


def test_the_sum_after_each_trade_is_that_of_the_vector():
    trades = trades_of("delta-cvd")
    found = cvd(time_bars(trades, step_ns=1), session_ns=None)
    per_trade = vector("delta-cvd")["expected"]["cvd_per_trade"]
    last_of_stamp = dict(zip(trades["ts_event_ns"].tolist(), per_trade, strict=True))
    assert dict(zip(found.open_ns.tolist(), found.close_lots.tolist(), strict=True)) == (
        last_of_stamp
    )


def test_the_sum_restarts_at_each_session():
    found = cvd(bars_of((5, 0, 0), (0, 2, 0), (1, 0, 0), (1, 0, 0)), session_ns=2 * S)
    assert candles(found) == [(0, 5, 0, 5), (5, 5, 3, 3), (0, 1, 0, 1), (1, 2, 1, 2)]


def test_a_session_starts_where_it_is_told_to():
    found = cvd(bars_of((5, 0, 0), (0, 2, 0), (1, 0, 0)), session_ns=2 * S, session_start_ns=S)
    assert found.open_lots.tolist() == [0, 0, -2]


def test_without_a_session_the_sum_never_restarts():
    found = cvd(bars_of((5, 0, 0), (0, 2, 0), step_ns=DAY_NS), session_ns=None)
    assert found.close_lots.tolist() == [5, 3]


def test_the_session_is_the_utc_day_unless_told():
    found = cvd(bars_of((5, 0, 0), (0, 2, 0), step_ns=DAY_NS))
    assert found.close_lots.tolist() == [5, -2]


def test_before_the_first_known_side_there_is_no_sum():
    found = cvd(bars_of((0, 0, 4), (3, 0, 1), (0, 0, 4)), session_ns=None)
    assert all(math.isnan(value) for value in candles(found)[0])
    assert candles(found)[1:] == [(0, 3, 0, 3), (3, 3, 3, 3)]


def test_a_new_session_waits_for_its_own_first_known_side():
    found = cvd(bars_of((3, 0, 0), (0, 0, 4), (0, 1, 0)), session_ns=S)
    assert found.close_lots[[0, 2]].tolist() == [3, -1]
    assert math.isnan(found.close_lots[1])


@given(tapes(), st.sampled_from([None, M, DAY_NS]))
def test_a_candle_holds_its_open_and_close(trades, session_ns):
    for opened, high, low, close in candles(
        cvd(time_bars(trades, step_ns=S), session_ns=session_ns)
    ):
        assert math.isnan(opened) or low <= min(opened, close) <= max(opened, close) <= high


@given(tapes(sides=(-1, 1)))
def test_each_candle_opens_where_the_one_before_closed(trades):
    found = cvd(time_bars(trades, step_ns=S), session_ns=None)
    assert found.open_lots[1:].tolist() == found.close_lots[:-1].tolist()


@given(tapes(sides=(-1, 1)))
def test_coarser_candles_have_the_extremes_of_the_finer_ones(trades):
    fine = cvd(time_bars(trades, step_ns=1), session_ns=None)
    coarse = cvd(time_bars(trades, step_ns=M), session_ns=None)
    for index, opened in enumerate(coarse.open_ns):
        inside = (fine.open_ns >= opened) & (fine.open_ns < opened + M)
        assert coarse.high_lots[index] == fine.high_lots[inside].max()
        assert coarse.low_lots[index] == fine.low_lots[inside].min()


def test_no_bars_have_no_candles():
    assert candles(cvd(empty_bars())) == []


def test_bars_out_of_order_and_sessions_without_length_are_refused():
    with pytest.raises(ValueError, match="sorted by open_ns"):
        cvd(bars_of((1, 0, 0), (1, 0, 0))[::-1])
    with pytest.raises(ValueError, match="above zero"):
        cvd(bars_of((1, 0, 0)), session_ns=0)
