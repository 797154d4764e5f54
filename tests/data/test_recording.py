"""The live market is recorded, and after a restart it is back, joined or marked."""

import time
from math import inf

import numpy as np
import pytest

from core.domain.events import Channel
from core.domain.units import NS_PER_HOUR
from data.engine import Engine
from data.feeds.health import HealthBoard
from data.runtime import Runtime
from data.settings import load_settings
from data.sources.replay import ReplaySource
from data.store.store import Store
from data.venues.bybit.frames import id_of
from data.venues.registry import MARKETS
from tests.exchange.server import Exchange
from tests.support.feed import Trader
from tests.support.frames import bybit_id
from tests.support.trades import random_trades
from tests.support.waiting import until

FOREVER = 2**62
MARKET_KEYS = [("binance", "perp"), ("okx", "spot"), ("bybit", "perp")]
CHANNELS = dict(zip(MARKET_KEYS, ("aggTrade", "trades", "publicTrade"), strict=True))
every_kind_of_id = pytest.mark.parametrize("key", MARKET_KEYS, ids="-".join)


@pytest.fixture
def exchange():
    with Exchange() as exchange:
        yield exchange


class Runs:
    """Runs one after the other in one workspace, following one instrument."""

    def __init__(self, home, exchange, key, **environ):
        self.listed = MARKETS[key].facts.defaults[0]
        self.trader = Trader(exchange, self.listed)
        self._environ = {
            "TAPESCOPE_HOME": str(home),
            "TAPESCOPE_SOURCE": "live",
            **exchange.environment(),
            **environ,
        }
        self._home = home
        self._exchange = exchange
        self.held_at_the_end = None
        self.run = None
        (home / "settings.toml").write_text(f'instruments = ["{self.listed.id}"]\n')

    def begin(self):
        self.run = Runtime(load_settings(self._environ, project=self._home))
        self.run.start()
        until(lambda: self.run.source.name == "live")
        return self.run

    def trade_until_seen(self, count):
        """Trade one by one until ``count`` more trades are held."""
        tape = until(lambda: self.run.engine.tape(self.listed.id))
        before = len(tape.trades)

        def seen():
            self.trader.trade()
            return len(self.held()) >= before + count

        until(seen, what="trades", within_s=20)

    def held(self):
        self.run.engine.settle()
        tape = self.run.engine.tape(self.listed.id)
        return tape.trades.window(0, FOREVER)

    def stored(self):
        store = Store(self._home / "recordings")
        blocks = list(store.read_trades("live", self.listed.id, 0, FOREVER))
        return np.concatenate(blocks) if blocks else np.zeros(0)

    def gaps(self):
        return self.run.engine.tape(self.listed.id).gaps

    def stores_gaps(self):
        return Store(self._home / "recordings").gaps("live", self.listed.id, Channel.TRADES)

    def end(self):
        self.run.stop()
        self.held_at_the_end = self.run.engine.tape(self.listed.id).trades.window(0, FOREVER)

    def known(self):
        """What the venue knows, with the ids as our decoder reads them."""
        found = self.listed.id
        rows = self._exchange.tapes.get(found.venue, found.kind, found.symbol).rows().copy()
        if found.venue == "bybit":
            ids = [id_of(bybit_id(found.kind, each)) for each in rows["trade_id"].tolist()]
            rows["trade_id"] = ids
        return rows

    def missing(self, since_ns):
        """Trades of the venue since an instant that are not held."""
        rows = self.known()
        rows = rows[rows["ts_event_ns"] >= since_ns]
        return int(np.sum(~np.isin(rows["trade_id"], self.held()["trade_id"])))


@every_kind_of_id
def test_after_a_restart_the_trades_are_back_and_the_hole_is_closed(tmp_path, exchange, key):
    runs = Runs(tmp_path, exchange, key)
    runs.begin()
    runs.trade_until_seen(30)
    runs.end()
    first = runs.stored()
    assert first.size >= 30
    assert np.array_equal(first, runs.held_at_the_end)
    runs.trader.trade(25)
    runs.begin()
    until(lambda: runs.run.engine.tape(runs.listed.id), within_s=5, what="the recorded trades")
    until(lambda: np.array_equal(runs.held()[: first.size], first))
    runs.trade_until_seen(30)
    since_ns = int(first["ts_event_ns"][0])
    until(lambda: not runs.missing(since_ns), what="the hole to close")
    assert runs.gaps() == ()
    tape = runs.run.engine.tape(runs.listed.id)
    assert tape.complete_from_ns <= since_ns
    runs.end()
    assert np.array_equal(runs.stored(), runs.held_at_the_end)


