"""The simulated source in time: history at once, then trades as they fall due."""

from math import inf, nan
from threading import Lock
from threading import enumerate as threads

import numpy as np
import pytest

from core.domain.events import Klines, Listed, TradeBlock
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_MS, NS_PER_S
from data.engine import Engine
from data.sources.simulated import SimulatedSource
from tests.support.simulated import WEDNESDAY_NS, past
from tests.support.waiting import until


class Sink:
    """Keeps every event, and the source's clock when it came."""

    def __init__(self, source):
        self.source, self.events, self.lock = source, [], Lock()
        self.newest_ns = {}

    def submit(self, event):
        with self.lock:
            self.events.append((self.source.now_ns(), event))
            if isinstance(event, TradeBlock):
                self.newest_ns[str(event.instrument.id)] = int(event.rows["ts_recv_ns"][-1])

    def of(self, kind):
        with self.lock:
            return [event for _, event in self.events if isinstance(event, kind)]

    def trades(self):
        """Instrument id -> all its rows."""
        parts = {}
        for block in self.of(TradeBlock):
            parts.setdefault(str(block.instrument.id), []).append(block.rows)
        return {name: np.concatenate(rows) for name, rows in parts.items()}


@pytest.fixture
def run():
    """Start a source; wait until its clock has passed so many nanoseconds and all has come."""
    sources = []

    def run(*, passed_ns, **arguments):
        source = SimulatedSource(start_ns=WEDNESDAY_NS, **arguments)
        sources.append(source)
        sink = Sink(source)
        source.start(sink.submit)
        wanted_ns = WEDNESDAY_NS + passed_ns

        def far_enough():
            newest_ns = sink.newest_ns.get("binance.perp.BTCUSDT", 0)
            return len(sink.newest_ns) == 18 and newest_ns >= wanted_ns

        until(far_enough, within_s=30)
        source.stop()
        return sink

    yield run
    for source in sources:
        source.stop()


@pytest.fixture(scope="module")
def opened():
    """Everything that the first second or two bring."""
    source = SimulatedSource(start_ns=WEDNESDAY_NS)
    sink = Sink(source)
    source.start(sink.submit)
    until(lambda: len({e.instrument.id for e in sink.of(Klines)}) == 18, within_s=30)
    source.stop()
    return sink


def test_every_instrument_is_listed_before_its_first_trade(opened):
    kinds = [type(event) for _, event in opened.events]
    assert kinds[:18] == [Listed] * 18
    assert Listed not in kinds[18:]


def test_the_history_comes_in_a_fixed_order_the_busiest_first(opened):
    order = list(dict.fromkeys(str(b.instrument.id) for b in opened.of(TradeBlock)))
    assert order == list(past()[1])
    assert order[0] == "binance.perp.BTCUSDT"


def test_the_history_reaches_six_hours_back_and_up_to_now(opened):
    for name, rows in opened.trades().items():
        assert rows["ts_event_ns"][0] < WEDNESDAY_NS - 6 * NS_PER_HOUR, name
        assert rows["ts_recv_ns"][-1] > WEDNESDAY_NS - 2 * NS_PER_MINUTE, name


def test_each_instrument_gets_its_candles_at_every_timeframe(opened):
    came = {(str(k.instrument.id), k.timeframe) for k in opened.of(Klines)}
    assert len(came) == 18 * 8
    assert len(opened.of(Klines)) == 18 * 9, "the minutes of the history come with its trades"


def test_nothing_comes_before_it_is_due(run):
    sink = run(passed_ns=20 * NS_PER_S, speed=20.0)
    for now_ns, event in sink.events:
        if isinstance(event, TradeBlock):
            assert event.rows["ts_recv_ns"][-1] <= now_ns
            assert event.rows["ts_event_ns"][-1] < now_ns
            assert event.rows.size > 0
            assert not event.history


def test_trades_go_on_without_a_hole_across_history_and_minutes(run):
    sink = run(passed_ns=3 * NS_PER_MINUTE, speed=300.0)
    for rows in sink.trades().values():
        assert (np.diff(rows["trade_id"]) == 1).all()
        assert (np.diff(rows["ts_recv_ns"]) >= 0).all()


