"""What is kept between two answers must be true, or be made again."""

import numpy as np
import pytest

from core.calc.bars import time_bars
from core.calc.common_grid import Factors
from core.domain.arrays import Provenance
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from data.buffers.tape import Tape
from data.views.buckets import Buckets
from data.views.series import MergedBars
from data.views.volumes import VolumesSince
from tests.support.trades import START_NS, instrument, random_trades

SAME = Factors(1, 1)
INTEGERS = ("open_ns", "open_ticks", "high_ticks", "low_ticks", "close_ticks", "buy_lots", "trades")


def tape_of(rows):
    tape = Tape(instrument())
    tape.take_trades("trade", rows)
    return tape


def lots(volumes):
    return int(volumes.buy_lots.sum() + volumes.sell_lots.sum() + volumes.unknown_lots.sum())


def same(left, right):
    return all(left[name].tolist() == right[name].tolist() for name in INTEGERS)


@pytest.mark.parametrize("timeframe", ["1m", "5m", "1h"])
def test_bars_outlive_the_trades_that_made_them(timeframe):
    rows = random_trades(np.random.default_rng(1), 20_000, span_s=3 * 3_600)
    tape, step_ns = tape_of(rows), TIMEFRAMES_NS[timeframe]
    kept = MergedBars(step_ns, timeframe)
    kept.update([tape], [SAME], from_ns=0)
    tape.drop_before(START_NS // NS_PER_HOUR * NS_PER_HOUR + 2 * NS_PER_HOUR)
    whole = time_bars(rows, step_ns=step_ns)
    assert len(tape.seconds) < 3 * 3_600
    for series in (kept, MergedBars(step_ns, timeframe)):
        bars = series.update([tape], [SAME], from_ns=0)
        assert same(bars, whole)
        assert set(bars["provenance"].tolist()) == {Provenance.TRADES}


def test_a_profile_outlives_the_trades_that_made_it():
    rows = random_trades(np.random.default_rng(2), 40_000, span_s=3 * 3_600)
    tape = tape_of(rows)
    tape.drop_before(START_NS // NS_PER_HOUR * NS_PER_HOUR + 2 * NS_PER_HOUR)
    assert len(tape.trades) < 40_000
    volumes = VolumesSince(NS_PER_MINUTE, "1m")
    assert lots(volumes.update(tape, SAME, from_ns=0)) == rows["size_lots"].sum()
    assert not volumes.from_klines


def test_a_finer_common_grid_starts_the_caches_again():
    rows = random_trades(np.random.default_rng(3), 2_000)
    tape = tape_of(rows)
    volumes, bars = VolumesSince(NS_PER_MINUTE, "1m"), MergedBars(NS_PER_MINUTE, "1m")
    volumes.update(tape, SAME, from_ns=0)
    bars.update([tape], [SAME], from_ns=0)
    finer = Factors(2, 10)
    assert lots(volumes.update(tape, finer, from_ns=0)) == 10 * rows["size_lots"].sum()
    found = bars.update([tape], [finer], from_ns=0)
    assert (found["buy_lots"] + found["sell_lots"]).sum() == 10 * rows["size_lots"].sum()


def test_the_window_profile_is_of_the_window_where_only_coarse_klines_reach():
    rows = random_trades(np.random.default_rng(4), 20_000, span_s=10 * 3_600)
    klines = time_bars(rows, step_ns=NS_PER_HOUR)[:8]
    klines["provenance"] = Provenance.KLINES
    klines["last_ns"] = klines["open_ns"] + NS_PER_HOUR - 1
    tape = tape_of(rows[rows["ts_event_ns"] >= int(klines["open_ns"][-1]) + NS_PER_HOUR + 7])
    tape.take_klines("1h", klines)
    volumes = VolumesSince(NS_PER_HOUR, "1h")
    shown = MergedBars(NS_PER_HOUR, "1h").update([tape], [SAME], from_ns=0)
    total = shown["buy_lots"] + shown["sell_lots"] + shown["unknown_lots"]
    assert lots(volumes.update(tape, SAME, from_ns=0)) == total.sum()
    assert volumes.from_klines


@pytest.mark.parametrize("wait", [1, 2])
def test_a_late_trade_that_comes_while_a_view_is_made_is_in_the_next_one(wait):
    rows = random_trades(np.random.default_rng(5), 1_000)
    late, rest = rows[400:401], np.delete(rows, 400)
    tape, volumes = tape_of(rest), VolumesSince(NS_PER_MINUTE, "1m")
    series = MergedBars(NS_PER_S, None)
    read, reads = tape.trades.window, iter(range(100))

    def window(from_ns, to_ns):
        if next(reads) == wait - 1:
            tape.trades.window = read
            tape.take_trades("trade", late)
        return read(from_ns, to_ns)

    series.update([tape], [SAME], from_ns=START_NS)
    tape.trades.window = window
    volumes.update(tape, SAME, from_ns=0)
    assert lots(volumes.update(tape, SAME, from_ns=0)) == rows["size_lots"].sum()
    assert same(series.update([tape], [SAME], from_ns=START_NS), time_bars(rows, step_ns=NS_PER_S))


def test_a_late_trade_that_comes_while_buckets_are_cut_is_in_the_next_ones():
    rows = random_trades(np.random.default_rng(6), 1_000)
    late, rest = rows[400:401], np.delete(rows, 400)
    tape, kept = tape_of(rest), Buckets()
    read, settled_ns = tape.trades.window, int(rows["ts_event_ns"][-1])

    def window(from_ns, to_ns):
        found = read(from_ns, to_ns)
        tape.trades.window = read
        tape.take_trades("trade", late)
        return found

    tape.trades.window = window
    kept.update(tape, bucket_lots=100, settled_ns=settled_ns)
    found, fresh = (
        each.update(tape, bucket_lots=100, settled_ns=settled_ns) for each in (kept, Buckets())
    )
    assert [each.tolist() for each in found] == [each.tolist() for each in fresh]
