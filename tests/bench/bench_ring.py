"""Bytes to ring: what a venue's trade frames cost from the socket's payload to a reader's row.

Beside it, in the same run and on the same frames: ccxt.pro's handler, cryptofeed's where
``TAPESCOPE_CRYPTOFEED_PYTHON`` names a Python that has it, and a plain typed decoder with a dict.
Ours keeps every trade, sorted, once, with its second bars; theirs keep a thousand, one or none.
"""

import gc
import time
from collections.abc import Iterator

import msgspec
import numpy as np

from core.domain.events import Trades
from core.domain.instrument import MarketKind, Venue
from data.buffers.trades import TradeRing
from data.engine import Engine
from data.venues.registry import MARKETS
from tests.bench import cryptofeed_process
from tests.bench.bench_venues import recorded
from tests.bench.figure import Figure
from tests.bench.rivals_ccxt import CcxtTrades
from tests.support.frames import trade_frames
from tests.support.trades import random_trades

FRAMES = 100_000
TURNS = 3


def figures() -> Iterator[Figure]:
    """Decode and keep FRAMES one-trade frames of every market, and the recorded ones."""
    rows = random_trades(np.random.default_rng(1), FRAMES, span_s=3_600)
    for (venue, kind), market in MARKETS.items():
        listed = market.facts.defaults[0]
        yield from _beside(f"{venue}_{kind}", market, listed, trade_frames(market, listed, rows))
    frames = recorded()
    if frames:
        market = MARKETS[Venue.BINANCE, MarketKind.PERP]
        yield from _beside("recorded", market, market.facts.defaults[0], frames)
    ring = TradeRing()
    ring.append(random_trades(np.random.default_rng(1), 10 * FRAMES, span_s=3_600))
    yield Figure("ring_bytes_per_trade_of_1M", ring.bytes_kept / len(ring), "B")


def _beside(name, market, listed, frames) -> Iterator[Figure]:
    ours_s = min(_keep(market, listed, frames) for _ in range(TURNS))
    yield Figure(f"ring_{name}", len(frames) / ours_s, "trades/s")
    some = frames[: FRAMES // 5]
    ccxt_s = min(_ccxt(listed, some) for _ in range(TURNS)) / len(some) * len(frames)
    yield Figure(f"ring_{name}_ccxt_pro", len(frames) / ccxt_s, "trades/s")
    yield Figure(f"ring_{name}_times_ccxt_pro", ccxt_s / ours_s, "x")
    if name == "binance_perp":
        plain_s = min(_plain(frames) for _ in range(TURNS))
        yield Figure(f"ring_{name}_plain_dict", len(frames) / plain_s, "trades/s")
        given = {"frames": [frame.decode() for frame in some]}
        spent_s = cryptofeed_process.timed(given, told=len(some), turns=TURNS)
        if spent_s is not None:
            spent_s *= len(frames) / len(some)
            yield Figure(f"ring_{name}_cryptofeed", len(frames) / spent_s, "trades/s")
            yield Figure(f"ring_{name}_times_cryptofeed", spent_s / ours_s, "x")


def _keep(market, listed, frames):
    """Return the processor's seconds until a reader sees every trade."""
    engine, instruments = Engine(), {listed.id.symbol: listed}
    _leave_out_what_is_there()
    engine.start()
    started_s = time.process_time()
    for at, frame in enumerate(frames):
        for event in market.parse(frame, ts_recv_ns=at, instruments=instruments):
            if isinstance(event, Trades):
                engine.submit(event)
    settled = engine.settle(120)
    spent_s = time.process_time() - started_s
    engine.stop()
    if not settled or len(engine.tape(listed.id).trades) != len(frames):
        msg = "the engine did not keep every trade"
        raise RuntimeError(msg)
    return spent_s


def _ccxt(listed, frames):
    rival = CcxtTrades(listed)
    _leave_out_what_is_there()
    started_s = time.process_time()
    for frame in frames:
        rival.take(frame)
    spent_s = time.process_time() - started_s
    told = rival.client.told
    rival.close()
    if told != len(frames):
        msg = f"ccxt.pro took {told} of {len(frames)} frames"
        raise RuntimeError(msg)
    return spent_s


class _Trade(msgspec.Struct, gc=False):
    a: int
    p: str
    q: str
    T: int
    m: bool


class _Wrapper(msgspec.Struct, gc=False):
    data: _Trade


def _plain(frames):
    """A typed decoder and a dict of floats by id: no grid, no order, no bars."""
    decode, held = msgspec.json.Decoder(_Wrapper).decode, {}
    _leave_out_what_is_there()
    started_s = time.process_time()
    for frame in frames:
        trade = decode(frame).data
        held[trade.a] = (trade.T, float(trade.p), float(trade.q), trade.m)
    return time.process_time() - started_s


def _leave_out_what_is_there():
    """Let the collector search only what is made from now on, as app.py does at its start."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
