from threading import Event, Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.arrays import TRADE_DTYPE
from data.buffers import trades as trades_module
from data.buffers.trades import BLOCK_ROWS, TradeRing
from tests.support.trades import START_NS, random_trades, trades

FOREVER = 2**62


@st.composite
def batches(draw):
    """Batches of rows with small times and ids, so that repeats and late rows are common."""
    rows = draw(
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), min_size=0, max_size=60)
    )
    cuts = draw(st.lists(st.integers(0, len(rows)), max_size=5))
    out = np.zeros(len(rows), TRADE_DTYPE)
    for index, (time, number) in enumerate(rows):
        out[index] = (time, time, number, 1, 1, 1, 0, 1)
    return np.split(out, sorted(cuts))


def pairs(rows):
    return list(zip(rows["ts_event_ns"].tolist(), rows["trade_id"].tolist(), strict=True))


@given(batches(), st.integers(0, 41), st.integers(0, 41), st.integers(2, 9))
@settings(max_examples=300)
def test_the_ring_equals_a_sorted_set(parts, low, high, block_rows):
    trades_module.BLOCK_ROWS = block_rows
    try:
        ring, held = TradeRing(), set()
        for part in parts:
            fresh = ring.append(part)
            assert pairs(fresh) == sorted(set(pairs(part)) - held)
            held |= set(pairs(part))
        assert pairs(ring.window(-1, FOREVER)) == sorted(held)
        assert pairs(ring.window(low, high)) == sorted(p for p in held if low <= p[0] < high)
        assert ring.count_before(low) == sum(p[0] < low for p in held)
        assert len(ring) == len(held)
        assert ring.duplicates == sum(map(len, parts)) - len(held)
    finally:
        trades_module.BLOCK_ROWS = BLOCK_ROWS


def test_ids_that_do_not_count_leave_the_order_of_arrival():
    ring = TradeRing(ids_count=False)
    rows = trades((0, 10, 1, 1), (0, 11, 1, 1), (0, 12, 1, 1))
    rows["trade_id"] = [9, -4, 2]
    ring.append(rows)
    assert ring.append(rows[1:]).size == 0
    assert ring.window(0, FOREVER)["price_ticks"].tolist() == [10, 11, 12]


def test_a_reader_owns_its_copy():
    ring = TradeRing()
    ring.append(trades((0, 10, 1, 1), (1, 11, 2, -1)))
    copy = ring.window(0, FOREVER)
    copy["price_ticks"] = 0
    assert ring.window(0, FOREVER)["price_ticks"].tolist() == [10, 11]


def test_rows_of_one_instant_that_straddle_blocks_are_all_found(monkeypatch):
    monkeypatch.setattr(trades_module, "BLOCK_ROWS", 4)
    ring = TradeRing()
    ring.append(trades(*[(0, 1, 1, 1)] * 11))
    assert ring.window(START_NS, START_NS + 1).size == 11
    assert ring.count_before(START_NS) == 0


def test_dropping_counts_what_went(monkeypatch):
    monkeypatch.setattr(trades_module, "BLOCK_ROWS", 10)
    ring = TradeRing()
    ring.append(random_trades(np.random.default_rng(1), 100))
    middle = int(ring.window(0, FOREVER)["ts_event_ns"][55])
    before = ring.count_before(FOREVER)
    ring.drop_before(middle)
    assert 45 <= len(ring) <= 60
    assert ring.count_before(FOREVER) == before
    assert ring.first_ns <= middle


def test_a_trade_keeps_forty_bytes():
    ring = TradeRing()
    ring.append(random_trades(np.random.default_rng(1), 10 * BLOCK_ROWS))
    assert ring.bytes_kept / len(ring) <= 40


@pytest.mark.parametrize("late", [0.0, 0.05])
def test_a_reader_beside_the_writer_never_misses_what_was_there_before(monkeypatch, late):
    monkeypatch.setattr(trades_module, "BLOCK_ROWS", 8)
    rng = np.random.default_rng(2)
    rows = random_trades(rng, 3_000)
    order = np.argsort(np.arange(3_000) + 60 * (rng.random(3_000) < late), kind="stable")
    ring, done, faults = TradeRing(), Event(), []

    def read():
        held = 0
        while not done.is_set():
            try:
                seen = ring.window(0, FOREVER)
            except Exception as error:  # noqa: BLE001  whatever it is, the test must tell it
                faults.append(repr(error))
                return
            if seen.size < held or bool(np.any(np.diff(seen["ts_event_ns"]) < 0)):
                faults.append(f"{held} trades, then {seen.size}")
                return
            held = seen.size

    reader = Thread(target=read)
    reader.start()
    for row in rows[order]:
        ring.append(np.array([row]))
    done.set()
    reader.join()
    assert not faults
    assert np.array_equal(ring.window(0, FOREVER), rows)
