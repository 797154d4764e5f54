"""Memory of the buffers when they are full: 30 million trades of 18 instruments over a day."""

from collections.abc import Iterator

import numpy as np
import psutil

from core.domain.arrays import TRADE_DTYPE
from core.domain.events import TradeBlock
from core.domain.units import NS_PER_DAY
from data.engine import MAX_TRADES, Engine
from data.venues.registry import MARKETS
from tests.bench.figure import Figure
from tests.support.trades import START_NS

BLOCK = 100_000


def figures() -> Iterator[Figure]:
    """Fill an engine and look at the process."""
    listed = [each for market in MARKETS.values() for each in market.facts.defaults]
    per_instrument = MAX_TRADES // len(listed)
    process = psutil.Process()
    before = process.memory_info().rss
    engine = Engine()
    engine.start()
    for first in range(0, per_instrument, BLOCK):
        for each in listed:
            engine.submit(TradeBlock(each, "bench", _rows(first, per_instrument)))
        engine.settle(60)
    held = sum(len(engine.tape(each.id).trades) for each in listed)
    used = process.memory_info().rss - before
    engine.stop()
    yield Figure("memory_trades_held", held, "trades")
    yield Figure("memory_buffers_full", used / 1e6, "MB")


def _rows(first, count):
    rows = np.zeros(BLOCK, TRADE_DTYPE)
    index = np.arange(first, first + BLOCK)
    rows["ts_event_ns"] = rows["ts_recv_ns"] = START_NS + index * (NS_PER_DAY // count)
    rows["trade_id"] = index + 1
    rows["size_lots"], rows["price_ticks"], rows["aggressor"] = 1, 970_000, 1
    return rows
