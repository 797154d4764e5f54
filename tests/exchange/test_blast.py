"""The load: its frames are what the venues' decoders take, and its account of them is true."""

import json
import threading

import pytest
import websocket

from core.domain.instrument import MarketKind, Venue
from data.venues.registry import MARKETS
from tests.exchange.blast import FIRST_TRADE_ID, Blast
from tests.exchange.generator import Walk
from tests.exchange.server import Exchange
from tests.support.waiting import until

BTC = {key: market.facts.defaults[0] for key, market in MARKETS.items()}
SOCKETS = {
    (Venue.BINANCE, MarketKind.SPOT): [("/stream", ["btcusdt@aggTrade", "btcusdt@depth@100ms"])],
    (Venue.BINANCE, MarketKind.PERP): [
        ("/market/stream", ["btcusdt@aggTrade"]),
        ("/public/stream", ["btcusdt@depth@100ms"]),
    ],
    (Venue.OKX, MarketKind.SPOT): [("/ws/v5/public", ["trades:BTC-USDT", "books:BTC-USDT"])],
    (Venue.OKX, MarketKind.PERP): [
        ("/ws/v5/public", ["trades:BTC-USDT-SWAP", "books:BTC-USDT-SWAP"])
    ],
    (Venue.BYBIT, MarketKind.SPOT): [
        ("/v5/public/spot", ["publicTrade.BTCUSDT", "orderbook.200.BTCUSDT"])
    ],
    (Venue.BYBIT, MarketKind.PERP): [
        ("/v5/public/linear", ["publicTrade.BTCUSDT", "orderbook.200.BTCUSDT"])
    ],
}


def request(venue, topics):
    if venue is Venue.BINANCE:
        return {"method": "SUBSCRIBE", "params": topics, "id": 1}
    if venue is Venue.BYBIT:
        return {"op": "subscribe", "args": topics}
    args = [dict(zip(("channel", "instId"), each.split(":"), strict=True)) for each in topics]
    return {"op": "subscribe", "args": args}


@pytest.mark.parametrize("key", MARKETS, ids="-".join)
def test_every_message_is_accounted_for(key):
    venue, _ = key
    listed, frames = BTC[key], []
    with Exchange() as exchange:
        exchange.tapes.get(*key, listed.id.symbol).begin_at(FIRST_TRADE_ID)
        blast = Blast(exchange, [Walk(listed, seed=1)], mix=0.85)
        sockets = []
        for path, topics in SOCKETS[key]:
            address = f"ws://127.0.0.1:{exchange.port}{path}"
            sockets.append(websocket.create_connection(address, timeout=5))
            sockets[-1].send(json.dumps(request(venue, topics)))
            threading.Thread(target=collect, args=(sockets[-1], frames), daemon=True).start()
        assert exchange.run(blast.ready(threading.Event()))
        blast.going.set()
        exchange.run(blast.warm())
        report = exchange.run(blast.burst(400))
        until(lambda: sum(map(is_data, list(frames))) == 400)
        told = report["instruments"][str(listed.id)]
        assert (told["trades"], told["updates"]) == (340, 60)
        held = exchange.tapes.get(*key, listed.id.symbol).rows()
        for socket in sockets:
            socket.shutdown()
    market = MARKETS[key]
    rows = []
    for raw in frames:
        if is_data(raw) and not is_update(raw):
            (event,) = market.parse(raw, ts_recv_ns=1, instruments={listed.id.symbol: listed})
            rows += event.rows
    assert [row[3] for row in rows] == held["size_lots"].tolist()
    assert [row[4] for row in rows] == held["price_ticks"].tolist()
    assert [row[5] for row in rows] == held["aggressor"].tolist()
    last = json.loads([raw for raw in frames if is_update(raw)][-1])
    assert last_id(venue, last) == told["last_update_id"]


def collect(socket, frames):
    try:
        while raw := socket.recv():
            frames.append(raw.encode())
    except (OSError, websocket.WebSocketException):
        return


def is_update(raw):
    head = raw[:160]
    return any(mark in head for mark in (b"depthUpdate", b'"update"', b'"delta"'))


def is_data(raw):
    trade = any(mark in raw[:160] for mark in (b"aggTrade", b"publicTrade", b'"trades"'))
    return is_update(raw) or (trade and b'"event"' not in raw and b"success" not in raw)


def last_id(venue, frame):
    if venue is Venue.OKX:
        return frame["data"][0]["seqId"]
    return frame["data"]["u"]
