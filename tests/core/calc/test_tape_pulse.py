import numpy as np
import pytest

from core.calc.flow_share import Flow
from core.calc.tape_pulse import NEEDED_SLOTS, pressure, tape_pulse
from core.calc.tape_speed import tape_speed
from core.domain.units import NS_PER_MS, NS_PER_S
from tests.support.trades import START_NS, random_trades


def slots(*parts):
    """float64[n, 5] of (how many slots, what each has)."""
    return np.concatenate([np.tile(np.array(row, float), (count, 1)) for count, row in parts])


QUIET = (240, (1, 2, 10, 30, 0))
"""A minute of four orders, eight trades and 160 quote coins a second."""


def test_now_is_the_mean_of_three_seconds_and_usual_the_median_of_the_minute_before():
    told = tape_pulse(slots(QUIET, (12, (3, 5, 100, 50, 10))))
    assert (told.orders_per_s, told.usual_orders_per_s) == (12.0, 4.0)
    assert (told.trades_per_s, told.usual_trades_per_s) == (20.0, 8.0)
    assert (told.quote_per_s, told.usual_quote_per_s) == (640.0, 160.0)


@pytest.mark.parametrize(("trades", "accelerates"), [(3.9, False), (4, True), (9, True)])
def test_it_accelerates_from_twice_the_usual_on(trades, accelerates):
    assert tape_pulse(slots(QUIET, (12, (1, trades, 0, 0, 0)))).accelerates is accelerates


def test_one_wild_second_does_not_make_the_usual_one():
    calm, wild = (236, (1, 2, 10, 30, 0)), (4, (500, 900, 1e6, 1e6, 0))
    assert tape_pulse(slots(calm, wild, (12, (1, 2, 0, 0, 0)))).usual_trades_per_s == 8.0


def test_after_a_minute_without_a_trade_nothing_is_an_acceleration():
    told = tape_pulse(slots((240, (0, 0, 0, 0, 0)), (12, (9, 9, 9, 9, 0))))
    assert told.usual_trades_per_s == 0.0
    assert not told.accelerates


def test_what_may_be_missing_makes_speed_and_pressure_unknown_but_only_where_it_counts():
    hole = (1, (np.nan,) * 5)
    assert tape_pulse(slots(hole, QUIET, (12, (1, 2, 0, 0, 0)))) is not None
    assert tape_pulse(slots(QUIET, hole, (11, (1, 2, 0, 0, 0)))) is None
    assert tape_pulse(slots(QUIET)) is None
    assert pressure(slots(hole, (40, (1, 1, 5, 7, 1))), 10) == Flow(200.0, 280.0, 40.0)
    assert pressure(slots(hole, (39, (1, 1, 5, 7, 1))), 10) is None
    assert pressure(slots((39, (1, 1, 5, 7, 1))), 10) is None


def test_at_whole_seconds_it_is_what_the_tape_speed_of_the_chart_is():
    rows = random_trades(np.random.default_rng(8), 4_000, span_s=90)
    until_ns = START_NS + 80 * NS_PER_S
    speed = tape_speed(rows[rows["ts_event_ns"] < until_ns], until_ns=until_ns)
    edges = until_ns - np.arange(NEEDED_SLOTS, -1, -1) * 250 * NS_PER_MS
    counts = np.histogram(rows["ts_event_ns"], edges)[0]
    told = tape_pulse(np.stack([counts, counts, counts, 0 * counts, 0 * counts], axis=1) * 1.0)
    assert told.trades_per_s == pytest.approx(speed.trades_per_s[-1])
    assert told.accelerates == speed.accelerates[-1]
