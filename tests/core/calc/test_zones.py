from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from core.calc.bars import time_bars
from core.calc.footprint import footprint
from core.calc.zones import Ends, Zone, stacked_zones, zone_lives
from core.domain.arrays import empty_bars
from tests.support.tapes import tapes
from tests.support.trades import START_NS, trades

M = 60_000_000_000
BUY = Zone(1, 3, 100, 104, 60, START_NS, START_NS + M)
SELL = replace(BUY, side=-1)


def bars(*prices):
    """A one-minute bar of one trade for each price; the first is that of the zones."""
    return time_bars(
        trades(*((60 * at, price, 1, 1) for at, price in enumerate(prices))), step_ns=M
    )


def ended_at(zone, *prices, **how):
    (found,) = zone_lives([zone], bars(*prices), **how)
    return None if found.end_ns is None else (found.end_ns - START_NS) // M


def test_a_zone_spans_its_rows_to_the_last_tick():
    rows = [(tick, lots, 1) for tick, lots in ((102, 9), (104, 9), (106, 9))]
    tape = trades(*((0, tick, lots, side) for tick, lots, side in rows), (0, 100, 1, -1))
    bar = footprint(tape, open_ns=START_NS, ticks_per_row=2)
    (zone,) = stacked_zones(bar, step_ns=M)
    assert zone == Zone(1, 3, 102, 107, 27, START_NS, START_NS + M)


def test_a_buy_zone_ends_below_its_low_and_not_before():
    assert ended_at(BUY, 90, 105, 104, 100, 99, 98) == 4
    assert ended_at(BUY, 90, 105, 100) is None


def test_a_sell_zone_ends_above_its_high_and_not_before():
    assert ended_at(SELL, 110, 99, 104, 105) == 3
    assert ended_at(SELL, 110, 99, 104) is None


def test_a_touch_ends_it_where_that_is_asked_for():
    assert ended_at(BUY, 90, 105, 104, ends=Ends.FIRST_TOUCH) == 2
    assert ended_at(SELL, 110, 99, 100, ends=Ends.FIRST_TOUCH) == 2
    assert ended_at(SELL, 110, 99, ends=Ends.FIRST_TOUCH) is None


def test_a_zone_ends_when_it_is_too_old():
    assert ended_at(BUY, 105, 105, 105, 105, 99, most_ns=2 * M) == 3
    assert ended_at(BUY, 105, 105, 105, most_ns=2 * M) is None


@given(tapes(min_size=1, ticks=(90, 115)))
def test_an_end_once_known_never_changes(tape):
    tape["ts_event_ns"] += START_NS - tape["ts_event_ns"][0] + M
    everything = zone_lives([BUY, SELL], time_bars(tape, step_ns=M))
    for size in range(tape.size):
        for early, late in zip(
            zone_lives([BUY, SELL], time_bars(tape[:size], step_ns=M)), everything, strict=True
        ):
            assert early.end_ns in (None, late.end_ns)


def test_without_bars_everything_holds():
    assert zone_lives([BUY], empty_bars()) == [BUY]
    assert zone_lives([], bars(1)) == []


def test_bars_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted by open_ns"):
        zone_lives([BUY], np.flip(bars(1, 2)))
