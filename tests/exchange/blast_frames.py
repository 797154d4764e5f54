"""The frames of the load, per market: trades and updates of books with blanks for what changes.

Blanks: ``<id>`` a trade's number (``<hex8>`` and ``<hex12>`` the same for UUIDs), ``<ms>`` now,
``<lots>`` a trade's size, ``<size:n>`` of the n-th level, and the ids of updates: ``<first>``,
``<last>`` and ``<before>``.
"""

import json

from core.domain.instrument import MarketKind, Venue
from tests.exchange.books import text
from tests.exchange.templates import Cycle, sized, whole

LEVELS = 10
"""Of each side, in every update."""
EMPTIED = 1
"""In which update of three the outermost level of each side is taken away."""


def shapes(listed):
    """How the blanks of a market are written."""
    size = sized(lambda lots: _size(listed, lots))
    ids = dict.fromkeys(("id", "first", "last", "before"), whole(10))
    hexes = {"hex8": whole(8, 16), "hex12": whole(12, 16)}
    return {"ms": whole(13), "lots": size, "size": size, **ids, **hexes}


def trades(listed, prices, aggressors):
    """A cycle of one-trade frames at these prices."""
    each = {Venue.BINANCE: _binance_trade, Venue.OKX: _okx_trade, Venue.BYBIT: _bybit_trade}
    payloads = [
        each[listed.id.venue](listed, _price(listed, price), side)
        for price, side in zip(prices, aggressors, strict=True)
    ]
    return Cycle([_bytes(each) for each in payloads], shapes(listed))


def updates(listed, topic, bid, count):
    """A cycle of updates of the levels around ``bid``; None = the market has no such topic."""
    each = {Venue.BINANCE: _binance_diff, Venue.OKX: _okx_diff, Venue.BYBIT: _bybit_diff}
    payloads = []
    for at in range(count):
        emptied = LEVELS - 1 if at % 3 == EMPTIED else LEVELS
        sides = []
        for side, first in ((-1, bid), (1, bid + 1)):
            offset = 0 if side < 0 else LEVELS
            sides.append(
                [
                    [
                        _price(listed, first + side * level),
                        f"<size:{level + offset}>" if level < emptied else _size(listed, 0),
                    ]
                    for level in range(LEVELS)
                ]
            )
        payloads.append(each[listed.id.venue](listed, topic, *sides))
    return Cycle([_bytes(each) for each in payloads], shapes(listed))


def _binance_trade(listed, price, side):
    symbol = listed.id.symbol
    data = {"e": "aggTrade", "E": "#ms", "s": symbol, "a": "#id", "p": price, "q": "<lots>"}
    data |= {"f": "#id", "l": "#id", "T": "#ms", "m": side < 0}
    data |= {"nq": "<lots>", "st": 1} if listed.id.kind is MarketKind.PERP else {"M": True}
    return {"stream": f"{symbol.lower()}@aggTrade", "data": data}


def _okx_trade(listed, price, side):
    symbol = listed.id.symbol
    row = {"instId": symbol, "tradeId": "<id>", "px": price, "sz": "<lots>"}
    row |= {"side": "buy" if side > 0 else "sell", "ts": "<ms>", "count": "1", "source": "0"}
    return {"arg": {"channel": "trades", "instId": symbol}, "data": [row | {"seqId": "#id"}]}


def _bybit_trade(listed, price, side):
    symbol = listed.id.symbol
    spot = listed.id.kind is MarketKind.SPOT
    row = {"T": "#ms", "s": symbol, "S": "Buy" if side > 0 else "Sell", "v": "<lots>", "p": price}
    row |= {"L": "PlusTick", "i": "<id>" if spot else "<hex8>-0000-5000-8000-<hex12>"}
    row |= {"BT": False, "RPI": False, "seq": "#id"}
    return {"topic": f"publicTrade.{symbol}", "type": "snapshot", "ts": "#ms", "data": [row]}


def _binance_diff(listed, topic, bids, asks):
    symbol = listed.id.symbol
    data = {"e": "depthUpdate", "E": "#ms", "s": symbol, "U": "#first", "u": "#last"}
    if listed.id.kind is MarketKind.PERP:
        data |= {"T": "#ms", "ps": symbol, "pu": "#before", "st": 1}
    return {"stream": topic, "data": data | {"b": bids, "a": asks}}


def _okx_diff(_listed, topic, bids, asks):
    channel, _, symbol = topic.partition(":")
    row = {"asks": [[*level, "0", "1"] for level in asks]}
    row |= {"bids": [[*level, "0", "1"] for level in bids], "ts": "<ms>", "checksum": 0}
    row |= {"seqId": "#last", "prevSeqId": "#before"}
    return {"arg": {"channel": channel, "instId": symbol}, "action": "update", "data": [row]}


def _bybit_diff(listed, topic, bids, asks):
    data = {"s": listed.id.symbol, "b": bids, "a": asks, "u": "#last", "seq": "#last"}
    return {"topic": topic, "type": "delta", "ts": "#ms", "data": data, "cts": "#ms"}


def _bytes(payload):
    """The payload as JSON; ``"#id"`` is a number, so its quotes go."""
    written = json.dumps(payload, separators=(",", ":"))
    for kind in ("ms", "id", "first", "last", "before"):
        written = written.replace(f'"#{kind}"', f"<{kind}>")
    return written.encode()


def _price(listed, ticks):
    return text(ticks, listed.tick_size, _decimals(listed))


def _size(listed, lots):
    return text(lots, listed.size_step, _decimals(listed))


def _decimals(listed):
    return 8 if (listed.id.venue, listed.id.kind) == (Venue.BINANCE, MarketKind.SPOT) else None
