from decimal import Decimal

import pytest

from core.calc.bar_size import BarSize, bar_size
from core.calc.running_bars import By, Cut
from tests.support.trades import instrument

GRID = instrument()  # ticks of 0.1, lots of 0.001


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("tick:500", Cut(By.TICK, 500)),
        ("volume:10", Cut(By.VOLUME, 10_000)),
        ("dollar:1000000", Cut(By.DOLLAR, 10_000_000_000)),
        ("range:50", Cut(By.RANGE, 50)),
        ("delta:0.25", Cut(By.DELTA, 250)),
    ],
)
def test_a_size_is_counted_on_the_grid(text, cut):
    assert bar_size(text).cut(GRID) == cut
    assert str(bar_size(text)) == text


def test_a_size_between_two_lots_is_reached_with_the_upper_one():
    assert bar_size("volume:0.0011").cut(GRID).size == 2
    assert bar_size("delta:0.0000001").cut(GRID).size == 1


def test_a_size_that_no_sum_reaches_is_refused():
    with pytest.raises(ValueError, match="a bar of dollar:999999999999999 is too large for bin"):
        BarSize(By.DOLLAR, Decimal(999_999_999_999_999)).cut(GRID)


@pytest.mark.parametrize("text", ["", "tick", "tick:0", "tick:-1", "renko:3", "volume:0.00", "x:1"])
def test_what_is_no_size_says_how_to_write_one(text):
    with pytest.raises(ValueError, match="write tick:500"):
        bar_size(text)


def test_trades_and_ticks_are_whole():
    with pytest.raises(ValueError, match="bars by range are of a whole number"):
        bar_size("range:1.5")
