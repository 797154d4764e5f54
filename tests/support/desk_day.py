"""Two hours of three coins at three venues, the same to the byte each time, as a recording."""

import numpy as np

from core.domain.arrays import LIQUIDATION_DTYPE, QUOTE_DTYPE, TICKER_DTYPE, TRADE_DTYPE, Position
from core.domain.events import Channel, Rows
from core.domain.instrument import MarketKind
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MS, NS_PER_S
from data.store.store import Store
from data.venues.registry import MARKETS

DAY = "2023-11-14"
DAY_NS = 1_699_920_000 * NS_PER_S
BEGIN_NS = DAY_NS + 18 * NS_PER_HOUR
SPAN_S = 7_200
END_NS = BEGIN_NS + SPAN_S * NS_PER_S
PRICES = {"BTC": 62_000.0, "ETH": 3_000.0, "SOL": 150.0}
BASIS = {"binance": 0.0004, "okx": -0.0002, "bybit": 0.0070}
RATES = {"binance": 0.0001, "okx": -0.00005, "bybit": 0.0009}
TRADES = 300
"""Of each market: a replay plays them one by one."""
WORTH_QUOTE = 4_000.0
"""A usual trade."""
WHALES = ((-4_000, 1, 700_000.0), (-1_500, -1, 900_000.0), (-40, 1, 5_500_000.0))
"""(seconds before the end, side, worth) at Binance, in two fills each."""
CLOSED = ((-250, Position.LONG, 1_300_000.0), (-100, Position.SHORT, 20_000.0))
"""Liquidations at Binance and Bybit: seconds before the end, whose, worth."""


class DeskDay:
    """What was recorded.

    Attributes:
        listed: every instrument by (coin, venue, kind).
        trades: by the same, and so on; sorted.
    """

    def __init__(self, *, seed=5):
        self._rng = np.random.default_rng(seed)
        self.listed = {
            (each.base, str(market.facts.venue), str(market.facts.kind)): each
            for market in MARKETS.values()
            for each in market.facts.defaults
            if each.base in PRICES
        }
        self.trades = {key: self._trades(key) for key in self.listed}
        self.quotes = {key: self._quotes(key) for key in self.listed}
        perps = [key for key in self.listed if key[2] == MarketKind.PERP]
        self.tickers = {key: self._tickers(key) for key in perps}
        self.liquidations = {key: self._liquidations(key) for key in perps if key[1] != "okx"}

    @property
    def names(self):
        """Of all instruments, as the replay names them."""
        return ",".join(str(each.id) for each in self.listed.values())

    @property
    def replay(self):
        return f"store:live/{self.names}/{DAY}"

    def of(self, coin, kind=MarketKind.PERP):
        """The keys of a coin's markets of one kind, by venue as the pages have them."""
        return [(coin, venue, str(kind)) for venue in BASIS]

    def record(self, home):
        """Write all of it where a server with this home finds it."""
        store = Store(home / "recordings")
        for key, listed in self.listed.items():
            store.append("live", listed, "trades", self.trades[key])
            sides = (
                (Channel.QUOTES, self.quotes),
                (Channel.TICKER, self.tickers),
                (Channel.LIQUIDATIONS, self.liquidations),
            )
            for channel, rows in sides:
                if key in rows:
                    store.append_rows("live", Rows(listed, channel, "test", rows[key]))
        store.flush()
        store.close()

    def worth(self, key, rows):
        """Price times size of each trade, in floats."""
        listed = self.listed[key]
        price = rows["price_ticks"] * float(listed.tick_size)
        return price * rows["size_lots"] * float(listed.lot_size)

    def _lots(self, key, worth):
        listed = self.listed[key]
        return np.maximum(np.round(worth / PRICES[key[0]] / float(listed.lot_size)), 1)

    def _mid(self, key):
        basis = BASIS[key[1]] if key[2] == MarketKind.PERP else 0.0
        return PRICES[key[0]] * (1 + basis)

    def _trades(self, key):
        rng = self._rng
        whales = WHALES if key[1:] == ("binance", "perp") else ()
        out = np.zeros(TRADES + 2 * len(whales), TRADE_DTYPE)
        at_ms = np.sort(rng.integers(0, (SPAN_S - 1) * 1_000, TRADES))
        out["ts_event_ns"][:TRADES] = BEGIN_NS + at_ms * NS_PER_MS
        worth = np.full(out.size, WORTH_QUOTE) * rng.uniform(0.5, 1.5, out.size)
        out["aggressor"] = rng.choice([-1, 1], out.size, p=[0.4, 0.6])
        tick = float(self.listed[key].tick_size)
        walk = 1 + 2e-5 * np.cumsum(rng.normal(size=out.size)) / 10
        out["price_ticks"] = np.round(self._mid(key) * walk / tick)
        for number, (before_s, side, whole) in enumerate(whales):
            rows = slice(TRADES + 2 * number, TRADES + 2 * number + 2)
            out["ts_event_ns"][rows] = END_NS + before_s * NS_PER_S
            out["aggressor"][rows], worth[rows] = side, whole / 2 * 1.01
            out["price_ticks"][rows] = out["price_ticks"][TRADES // 2]
        out["size_lots"] = self._lots(key, worth)
        out = out[np.argsort(out["ts_event_ns"], kind="stable")]
        out["ts_recv_ns"] = out["ts_event_ns"] + NS_PER_MS
        out["trade_id"] = 1 + np.arange(out.size)
        out["fills"] = 1
        return out

    def _quotes(self, key):
        # Seldom at first, then often enough that nothing looks quiet at the end.
        at_s = np.append(np.arange(0, SPAN_S - 60, 60), np.arange(SPAN_S - 60, SPAN_S, 5))
        out = np.zeros(at_s.size, QUOTE_DTYPE)
        out["ts_event_ns"] = BEGIN_NS + at_s * NS_PER_S
        tick = float(self.listed[key].tick_size)
        bid = np.round(self._mid(key) / tick + self._rng.integers(-20, 21, out.size))
        out["bid_ticks"], out["ask_ticks"] = bid, bid + 1
        out["bid_lots"] = out["ask_lots"] = 5
        out["ts_recv_ns"], out["update_id"] = out["ts_event_ns"] + NS_PER_MS, np.arange(out.size)
        # The last word of the day: the clock stands here.
        out["ts_recv_ns"][-1] = END_NS - 1
        return out

    def _tickers(self, key):
        out = np.zeros(SPAN_S // 60, TICKER_DTYPE)
        out["ts_event_ns"] = out["ts_recv_ns"] = BEGIN_NS + np.arange(out.size) * 60 * NS_PER_S
        out["funding_rate"] = RATES[key[1]] + 1e-9 * np.arange(out.size)
        out["funding_interval_ns"] = (4 if key[1] == "okx" else 8) * NS_PER_HOUR
        out["next_funding_ns"] = DAY_NS + NS_PER_DAY
        out["mark"] = out["index"] = PRICES[key[0]]
        out["open_interest"] = 1_000.0
        return out

    def _liquidations(self, key):
        out = np.zeros(len(CLOSED), LIQUIDATION_DTYPE)
        for place, (before_s, position, worth) in enumerate(CLOSED):
            at_ns = END_NS + before_s * NS_PER_S
            lots = int(self._lots(key, worth))
            out[place] = (at_ns, at_ns, lots, PRICES[key[0]] * 1.0001, position, 0)
        return out
