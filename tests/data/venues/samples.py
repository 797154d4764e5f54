"""One good frame and one good answer of every kind, shaped as the venues document them in 2026.

The values are ours. Tests compare what is parsed with numbers worked out by hand, and damage these
in every way.
"""

import json

from core.domain.instrument import InstrumentId, MarketKind, Venue
from data.venues.registry import MARKETS

AT_MS = 1_795_248_000_000
"""2026-11-21 08:00:00 UTC."""
AT_NS = AT_MS * 1_000_000
RECV_NS = AT_NS + 7_654_321
NOW_NS = AT_NS + 86_400_000_000_000

SPOT, PERP = MarketKind.SPOT, MarketKind.PERP
BINANCE, OKX, BYBIT = Venue.BINANCE, Venue.OKX, Venue.BYBIT
MARKET_IDS = list(MARKETS)


def market(venue, kind):
    return MARKETS[venue, kind]


def listed(venue, kind):
    """Symbol -> instrument, as the feed hands them to ``parse``."""
    return {each.id.symbol: each for each in market(venue, kind).facts.defaults}


def parse(venue, kind, frame):
    raw = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
    return market(venue, kind).parse(raw, ts_recv_ns=RECV_NS, instruments=listed(venue, kind))


def instrument(text):
    wanted = InstrumentId.parse(text)
    return listed(wanted.venue, wanted.kind)[wanted.symbol]


BINANCE_SPOT_AGG_TRADE = {
    "stream": "btcusdt@aggTrade",
    "data": {
        "e": "aggTrade",
        "E": AT_MS + 3,
        "s": "BTCUSDT",
        "a": 3_500_000_001,
        "p": "86250.01000000",
        "q": "0.01234000",
        "f": 5_600_000_001,
        "l": 5_600_000_003,
        "T": AT_MS + 1,
        "m": True,
        "M": True,
    },
}
BINANCE_PERP_AGG_TRADE = {
    "stream": "btcusdt@aggTrade",
    "data": {
        "e": "aggTrade",
        "E": AT_MS + 90,
        "a": 2_900_000_001,
        "s": "BTCUSDT",
        "p": "86250.10",
        "q": "1.250",
        "nq": "1.000",
        "f": 6_900_000_001,
        "l": 6_900_000_001,
        "T": AT_MS + 1,
        "m": False,
        "st": 1,
    },
}
BINANCE_SPOT_TRADE = {
    "e": "trade",
    "E": AT_MS + 3,
    "s": "ETHUSDT",
    "t": 2_100_000_001,
    "p": "2750.12000000",
    "q": "0.50000000",
    "T": AT_MS + 1,
    "m": False,
    "M": True,
}
BINANCE_PERP_TRADE = {
    "stream": "btcusdt@trade",
    "data": {
        "e": "trade",
        "E": AT_MS + 3,
        "T": AT_MS + 1,
        "s": "BTCUSDT",
        "t": 6_900_000_001,
        "p": "86250.10",
        "q": "1.250",
        "X": "MARKET",
        "m": True,
    },
}
OKX_SPOT_TRADES = {
    "arg": {"channel": "trades", "instId": "BTC-USDT"},
    "data": [
        {
            "instId": "BTC-USDT",
            "tradeId": "950000003",
            "px": "86250.1",
            "sz": "0.12060306",
            "side": "buy",
            "ts": str(AT_MS + 1),
            "count": "3",
            "source": "0",
            "seqId": 1234,
        }
    ],
}
OKX_SWAP_TRADES = {
    "arg": {"channel": "trades", "instId": "BTC-USDT-SWAP"},
    "data": [
        {
            "instId": "BTC-USDT-SWAP",
            "tradeId": "1950000003",
            "px": "86250.1",
            "sz": "391.07",
            "side": "sell",
            "ts": str(AT_MS + 1),
            "count": "2",
            "source": "1",
            "seqId": 1234,
        }
    ],
}
BYBIT_SPOT_TRADES = {
    "topic": "publicTrade.BTCUSDT",
    "ts": AT_MS + 5,
    "type": "snapshot",
    "data": [
        {
            "i": "2290000000123456789",
            "T": AT_MS + 1,
            "p": "86250.1",
            "v": "0.001234",
            "S": "Sell",
            "s": "BTCUSDT",
            "BT": False,
            "RPI": True,
            "seq": 87_000_000_001,
        }
    ],
}
BYBIT_LINEAR_TRADES = {
    "topic": "publicTrade.BTCUSDT",
    "type": "snapshot",
    "ts": AT_MS + 5,
    "data": [
        {
            "T": AT_MS + 1,
            "s": "BTCUSDT",
            "S": "Buy",
            "v": "0.001",
            "p": "86250.10",
            "L": "PlusTick",
            "i": "20f43950-d8dd-5b31-9112-a178eb6023af",
            "BT": False,
            "RPI": False,
            "seq": 1_783_284_617,
        },
        {
            "T": AT_MS + 2,
            "s": "BTCUSDT",
            "S": "Sell",
            "v": "25.000",
            "p": "86200.00",
            "L": "MinusTick",
            "i": "b1e69828-33bd-789e-0000-000000000000",
            "BT": True,
            "RPI": False,
            "seq": 1_783_284_618,
        },
    ],
}

