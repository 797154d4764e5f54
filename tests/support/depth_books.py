"""A book and a tape that an engine keeps, told message by message."""

import numpy as np

from core.domain.events import BookBegins, TradeBlock
from data.views.moment import Moment
from tests.support.book_events import BTC, START_NS, delta, snapshot
from tests.support.trades import trades

BIDS = [(20_000 - n, 10 + n % 7) for n in range(400)]
ASKS = [(20_001 + n, 20 + n % 5) for n in range(400)]


class BookMarket:
    """One market; times in seconds since START_NS."""

    def __init__(self, engine, bids=BIDS, asks=ASKS, depth=1000):
        self.engine, self.number, self.now_s = engine, 10, 0.1
        self.take(BookBegins(BTC), delta(10, after=9, at_ms=0))
        self.take(snapshot(10, bids, asks, at_ms=0, depth=depth))
        self.tell(0.1)

    def take(self, *events):
        for event in events:
            self.engine.submit(event)
        assert self.engine.settle()

    def tell(self, at_s, **sides):
        self.number += 1
        self.now_s = at_s
        told = delta(self.number, after=self.number - 1, at_ms=round(at_s * 1000), **sides)
        self.take(told)

    def trade(self, at_s, ticks, lots, side, fills=1):
        rows = np.repeat(trades((0, ticks, lots, side)), fills)
        rows["ts_event_ns"] = rows["ts_recv_ns"] = START_NS + round(at_s * 1e9)
        rows["trade_id"] = round(at_s * 1e6) + np.arange(fills)
        rows["price_ticks"] += np.arange(fills) * side
        self.take(TradeBlock(BTC, "trade", rows))

    def moment(self, at_s=None, **off):
        return Moment(START_NS + round((self.now_s if at_s is None else at_s) * 1e9), **off)
