import math

import numpy as np
from hypothesis import given

from core.calc.bars import time_bars
from core.calc.delta import delta
from core.domain.arrays import BAR_DTYPE, empty_bars
from tests.support.tapes import tapes
from tests.support.vectors import trades_of, vector

M = 60_000_000_000


def test_delta_is_that_of_the_vector():
    found = delta(time_bars(trades_of("delta-cvd"), step_ns=M))
    assert found.open_ns.tolist() == [0, M]
    expected = vector("delta-cvd")["expected"]["bars"]
    assert found.delta_lots.tolist() == [each["delta"] for each in expected]


def test_a_bar_whose_sides_nobody_told_has_no_delta():
    bars = np.zeros(3, BAR_DTYPE)
    bars["unknown_lots"] = (9, 9, 0)
    bars["buy_lots"] = (0, 2, 0)
    found = delta(bars).delta_lots.tolist()
    assert math.isnan(found[0])
    assert found[1:] == [2.0, 0.0]


def test_no_bars_have_no_delta():
    assert delta(empty_bars()).delta_lots.size == 0


@given(tapes(sides=(-1, 1)))
def test_delta_adds_up_to_that_of_the_tape(trades):
    total = int((trades["size_lots"] * trades["aggressor"]).sum())
    assert delta(time_bars(trades, step_ns=M)).delta_lots.sum() == total


def test_the_result_does_not_change_when_the_bars_do():
    bars = np.zeros(1, BAR_DTYPE)
    found = delta(bars)
    bars["open_ns"] = 7
    assert found.open_ns.tolist() == [0]