BINANCE_CONTROLS = (
    {"result": None, "id": 1},
    {"code": 2, "msg": "Invalid request: unknown variant", "id": 1},
    {"e": "serverShutdown", "E": AT_MS},
)
OKX_CONTROLS = (
    {"id": "7", "event": "subscribe", "arg": OKX_SPOT_TRADES["arg"], "connId": "a4d3ae55"},
    {"id": "7", "event": "error", "code": "60018", "msg": "Wrong channel", "connId": "a4d3ae55"},
    {"event": "notice", "code": "64008", "msg": "The connection will soon be closed"},
)
BYBIT_CONTROLS = (
    {"success": True, "ret_msg": "", "conn_id": "c1", "req_id": "7", "op": "subscribe"},
    {"success": False, "ret_msg": "Invalid topic", "conn_id": "c1", "req_id": "7", "op": "sub"},
    {"success": True, "ret_msg": "pong", "conn_id": "c1", "req_id": "", "op": "ping"},
)

FRAMES = {
    (BINANCE, SPOT): (BINANCE_SPOT_AGG_TRADE, BINANCE_SPOT_TRADE, *BINANCE_CONTROLS),
    (BINANCE, PERP): (BINANCE_PERP_AGG_TRADE, BINANCE_PERP_TRADE, *BINANCE_CONTROLS),
    (OKX, SPOT): (OKX_SPOT_TRADES, *OKX_CONTROLS),
    (OKX, PERP): (OKX_SWAP_TRADES, *OKX_CONTROLS),
    (BYBIT, SPOT): (BYBIT_SPOT_TRADES, *BYBIT_CONTROLS),
    (BYBIT, PERP): (BYBIT_LINEAR_TRADES, *BYBIT_CONTROLS),
}


def _filters(tick, step):
    return [
        {"filterType": "PRICE_FILTER", "minPrice": tick, "maxPrice": "1000000", "tickSize": tick},
        {"filterType": "LOT_SIZE", "minQty": step, "maxQty": "9000", "stepSize": step},
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
    ]


def _pair(symbol, base, quote, status="TRADING", **more):
    return {
        "symbol": symbol,
        "status": status,
        "baseAsset": base,
        "quoteAsset": quote,
        "filters": _filters("0.01000000", "0.00001000"),
        **more,
    }


BINANCE_SPOT_INSTRUMENTS = {
    "timezone": "UTC",
    "serverTime": AT_MS,
    "symbols": [
        _pair("BTCUSDT", "BTC", "USDT"),
        _pair("ETHUSDC", "ETH", "USDC"),
        _pair("ETHBTC", "ETH", "BTC"),
        _pair("OLDUSDT", "OLD", "USDT", status="BREAK"),
        _pair("币安人生USDT", "币安人生", "USDT"),
    ],
}
BINANCE_PERP_INSTRUMENTS = {
    "timezone": "UTC",
    "symbols": [
        _pair("BTCUSDT", "BTC", "USDT", contractType="PERPETUAL"),
        _pair("BTCUSDT_261225", "BTC", "USDT", contractType="CURRENT_QUARTER"),
        _pair("BTCUSD_PERP", "BTC", "USD", contractType="PERPETUAL"),
        _pair("NEWUSDT", "NEW", "USDT", status="PENDING_TRADING", contractType="PERPETUAL"),
    ],
}


def _okx_pair(symbol, base, quote, state="live"):
    none = dict.fromkeys(("ctMult", "ctType", "ctVal", "ctValCcy", "settleCcy", "uly"), "")
    return {
        **none,
        "instId": symbol,
        "instType": "SPOT",
        "baseCcy": base,
        "quoteCcy": quote,
        "state": state,
        "tickSz": "0.1",
        "lotSz": "0.00000001",
    }


