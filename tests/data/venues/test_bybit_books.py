import pytest

from core.domain.errors import BadNumber, MalformedFrame, UnknownSymbol
from core.domain.events import (
    REST,
    BestQuote,
    BookDelta,
    BookSnapshot,
    Control,
    ControlKind,
)
from tests.data.venues import book_samples as b
from tests.data.venues import samples as s

SPOT = (s.BYBIT, s.SPOT)
LINEAR = (s.BYBIT, s.PERP)


def test_a_delta_has_the_time_of_the_engine():
    [event] = b.parse_all(*LINEAR, b.bybit_book())
    assert event == BookDelta(
        instrument=s.instrument("bybit.perp.BTCUSDT"),
        channel="orderbook.1000",
        ts_event_ns=s.AT_NS + 1_000_000,
        ts_recv_ns=s.RECV_NS,
        first_id=177_400_507,
        last_id=177_400_507,
        previous_id=None,
        bids=[(862_501, 500), (862_500, 0)],
        asks=[(862_502, 1_250)],
    )


def test_without_the_engines_time_a_message_has_its_own():
    frame = {key: each for key, each in b.bybit_book().items() if key != "cts"}
    assert b.parse_all(*LINEAR, frame)[0].ts_event_ns == s.AT_NS + 4_000_000


@pytest.mark.parametrize("depth", [50, 200, 500, 1000])
def test_a_snapshot_rolls_with_the_depth_of_its_topic(depth):
    [event] = b.parse_all(*SPOT, b.bybit_book("snapshot", depth))
    assert isinstance(event, BookSnapshot)
    assert (event.depth, event.rolls, event.channel) == (depth, True, f"orderbook.{depth}")
    assert event.bids == [(862_501, 500_000), (862_500, 0)]


def test_level_one_is_the_best_quote():
    [quote] = b.parse_all(*LINEAR, b.BYBIT_QUOTE)
    assert quote == BestQuote(
        instrument=s.instrument("bybit.perp.BTCUSDT"),
        channel="orderbook.1",
        ts_event_ns=s.AT_NS + 1_000_000,
        ts_recv_ns=s.RECV_NS,
        update_id=177_400_507,
        bid=(862_501, 500),
        ask=(862_502, 1_250),
    )
    assert b.parse_all(*LINEAR, b.bybit_book("snapshot", 1, b=[]))[0].bid is None
    with pytest.raises(MalformedFrame, match="snapshot"):
        b.parse_all(*LINEAR, b.bybit_book("delta", 1))


@pytest.mark.parametrize("topic", ["orderbook.rpi.BTCUSDT", "orderbook.full.BTCUSDT", "orderbook."])
def test_other_books_are_ignored(topic):
    frame = {**b.bybit_book(), "topic": topic}
    assert b.parse_all(*LINEAR, frame) == [Control(ControlKind.IGNORED, topics=(topic,))]


def test_the_order_of_keys_means_nothing():
    for frame in b.BOOK_FRAMES[LINEAR]:
        backwards = {key: frame[key] for key in reversed(frame)}
        assert b.parse_all(*LINEAR, backwards) == b.parse_all(*LINEAR, frame)


def test_trades_controls_and_other_topics_come_through_as_from_parse():
    for market in (SPOT, LINEAR):
        for frame in s.FRAMES[market]:
            assert b.parse_all(*market, frame) == s.parse(*market, frame)
        for frame in b.BOOK_FRAMES[market]:
            [control] = s.parse(*market, frame)
            assert control.kind is ControlKind.IGNORED


@pytest.mark.parametrize(
    "fields",
    [
        {"u": None},
        {"u": -1},
        {"u": 1.5},
        {"s": "ETHUSDT"},
        {"s": None},
        {"a": None},
        {"a": [["1"]]},
        {"a": [["1", "2", "3"]]},
        {"a": [[1, 2]]},
    ],
)
def test_a_book_of_another_shape_is_malformed(fields):
    frame = b.bybit_book(**fields)
    for each in (frame, {"data": frame["data"], **frame}):
        with pytest.raises(MalformedFrame):
            b.parse_all(*LINEAR, each)


@pytest.mark.parametrize("fields", [{"type": "replace"}, {"ts": "5"}, {"cts": 5}])
def test_an_envelope_of_another_shape_is_malformed(fields):
    with pytest.raises(MalformedFrame):
        b.parse_all(*LINEAR, {**b.bybit_book(), **fields})


@pytest.mark.parametrize("level", [["0", "1"], ["inf", "1"], ["1", "-1"]])
def test_one_bad_level_refuses_the_whole_message(level):
    with pytest.raises(BadNumber):
        b.parse_all(*LINEAR, b.bybit_book(b=[["86250.1", "1"], level]))


@pytest.mark.parametrize("action", ["snapshot", "delta"])
def test_a_price_between_two_ticks_is_left_out_and_counted(action):
    [event] = b.parse_all(*LINEAR, b.bybit_book(action, a=[["86250.15", "1"], ["86250.2", "1"]]))
    assert (event.asks, event.left_out) == ([(862_502, 1_000)], 1)


def test_a_symbol_that_nobody_asked_for_is_named():
    with pytest.raises(UnknownSymbol, match="DOGEUSDT"):
        b.parse_all(*LINEAR, {**b.bybit_book(), "topic": "orderbook.50.DOGEUSDT"})


def test_topics_and_calls():
    market = s.market(*LINEAR)
    book, quotes = market.streams("BTCUSDT")[:2]
    assert (book.topic, quotes.topic) == ("orderbook.1000.BTCUSDT", "orderbook.1.BTCUSDT")
    assert book.path == quotes.path == "/v5/public/linear"
    assert market.book_call("BTCUSDT") == (
        "publicGetV5MarketOrderbook",
        {"category": "linear", "symbol": "BTCUSDT", "limit": 1000},
    )


def test_an_answer_is_a_snapshot_with_the_time_of_the_engine():
    instrument = s.instrument("bybit.perp.BTCUSDT")
    snapshot = s.market(*LINEAR).parse_book(b.BYBIT_BOOK, instrument, ts_recv_ns=s.RECV_NS)
    assert (snapshot.channel, snapshot.last_id) == (REST, 1_234_567)
    assert snapshot.ts_event_ns == s.AT_NS + 1_000_000
    assert snapshot.bids == [(862_501, 1_500), (862_500, 2_000)]
    assert snapshot.asks == [(862_502, 1_200)]
    with pytest.raises(MalformedFrame, match="ETHUSDT"):
        s.market(*LINEAR).parse_book(
            {**b.BYBIT_BOOK, "result": {**b.BYBIT_BOOK["result"], "s": "ETHUSDT"}},
            instrument,
            ts_recv_ns=1,
        )
