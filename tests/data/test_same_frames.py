"""Live and replay of the same frames give the same numbers."""

from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.cvd import cvd
from core.calc.profile import profile, tick_volumes
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.engine import Engine
from data.feeds.health import HealthBoard
from data.sources.live import LiveSource
from data.sources.replay import ReplaySource
from data.store.raw_log import RawLogWriter
from data.venues.registry import MARKETS
from tests.exchange.server import Exchange
from tests.support.frames import trade_frames
from tests.support.trades import random_trades
from tests.support.waiting import until

FOREVER = 2**62


def numbers(rows):
    """Bars, profile and CVD of what a reader sees."""
    bars = time_bars(rows, step_ns=NS_PER_MINUTE)
    seconds = time_bars(rows, step_ns=NS_PER_S)
    return bars, seconds, cvd(bars), profile(tick_volumes(rows), ticks_per_row=5)


def same(left, right):
    if isinstance(left, tuple):
        return all(same(a, b) for a, b in zip(left, right, strict=True))
    if is_dataclass(left):
        return all(same(getattr(left, f.name), getattr(right, f.name)) for f in fields(left))
    if isinstance(left, np.ndarray):
        return left.tobytes() == right.tobytes()
    return left == right


def played(path, listed):
    engine = Engine()
    engine.start()
    source = ReplaySource([path], speed=np.inf, health=HealthBoard(), on_restart=engine.clear)
    source.start(engine.submit)
    until(lambda: source.finished)
    assert engine.settle()
    source.stop()
    engine.stop()
    return engine.tape(listed.id).trades.window(0, FOREVER)


def decoded(market, listed, frames, cuts):
    """What the engine holds when the frames come in batches cut anywhere, as sockets do."""
    engine = Engine()
    engine.start()
    for part in np.split(np.arange(len(frames)), cuts):
        for at in part:
            for event in market.parse(
                frames[at], ts_recv_ns=int(at), instruments={listed.id.symbol: listed}
            ):
                engine.submit(event)
        assert engine.settle()
    engine.stop()
    return engine.tape(listed.id).trades.window(0, FOREVER)


@pytest.mark.parametrize("key", MARKETS, ids="-".join)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 120), max_size=4))
@settings(max_examples=5, deadline=None)
def test_batches_do_not_matter_and_neither_does_the_source(tmp_path_factory, key, seed, cuts):
    market, listed = MARKETS[key], MARKETS[key].facts.defaults[0]
    rows = random_trades(np.random.default_rng(seed), 120, span_s=200)
    frames = trade_frames(market, listed, rows)
    path = tmp_path_factory.mktemp("log") / "raw.log"
    writer = RawLogWriter(path)
    for at, frame in enumerate(frames):
        writer.write(at, *key, frame)
    writer.close()
    assert same(
        numbers(decoded(market, listed, frames, sorted(cuts))), numbers(played(path, listed))
    )


@pytest.mark.parametrize("key", MARKETS, ids="-".join)
def test_over_real_sockets_the_numbers_are_those_of_the_recording(tmp_path, key):
    market, listed = MARKETS[key], MARKETS[key].facts.defaults[0]
    rows = random_trades(np.random.default_rng(3), 300, span_s=200)
    engine = Engine()
    engine.start()
    with Exchange() as exchange:
        live = LiveSource([listed.id], endpoints=exchange.endpoints(), health=HealthBoard())
        live.start(engine.submit)
        topic = market.trade_topic(listed.id.symbol)
        until(lambda: any(topic in client.topics for client in exchange.clients(key[0])))
        columns = (rows[n] for n in ("ts_event_ns", "price_ticks", "size_lots", "aggressor"))
        traded = exchange.trade(listed, *columns)
        held = until(lambda: engine.tape(listed.id), what="the instrument")
        until(lambda: len(held.trades) == 300, what="every trade")
        live.stop()
    engine.stop()
    path = tmp_path / "raw.log"
    writer = RawLogWriter(path)
    for at, frame in enumerate(trade_frames(market, listed, traded)):
        writer.write(at, *key, frame)
    writer.close()
    assert same(numbers(held.trades.window(0, FOREVER)), numbers(played(path, listed)))
