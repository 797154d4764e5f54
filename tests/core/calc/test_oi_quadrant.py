from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.oi_quadrant import Quadrant, QuadrantRule, oi_quadrants, quadrants
from core.calc.trailing import Usual
from core.domain.arrays import BAR_DTYPE
from core.domain.units import NS_PER_MINUTE
from tests.support.vectors import vector

RULE = QuadrantRule(bars=1, interest=Usual(Fraction(1, 2), least=3))
STEPS = st.lists(
    st.tuples(st.sampled_from([1, 1, 1, 2]), st.integers(-9, 9), st.integers(-9, 9)), max_size=40
)


def market(steps):
    """Bars of (minutes since the last, change of the close, change of open interest)."""
    bars = np.zeros(len(steps), BAR_DTYPE)
    for name, column in (("open_ns", 0), ("close_ticks", 1)):
        bars[name] = np.cumsum([each[column] for each in steps], dtype=np.int64)
    bars["open_ns"] *= NS_PER_MINUTE
    bars["high_ticks"], bars["low_ticks"] = bars["close_ticks"] + 1, bars["close_ticks"] - 1
    return bars, 1_000.0 + np.cumsum([each[2] for each in steps], dtype=float)


def found(steps, rule=RULE):
    return oi_quadrants(*market(steps), step_ns=NS_PER_MINUTE, rule=rule).tolist()


def test_the_quadrants_are_those_of_the_worked_example():
    example = vector("oi-quadrant")
    changes = [
        np.array([each[name] for each in example["inputs"]], float) for name in ("dprice", "doi")
    ]
    names = [Quadrant(each).name.lower() for each in quadrants(*changes)]
    assert names == example["expected"]


def test_a_change_that_is_not_known_has_none():
    nan, one = np.array([np.nan]), np.array([1.0])
    assert quadrants(nan, one).tolist() == quadrants(one, nan).tolist() == [Quadrant.NONE]


def test_a_large_move_with_fewer_contracts_covers_or_unwinds():
    quiet = [(1, 1, 1), (1, -1, -1)] * 10
    assert found([*quiet, (1, 30, -5)])[-1] == Quadrant.SHORT_COVER
    assert found([*quiet, (1, -30, -5)])[-1] == Quadrant.LONG_UNWIND
    assert found([*quiet, (1, -30, 5)])[-1] == Quadrant.SHORT_BUILD


def test_a_small_change_of_either_has_none():
    quiet = [(1, 4, 4), (1, -4, -4)] * 10
    assert found([*quiet, (1, 30, 3)])[-1] == Quadrant.NONE
    assert found([*quiet, (1, 1, 30)])[-1] == Quadrant.NONE
    assert found([*quiet, (1, 30, 0)])[-1] == Quadrant.NONE


def test_a_missing_bar_in_the_window_has_none():
    quiet = [(1, 1, 1), (1, -1, -1)] * 10
    assert found([*quiet, (2, 30, 5)])[-1] == Quadrant.NONE


@pytest.mark.parametrize("count", [0, 1, 4])
def test_while_too_little_is_known_there_is_none(count):
    assert found([(1, 30, 5)] * count) == [Quadrant.NONE] * count


@given(STEPS, st.integers(0, 40))
def test_later_bars_change_no_quadrant(steps, cut):
    assert found(steps[:cut]) == found(steps)[:cut]
