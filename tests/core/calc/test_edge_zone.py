import numpy as np

from core.calc.bars import time_bars
from core.calc.edge_zone import edge_zone_ticks
from core.domain.arrays import empty_trades
from core.domain.units import NS_PER_S
from tests.support.trades import START_NS, trades


def zone(tape, *at_s, minutes=2):
    at_ns = START_NS + np.array(at_s, np.int64) * NS_PER_S
    bars = time_bars(tape, step_ns=60 * NS_PER_S)
    return edge_zone_ticks(bars, at_ns, minutes=minutes, frac=0.25)


def test_the_zone_is_a_share_of_the_median_range_of_the_minutes_that_are_over():
    tape = trades(
        (1, 100, 1, 1), (59, 110, 1, 1),
        (60, 100, 1, -1), (61, 120, 1, 1),
        (130, 100, 1, 1), (131, 150, 1, 1), (185, 100, 1, 0),
    )  # fmt: skip
    found = zone(tape, 119, 120, 179, 180)
    assert np.isnan(found[0])
    assert found[1:].tolist() == [4.0, 4.0, 9.0]


def test_without_trades_there_is_no_zone():
    assert np.isnan(zone(empty_trades(), 1)).all()
