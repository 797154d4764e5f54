import time

import numpy as np
import pytest

from core.domain.arrays import TICKER_DTYPE
from core.domain.derivatives import DerivativeTicker
from core.domain.units import NS_PER_HOUR, NS_PER_S
from data.buffers.tickers import TickerRing, row_of
from tests.support.trades import instrument

FOREVER = 2**62
PERP = instrument("bybit.perp.BTCUSDT")


def told(at_s, **fields):
    ns = int(at_s * NS_PER_S)
    return DerivativeTicker(
        instrument=PERP, channel="tickers", ts_event_ns=ns, ts_recv_ns=ns, **fields
    )


def ring_of(*tickers):
    ring = TickerRing(max_rows=100)
    for each in tickers:
        ring.take(each)
    return ring


def test_a_field_that_is_not_told_keeps_its_value():
    ring = ring_of(
        told(1, mark=100.0, open_interest=5.0),
        told(2, mark=101.0),
        told(3, funding_rate=0.0001, funding_interval_ns=8 * NS_PER_HOUR),
    )
    held = ring.window(0, FOREVER)
    assert held["mark"].tolist() == [100.0, 101.0, 101.0]
    assert held["open_interest"].tolist() == [5.0, 5.0, 5.0]
    assert held["funding_rate"].tolist() == [pytest.approx(np.nan, nan_ok=True)] * 2 + [0.0001]
    assert held["funding_interval_ns"].tolist() == [0, 0, 8 * NS_PER_HOUR]


def test_a_rate_and_an_open_interest_of_zero_are_told():
    ring = ring_of(
        told(1, funding_rate=0.01, open_interest=5.0),
        told(2, funding_rate=0.0, open_interest=0.0),
        told(3),
    )
    assert ring.newest["funding_rate"] == 0.0
    assert ring.newest["open_interest"] == 0.0


def test_of_one_second_one_row_stays_with_all_that_was_told():
    ring = ring_of(told(1.1, mark=100.0), told(1.5, index=99.0), told(1.9, mark=102.0))
    held = ring.window(0, FOREVER)
    assert len(held) == 1
    assert (held["mark"][0], held["index"][0]) == (102.0, 99.0)


def test_the_past_fills_what_the_present_did_not_tell():
    ring = ring_of(told(100, mark=100.0), told(200, open_interest=9.0))
    past = np.array([row_of(told(at, open_interest=at)) for at in (50, 10)], TICKER_DTYPE)
    ring.append(past)
    held = ring.window(0, FOREVER)
    assert (held["ts_event_ns"] // NS_PER_S).tolist() == [10, 50, 100, 200]
    assert held["open_interest"].tolist() == [10.0, 50.0, 50.0, 9.0]
    assert held["mark"].tolist()[2:] == [100.0, 100.0]
    assert np.isnan(held["mark"][:2]).all()


def test_what_nobody_ever_told_is_missing_and_not_zero():
    ring = ring_of(told(1, mark=100.0))
    assert np.isnan(ring.newest["index"])
    assert np.isnan(ring.newest["open_interest"])


def test_what_was_told_before_a_gap_is_not_the_present_after_it():
    ring = ring_of(
        told(1, mark=100.0, open_interest=5.0, funding_interval_ns=8 * NS_PER_HOUR),
    )
    ring.end(2 * NS_PER_S)
    ring.take(told(9_000, mark=200.0))
    newest = ring.newest
    assert newest["mark"] == 200.0
    assert np.isnan(newest["open_interest"])
    assert newest["funding_interval_ns"] == 8 * NS_PER_HOUR


def test_rows_on_both_sides_of_a_gap_do_not_fill_each_other():
    ring = TickerRing(max_rows=100)
    ring.end(50 * NS_PER_S)
    rows = [told(10, mark=1.0), told(60, open_interest=2.0), told(70, index=3.0)]
    ring.append(np.array([row_of(each) for each in rows], TICKER_DTYPE))
    held = ring.window(0, FOREVER)
    assert held["mark"][0] == 1.0
    assert np.isnan(held["mark"][1:]).all()
    assert held["open_interest"].tolist()[1:] == [2.0, 2.0]


def test_what_rest_tells_of_the_past_does_not_bring_back_what_a_gap_ended():
    ring = ring_of(told(1, mark=100.0))
    ring.end(2 * NS_PER_S)
    past = np.array([row_of(told(500, open_interest=7.0))], TICKER_DTYPE)
    ring.append(past)
    assert np.isnan(ring.newest["mark"])
    assert ring.newest["open_interest"] == 7.0


@pytest.mark.parametrize("seed", range(20))
def test_rows_that_come_one_by_one_make_what_rows_at_once_make(seed):
    rng = np.random.default_rng(seed)
    rows = np.zeros(60, TICKER_DTYPE)
    rows["ts_event_ns"] = rows["ts_recv_ns"] = np.sort(rng.integers(1, 40 * NS_PER_S, rows.size))
    for name in ("mark", "index", "funding_rate", "open_interest"):
        rows[name] = np.where(rng.random(rows.size) < 0.3, rng.random(rows.size), np.nan)
    rows["funding_interval_ns"] = np.where(rng.random(rows.size) < 0.1, NS_PER_HOUR, 0)
    rings = TickerRing(max_rows=100), TickerRing(max_rows=100)
    for ring in rings:
        ring.end(20 * NS_PER_S)
    rings[0].append(rows)
    for part in np.split(rows, np.sort(rng.integers(0, rows.size, 25))):
        rings[1].append(part)
    first, second = (ring.window(0, FOREVER) for ring in rings)
    assert first.tobytes() == second.tobytes()


def test_a_row_costs_the_same_after_a_day_as_after_a_minute():
    ring = TickerRing(max_rows=100_000)
    rows = np.zeros(90_000, TICKER_DTYPE)
    rows["ts_event_ns"] = np.arange(1, rows.size + 1) * NS_PER_S
    ring.append(rows[:80_000])
    began_s = time.process_time()
    for at in range(80_000, 80_500):
        ring.append(rows[at : at + 1])
    assert time.process_time() - began_s < 1.0
    assert len(ring) == 80_500
