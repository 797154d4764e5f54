"""The recorder: rows a second, bytes a row, the age of data at a kill, and reading back a day."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from core.domain.arrays import LEVEL_DTYPE, LevelFlag
from core.domain.events import Channel, Rows, TradeBlock
from data.engine import Engine
from data.store.past_book import book_at
from data.store.recorder import Recorder
from data.store.recovery import recover
from data.store.store import Store
from tests.bench.figure import Figure
from tests.support.recording import LISTED, lane
from tests.support.rows import random_rows
from tests.support.simulated import past
from tests.support.trades import START_NS
from tests.support.waiting import until

ROUNDS = 3
BATCH = 100
LEVELS = 20
DAY_S = 24 * 3600
KILLS = 10
FOREVER = 2**62


def figures() -> Iterator[Figure]:
    """Record the simulated market of 18 instruments, read a day of it back, kill recorders."""
    histories = [each for each in past()[1].values() if each.trades.size]
    yield Figure("store_recorder_rows_per_s", _median(_recorder_rows_per_s, histories), "/s")
    with TemporaryDirectory() as folder:
        yield from _a_day(Path(folder), histories)
    messages = _messages()
    yield Figure("store_recorder_book_rows_per_s", _median(_book_rows_per_s, messages), "/s")
    with TemporaryDirectory() as folder:
        yield from _books(Path(folder), messages)
    with TemporaryDirectory() as folder:
        yield from _a_start(Path(folder), histories)
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


def _messages():
    """An hour of a book: ten messages a second of LEVELS levels around a price that wanders."""
    rng = np.random.default_rng(1)
    count = 36_000
    middle = 970_000 + np.cumsum(rng.integers(-3, 4, count))
    away = rng.geometric(0.05, (count, LEVELS))
    bids = rng.random((count, LEVELS)) < 0.5
    rows = np.zeros(count * LEVELS, LEVEL_DTYPE)
    stamps = START_NS + np.arange(count) * 100_000_000
    rows["ts_event_ns"] = np.repeat(stamps, LEVELS)
    rows["ts_recv_ns"] = np.repeat(stamps + rng.integers(1_000_000, 9_000_000, count), LEVELS)
    rows["update_id"] = np.repeat(np.cumsum(rng.integers(1, 60, count)), LEVELS)
    rows["price_ticks"] = np.where(bids, middle[:, None] - away, middle[:, None] + away).ravel()
    lots = rng.lognormal(5, 2, rows.size).astype(np.int64)
    rows["size_lots"] = np.where(rng.random(rows.size) < 0.3, 0, lots)
    rows["side"] = np.where(bids, 1, -1).ravel()
    rows["flags"][::LEVELS] = LevelFlag.FIRST
    rows["flags"][:LEVELS] |= LevelFlag.SNAPSHOT
    return rows


def _book_rows_per_s(messages):
    """Rows a second until they are acknowledged, a message of each of 18 books at a time."""
    listed = past()[0].instruments
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        recorder = Recorder(store, "live", max_queued_bytes=2**30)
        taken, rows = 0.0, 0
        recorder.start()
        started = time.perf_counter()
        for start in range(0, 1_500 * LEVELS, LEVELS):
            for each in listed:
                message = messages[start : start + LEVELS]
                recorder(Rows(each, Channel.BOOK, "depth", message))
                rows += LEVELS
        until(lambda: recorder.status().acknowledged == rows, within_s=120)
        taken = time.perf_counter() - started
        recorder.stop()
        store.close()
        return rows / taken


def _books(root, messages):
    """Bytes a row of a book while recording and after, and what a book of the past costs."""
    listed = past()[0].instruments[0]
    store = Store(root)
    for start in range(0, messages.size, LEVELS * BATCH):
        part = messages[start : start + LEVELS * BATCH]
        store.append_rows("live", Rows(listed, Channel.BOOK, "depth", part))
        store.flush()
    store.sync()
    yield Figure("store_segment_bytes_per_book_row", _size(root) / messages.size, "B")
    started = time.perf_counter()
    store.seal()
    taken = time.perf_counter() - started
    yield Figure("store_compact_book_rows_per_s", messages.size / taken, "/s")
    yield Figure("store_parquet_bytes_per_book_row", _size(root) / messages.size, "B")
    started = time.perf_counter()
    book_at(store, "live", listed, int(messages["ts_recv_ns"][-1]))
    yield Figure("store_book_an_hour_after_its_snapshot", time.perf_counter() - started, "s")
    started = time.perf_counter()
    played = sum(each.rows.size for each in store.play("live", [listed.id], 0, FOREVER))
    yield Figure("store_play_rows_per_s", played / (time.perf_counter() - started), "/s")
    store.close()


def _a_start(root, histories):
    """How long 24 hours of all channels but books take to be back; ten quotes a second of each."""
    store, rng = Store(root), np.random.default_rng(2)
    for each in histories:
        for trades in _stretched(each.trades):
            store.append("live", each.instrument, "sim", trades)
        first_ns = int(each.trades["ts_event_ns"][0])
        for channel, count in ((Channel.QUOTES, 864_000), (Channel.TICKER, 86_400)):
            rows = random_rows(rng, channel, count, span_s=DAY_S)
            for column in ("ts_event_ns", "ts_recv_ns"):
                rows[column] += first_ns - START_NS
            store.append_rows("live", Rows(each.instrument, channel, "sim", rows))
        store.seal()
    store.close()
    yield Figure("store_start_with_a_day_of_everything", _read_back(root), "s")


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
    return sum(each.stat().st_size for each in root.rglob("*-*.*") if each.is_file())


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
