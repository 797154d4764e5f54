"""What happens once a year: to the whole product, on a virtual clock where hours are seconds."""

import json
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from threading import Barrier, Event, Thread
from time import sleep
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
import pytest

from core.domain.events import Channel
from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_HOUR
from data import runtime as runtime_module
from data.feeds.health import State
from data.runtime import Runtime, runtime, stop_runtime
from data.settings import Settings
from data.venues.registry import MARKETS
from tests.exchange.server import Exchange
from tests.support.feed import Board
from tests.support.live import LiveRun, fill, same_book, stir
from tests.support.virtual_market import LISTED, NAMES, VirtualMarket, fixed_past
from tests.support.virtual_time import NS, virtual_time
from tests.support.virtual_venues import virtual_venues
from tests.support.waiting import until

START_NS = 1_795_010_400 * NS
BINANCE, OKX, BYBIT = NAMES
FOREVER = 2**62
TABS = 16


class Life(NamedTuple):
    """The whole product on a virtual clock."""

    hub: Any
    venues: Any
    market: Any
    run: Any

    def go_to(self, seconds):
        """Let time pass until so long after the start, and everything be written."""
        self.hub.run_until(START_NS + round(seconds * NS))
        self.run.engine.settle()

    def states(self, name):
        """Channel -> (state, reason)."""
        found = LISTED[name].id
        return {
            Channel(each.channel): (each.state, each.reason)
            for each in self.run.health.snapshot()
            if (each.venue, each.kind, each.symbol) == (found.venue, found.kind, found.symbol)
        }

    def all_live(self):
        return {each.state for each in self.run.health.snapshot()} == {State.LIVE}

    def trades(self, name):
        """The trades held."""
        return self.run.engine.tape(LISTED[name].id).trades.window(0, FOREVER)


@contextmanager
def living(home, *, trade_s=1.0, busy=2.0, skew_s=0):
    ids = tuple(each.id for each in LISTED.values())
    quick = patch("tests.support.virtual_venues.POLL_S", 0.25)
    with quick, virtual_time(START_NS) as hub, virtual_venues(hub) as venues:
        hub.skew_ns = skew_s * NS
        fixed_past(venues, START_NS)
        market = VirtualMarket(hub, venues, trade_s=trade_s, busy=busy)
        run = Runtime(Settings(home=home, source="live", instruments=ids))
        run.health = Board()
        run.start()
        try:
            yield Life(hub, venues, market, run)
        finally:
            run.stop()


def without_the_book(text):
    """A request to OKX as if it did not name the book."""
    if text == "ping":
        return text
    request = json.loads(text)
    request["args"] = [arg for arg in request["args"] if arg["channel"] != "books"]
    return json.dumps(request)


def test_of_a_subscription_that_is_answered_in_part_only_the_rest_is_live(tmp_path):
    with living(tmp_path) as life:
        answer = life.venues.answer

        def in_part(client, text):
            is_okx = client.venue is Venue.OKX
            return answer(client, without_the_book(text) if is_okx else text)

        life.venues.answer = in_part
        life.go_to(60)
        states = life.states(OKX)
        assert states.pop(Channel.BOOK)[0] is not State.LIVE
        assert {state for state, _ in states.values()} == {State.LIVE}
        assert {state for state, _ in life.states(BINANCE).values()} == {State.LIVE}
        said = [each for each in life.run.health.said if each.instrument_id == LISTED[OKX].id]
        words = {each.reason for each in said if each.channel == Channel.BOOK}
        assert "the subscription was not answered in 5 s" in words
        life.venues.answer = answer
        life.go_to(120)
        assert life.all_live()
        assert life.venues.opened[Venue.OKX] == 3


@pytest.mark.parametrize("skew_s", [-40, 40])
def test_clocks_that_disagree_change_no_order_and_are_told_as_lag(tmp_path, skew_s):
    with living(tmp_path, skew_s=skew_s) as life:
        life.go_to(30)
        assert life.all_live()
        lags_ms = [each.lag_ms for each in life.run.health.snapshot() if each.lag_ms is not None]
        assert [round(each / 1_000) for each in lags_ms] == [skew_s] * len(lags_ms)
        for name in NAMES:
            rows = life.trades(name)
            assert np.diff(rows["trade_id"]).tolist() == [1] * (rows.size - 1)
            assert np.all(np.abs(rows["ts_recv_ns"] - rows["ts_event_ns"] - skew_s * NS) < NS)