def test_speed_and_rhythm_change_nothing_in_the_bytes(run):
    slow = run(passed_ns=100 * NS_PER_S, speed=150.0).trades()
    fast = run(passed_ns=5 * NS_PER_MINUTE, speed=1_000.0).trades()
    for name, rows in slow.items():
        common = min(rows.size, fast[name].size)
        assert rows["ts_recv_ns"][common - 1] > WEDNESDAY_NS
        assert rows[:common].tobytes() == fast[name][:common].tobytes()


def test_the_clock_stands_until_the_start_and_then_runs_at_its_speed(run):
    source = SimulatedSource(start_ns=WEDNESDAY_NS, speed=50.0)
    assert source.now_ns() == WEDNESDAY_NS
    sink = run(passed_ns=NS_PER_S, speed=50.0)
    stamps = [now_ns for now_ns, _ in sink.events]
    assert stamps == sorted(stamps)
    assert stamps[0] < WEDNESDAY_NS + 50 * NS_PER_S


def test_stopping_ends_the_thread(run):
    sink = run(passed_ns=0, speed=1.0)
    assert not any(thread.name == "simulated" for thread in threads())
    assert len(sink.newest_ns) == 18


def test_stopping_early_or_before_the_start_is_quick():
    source = SimulatedSource(start_ns=WEDNESDAY_NS)
    source.stop()
    other = SimulatedSource(start_ns=WEDNESDAY_NS)
    sink = Sink(other)
    other.start(sink.submit)
    other.stop()
    assert len(sink.of(TradeBlock)) < 18


def test_it_can_be_started_once_only():
    source = SimulatedSource(start_ns=WEDNESDAY_NS)
    source.start(lambda _: None)
    with pytest.raises(RuntimeError, match="make a new source"):
        source.start(lambda _: None)
    source.stop()


def test_its_name_tells_seed_and_start():
    source = SimulatedSource(seed=12, start_ns=WEDNESDAY_NS)
    assert source.name == "simulated"
    assert source.run_id == "simulated-12-20261118T140000"
    assert "seed 12" in source.notes()[0]
    assert len(source.instruments()) == 18
    source.want(source.instruments()[0].id, "1h", 300)


def test_as_fast_as_it_goes_is_a_thousandfold():
    assert SimulatedSource(speed=inf, start_ns=WEDNESDAY_NS).speed == 1_000.0


@pytest.mark.parametrize("arguments", [{"seed": -1}, {"speed": 0.0}, {"speed": nan}])
def test_a_seed_or_speed_out_of_range_is_refused(arguments):
    with pytest.raises(ValueError, match="at least 0 and speed above 0"):
        SimulatedSource(start_ns=WEDNESDAY_NS, **arguments)


def test_the_wall_clock_is_the_default_start():
    source = SimulatedSource()
    assert abs(source.now_ns() - SimulatedSource().now_ns()) < NS_PER_MINUTE
    assert source.now_ns() > 1_700_000_000 * NS_PER_S


def test_the_engine_keeps_every_trade_of_it():
    engine = Engine()
    engine.start()
    source = SimulatedSource(start_ns=WEDNESDAY_NS, speed=100.0)
    sink = Sink(source)

    def both(event):
        sink.submit(event)
        engine.submit(event)

    source.start(both)
    until(lambda: source.now_ns() > WEDNESDAY_NS + NS_PER_MINUTE and len(sink.of(Klines)) == 144)
    source.stop()
    assert engine.settle()
    engine.stop()
    assert engine.faults == 0
    assert engine.trades_kept == sum(rows.size for rows in sink.trades().values())
    tape = engine.tape(source.instruments()[0].id)
    assert tape.complete_from_ns < WEDNESDAY_NS - 6 * NS_PER_HOUR
    assert tape.newest_recv_ns > WEDNESDAY_NS - 500 * NS_PER_MS
