"""ccxt.pro's own handlers, driven without a network: what its client does with a text frame."""

import asyncio

import ccxt.pro
from ccxt.async_support.base.ws.client import json_parser

_URLS = {
    ("binance", "spot"): "wss://stream.binance.com:9443/stream",
    ("binance", "perp"): "wss://fstream.binance.com/public/stream",
    ("okx", "spot"): "wss://ws.okx.com:8443/ws/v5/public",
    ("okx", "perp"): "wss://ws.okx.com:8443/ws/v5/public",
    ("bybit", "spot"): "wss://stream.bybit.com/v5/public/spot",
    ("bybit", "perp"): "wss://stream.bybit.com/v5/public/linear",
}


class Client:
    """Stands for ccxt's connection; counts what its watchers would have been told."""

    def __init__(self, url):
        self.url = url
        self.subscriptions = {}
        self.futures = {}
        self.told = 0

    def resolve(self, result, _):
        self.told += 1
        return result

    def reject(self, error, _=None):
        raise error


class _Ccxt:
    """One instrument in ccxt.pro."""

    def __init__(self, listed):
        market_id = (listed.id.venue, listed.id.kind)
        swap = listed.id.kind == "perp"
        self.symbol = f"{listed.base}/{listed.quote}" + (f":{listed.quote}" if swap else "")
        self.loop = asyncio.new_event_loop()
        self.exchange = self.loop.run_until_complete(self._made(listed, swap))
        self.client = Client(_URLS[market_id])

    def take(self, raw):
        """Take one frame."""
        self.exchange.handle_message(self.client, json_parser.loads(raw))

    def close(self):
        self.loop.run_until_complete(self.exchange.close())
        self.loop.close()

    async def _made(self, listed, swap):
        exchange = getattr(ccxt.pro, str(listed.id.venue))({"newUpdates": True})
        exchange.options["watchOrderBook"] = {"checksum": False, "depth": "books"}
        market = {
            "id": listed.id.symbol,
            "symbol": self.symbol,
            "base": listed.base,
            "quote": listed.quote,
            "settle": listed.quote if swap else None,
            "baseId": listed.base,
            "quoteId": listed.quote,
            "settleId": listed.quote if swap else None,
            "type": "swap" if swap else "spot",
            "spot": not swap,
            "swap": swap,
            "future": False,
            "option": False,
            "margin": False,
            "contract": swap,
            "linear": swap or None,
            "inverse": False if swap else None,
            "active": True,
            "contractSize": 1 if swap else None,
            "taker": 0,
            "maker": 0,
            "precision": {"price": float(listed.tick_size), "amount": float(listed.size_step)},
            "limits": {},
            "info": {},
        }
        exchange.set_markets([market])
        return exchange


class CcxtBooks(_Ccxt):
    """Its book."""

    def __init__(self, listed):
        super().__init__(listed)
        self.client.subscriptions[f"books:{self.symbol}"] = True  # OKX looks it up

    def load(self, body):
        """Take Binance's answer to depth, as ccxt does after it subscribed."""
        snapshot = self.exchange.parse_order_book(body, self.symbol)
        snapshot["nonce"] = body["lastUpdateId"]
        book = self.exchange.order_book({}, 10_000)
        book.reset(snapshot)
        self.exchange.orderbooks[self.symbol] = book

    def best(self):
        book = self.exchange.orderbooks[self.symbol]
        return tuple(book["bids"][0]), tuple(book["asks"][0])


class CcxtTrades(_Ccxt):
    """Its newest trades; ccxt keeps a thousand."""

    def newest_id(self):
        return self.exchange.trades[self.symbol][-1]["id"]
