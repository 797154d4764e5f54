"""Bytes to ring: what a venue's trade frames cost from the socket's payload to a reader's row."""

from collections.abc import Iterator

import numpy as np

from core.domain.events import Trades
from data.buffers.trades import TradeRing
from data.clock import monotonic_s
from data.engine import Engine
from data.venues.registry import MARKETS
from tests.bench.figure import Figure
from tests.support.frames import trade_frames
from tests.support.trades import random_trades

FRAMES = 100_000


def figures() -> Iterator[Figure]:
    """Decode and keep FRAMES one-trade frames of every market, one thread each side."""
    rows = random_trades(np.random.default_rng(1), FRAMES, span_s=3_600)
    for (venue, kind), market in MARKETS.items():
        listed = market.facts.defaults[0]
        spent_s = _keep(market, listed, trade_frames(market, listed, rows))
        yield Figure(f"ring_{venue}_{kind}", FRAMES / spent_s, "trades/s")
    ring = TradeRing()
    ring.append(random_trades(np.random.default_rng(1), 10 * FRAMES, span_s=3_600))
    yield Figure("ring_bytes_per_trade_of_1M", ring.bytes_kept / len(ring), "B")


def _keep(market, listed, frames):
    """Return the seconds until a reader sees every trade."""
    engine, instruments = Engine(), {listed.id.symbol: listed}
    engine.start()
    started_s = monotonic_s()
    for at, frame in enumerate(frames):
        for event in market.parse(frame, ts_recv_ns=at, instruments=instruments):
            if isinstance(event, Trades):
                engine.submit(event)
    settled = engine.settle(120)
    spent_s = monotonic_s() - started_s
    engine.stop()
    if not settled or len(engine.tape(listed.id).trades) != len(frames):
        msg = "the engine did not keep every trade"
        raise RuntimeError(msg)
    return spent_s
