from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.rows import ticks_per_row
from core.domain.arrays import BAR_DTYPE, empty_bars


def bars_of(*ticks):
    """Bars that many ticks high, the lowest and the highest counted."""
    bars = np.zeros(len(ticks), BAR_DTYPE)
    bars["low_ticks"] = 600_000
    bars["high_ticks"] = 600_000 + np.array(ticks) - 1
    return bars


def size(*ticks, tick_size="0.1"):
    return ticks_per_row(bars_of(*ticks), tick_size=Decimal(tick_size))


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [(1, 1), (20, 1), (40, 2), (100, 5), (200, 10), (400, 20), (1000, 50), (20_000, 1000)],
)
def test_a_bar_of_twenty_rows_has_the_size_that_makes_it_so(ticks, expected):
    assert size(ticks) == expected


@given(st.integers(1, 10**6), st.sampled_from(["0.01", "0.1", "1", "0.5", "0.25", "0.05"]))
def test_the_size_is_snapped_and_the_median_bar_has_about_twenty_rows(ticks, tick_size):
    found = size(ticks, tick_size=tick_size)
    assert str(found).rstrip("0") in {"1", "2", "5"}
    snaps = [digit * 10**power for power in range(7) for digit in (1, 2, 5)]
    if any(15 <= ticks / snap <= 25 for snap in snaps):
        assert 15 <= ticks / found <= 25
    elif ticks > 25:
        assert 7.5 <= ticks / found <= 50


def test_one_wild_minute_does_not_change_the_size():
    assert size(100, 100, 100, 100, 50_000) == 5


def test_between_two_sizes_the_one_that_is_round_in_money_wins():
    # 70 ticks are 35 rows of 2 or 14 of 5; 5 ticks of 0.5 are 2.5, 2 ticks are 1.
    assert size(70, tick_size="0.1") == 5
    assert size(70, tick_size="0.5") == 2


def test_without_bars_or_range_a_row_is_a_tick():
    assert ticks_per_row(empty_bars(), tick_size=Decimal("0.1")) == 1
    assert size(1, 1) == 1
