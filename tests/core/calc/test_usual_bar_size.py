from decimal import Decimal

import numpy as np
import pytest

from core.calc.bar_size import BarSize
from core.calc.bars import time_bars
from core.calc.running_bars import By, RunningBars
from core.calc.usual_bar_size import least_bar_size, usual_bar_size
from core.domain.arrays import empty_bars
from core.domain.units import NS_PER_MINUTE
from tests.support.trades import instrument, random_trades, trades

GRID = instrument(tick="0.1", step="0.001")


def minutes(rows):
    return time_bars(rows, step_ns=NS_PER_MINUTE)


@pytest.mark.parametrize(
    ("by", "size"),
    [("tick", "2"), ("volume", "1"), ("dollar", "100"), ("range", "2"), ("delta", "1")],
)
def test_the_size_is_what_a_minute_has_with_one_leading_digit(by, size):
    # Minutes of 2 and 1 trades, 1 and 1.5 coins, 100 and 151 in money, 4 and 0 ticks, and 0.4 and
    # 1.5 coins more bought than sold.
    bars = minutes(trades((0, 1000, 700, 1), (1, 1004, 300, -1), (60, 1010, 1500, 1)))
    assert usual_bar_size(bars, By(by), GRID) == BarSize(By(by), Decimal(size))


@pytest.mark.parametrize("by", By)
def test_such_bars_end_about_once_a_minute(by):
    rows = random_trades(np.random.default_rng(1), 60_000, span_s=7_200)
    size = usual_bar_size(minutes(rows), by, GRID)
    running = RunningBars(size.cut(GRID))
    assert 40 <= running.after(rows).size <= 360


def test_a_market_in_which_nothing_traded_has_no_usual_size():
    assert usual_bar_size(empty_bars(), By.TICK, GRID) is None
    even = minutes(trades((0, 1000, 5, 1), (1, 1000, 5, -1)))
    assert usual_bar_size(even, By.DELTA, GRID) is None
    assert usual_bar_size(even, By.RANGE, GRID) is None


@pytest.mark.parametrize(
    ("by", "usual", "least"),
    [("tick", "500", "8"), ("volume", "10", "0.2"), ("range", "50", "7"), ("tick", "20", "1")],
)
def test_the_least_size_is_that_of_a_bar_a_second(by, usual, least):
    assert least_bar_size(BarSize(By(by), Decimal(usual))) == BarSize(By(by), Decimal(least))
