import numpy as np

from core.domain.units import NS_PER_MINUTE, NS_PER_MS
from data.views.candle_poc import CandlePocView
from pages.figures import candle_poc, palette
from tests.support.trades import START_NS, instrument

GRID = instrument(tick="0.5")


def view(*pocs):
    open_ns = START_NS + np.arange(len(pocs)) * NS_PER_MINUTE
    return CandlePocView(GRID, 5, open_ns, np.array(pocs, np.int64))


def test_each_candle_bears_a_tick_of_its_own_at_the_middle_of_the_row():
    (ticks,) = candle_poc.draw(view(200, 210), step_ns=NS_PER_MINUTE).traces
    np.testing.assert_array_equal(ticks["y"], [101.0, 101.0, np.nan, 106.0, 106.0, np.nan])
    middles = (ticks["x"][0::3] + ticks["x"][1::3]) / 2
    assert middles.tolist() == [START_NS / NS_PER_MS, (START_NS + NS_PER_MINUTE) / NS_PER_MS]
    assert ticks["x"][1] - ticks["x"][0] < NS_PER_MINUTE / NS_PER_MS
    assert ticks["line"]["color"] == palette.POC


def test_without_candles_nothing_is_drawn():
    assert candle_poc.draw(view(), step_ns=NS_PER_MINUTE).traces == []
