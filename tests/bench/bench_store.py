"""The recorder: rows a second, bytes a trade, the age of data at a kill, and reading back a day."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from core.domain.events import TradeBlock
from data.engine import Engine
from data.store.recorder import Recorder
from data.store.recovery import recover
from data.store.store import Store
from tests.bench.figure import Figure
from tests.support.recording import LISTED, lane
from tests.support.simulated import past
from tests.support.waiting import until

ROUNDS = 3
BATCH = 100
DAY_S = 24 * 3600
KILLS = 10
FOREVER = 2**62


def figures() -> Iterator[Figure]:
    """Record the simulated market of 18 instruments, read a day of it back, kill recorders."""
    histories = [each for each in past()[1].values() if each.trades.size]
    yield Figure("store_recorder_rows_per_s", _median(_recorder_rows_per_s, histories), "/s")
    with TemporaryDirectory() as folder:
        yield from _a_day(Path(folder), histories)
    ages_s = _kill_ages()
    yield Figure("store_kill_age_median", median(ages_s), "s")
    yield Figure("store_kill_age_worst", max(ages_s), "s")


def _median(measure, *args):
    return median(measure(*args) for _ in range(ROUNDS))


def _recorder_rows_per_s(histories):
    """Rows a second until they are acknowledged, in batches such as the engine makes."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        recorder = Recorder(store, "simulated")
        rows = 0
        started = time.perf_counter()
        recorder.start()
        for each in histories:
            part = each.trades[-50_000:]
            for start in range(0, part.size, BATCH):
                block = part[start : start + BATCH]
                recorder(TradeBlock(each.instrument, "sim", block))
                rows += block.size
        until(lambda: recorder.status().acknowledged == rows, within_s=120)
        taken = time.perf_counter() - started
        recorder.stop()
        store.close()
        return rows / taken


def _a_day(root, histories):
    """Bytes a trade while recording and after, and how long 24 hours take to be back."""
    store, rows = Store(root), 0
    for each in histories:
        for trades in _stretched(each.trades):
            rows += trades.size
            for start in range(0, trades.size, BATCH):
                store.append("live", each.instrument, "sim", trades[start : start + BATCH])
                store.flush()
    store.sync()
    yield Figure("store_day_trades", rows, "rows")
    yield Figure("store_segment_bytes_per_trade", _size(root) / rows, "B")
    yield Figure("store_read_back_after_crash", _read_back(root), "s")
    started = time.perf_counter()
    store.seal()
    yield Figure("store_compact_rows_per_s", rows / (time.perf_counter() - started), "/s")
    yield Figure("store_parquet_bytes_per_trade", _size(root) / rows, "B")
    store.close()
    yield Figure("store_read_back", _read_back(root), "s")


def _stretched(trades):
    """The same trades again and again until they fill a day, with ids that go on."""
    first_ns, last_ns = (int(each) for each in trades["ts_event_ns"][[0, -1]])
    span_ns = last_ns - first_ns + 1
    for turn in range(int(DAY_S * 1e9 // span_ns)):
        again = trades.copy()
        for column in ("ts_event_ns", "ts_recv_ns"):
            again[column] += turn * span_ns
        again["trade_id"] += turn * trades.size
        yield again


def _read_back(root):
    """Seconds from a fresh store to every trade in the engine."""
    engine = Engine(max_age_ns=2 * DAY_S * 10**9)
    engine.start()
    started = time.perf_counter()
    for event in recover(Store(root), "live", 0):
        engine.submit(event)
    assert engine.settle(120)
    taken = time.perf_counter() - started
    engine.stop()
    return taken


def _size(root):
    return sum(each.stat().st_size for each in root.rglob("trades-*"))


def _kill_ages():
    """How old the newest stored trade is when a recorder of 5,000 trades a second is killed."""
    ages_s, random = [], Random(1)
    with TemporaryDirectory() as folder:
        root = Path(folder) / "recordings"
        root.mkdir()
        with lane(root) as nursery:
            for run in range(1, KILLS + 1):
                child = nursery.start(run)
                until(lambda run=run: sum(nursery.acked(run)), within_s=20)
                at_s = time.monotonic() + random.uniform(0, 1)
                until(lambda at_s=at_s: time.monotonic() >= at_s)
                killed_ns = time.time_ns()
                os.kill(child, signal.SIGKILL)
                nursery.reap()
                ages_s.append((killed_ns - _newest_ns(root)) / 1e9)
    return ages_s


def _newest_ns(root):
    store = Store(root)
    return max(
        int(
            np.concatenate(list(store.read_trades("live", each.id, 0, FOREVER)))["ts_recv_ns"].max()
        )
        for each in LISTED
    )