def _okx_swap(symbol, contract="linear", settle="USDT", value="0.01", state="live"):
    base, quote, _ = symbol.split("-")
    return {
        "instId": symbol,
        "instType": "SWAP",
        "baseCcy": "",
        "quoteCcy": "",
        "ctMult": "1",
        "ctType": contract,
        "ctVal": value,
        "ctValCcy": base if contract == "linear" else "USD",
        "settleCcy": settle,
        "uly": f"{base}-{quote}",
        "state": state,
        "tickSz": "0.1",
        "lotSz": "0.01",
    }


OKX_SPOT_INSTRUMENTS = {
    "code": "0",
    "msg": "",
    "data": [
        _okx_pair("BTC-USDT", "BTC", "USDT"),
        _okx_pair("ETH-USDC", "ETH", "USDC"),
        _okx_pair("BTC-EUR", "BTC", "EUR"),
        _okx_pair("OLD-USDT", "OLD", "USDT", state="suspend"),
    ],
}
OKX_SWAP_INSTRUMENTS = {
    "code": "0",
    "msg": "",
    "data": [
        _okx_swap("BTC-USDT-SWAP"),
        _okx_swap("ETH-USDC-SWAP", settle="USDC", value="0.1"),
        _okx_swap("BTC-USD-SWAP", contract="inverse", settle="BTC", value="100"),
        _okx_swap("NEW-USDT-SWAP", state="preopen"),
    ],
}


def _bybit_row(symbol, base, quote, sizes, status="Trading", **more):
    return {
        "symbol": symbol,
        "baseCoin": base,
        "quoteCoin": quote,
        "status": status,
        "lotSizeFilter": {"minOrderQty": "0.001", **sizes},
        "priceFilter": {"tickSize": "0.10"},
        **more,
    }


_SPOT_SIZES = {"basePrecision": "0.000001", "quotePrecision": "0.0000001"}
_LINEAR_SIZES = {"qtyStep": "0.001"}
BYBIT_SPOT_INSTRUMENTS = {
    "retCode": 0,
    "retMsg": "OK",
    "result": {
        "category": "spot",
        "list": [
            _bybit_row("BTCUSDT", "BTC", "USDT", _SPOT_SIZES),
            _bybit_row("ETHUSDC", "ETH", "USDC", _SPOT_SIZES),
            _bybit_row("ETHBTC", "ETH", "BTC", _SPOT_SIZES),
        ],
    },
    "retExtInfo": {},
    "time": AT_MS,
}
BYBIT_LINEAR_INSTRUMENTS = {
    "retCode": 0,
    "retMsg": "OK",
    "result": {
        "category": "linear",
        "nextPageCursor": "",
        "list": [
            _bybit_row("BTCUSDT", "BTC", "USDT", _LINEAR_SIZES, contractType="LinearPerpetual"),
            _bybit_row("BTCPERP", "BTC", "USDC", _LINEAR_SIZES, contractType="LinearPerpetual"),
            _bybit_row("BTC-25DEC26", "BTC", "USDC", _LINEAR_SIZES, contractType="LinearFutures"),
            _bybit_row(
                "NEWUSDT",
                "NEW",
                "USDT",
                _LINEAR_SIZES,
                status="PreLaunch",
                contractType="LinearPerpetual",
            ),
        ],
    },
    "retExtInfo": {},
    "time": AT_MS,
}
INSTRUMENTS = {
    (BINANCE, SPOT): BINANCE_SPOT_INSTRUMENTS,
    (BINANCE, PERP): BINANCE_PERP_INSTRUMENTS,
    (OKX, SPOT): OKX_SPOT_INSTRUMENTS,
    (OKX, PERP): OKX_SWAP_INSTRUMENTS,
    (BYBIT, SPOT): BYBIT_SPOT_INSTRUMENTS,
    (BYBIT, PERP): BYBIT_LINEAR_INSTRUMENTS,
}


def _binance_trade(after_ms, trade_id, price, size, fills, *, buyer_is_maker):
    return {
        "a": trade_id,
        "p": price,
        "q": size,
        "f": 10 * trade_id,
        "l": 10 * trade_id + fills - 1,
        "T": AT_MS + after_ms,
        "m": buyer_is_maker,
        "M": True,
    }


BINANCE_TRADES = [
    _binance_trade(1, 101, "86250.10", "0.500", 1, buyer_is_maker=True),
    _binance_trade(1, 102, "86250.20", "0.250", 4, buyer_is_maker=False),
]


