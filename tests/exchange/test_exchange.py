import json

import pytest
import websocket

from core.domain.instrument import MarketKind, Venue
from data.venues.registry import MARKETS
from tests.exchange.generator import Generator
from tests.exchange.server import Exchange
from tests.support.trades import START_NS

BTC = {key: market.facts.defaults[0] for key, market in MARKETS.items()}


@pytest.fixture
def exchange():
    with Exchange() as exchange:
        yield exchange


def connect(exchange, path):
    return websocket.create_connection(f"ws://127.0.0.1:{exchange.port}{path}", timeout=5)


@pytest.mark.parametrize("key", MARKETS, ids="-".join)
def test_what_trades_is_pushed_and_reads_back_as_it_was(exchange, key):
    market, listed = MARKETS[key], BTC[key]
    socket = connect(exchange, market.socket_path())
    topic = market.trade_topic(listed.id.symbol)
    socket.send(market.subscribe([topic], request_id=1))
    instruments = {listed.id.symbol: listed}
    (ack,) = market.parse(socket.recv().encode(), ts_recv_ns=1, instruments=instruments)
    assert ack.kind == "ack"
    exchange.trade(listed, [START_NS, START_NS], [970_000, 970_001], [5, 7], [1, -1])
    rows = []
    while len(rows) < 2:
        for event in market.parse(socket.recv().encode(), ts_recv_ns=1, instruments=instruments):
            rows += event.rows
    assert [(row[0], row[3], row[4], row[5]) for row in rows] == [
        (START_NS, 5, 970_000, 1),
        (START_NS, 7, 970_001, -1),
    ]
    socket.shutdown()


def test_a_stream_on_the_wrong_entry_point_is_acknowledged_and_stays_silent(exchange):
    socket = connect(exchange, "/public/stream")
    socket.send('{"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}')
    assert json.loads(socket.recv()) == {"result": None, "id": 1}
    exchange.trade(BTC[Venue.BINANCE, MarketKind.PERP], [START_NS], [970_000], [5], [1])
    socket.settimeout(0.3)
    with pytest.raises(websocket.WebSocketTimeoutException):
        socket.recv()
    socket.shutdown()


def test_the_generator_trades_every_instrument_with_history_behind_it(exchange):
    generator = Generator(exchange, rate=3_600)
    generator.fill_history(hours=0.1)
    before = [tape.rows().size for tape in exchange.tapes]
    generator.start()
    generator.stop()
    assert before == [360] * 18
    for tape in exchange.tapes:
        ids = tape.rows()["trade_id"]
        assert (ids[1:] - ids[:-1] == 1).all()
