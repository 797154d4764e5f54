import logging

import numpy as np
import pytest

from core.domain.events import Listed, TradeBlock, Trades
from data.engine import Engine
from tests.support.trades import instrument, random_trades

FOREVER = 2**62


@pytest.fixture
def engine():
    engine = Engine()
    engine.start()
    yield engine
    engine.stop()


def one_by_one(rows, listed):
    for row in rows:
        yield Trades(listed, "trade", [tuple(row.tolist())])


def test_trades_of_many_messages_arrive_complete_and_in_order(engine):
    listed = instrument()
    rows = random_trades(np.random.default_rng(1), 5_000)
    for event in one_by_one(rows, listed):
        engine.submit(event)
    assert engine.settle()
    assert np.array_equal(engine.tape(listed.id).trades.window(0, FOREVER), rows)
    assert engine.trades_kept == 5_000


def test_instruments_do_not_mix(engine):
    first, second = instrument(), instrument("okx.spot.BTC-USDT")
    rows = random_trades(np.random.default_rng(2), 400)
    for left, right in zip(
        one_by_one(rows[:200], first), one_by_one(rows[200:], second), strict=True
    ):
        engine.submit(left)
        engine.submit(right)
    assert engine.settle()
    assert engine.ids() == (first.id, second.id)
    assert np.array_equal(engine.tape(first.id).trades.window(0, FOREVER), rows[:200])
    assert np.array_equal(engine.tape(second.id).trades.window(0, FOREVER), rows[200:])


def test_clear_drops_everything_that_came_before_it(engine):
    listed = instrument()
    engine.submit(Listed(listed))
    engine.submit(TradeBlock(listed, "trade", random_trades(np.random.default_rng(3), 10)))
    engine.clear()
    assert engine.settle()
    assert engine.tape(listed.id) is None
    assert engine.epoch == 1


def test_an_event_that_cannot_be_written_does_not_stop_the_others(engine, caplog):
    listed = instrument()
    with caplog.at_level(logging.CRITICAL):
        engine.submit(Trades(listed, "trade", [("not", "a", "row")]))
        engine.submit(TradeBlock(listed, "trade", random_trades(np.random.default_rng(4), 10)))
        assert engine.settle()
    assert engine.faults == 1
    assert len(engine.tape(listed.id).trades) == 10


def test_what_is_queued_is_written_before_the_end():
    engine, listed = Engine(), instrument()
    rows = random_trades(np.random.default_rng(5), 1_000)
    for event in one_by_one(rows, listed):
        engine.submit(event)
    engine.start()
    engine.stop()
    assert len(engine.tape(listed.id).trades) == 1_000


def test_the_oldest_trades_of_all_instruments_go_first_when_there_are_too_many():
    engine = Engine(max_trades=45_000)
    old, new = instrument(), instrument("okx.spot.BTC-USDT")
    rows = random_trades(np.random.default_rng(6), 60_000)
    engine.submit(TradeBlock(old, "trade", rows[:30_000]))
    engine.submit(TradeBlock(new, "trade", rows[30_000:]))
    engine.start()
    assert engine.settle()
    engine.stop()
    assert len(engine.tape(old.id).trades) + len(engine.tape(new.id).trades) <= 45_000
    assert len(engine.tape(new.id).trades) == 30_000


def test_trades_older_than_the_limit_go(engine):
    engine = Engine(max_age_ns=120 * 10**9)
    rows = random_trades(np.random.default_rng(7), 60_000)
    engine.submit(TradeBlock(instrument(), "trade", rows))
    engine.start()
    assert engine.settle()
    engine.stop()
    tape = engine.tape(instrument().id)
    first = int(tape.trades.window(0, FOREVER)["ts_event_ns"][0])
    assert len(tape.trades) < 60_000
    assert first <= int(rows["ts_event_ns"][-1]) - 120 * 10**9