@pytest.mark.parametrize("jump_s", [-3_600, 3_600])
def test_a_clock_that_is_set_drops_connections_and_loses_no_trade(tmp_path, jump_s):
    with living(tmp_path) as life:
        life.go_to(30)
        life.hub.skew_ns = jump_s * NS
        life.go_to(32)
        reasons = {each.reason.partition(";")[0] for each in life.run.health.said}
        assert f"the clock jumped by {jump_s} s" in reasons
        life.go_to(60)
        assert life.all_live()
        assert life.venues.opened == {Venue.BINANCE: 6, Venue.OKX: 6, Venue.BYBIT: 4}
        for name in NAMES:
            ids = life.trades(name)["trade_id"]
            assert np.diff(ids).tolist() == [1] * (ids.size - 1)
            assert ids.size >= 58


def test_steps_that_a_venue_changes_are_told_and_what_is_held_stays_on_the_old_ones(tmp_path):
    with living(tmp_path, trade_s=5.0, busy=1) as life:
        life.go_to(60)
        before = life.trades(OKX)
        listed = LISTED[OKX]
        tape = life.venues.tapes.get(Venue.OKX, MarketKind.PERP, listed.id.symbol)
        tape.listed = replace(listed, tick_size=Decimal("0.05"))
        life.go_to(1_900)
        assert life.run.notes() == (
            "okx perp now lists BTC-USDT-SWAP with other steps of price or size; "
            "start again to use them.",
        )
        assert life.run.engine.tape(listed.id).instrument.tick_size == listed.tick_size
        assert life.trades(OKX)[: before.size].tobytes() == before.tobytes()
        assert life.all_live()


def test_when_funding_is_paid_more_often_old_rows_keep_their_interval(tmp_path):
    with living(tmp_path, trade_s=5.0, busy=1) as life:
        life.go_to(600)
        for name in (BINANCE, OKX):
            life.venues.contracts[LISTED[name].id].change(interval_h=4)
        life.go_to(3_700)
        for name, from_s in ((BINANCE, 3_600), (OKX, 600)):
            span = START_NS, START_NS + NS_PER_HOUR * 2
            blocks = life.run.store.read("live", LISTED[name].id, Channel.TICKER, span)
            rows = np.concatenate(list(blocks))
            rows = rows[rows["funding_interval_ns"] > 0]
            is_new = rows["ts_recv_ns"] >= START_NS + from_s * NS
            assert set(rows["funding_interval_ns"][~is_new].tolist()) == {8 * NS_PER_HOUR}, name
            assert set(rows["funding_interval_ns"][is_new].tolist()) == {4 * NS_PER_HOUR}, name


def test_while_the_engine_is_behind_a_book_waits_and_loses_nothing(monkeypatch):
    monkeypatch.setattr("data.engine.QUEUE_EVENTS", 50)
    listed = MARKETS["binance", "perp"].facts.defaults[0]
    gate = Event()
    with Exchange() as exchange, LiveRun(exchange, listed) as run:
        book = fill(exchange, listed)

        def is_live():
            stir(book)
            sleep(0.05)
            return run.state(listed) is State.LIVE

        until(is_live)
        run.engine.tap(lambda _: gate.wait(20))
        before = run.engine.tape(listed.id).book.applied
        for _ in range(2_000):
            stir(book)
        until(lambda: run.engine.queued >= 50)
        sleep(0.3)
        assert run.engine.queued <= 60
        gate.set()
        held = run.engine.tape(listed.id).book
        until(lambda: held.applied - before >= 2_000, within_s=20)
        assert same_book(run, listed)
        assert held.lost == 0
        assert held.phase == "live"


def test_tabs_that_open_at_once_share_one_engine_and_one_writer(monkeypatch, tmp_path):
    monkeypatch.setenv("TAPESCOPE_SOURCE", "simulated")
    monkeypatch.setenv("TAPESCOPE_HOME", str(tmp_path))
    make, together, found = runtime_module.from_environment, Barrier(TABS), []

    def slowly():
        sleep(0.1)
        return make()

    def open_tab():
        together.wait()
        found.append(runtime())

    monkeypatch.setattr(runtime_module, "from_environment", slowly)
    tabs = [Thread(target=open_tab) for _ in range(TABS)]
    try:
        for each in tabs:
            each.start()
        for each in tabs:
            each.join()
        assert len(set(map(id, found))) == 1
        assert [each.name for each in threading.enumerate()].count("engine") == 1
    finally:
        stop_runtime()
        for each in found:
            each.stop()
    assert "tapescope_runtime" not in sys.modules