def _okx_trade(symbol, after_ms, trade_id, price, size, side):
    return {
        "instId": symbol,
        "side": side,
        "sz": size,
        "source": "0",
        "px": price,
        "tradeId": str(trade_id),
        "ts": str(AT_MS + after_ms),
    }


def okx_trades(symbol):
    rows = [
        _okx_trade(symbol, 2, 103, "86250.2", "0.25", "buy"),
        _okx_trade(symbol, 1, 102, "86250.1", "0.5", "sell"),
    ]
    return {"code": "0", "msg": "", "data": rows}


def _bybit_trade(after_ms, trade_id, price, size, side, *, block=False):
    return {
        "execId": trade_id,
        "symbol": "BTCUSDT",
        "price": price,
        "size": size,
        "side": side,
        "time": str(AT_MS + after_ms),
        "isBlockTrade": block,
        "isRPITrade": False,
    }


BYBIT_TRADES = {
    "retCode": 0,
    "retMsg": "OK",
    "result": {
        "category": "linear",
        "list": [
            _bybit_trade(2, "00000000-0000-0000-0000-000000000003", "86250.3", "0.3", "Buy"),
            _bybit_trade(1, "00000000-0000-0000-0000-000000000001", "86250.2", "0.2", "Sell"),
            _bybit_trade(1, "00000000-0000-0000-0000-000000000002", "86250.1", "0.1", "Buy"),
        ],
    },
    "retExtInfo": {},
    "time": AT_MS,
}
TRADES = {
    (BINANCE, SPOT): BINANCE_TRADES,
    (BINANCE, PERP): BINANCE_TRADES,
    (OKX, SPOT): okx_trades("BTC-USDT"),
    (OKX, PERP): okx_trades("BTC-USDT-SWAP"),
    (BYBIT, SPOT): BYBIT_TRADES,
    (BYBIT, PERP): BYBIT_TRADES,
}

# One minute, in which 4 units traded at 86250.0 and 6 at 86251.5, where a unit is 0.1 BTC, that is
# 10 contracts of OKX: quote volume 0.4 * 86250.0 + 0.6 * 86251.5 = 86250.9.
_PRICES = ("86250.0", "86252.0", "86249.5", "86251.0")
_NEXT_PRICES = ("86251.0", "86251.0", "86251.0", "86251.0")
_QUOTE, _NEXT_QUOTE = "86250.90000000", "8625.10000000"


def _binance_kline(open_ms, prices, volume, quote, taker_buy):
    closes_ms = open_ms + 59_999
    return [open_ms, *prices, volume, closes_ms, quote, 10, taker_buy, "1.0", "0"]


BINANCE_KLINES = [
    _binance_kline(AT_MS, _PRICES, "1.000", _QUOTE, "0.700"),
    _binance_kline(AT_MS + 60_000, _NEXT_PRICES, "0.100", _NEXT_QUOTE, "0.000"),
]


def _okx_klines(volume, next_volume, *, swap):
    middle = (
        [("1.0", _QUOTE), ("0.1", _NEXT_QUOTE)] if swap else [(_QUOTE,) * 2, (_NEXT_QUOTE,) * 2]
    )
    rows = [
        [str(AT_MS + 120_000), *_NEXT_PRICES, "5", "5", "5", "0"],
        [str(AT_MS + 60_000), *_NEXT_PRICES, next_volume, *middle[1], "1"],
        [str(AT_MS), *_PRICES, volume, *middle[0], "1"],
    ]
    return {"code": "0", "msg": "", "data": rows}


BYBIT_KLINES = {
    "retCode": 0,
    "retMsg": "OK",
    "result": {
        "category": "linear",
        "symbol": "BTCUSDT",
        "list": [
            [str(AT_MS + 60_000), *_NEXT_PRICES, "0.1", _NEXT_QUOTE],
            [str(AT_MS), *_PRICES, "1.0", _QUOTE],
        ],
    },
    "retExtInfo": {},
    "time": AT_MS,
}
KLINES = {
    (BINANCE, SPOT): BINANCE_KLINES,
    (BINANCE, PERP): BINANCE_KLINES,
    (OKX, SPOT): _okx_klines("1.0", "0.1", swap=False),
    (OKX, PERP): _okx_klines("100.00", "10.00", swap=True),
    (BYBIT, SPOT): BYBIT_KLINES,
    (BYBIT, PERP): BYBIT_KLINES,
}
