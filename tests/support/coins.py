"""Markets of one coin, an hour and more of them made by hand, in a real engine."""

import numpy as np

from core.domain.events import Channel, Gap, Listed, Rows, TradeBlock
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.views.coin_markets import coin_markets
from data.views.moment import Moment
from tests.support.derivatives import NAN, OKX, PERP, SPOT, at, quotes, tickers
from tests.support.trades import START_NS, trades

MARKETS = coin_markets((PERP, SPOT, OKX), "BTC")
TICKS = {PERP: 1_000_000, SPOT: 10_000_000, OKX: 1_000_000}
"""Price of the first minute: 100,000."""


def moment(minute, *, after_s=30.0, off=None):
    """Within a minute, counted from START_NS."""
    now_ns = START_NS + minute * NS_PER_MINUTE + round(after_s * NS_PER_S)
    return Moment(now_ns, "simulated", off or {})


class Coin:
    """Tells one trade a minute of each market, at 20 s, and what else is known at 21 s."""

    def __init__(self, engine, instruments=(PERP, SPOT, OKX)):
        self.engine, self.instruments = engine, instruments
        for each in instruments:
            engine.submit(Listed(each))

    def trade(self, instrument, minutes, moves_bps, base):
        """Trades of so many coins, above zero bought, so far from the first price."""
        lots = np.abs(np.array(base)) / float(instrument.lot_size)
        ticks = TICKS[instrument] * (1 + np.array(moves_bps) / 1e4)
        rows = trades(
            *(
                (60 * minute + 20, round(tick), round(size), int(np.sign(side)))
                for minute, tick, size, side in zip(minutes, ticks, lots, base, strict=True)
            )
        )
        rows["trade_id"] = np.array(minutes) + 1
        self.engine.submit(TradeBlock(instrument, "trade", rows))

    def quote(self, instrument, minutes, moves_bps, *, wide_ticks=2):
        """Best bid and ask around the price."""
        ticks = [round(TICKS[instrument] * (1 + bps / 1e4)) for bps in moves_bps]
        rows = quotes(
            *(
                (60 * minute + 21, tick - wide_ticks // 2, tick + wide_ticks // 2)
                for minute, tick in zip(minutes, ticks, strict=True)
            )
        )
        self.engine.submit(Rows(instrument, Channel.QUOTES, "test", rows))

    def tell(self, instrument, minutes, held, rate=0.0001):
        """Open interest and funding."""
        rows = tickers(
            *((60 * m + 21, rate, float(each)) for m, each in zip(minutes, held, strict=True))
        )
        self.engine.submit(Rows(instrument, Channel.TICKER, "test", rows))

    def live(self, minutes, moves_bps, base):
        """All of it, of each market, alike."""
        for each in self.instruments:
            self.trade(each, minutes, moves_bps, base)
            self.quote(each, minutes, moves_bps)
            if each is not SPOT:
                self.tell(each, minutes, [1_000 + minute for minute in minutes])
        assert self.engine.settle()


class Recorder:
    """Stands for an engine, and writes what it is told to a store."""

    def __init__(self, store):
        self.store = store

    def submit(self, event):
        if isinstance(event, TradeBlock):
            self.store.append("live", event.instrument, event.channel, event.rows)
        elif isinstance(event, Rows):
            self.store.append_rows("live", event)
        elif isinstance(event, Gap):
            self.store.append_gap("live", event)

    def settle(self):
        self.store.flush()
        return True


def quiet(count, *, seed=5):
    """So many minutes in which nothing leads: moves in bps from the first price, and coins."""
    rng = np.random.default_rng(seed)
    moves = np.cumsum(rng.choice([-1.0, 1.0], count))
    return list(range(count)), moves.tolist(), (10 * rng.choice([-1.0, 1.0], count)).tolist()


def rush(minutes, last_bps, *, price, flow):
    """Minutes after those: so many bps and coins each."""
    moves = [last_bps + price * (place + 1) for place in range(len(minutes))]
    return list(minutes), moves, [flow] * len(minutes)


__all__ = [
    "MARKETS",
    "NAN",
    "OKX",
    "PERP",
    "SPOT",
    "Coin",
    "Recorder",
    "at",
    "moment",
    "quiet",
    "rush",
]