@every_kind_of_id
def test_a_hole_that_cannot_be_closed_is_a_gap_on_the_chart_and_on_the_disk(
    tmp_path, exchange, key
):
    runs = Runs(tmp_path, exchange, key)
    end_ns = time.time_ns() - 2 * NS_PER_HOUR
    rows = random_trades(np.random.default_rng(1), 500)
    rows["ts_event_ns"] += end_ns - int(rows["ts_event_ns"][-1])
    store = Store(tmp_path / "recordings")
    store.append("live", runs.listed, CHANNELS[key], rows)
    store.close()
    began_ns = time.time_ns()
    runs.begin()
    runs.trade_until_seen(500 + 5)
    (gap,) = runs.gaps()
    assert gap.from_ns == end_ns
    assert began_ns <= gap.to_ns <= time.time_ns()
    assert "not running" in gap.reason
    runs.end()
    assert runs.stores_gaps() == [gap]
    assert runs.stored().size >= 505


def test_a_hole_that_rest_does_not_close_is_a_gap(tmp_path, exchange):
    runs = Runs(tmp_path, exchange, ("binance", "perp"))
    runs.begin()
    runs.trade_until_seen(10)
    runs.end()
    first = runs.stored()
    runs.trader.trade(25)
    exchange.faults.rest["/fapi/v1/aggTrades"] = (403, {}, "{}")
    runs.begin()
    until(lambda: runs.run.engine.tape(runs.listed.id))
    runs.trade_until_seen(10)
    until(runs.gaps, what="the gap")
    assert runs.gaps()[0].from_ns == int(first["ts_event_ns"][-1])
    runs.end()


def test_recording_can_be_switched_off_in_the_settings(tmp_path, exchange):
    runs = Runs(tmp_path, exchange, ("binance", "perp"), TAPESCOPE_RECORD="off")
    runs.begin()
    runs.trade_until_seen(10)
    assert runs.run.recorder is None
    runs.end()
    assert runs.stored().size == 0
    assert not (tmp_path / "recordings").exists()


def test_recording_is_switched_off_and_on_while_it_runs(tmp_path, exchange):
    runs = Runs(tmp_path, exchange, ("binance", "perp"))
    runs.begin()
    runs.trade_until_seen(10)
    runs.run.record(on=False)
    assert runs.run.recorder is None
    before = runs.stored().size
    runs.trade_until_seen(10)
    assert runs.stored().size == before
    runs.run.record(on=True)
    runs.trade_until_seen(10)
    runs.end()
    after = runs.stored()
    assert before + 10 <= after.size <= runs.held_at_the_end.size - 10
    (gap,) = runs.stores_gaps()
    assert "switched off" in gap.reason


def test_a_second_run_in_the_same_workspace_only_reads_and_says_so(tmp_path, exchange):
    runs, others = (Runs(tmp_path, exchange, ("okx", "perp")) for _ in range(2))
    runs.begin()
    runs.trade_until_seen(10)
    until(lambda: runs.run.recorder.status().acknowledged >= 10)
    others.begin()
    assert "another Tapescope" in " ".join(until(others.run.notes))
    assert others.run.recorder is None
    others.trade_until_seen(10)
    others.end()
    runs.end()
    assert np.array_equal(runs.stored(), runs.held_at_the_end)


def test_neither_the_simulated_market_nor_a_replay_is_recorded(tmp_path):
    environ = {"TAPESCOPE_HOME": str(tmp_path), "TAPESCOPE_SOURCE": "simulated"}
    run = Runtime(load_settings(environ, project=tmp_path))
    run.start()
    until(lambda: run.engine.trades_kept, within_s=20)
    assert run.recorder is None
    run.stop()
    assert run.store.sources() == []


def test_frames_are_kept_as_they_came_where_that_is_asked_for_and_give_the_same_market(
    tmp_path, exchange
):
    runs = Runs(tmp_path, exchange, ("okx", "perp"), TAPESCOPE_RECORD_RAW="on")
    runs.begin()
    runs.trade_until_seen(20)
    runs.end()
    raw = sorted((tmp_path / "recordings" / "raw").rglob("*.log.gz"))
    replay = ReplaySource(raw, speed=inf, health=HealthBoard(), on_restart=nothing)
    engine = Engine()
    engine.start()
    replay.start(engine.submit)
    until(lambda: replay.finished, what="the end of the frames")
    replay.stop()
    engine.settle()
    engine.stop()
    played = engine.tape(runs.listed.id).trades.window(0, FOREVER)
    live = runs.held_at_the_end
    assert np.array_equal(played, live[np.isin(live["trade_id"], played["trade_id"])])
    assert played.size >= 10, "the first trades may have come over REST"


def test_no_frame_is_kept_where_nobody_asked(tmp_path, exchange):
    runs = Runs(tmp_path, exchange, ("okx", "perp"))
    runs.begin()
    runs.trade_until_seen(5)
    runs.end()
    assert not (tmp_path / "recordings" / "raw").exists()


def nothing():
    """There is nothing to drop."""
