"""The server's books, quotes and contracts, held to frames written by hand from WIRE.md's facts."""

import json
import urllib.request
from contextlib import contextmanager

import pytest
import websocket

from core.domain.instrument import MarketKind, Venue
from data.venues.registry import MARKETS
from tests.exchange.books import ASK, BID
from tests.exchange.faults import Timing
from tests.exchange.server import Exchange

BTC = {key: market.facts.defaults[0] for key, market in MARKETS.items()}
BINANCE_SPOT, BINANCE_PERP = (
    BTC[Venue.BINANCE, MarketKind.SPOT],
    BTC[Venue.BINANCE, MarketKind.PERP],
)
OKX_PERP, BYBIT_PERP = BTC[Venue.OKX, MarketKind.PERP], BTC[Venue.BYBIT, MarketKind.PERP]
AT_MS = 1_790_000_000_000
AT_NS = AT_MS * 1_000_000


@pytest.fixture
def exchange():
    with Exchange(timing=Timing(okx_heartbeat_s=0.2, bybit_repeat_s=0.2)) as exchange:
        yield exchange


@contextmanager
def followed(exchange, path, request, acks=1):
    socket = websocket.create_connection(f"ws://127.0.0.1:{exchange.port}{path}", timeout=5)
    socket.send(json.dumps(request))
    for _ in range(acks):
        told(socket)
    yield socket
    socket.shutdown()


def told(socket):
    return json.loads(socket.recv())


