"""A market with hours behind it: everything that a chart can show, one instrument and its spot."""

import numpy as np

from core.domain.arrays import (
    LIQUIDATION_DTYPE,
    QUOTE_DTYPE,
    TICKER_DTYPE,
    TRADE_DTYPE,
    LiquidationPrice,
    Position,
)
from core.domain.events import Channel, Listed, Rows, TradeBlock
from core.domain.units import NS_PER_HOUR, NS_PER_S
from tests.support.market import StillSource, still_runtime
from tests.support.trades import instrument

NOW_NS = 20_000 * 24 * NS_PER_HOUR + 23 * NS_PER_HOUR + NS_PER_HOUR // 2
PERP = instrument("binance.perp.BTCUSDT", tick="0.1", step="0.001")
SPOT = instrument("binance.spot.BTCUSDT", tick="0.01", step="0.00001")
TRADES_PER_S = 25
_BLOCK = 100_000


class LongPast:
    """A runtime that holds ``hours`` until NOW_NS, and goes on a tenth of a second at a time."""

    def __init__(self, home, *, hours, seed=3):
        self._rng = np.random.default_rng(seed)
        self._price = 960_000
        self._id = 0
        self.source = StillSource([PERP, SPOT], now_ns=NOW_NS)
        self.run = still_runtime(home, self.source)
        self.run.engine.submit(Listed(PERP))
        self.run.engine.submit(Listed(SPOT))
        self._give(NOW_NS - hours * NS_PER_HOUR, hours * 3_600)

    def tick(self):
        """Let a tenth of a second more happen."""
        engine, tenth_ns = self.run.engine, NS_PER_S // 10
        trades = self._trades(self.source.now, tenth_ns, self._rng.poisson(TRADES_PER_S / 10))
        engine.submit(TradeBlock(PERP, "trades", trades))
        at_ns, price = np.array([self.source.now]), np.array([self._price])
        for listed, scale in ((PERP, 1), (SPOT, 10)):
            engine.submit(Rows(listed, Channel.QUOTES, "test", _quotes(at_ns, scale * price)))
        assert engine.settle(60)
        self.source.now += tenth_ns

    def _give(self, from_ns, seconds):
        engine = self.run.engine
        trades = self._trades(from_ns, seconds * NS_PER_S, TRADES_PER_S * seconds)
        for first in range(0, trades.size, _BLOCK):
            engine.submit(TradeBlock(PERP, "trades", trades[first : first + _BLOCK]))
        at_ns = from_ns + np.arange(seconds, dtype=np.int64) * NS_PER_S
        prices = np.interp(at_ns, trades["ts_event_ns"], trades["price_ticks"])
        for listed, scale in ((PERP, 1), (SPOT, 10)):
            engine.submit(Rows(listed, Channel.QUOTES, "test", _quotes(at_ns + 5, scale * prices)))
        engine.submit(Rows(PERP, Channel.TICKER, "test", _tickers(at_ns[::30] + 6)))
        some = at_ns[self._rng.random(seconds) < 1 / 60]
        engine.submit(Rows(PERP, Channel.LIQUIDATIONS, "test", self._liquidations(some, prices)))
        assert engine.settle(60)

    def _trades(self, from_ns, span_ns, count):
        rng = self._rng
        rows = np.zeros(count, TRADE_DTYPE)
        rows["ts_event_ns"] = from_ns + np.sort(rng.integers(0, span_ns, count))
        rows["ts_recv_ns"] = rows["ts_event_ns"] + 5_000_000
        rows["trade_id"] = self._id + 1 + np.arange(count)
        self._id += count
        side = np.cumprod(np.where(rng.random(count) < 0.6, 1, -1))
        steps = rng.choice([-1, 0, 1], count, p=[0.1, 0.8, 0.1])
        rows["price_ticks"] = self._price + np.cumsum(steps)
        self._price = int(rows["price_ticks"][-1]) if count else self._price
        rows["aggressor"] = side
        rows["size_lots"] = 1 + (50 * rng.pareto(1.3, count)).astype(np.int64)
        return rows

    def _liquidations(self, at_ns, prices):
        rows = np.zeros(at_ns.size, LIQUIDATION_DTYPE)
        rows["ts_event_ns"] = rows["ts_recv_ns"] = at_ns
        rows["price"] = prices[0] * 0.1
        rows["size_lots"] = 200
        rows["position"] = Position.LONG
        rows["price_kind"] = LiquidationPrice.EXECUTED
        return rows


def _quotes(at_ns, prices):
    rows = np.zeros(at_ns.size, QUOTE_DTYPE)
    rows["ts_event_ns"] = rows["ts_recv_ns"] = at_ns
    rows["bid_ticks"] = prices.astype(np.int64)
    rows["ask_ticks"] = rows["bid_ticks"] + 1
    rows["bid_lots"] = rows["ask_lots"] = 500
    return rows


def _tickers(at_ns):
    rows = np.zeros(at_ns.size, TICKER_DTYPE)
    for name in rows.dtype.names:
        if rows[name].dtype.kind == "f":
            rows[name] = np.nan
    rows["ts_event_ns"] = rows["ts_recv_ns"] = at_ns
    rows["funding_rate"] = 0.0001
    rows["open_interest"] = 80_000.0
    return rows
