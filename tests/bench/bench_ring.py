"""Bytes to ring: what one venue's trade frames cost from the socket's payload to a reader's row."""

from collections.abc import Iterator

from core.domain.events import Trades
from data.clock import monotonic_s
from data.engine import Engine
from data.venues.registry import MARKETS
from tests.bench.figure import Figure
from tests.support.frames import trade_frames

FRAMES = 100_000


def figures() -> Iterator[Figure]:
    """Decode and keep FRAMES trade frames of every market."""
    for (venue, kind), market in MARKETS.items():
        listed = market.facts.defaults[0]
        frames = trade_frames(market, listed, FRAMES)
        instruments = {listed.id.symbol: listed}
        engine = Engine()
        engine.start()
        started = monotonic_s()
        for at, frame in enumerate(frames):
            for event in market.parse(frame, ts_recv_ns=at, instruments=instruments):
                if isinstance(event, Trades):
                    engine.submit(event)
        engine.settle(120)
        spent = monotonic_s() - started
        tape = engine.tape(listed.id)
        kept = len(tape.trades) if tape is not None else 0
        engine.stop()
        yield Figure(f"ring_{venue}_{kind}", kept / spent, "trades/s")
        if tape is not None:
            yield Figure(f"ring_{venue}_{kind}_bytes", tape.trades.bytes_kept / kept, "B/trade")
