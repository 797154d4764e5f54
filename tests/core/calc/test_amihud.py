import math

import numpy as np
import pytest
from hypothesis import given

from core.calc.amihud import amihud
from core.calc.bars import time_bars
from core.domain.arrays import empty_bars
from tests.core.calc.test_spreads import trades
from tests.support.tapes import tapes

S = 1_000_000_000


def test_it_is_the_mean_move_per_million():
    bars = time_bars(
        trades((0, 100, 9, 1), (S, 110, 2, 1), (S, 121, 3, 0), (3 * S, 11, 7, -1)), step_ns=S
    )
    moves = [math.log(1.21) / (2 * 110 + 3 * 121), math.log(11) / (7 * 11)]
    assert amihud(bars, tick_lot_quote=0.5) == pytest.approx(sum(moves) / 2 / 0.5 * 1e6)


def test_bars_without_volume_are_stepped_over():
    bars = time_bars(trades((0, 100, 9, 1), (S, 110, 2, 1), (2 * S, 121, 3, 1)), step_ns=S)
    empty = bars.copy()
    empty["buy_lots"][1] = 0
    assert amihud(empty, tick_lot_quote=1) == pytest.approx(math.log(1.21) / (3 * 121) * 1e6)


def test_under_two_bars_there_is_none():
    assert math.isnan(amihud(empty_bars(), tick_lot_quote=1))
    assert math.isnan(amihud(time_bars(trades((0, 100, 9, 1)), step_ns=S), tick_lot_quote=1))


@given(tapes(min_size=2))
def test_twice_the_volume_is_half_as_illiquid(tape):
    bars = time_bars(tape, step_ns=S)
    tape["size_lots"] *= 2
    once, twice = (amihud(each, tick_lot_quote=1) for each in (bars, time_bars(tape, step_ns=S)))
    assert twice == pytest.approx(once / 2, nan_ok=True)


def test_bars_out_of_order_are_refused():
    bars = time_bars(trades((0, 100, 9, 1), (S, 110, 2, 1)), step_ns=S)
    with pytest.raises(ValueError, match="sorted by open_ns"):
        amihud(np.flip(bars), tick_lot_quote=1)
