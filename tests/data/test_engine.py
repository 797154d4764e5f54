import logging

import numpy as np

from core.domain.events import Channel, Gap, Listed, Rows, TradeBlock, Trades
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE
from data.engine import Engine
from tests.support.derivatives import tickers
from tests.support.trades import instrument, random_trades, trades

FOREVER = 2**62


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


def test_trades_are_held_long_enough_for_the_hour_that_ended_a_day_ago():
    engine, listed = Engine(), instrument()
    rows = random_trades(np.random.default_rng(8), 1_000_000, span_s=30 * 3_600 + 1_800)
    engine.submit(TradeBlock(listed, "trade", rows))
    engine.start()
    assert engine.settle()
    engine.stop()
    tape = engine.tape(listed.id)
    assert 25 <= (tape.trades.newest_ns - tape.complete_from_ns) / NS_PER_HOUR < 26.1


def test_rows_are_held_long_enough_to_say_what_held_a_day_ago():
    engine, listed = Engine(), instrument()
    told = tickers(*((second, 1e-4, 1.0) for second in range(0, 30 * 3_600, 60)))
    engine.submit(Rows(listed, Channel.TICKER, "markPrice", told))
    engine.start()
    assert engine.settle()
    engine.stop()
    newest_ns = int(told["ts_event_ns"][-1])
    held = engine.tape(listed.id).tickers
    assert held.count(newest_ns - NS_PER_DAY - NS_PER_MINUTE, newest_ns - NS_PER_DAY) == 1
    assert held.oldest_ns == newest_ns - 25 * NS_PER_HOUR


def test_a_tap_is_told_what_was_new_and_where_trades_are_missing(engine):
    listed, told = instrument(), []
    rows = random_trades(np.random.default_rng(8), 300)
    engine.submit(TradeBlock(listed, "trade", rows[:100]))
    engine.tap(told.append)
    engine.submit(TradeBlock(listed, "trade", rows[50:200]))
    engine.submit(TradeBlock(listed, "other stream", rows[200:]))
    gap = Gap(listed.id, 1, 2, "lost")
    engine.submit(gap)
    for event in one_by_one(rows[200:], listed):
        engine.submit(event)
    engine.tap()
    engine.submit(TradeBlock(listed, "trade", random_trades(np.random.default_rng(9), 10)))
    assert engine.settle()
    blocks = [event for event in told if isinstance(event, TradeBlock)]
    assert all(block.channel == "trade" for block in blocks)
    assert np.array_equal(np.concatenate([block.rows for block in blocks]), rows[100:])
    assert [event for event in told if isinstance(event, Gap)] == [gap]


def test_a_tap_that_fails_does_not_stop_the_market(engine, caplog):
    def fail(event):
        raise RuntimeError(event.channel)

    engine.tap(fail)
    with caplog.at_level(logging.CRITICAL):
        engine.submit(TradeBlock(instrument(), "trade", random_trades(np.random.default_rng(1), 9)))
        assert engine.settle()
    assert len(engine.tape(instrument().id).trades) == 9
    assert engine.faults == 1


def test_trades_on_steps_that_the_venue_has_changed_since_go(engine):
    old, new = instrument(tick="0.1"), instrument(tick="0.01")
    engine.submit(TradeBlock(old, "trade", random_trades(np.random.default_rng(1), 9)))
    engine.submit(Listed(old))
    assert engine.settle()
    assert len(engine.tape(old.id).trades) == 9
    engine.submit(Listed(new))
    assert engine.settle()
    assert engine.tape(old.id).instrument == new
    assert len(engine.tape(old.id).trades) == 0
    assert engine.epoch == 1


def test_trades_told_on_another_grid_are_kept_on_the_tapes_own(engine):
    listed, coarse = instrument(tick="0.01"), instrument(tick="0.1", step="0.01")
    rows = random_trades(np.random.default_rng(8), 10, tick=1_000)
    engine.submit(Listed(listed))
    engine.submit(TradeBlock(coarse, "trade", rows))
    assert engine.settle()
    held = engine.tape(listed.id).trades.window(0, FOREVER)
    assert held["price_ticks"].tolist() == (10 * rows["price_ticks"]).tolist()
    assert held["size_lots"].tolist() == (10 * rows["size_lots"]).tolist()


def test_trades_on_a_grid_that_does_not_fit_are_a_counted_fault(engine, caplog):
    with caplog.at_level(logging.CRITICAL):
        engine.submit(Listed(instrument(tick="0.1")))
        rows = random_trades(np.random.default_rng(8), 10)
        engine.submit(TradeBlock(instrument(tick="0.03"), "trade", rows))
        assert engine.settle()
    assert engine.faults == 1
    assert len(engine.tape(instrument().id).trades) == 0


def test_what_is_submitted_from_the_engines_own_thread_never_waits_for_room(monkeypatch):
    engine, other = Engine(), instrument("okx.spot.BTC-USDT")
    engine.tap(lambda _: engine.submit(Listed(other)))
    engine.submit(TradeBlock(instrument(), "trade", trades((0, 1000, 1, 1))))
    monkeypatch.setattr("data.engine.QUEUE_EVENTS", 0)
    engine.start()
    try:
        assert engine.settle(2.0)
    finally:
        engine.stop()
    assert other.id in engine.ids()
