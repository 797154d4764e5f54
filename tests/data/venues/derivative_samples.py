"""One good frame and one good answer of every kind that speaks of a perpetual, as documented."""

from tests.data.venues import samples as s

NEXT_MS = s.AT_MS + 28_800_000

BINANCE_MARK = {
    "stream": "btcusdt@markPrice@1s",
    "data": {
        "e": "markPriceUpdate",
        "E": s.AT_MS + 1,
        "s": "BTCUSDT",
        "p": "86250.12345678",
        "ap": "86249.00000000",
        "i": "86255.50000000",
        "P": "86251.00000000",
        "r": "-0.00012500",
        "T": NEXT_MS,
        "st": 1,
    },
}
BINANCE_LIQUIDATION = {
    "stream": "btcusdt@forceOrder",
    "data": {
        "e": "forceOrder",
        "E": s.AT_MS + 1_000,
        "o": {
            "s": "BTCUSDT",
            "S": "SELL",
            "o": "LIMIT",
            "f": "IOC",
            "q": "0.500",
            "p": "85000.00",
            "ap": "86240.55",
            "X": "FILLED",
            "l": "0.100",
            "z": "0.500",
            "T": s.AT_MS + 1,
            "ps": "BTCUSDT",
            "st": 1,
        },
    },
}


def okx(channel, symbol="BTC-USDT-SWAP", **fields):
    row = {"instId": symbol, "instType": "SWAP", "ts": str(s.AT_MS + 1), **fields}
    return {"arg": {"channel": channel, "instId": symbol}, "data": [row]}


OKX_MARK = okx("mark-price", markPx="86250.12345678")
OKX_INDEX = okx("index-tickers", "BTC-USDT", idxPx="86255.5")
OKX_FUNDING = okx(
    "funding-rate",
    fundingRate="-0.000125",
    fundingTime=str(NEXT_MS),
    nextFundingTime=str(NEXT_MS + 28_800_000),
    nextFundingRate="",
)
OKX_OPEN_INTEREST = okx("open-interest", oi="1234500", oiCcy="12345", oiUsd="1064756250")


def okx_liquidated(symbol, *details):
    return {"instType": "SWAP", "instId": symbol, "uly": symbol[:-5], "details": [*details]}


def okx_detail(side, position, price="86240.55", size="50"):
    detail = {"side": side, "posSide": position, "bkPx": price, "sz": size}
    return {**detail, "bkLoss": "0", "ccy": "", "ts": str(s.AT_MS + 1)}


def okx_liquidations(*rows):
    return {"arg": {"channel": "liquidation-orders", "instType": "SWAP"}, "data": [*rows]}


OKX_LIQUIDATION = okx_liquidations(okx_liquidated("BTC-USDT-SWAP", okx_detail("sell", "long")))


def bybit_ticker(action="snapshot", **fields):
    return {
        "topic": "tickers.BTCUSDT",
        "type": action,
        "data": {"symbol": "BTCUSDT", **fields},
        "cs": 24_987_956_059,
        "ts": s.AT_MS + 1,
    }


BYBIT_TICKER = bybit_ticker(
    lastPrice="86250.10",
    markPrice="86250.12345678",
    indexPrice="86255.50",
    openInterest="24690",
    singleOpenInterest="12345",
    nextFundingTime=str(NEXT_MS),
    fundingRate="-0.000125",
    fundingIntervalHour="8",
)
BYBIT_LIQUIDATION = {
    "topic": "allLiquidation.BTCUSDT",
    "type": "snapshot",
    "ts": s.AT_MS + 400,
    "data": [{"T": s.AT_MS + 1, "s": "BTCUSDT", "S": "Buy", "v": "0.500", "p": "86240.55"}],
}

TICKERS = {
    s.BINANCE: (BINANCE_MARK,),
    s.OKX: (OKX_MARK, OKX_INDEX, OKX_FUNDING, OKX_OPEN_INTEREST),
    s.BYBIT: (BYBIT_TICKER,),
}
LONG_LIQUIDATED = {
    s.BINANCE: BINANCE_LIQUIDATION,
    s.OKX: OKX_LIQUIDATION,
    s.BYBIT: BYBIT_LIQUIDATION,
}
FRAMES = {venue: (*TICKERS[venue], LONG_LIQUIDATED[venue]) for venue in TICKERS}

OPEN_INTEREST = {"openInterest": "12345.000", "symbol": "BTCUSDT", "time": s.AT_MS + 1}
FUNDING_INFO = [{"symbol": "BTCUSDT", "fundingIntervalHours": 4, "disclaimer": False}]
BINANCE_PAST = [
    {"symbol": "BTCUSDT", "sumOpenInterest": "100.5", "timestamp": s.AT_MS},
    {"symbol": "BTCUSDT", "sumOpenInterest": "101.5", "timestamp": str(s.AT_MS + 300_000)},
]
OKX_PAST = {
    "code": "0",
    "msg": "",
    "data": [
        [str(s.AT_MS + 300_000), "10150", "101.5", "8750000"],
        [str(s.AT_MS), "10050", "100.5", "8660000"],
    ],
}
_BYBIT_PAST = [
    {"openInterest": "203", "singleOpenInterest": "101.5", "timestamp": str(s.AT_MS + 300_000)},
    {"openInterest": "201", "timestamp": str(s.AT_MS)},
]
BYBIT_PAST = {"retCode": 0, "retMsg": "OK", "result": {"list": _BYBIT_PAST}, "time": s.AT_MS}
PAST = {s.BINANCE: BINANCE_PAST, s.OKX: OKX_PAST, s.BYBIT: BYBIT_PAST}