def asked(exchange, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{exchange.port}{path}") as answer:
        return json.load(answer)


def binance(exchange, path, *streams):
    return followed(exchange, path, {"method": "SUBSCRIBE", "params": streams, "id": 1})


def okx(exchange, *args):
    return followed(exchange, "/ws/v5/public", {"op": "subscribe", "args": args}, len(args))


def bybit(exchange, *topics):
    request = {"op": "subscribe", "args": topics, "req_id": "1"}
    return followed(exchange, "/v5/public/linear", request)


def books_of(listed):
    return {"channel": "books", "instId": listed.id.symbol}


def fill(book):
    book.change(BID, 970_000, 5)
    book.change(ASK, 970_001, 7)
    book.push(ts_ns=AT_NS)


def test_spot_updates_of_binance_join_its_snapshot_number_by_number(exchange):
    book = exchange.books[BINANCE_SPOT.id]
    fill(book)
    snapshot = asked(exchange, "/api/v3/depth?symbol=BTCUSDT&limit=5000")
    assert snapshot["bids"] == [["9700.00000000", "0.00005000"]]
    assert snapshot["asks"] == [["9700.01000000", "0.00007000"]]
    with binance(exchange, "/stream", "btcusdt@depth@100ms") as socket:
        for lots in (8, 0):
            book.change(BID, 969_999, lots)
            book.push(ts_ns=AT_NS)
        first, second = told(socket)["data"], told(socket)["data"]
    assert first == {
        "e": "depthUpdate",
        "E": AT_MS + 1,
        "s": "BTCUSDT",
        "U": snapshot["lastUpdateId"] + 1,
        "u": snapshot["lastUpdateId"] + 1,
        "b": [["9699.99000000", "0.00008000"]],
        "a": [],
    }
    assert (second["U"], second["b"]) == (first["u"] + 1, [["9699.99000000", "0.00000000"]])


def test_perpetual_updates_of_binance_name_the_one_before_and_skip_numbers(exchange):
    book = exchange.books[BINANCE_PERP.id]
    fill(book)
    snapshot = asked(exchange, "/fapi/v1/depth?symbol=BTCUSDT&limit=1000")
    with binance(exchange, "/public/stream", "btcusdt@depth@100ms", "btcusdt@bookTicker") as socket:
        book.change(ASK, 970_001, 0)
        book.push(ts_ns=AT_NS)
        quote, update = told(socket)["data"], told(socket)["data"]
    assert update["pu"] == snapshot["lastUpdateId"]
    assert update["U"] > snapshot["lastUpdateId"] + 1
    assert (update["b"], update["a"], update["st"]) == ([], [["97000.1", "0.000"]], 1)
    assert (quote["u"], quote["b"], quote["B"]) == (update["u"], "97000.0", "0.005")


def test_okx_begins_with_a_snapshot_chains_by_name_and_beats_when_nothing_changes(exchange):
    book = exchange.books[OKX_PERP.id]
    fill(book)
    with okx(exchange, books_of(OKX_PERP)) as socket:
        snapshot = told(socket)
        book.change(ASK, 970_002, 3)
        book.push(ts_ns=AT_NS)
        update, beat = told(socket), told(socket)
    assert (snapshot["action"], update["action"], beat["action"]) == (
        "snapshot",
        "update",
        "update",
    )
    (before,), (row,), (last,) = snapshot["data"], update["data"], beat["data"]
    assert before["bids"] == [["97000.0", "0.05", "0", "1"]]
    assert (before["checksum"], before["prevSeqId"], before["ts"]) == (0, -1, str(AT_MS))
    assert row["asks"] == [["97000.2", "0.03", "0", "1"]]
    assert row["prevSeqId"] == before["seqId"]
    assert (last["asks"], last["bids"]) == ([], [])
    assert last["seqId"] == last["prevSeqId"] == row["seqId"]


def test_a_restart_of_okx_chains_on_from_a_smaller_number(exchange):
    book = exchange.books[OKX_PERP.id]
    fill(book)
    with okx(exchange, books_of(OKX_PERP)) as socket:
        (before,) = told(socket)["data"]
        book.restart()
        fill(book)
        (row,) = told(socket)["data"]
    assert row["prevSeqId"] == before["seqId"]
    assert row["seqId"] < row["prevSeqId"]


def test_bybit_counts_each_depth_by_one_and_restarts_at_one(exchange):
    book = exchange.books[BYBIT_PERP.id]
    fill(book)
    with bybit(exchange, "orderbook.50.BTCUSDT") as socket:
        snapshot = told(socket)
        book.change(BID, 970_000, 0)
        book.push(ts_ns=AT_NS)
        update = told(socket)
        book.restart()
        again = told(socket)
    assert (snapshot["type"], update["type"], again["type"]) == ("snapshot", "delta", "snapshot")
    assert snapshot["data"]["a"] == [["97000.1", "0.007"]]
    assert update["data"]["b"] == [["97000.0", "0"]]
    assert update["data"]["u"] == snapshot["data"]["u"] + 1
    assert (again["data"]["u"], again["data"]["b"]) == (1, [])


def test_bybit_tells_only_what_moves_within_the_depth(exchange):
    book = exchange.books[BYBIT_PERP.id]
    for below in range(60):
        book.change(BID, 970_000 - below, 5)
    fill(book)
    with bybit(exchange, "orderbook.50.BTCUSDT") as socket:
        snapshot = told(socket)
        book.change(BID, 970_000, 0)
        book.change(BID, 969_945, 9)
        book.push()
        update = told(socket)
    assert len(snapshot["data"]["b"]) == 50
    assert update["data"]["b"] == [["97000.0", "0"], ["96995.0", "0.005"]]


def test_bybit_repeats_quiet_best_levels_under_the_same_number(exchange):
    fill(exchange.books[BYBIT_PERP.id])
    with bybit(exchange, "orderbook.1.BTCUSDT") as socket:
        first, again = told(socket), told(socket)
    assert first["type"] == again["type"] == "snapshot"
    assert first["data"] == again["data"]


@pytest.mark.parametrize(
    ("how", "expected"),
    [("drop", [2, 3]), ("repeat", [1, 1, 2, 3]), ("swap", [2, 1, 3])],
)
def test_one_update_is_spoilt_as_asked_and_the_quotes_are_not(exchange, how, expected):
    book = exchange.books[BINANCE_PERP.id]
    fill(book)
    exchange.faults.spoil("binance.perp.BTCUSDT", how)
    with binance(exchange, "/public/stream", "btcusdt@depth@100ms") as socket:
        for lots in (1, 2, 3):
            book.change(BID, 960_000, lots)
            book.push()
        sizes = [told(socket)["data"]["b"][0][1] for _ in expected]
    assert sizes == [f"0.00{lots}" for lots in expected]


def test_every_other_update_is_dropped_until_it_is_healed(exchange):
    book = exchange.books[OKX_PERP.id]
    fill(book)
    exchange.faults.spoil("books:BTC-USDT-SWAP", "drop", count=None, every=2)
    with okx(exchange, books_of(OKX_PERP)) as socket:
        told(socket)
        for lots in (1, 2, 3):
            book.change(BID, 960_000, lots)
            book.push()
        sizes = [told(socket)["data"][0]["bids"][0][1] for _ in range(2)]
    assert sizes == ["0.01", "0.03"]


def test_no_snapshot_comes_where_none_is_wanted(exchange):
    book = exchange.books[OKX_PERP.id]
    fill(book)
    exchange.faults.no_snapshot = {"BTC-USDT-SWAP"}
    with okx(exchange, books_of(OKX_PERP)) as socket:
        book.push()
        assert told(socket)["action"] == "update"
    answer = asked(exchange, "/api/v5/market/books?instId=BTC-USDT-SWAP&sz=400&source=0")
    assert answer["data"][0]["seqId"] == book.last_id


def test_a_snapshot_of_rest_can_be_of_long_ago(exchange):
    book = exchange.books[BINANCE_SPOT.id]
    fill(book)
    book.change(BID, 970_000, 9)
    book.push()
    exchange.faults.too_old = {"binance.spot.BTCUSDT": 1}
    path = "/api/v3/depth?symbol=BTCUSDT"
    old, new = asked(exchange, path), asked(exchange, path)
    assert (old["bids"][0][1], new["bids"][0][1]) == ("0.00005000", "0.00009000")
    assert old["lastUpdateId"] < new["lastUpdateId"]


def test_a_stream_is_refused_by_its_name_or_by_its_symbol(exchange):
    for name in ("btcusdt@depth@100ms", "BTCUSDT"):
        exchange.faults.refuse = {name}
        socket = websocket.create_connection(f"ws://127.0.0.1:{exchange.port}/stream", timeout=5)
        request = {"method": "SUBSCRIBE", "params": ["btcusdt@depth@100ms"], "id": 7}
        socket.send(json.dumps(request))
        assert told(socket) == {"code": 2, "msg": "Invalid request: invalid stream", "id": 7}
        socket.shutdown()


def test_a_book_that_is_silent_is_acknowledged_and_brings_nothing(exchange):
    book = exchange.books[OKX_PERP.id]
    fill(book)
    exchange.faults.acked_and_silent = {"books:BTC-USDT-SWAP"}
    with okx(exchange, books_of(OKX_PERP)) as socket:
        book.push()
        socket.settimeout(0.3)
        with pytest.raises(websocket.WebSocketTimeoutException):
            socket.recv()


def test_a_book_is_pushed_anew_when_the_venue_likes(exchange):
    fill(exchange.books[BYBIT_PERP.id])
    with bybit(exchange, "orderbook.200.BTCUSDT") as socket:
        first = told(socket)
        exchange.books[BYBIT_PERP.id].repush()
        again = told(socket)
    assert first == again


def test_a_crossed_book_is_told_and_mended(exchange):
    book = exchange.books[BINANCE_PERP.id]
    fill(book)
    book.cross()
    assert book.best() == (970_002, 970_001)
    book.uncross()
    assert book.best() == (970_000, 970_001)


def test_a_perpetual_of_binance_is_told_by_stream_and_by_rest(exchange):
    contract = exchange.contracts[BINANCE_PERP.id]
    with binance(exchange, "/market/stream", "btcusdt@markPrice@1s") as socket:
        contract.change(mark=97_000.5, index=96_999.25, funding_rate=-0.00012)
        contract.change(open_interest=1234.5, next_funding_ms=AT_MS, interval_h=4)
        contract.push(ts_ns=AT_NS)
        event = told(socket)["data"]
    assert (event["e"], event["E"], event["T"]) == ("markPriceUpdate", AT_MS, AT_MS)
    assert (event["p"], event["i"]) == ("97000.50000000", "96999.25000000")
    assert event["r"] == "-0.00012000"
    held = asked(exchange, "/fapi/v1/openInterest?symbol=BTCUSDT")
    assert held == {"symbol": "BTCUSDT", "openInterest": "1234.500", "time": AT_MS}
    interval = asked(exchange, "/fapi/v1/fundingInfo")[0]
    assert (interval["symbol"], interval["fundingIntervalHours"]) == ("BTCUSDT", 4)
    contract.past = [(AT_MS, 1000.0), (AT_MS + 300_000, 1001.5)]
    path = "/futures/data/openInterestHist?symbol=BTCUSDT&period=5m&limit=500"
    past = [(row["timestamp"], row["sumOpenInterest"]) for row in asked(exchange, path)]
    assert past == [(AT_MS, "1000.00000000"), (AT_MS + 300_000, "1001.50000000")]


def test_a_swap_of_okx_is_told_channel_by_channel(exchange):
    swap, index = "BTC-USDT-SWAP", "BTC-USDT"
    args = [{"channel": each, "instId": swap} for each in ("funding-rate", "open-interest")]
    with okx(exchange, {"channel": "index-tickers", "instId": index}, *args) as socket:
        for _ in range(3):
            told(socket)  # each channel says what it is now
        contract = exchange.contracts[OKX_PERP.id]
        contract.change(index=96_999.25, open_interest=12.5, funding_rate=0.0003)
        contract.push(ts_ns=AT_NS)
        rows = [told(socket) for _ in range(3)]
    told_of = {row["arg"]["channel"]: row["data"][0] for row in rows}
    assert told_of["index-tickers"]["idxPx"] == "96999.25"
    assert told_of["funding-rate"]["fundingRate"] == "0.0003"
    assert (told_of["open-interest"]["oi"], told_of["open-interest"]["oiCcy"]) == ("1250", "12.5")


def test_a_ticker_of_bybit_leaves_out_what_did_not_change_and_counts_both_sides(exchange):
    contract = exchange.contracts[BYBIT_PERP.id]
    contract.change(mark=97_000.5, open_interest=10.5)
    contract.push()
    with bybit(exchange, "tickers.BTCUSDT") as socket:
        snapshot = told(socket)
        contract.change(funding_rate=0.0002)
        contract.push(ts_ns=AT_NS)
        delta = told(socket)
    assert (snapshot["type"], delta["type"], delta["ts"]) == ("snapshot", "delta", AT_MS)
    assert snapshot["data"]["openInterest"] == "21.0"
    assert snapshot["data"]["singleOpenInterest"] == "10.5"
    assert snapshot["data"]["fundingIntervalHour"] == "8"
    assert delta["data"] == {
        "symbol": "BTCUSDT",
        "tickDirection": "PlusTick",
        "fundingRate": "0.0002",
    }


def test_a_liquidated_long_is_a_sell_at_two_venues_and_a_buy_at_bybit(exchange):
    with binance(exchange, "/market/stream", "btcusdt@forceOrder") as socket:
        exchange.liquidate(BINANCE_PERP, "long", 970_000, 5, ts_ns=AT_NS)
        order = told(socket)["data"]["o"]
    assert (order["S"], order["ap"], order["z"], order["T"]) == ("SELL", "97000.0", "0.005", AT_MS)
    with okx(exchange, {"channel": "liquidation-orders", "instType": "SWAP"}) as socket:
        exchange.liquidate(OKX_PERP, "long", 970_000, 5, ts_ns=AT_NS)
        (row,) = told(socket)["data"]
    (detail,) = row["details"]
    assert (row["instId"], detail["side"], detail["posSide"]) == ("BTC-USDT-SWAP", "sell", "long")
    assert (detail["bkPx"], detail["sz"], detail["ts"]) == ("97000.0", "0.05", str(AT_MS))
    with bybit(exchange, "allLiquidation.BTCUSDT") as socket:
        exchange.liquidate(BYBIT_PERP, "long", 970_000, 5, ts_ns=AT_NS)
        (row,) = told(socket)["data"]
    assert row == {"T": AT_MS, "s": "BTCUSDT", "S": "Buy", "v": "0.005", "p": "97000.0"}
