import json

import pytest
import websocket

from core.domain.instrument import MarketKind, Venue
from data.venues.registry import MARKETS
from tests.exchange.generator import Generator, Ladder, Walk
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


def test_books_move_with_the_price_never_cross_and_trades_happen_at_the_touch(exchange):
    listed = BTC[Venue.OKX, MarketKind.SPOT]
    book, walk = exchange.books[listed.id], Walk(listed, seed=1)
    ladder, seen = Ladder(walk, book), set()
    for _ in range(200):
        walk.move()
        ladder.move()
        assert book.best() == (walk.bid, walk.bid + 1)
        _, ticks, _, aggressor = walk.trades([START_NS] * 5)
        assert (ticks == walk.bid + (aggressor > 0)).all()
        seen.add(walk.bid)
    assert len(seen) > 20
    assert {len(side) > 100 for side in book.levels.values()} == {True}


def test_the_generator_tells_of_books_and_perpetuals_too(exchange):
    generator = Generator(exchange, rate=100, diffs=600)
    generator.start()
    socket = connect(exchange, "/v5/public/linear")
    topics = {"orderbook.1000.BTCUSDT", "tickers.BTCUSDT", "publicTrade.BTCUSDT"}
    socket.send(json.dumps({"op": "subscribe", "args": sorted(topics)}))
    told = set()
    while told != {(topic, "delta") for topic in topics - {"publicTrade.BTCUSDT"}}:
        frame = json.loads(socket.recv())
        if frame.get("type") == "delta":
            told.add((frame["topic"], "delta"))
    socket.shutdown()
    generator.stop()


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
