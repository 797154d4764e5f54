import numpy as np
import pytest
from hypothesis import given

from core.calc.bars import time_bars
from core.calc.tick_volumes import TickVolumes, tick_volumes
from core.calc.unfinished import Unfinished, revisited_ns, unfinished
from core.domain.arrays import empty_trades
from tests.support.tapes import tapes
from tests.support.trades import START_NS, trades
from tests.support.vectors import trades_of, vector

M = 60_000_000_000


@pytest.mark.parametrize("bar", [0, 1])
def test_the_extremes_of_the_tape_are_those_of_the_vector(bar):
    rows = trades_of("footprint-imbalance")
    found = unfinished(tick_volumes(rows[rows["ts_event_ns"] // M == bar]))
    expected = vector("footprint-imbalance")["expected"][bar]
    assert (found.high_ticks is not None) == expected["unfinished_high"]
    assert (found.low_ticks is not None) == expected["unfinished_low"]


def test_the_extremes_of_the_stack_are_those_of_the_vector():
    case = vector("footprint-stacked")
    sell, buy = (np.array([row[key] for row in case["inputs"]]) for key in ("bid", "ask"))
    found = unfinished(TickVolumes(200, buy, sell, np.zeros_like(buy)))
    assert case["expected"]["unfinished_high"]
    assert not case["expected"]["unfinished_low"]
    assert found == Unfinished(206, None)


@given(tapes(ticks=(1, 4)))
def test_an_extreme_is_unfinished_when_both_sides_traded_at_it(rows):
    found = unfinished(tick_volumes(rows))
    prices = rows["price_ticks"].tolist()
    for extreme, told in ((max, found.high_ticks), (min, found.low_ticks)):
        if not prices:
            assert told is None
            continue
        price = extreme(prices)
        sides = set(rows["aggressor"][rows["price_ticks"] == price].tolist())
        assert told == (price if {1, -1} <= sides else None)


def test_the_prevailing_side_must_have_traded_the_least_volume():
    volumes = tick_volumes(trades((0, 10, 5, 1), (0, 10, 2, -1), (0, 9, 3, -1), (0, 9, 7, 1)))
    assert unfinished(volumes, least_lots=3) == Unfinished(10, 9)
    assert unfinished(volumes, least_lots=4) == Unfinished(10, None)
    assert unfinished(volumes, least_lots=6) == Unfinished(None, None)


def test_the_line_goes_on_until_a_later_range_holds_the_price():
    bars = time_bars(
        trades((0, 10, 1, 1), (60, 8, 1, 1), (120, 11, 1, 1), (121, 9, 1, 1)), step_ns=M
    )
    assert revisited_ns(10, known_ns=START_NS + M, bars=bars) == START_NS + 2 * M
    assert revisited_ns(12, known_ns=START_NS + M, bars=bars) is None


def test_a_bar_without_trades_has_no_extremes():
    assert unfinished(tick_volumes(empty_trades())) == Unfinished(None, None)
