"""One good frame and one good answer of every kind that speaks of a book, as documented in 2026."""

from tests.data.venues import samples as s

BINANCE_SPOT_DEPTH = {
    "stream": "btcusdt@depth@100ms",
    "data": {
        "e": "depthUpdate",
        "E": s.AT_MS + 3,
        "s": "BTCUSDT",
        "U": 50_093_239_219,
        "u": 50_093_239_221,
        "b": [["86250.01000000", "0.01234000"], ["86249.00000000", "0.00000000"]],
        "a": [["86250.02000000", "1.50000000"]],
    },
}
BINANCE_PERP_DEPTH = {
    "stream": "btcusdt@depth@100ms",
    "data": {
        "e": "depthUpdate",
        "E": s.AT_MS + 3,
        "T": s.AT_MS + 1,
        "s": "BTCUSDT",
        "ps": "BTCUSDT",
        "U": 390_497_796,
        "u": 390_497_878,
        "pu": 390_497_794,
        "b": [["86250.00", "0.002"], ["86249.90", "0.000"]],
        "a": [["86250.10", "3.340"]],
        "st": 1,
    },
}
BINANCE_SPOT_QUOTE = {
    "stream": "btcusdt@bookTicker",
    "data": {
        "u": 50_093_239_221,
        "s": "BTCUSDT",
        "b": "86250.01000000",
        "B": "0.01234000",
        "a": "86250.02000000",
        "A": "1.50000000",
    },
}
BINANCE_PERP_QUOTE = {
    "stream": "btcusdt@bookTicker",
    "data": {
        "e": "bookTicker",
        "u": 390_497_878,
        "E": s.AT_MS + 3,
        "T": s.AT_MS + 1,
        "s": "BTCUSDT",
        "ps": "BTCUSDT",
        "b": "86250.00",
        "B": "0.002",
        "a": "86250.10",
        "A": "3.340",
        "st": 1,
    },
}


def okx_books(symbol, action="update", **fields):
    book = {
        "asks": [["86250.2", "415", "0", "13"], ["86251", "0", "0", "0"]],
        "bids": [["86250.1", "25.6", "0", "12"]],
        "ts": str(s.AT_MS + 1),
        "checksum": 0,
        "seqId": 123_457,
        "prevSeqId": 123_456,
        **fields,
    }
    kept = {key: each for key, each in book.items() if each is not None}
    return {"arg": {"channel": "books", "instId": symbol}, "action": action, "data": [kept]}


def okx_quote(symbol):
    book = {
        "asks": [["86250.2", "415", "0", "13"]],
        "bids": [["86250.1", "25.6", "0", "12"]],
        "ts": str(s.AT_MS + 1),
        "seqId": 123_457,
    }
    return {"arg": {"channel": "bbo-tbt", "instId": symbol}, "data": [book]}


def bybit_book(action="delta", depth=1000, **fields):
    book = {
        "s": "BTCUSDT",
        "b": [["86250.10", "0.500"], ["86250.00", "0"]],
        "a": [["86250.20", "1.25"]],
        "u": 177_400_507,
        "seq": 66_544_703_342,
        **fields,
    }
    return {
        "topic": f"orderbook.{depth}.BTCUSDT",
        "type": action,
        "ts": s.AT_MS + 4,
        "data": {key: each for key, each in book.items() if each is not None},
        "cts": s.AT_MS + 1,
    }


BYBIT_QUOTE = bybit_book("snapshot", 1, b=[["86250.10", "0.500"]])

BOOK_FRAMES = {
    (s.BINANCE, s.SPOT): (BINANCE_SPOT_DEPTH, BINANCE_SPOT_QUOTE),
    (s.BINANCE, s.PERP): (BINANCE_PERP_DEPTH, BINANCE_PERP_QUOTE),
    (s.OKX, s.SPOT): (
        okx_books("BTC-USDT", "snapshot", prevSeqId=-1),
        okx_books("BTC-USDT"),
        okx_quote("BTC-USDT"),
    ),
    (s.OKX, s.PERP): (
        okx_books("BTC-USDT-SWAP", "snapshot", prevSeqId=None),
        okx_books("BTC-USDT-SWAP"),
        okx_quote("BTC-USDT-SWAP"),
    ),
    (s.BYBIT, s.SPOT): (bybit_book("snapshot"), bybit_book(), BYBIT_QUOTE),
    (s.BYBIT, s.PERP): (bybit_book("snapshot"), bybit_book(), BYBIT_QUOTE),
}

BINANCE_BOOK = {
    "lastUpdateId": 1_027_024,
    "bids": [["86250.00", "431.000"], ["86249.90", "1.500"]],
    "asks": [["86250.10", "12.000"]],
}
OKX_BOOK = {
    "code": "0",
    "msg": "",
    "data": [
        {
            "asks": [["86250.2", "0.6", "0", "1"]],
            "bids": [["86250.1", "0.48", "0", "2"], ["86250", "2", "0", "1"]],
            "ts": str(s.AT_MS + 1),
            "seqId": 123_457,
        }
    ],
}
BYBIT_BOOK = {
    "retCode": 0,
    "retMsg": "OK",
    "result": {
        "s": "BTCUSDT",
        "b": [["86250.1", "1.5"], ["86250", "2"]],
        "a": [["86250.2", "1.2"]],
        "ts": s.AT_MS + 4,
        "u": 1_234_567,
        "seq": 9_876_543,
        "cts": s.AT_MS + 1,
    },
    "retExtInfo": {},
    "time": s.AT_MS + 9,
}
BOOKS = {
    (s.BINANCE, s.SPOT): BINANCE_BOOK,
    (s.BINANCE, s.PERP): {**BINANCE_BOOK, "E": s.AT_MS + 3, "T": s.AT_MS + 1},
    (s.OKX, s.SPOT): OKX_BOOK,
    (s.OKX, s.PERP): OKX_BOOK,
    (s.BYBIT, s.SPOT): BYBIT_BOOK,
    (s.BYBIT, s.PERP): BYBIT_BOOK,
}


def parse_all(venue, kind, frame):
    raw = frame if isinstance(frame, bytes) else s.json.dumps(frame).encode()
    listed = s.listed(venue, kind)
    return s.market(venue, kind).parse_all(raw, ts_recv_ns=s.RECV_NS, instruments=listed)
