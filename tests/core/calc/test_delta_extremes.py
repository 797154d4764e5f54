import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.delta_extremes import delta_extremes
from core.calc.range_bars import range_bars
from core.domain.arrays import TRADE_DTYPE, empty_bars, empty_trades
from tests.support.tapes import tapes
from tests.support.vectors import trades_of, vector

S = 1_000_000_000
M = 60 * S


def rows(found):
    columns = (found.min_lots, found.max_lots, found.since_high_lots, found.since_low_lots)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def by_hand(trades):
    """Smallest, greatest, since the high and since the low, of the trades of one bar."""
    running, seen, since_high, since_low = 0, [], 0, 0
    high, low = trades["price_ticks"].max(), trades["price_ticks"].min()
    for row in trades:
        signed = int(row["size_lots"]) * int(row["aggressor"])
        running += signed
        seen += [running] if signed else []
        since_high = 0 if row["price_ticks"] == high else since_high + signed
        since_low = 0 if row["price_ticks"] == low else since_low + signed
    return (min(seen), max(seen), since_high, since_low) if seen else None


def assert_by_hand(trades, bars):
    found = rows(delta_extremes(trades, bars=bars))
    parts = np.split(trades, np.cumsum(bars["trades"])[:-1]) if bars.size else []
    for values, part in zip(found, parts, strict=True):
        expected = by_hand(part)
        assert values == expected if expected else all(math.isnan(each) for each in values)


def test_extremes_without_zero_are_those_of_the_vector():
    trades = trades_of("delta-cvd")
    found = delta_extremes(trades, bars=time_bars(trades, step_ns=M))
    expected = vector("delta-cvd")["expected"]["bars"]
    assert found.min_lots.tolist() == [each["min_delta_no_zero"] for each in expected]
    assert found.max_lots.tolist() == [each["max_delta_no_zero"] for each in expected]


@given(tapes(), st.sampled_from([1, S, M]))
def test_bars_of_time_have_what_counting_by_hand_gives(trades, step_ns):
    assert_by_hand(trades, time_bars(trades, step_ns=step_ns))


@given(tapes(), st.integers(1, 30))
def test_so_have_bars_of_what_traded(trades, range_ticks):
    assert_by_hand(trades, range_bars(trades, range_ticks=range_ticks).bars)


def test_a_bar_of_unknown_side_has_no_extremes():
    trades = np.zeros(1, TRADE_DTYPE)
    trades["size_lots"] = 5
    found = rows(delta_extremes(trades, bars=time_bars(trades, step_ns=S)))
    assert all(math.isnan(each) for each in found[0])


def test_nothing_traded_and_bars_of_other_trades():
    assert rows(delta_extremes(empty_trades(), bars=empty_bars())) == []
    with pytest.raises(ValueError, match="do not go with"):
        delta_extremes(np.zeros(2, TRADE_DTYPE), bars=empty_bars())
