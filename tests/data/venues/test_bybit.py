import json
from decimal import Decimal

import pytest

from core.domain.errors import BadNumber, MalformedFrame, UnknownSymbol
from core.domain.events import Control, ControlKind, Trades
from tests.data.venues import samples as s

SPOT = (s.BYBIT, s.SPOT)
LINEAR = (s.BYBIT, s.PERP)


def changed(frame, **fields):
    """The frame with fields of its first row changed; None takes one out."""
    row = {**frame["data"][0], **fields}
    return {**frame, "data": [{key: each for key, each in row.items() if each is not None}]}


def test_a_spot_trade_keeps_its_number_and_says_that_a_retail_maker_filled_it():
    [event] = s.parse(*SPOT, s.BYBIT_SPOT_TRADES)
    assert event == Trades(
        s.instrument("bybit.spot.BTCUSDT"),
        "publicTrade",
        [(s.AT_NS + 1_000_000, s.RECV_NS, 2_290_000_000_123_456_789, 1_234, 862_501, -1, 2, 1)],
    )


def test_a_linear_trades_uuid_is_folded_and_a_block_trade_has_no_aggressor():
    [event] = s.parse(*LINEAR, s.BYBIT_LINEAR_TRADES)
    # 20f43950d8dd5b31 ^ 9112a178eb6023af, nibble by nibble; the second was chosen to fold to it.
    digest = 0xB1E6982833BD789E - 2**64
    assert event.rows == [
        (s.AT_NS + 1_000_000, s.RECV_NS, digest, 1, 862_501, 1, 0, 1),
        (s.AT_NS + 2_000_000, s.RECV_NS, digest, 25_000, 862_000, 0, 1, 1),
    ]


def test_a_block_trade_against_a_retail_maker_has_both_flags():
    assert s.parse(*SPOT, changed(s.BYBIT_SPOT_TRADES, BT=True))[0].rows[0][5:7] == (0, 3)


def test_a_uuid_means_the_same_in_capitals():
    text = s.BYBIT_LINEAR_TRADES["data"][0]["i"].upper()
    rows = s.parse(*LINEAR, changed(s.BYBIT_LINEAR_TRADES, i=text))[0].rows
    assert rows[0][2] == 0xB1E6982833BD789E - 2**64


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "1_0",
        "abc",
        str(2**63),
        "20f43950-d8dd-5b31-9112-a178eb6023a",
        "20f43950-d8dd-5b31-9112-a178eb6023ag",
        "20f43950d8dd5b319112a178eb6023af    ",
        "20f43950-d8dd-5b31-9112-a178eb6023\uff11f",
        "------------------------------------",
    ],
)
def test_an_id_that_is_neither_a_number_nor_a_uuid_is_malformed(text):
    with pytest.raises(MalformedFrame):
        s.parse(*LINEAR, changed(s.BYBIT_LINEAR_TRADES, i=text))


@pytest.mark.parametrize(
    "fields",
    [
        {"S": "buy"},
        {"S": "None"},
        {"S": None},
        {"BT": "false"},
        {"T": str(s.AT_MS)},
        {"T": 1},
        {"s": "ETHUSDT"},
        {"v": 0.001},
    ],
)
def test_a_row_of_another_shape_is_malformed(fields):
    with pytest.raises(MalformedFrame):
        s.parse(*LINEAR, changed(s.BYBIT_LINEAR_TRADES, **fields))


@pytest.mark.parametrize("fields", [{"p": "0"}, {"v": "0"}, {"v": "1e-3"}, {"p": "86250.05"}])
def test_a_number_that_is_not_on_the_grid_above_zero_is_bad(fields):
    with pytest.raises(BadNumber):
        s.parse(*LINEAR, changed(s.BYBIT_LINEAR_TRADES, **fields))


def test_one_bad_row_refuses_the_whole_message():
    frame = json.loads(json.dumps(s.BYBIT_LINEAR_TRADES))
    frame["data"][1]["v"] = "nan"
    with pytest.raises(BadNumber):
        s.parse(*LINEAR, frame)


def test_a_symbol_that_nobody_asked_for_is_named():
    with pytest.raises(UnknownSymbol, match="DOGEUSDT"):
        s.parse(*SPOT, {**s.BYBIT_SPOT_TRADES, "topic": "publicTrade.DOGEUSDT"})


@pytest.mark.parametrize(
    ("frame", "control"),
    [
        (
            {"success": True, "ret_msg": "", "conn_id": "c", "req_id": "7", "op": "subscribe"},
            Control(ControlKind.ACK, request_id="7"),
        ),
        (
            {"success": True, "ret_msg": "subscribe", "conn_id": "c", "op": "subscribe"},
            Control(ControlKind.ACK),
        ),
        (
            {"success": False, "ret_msg": "Invalid topic", "req_id": "7", "op": "subscribe"},
            Control(ControlKind.REFUSED, request_id="7", reason="Invalid topic"),
        ),
        (
            {"success": False, "ret_msg": "", "req_id": "7", "op": "subscribe"},
            Control(ControlKind.REFUSED, request_id="7", reason="refused without a reason"),
        ),
        (
            {"success": True, "ret_msg": "pong", "conn_id": "c", "req_id": "ping", "op": "ping"},
            Control(ControlKind.PONG, request_id="ping"),
        ),
        (
            {"req_id": "ping", "op": "pong", "args": ["1675418560633"], "conn_id": "c"},
            Control(ControlKind.PONG, request_id="ping"),
        ),
        (
            {"topic": "tickers.BTCUSDT", "type": "delta", "data": {"symbol": "BTCUSDT"}, "ts": 1},
            Control(ControlKind.IGNORED, topics=("tickers.BTCUSDT",)),
        ),
        (
            {"topic": "allLiquidation.BTCUSDT", "type": "snapshot", "ts": 1, "data": []},
            Control(ControlKind.IGNORED, topics=("allLiquidation.BTCUSDT",)),
        ),
    ],
)
def test_answers_and_other_topics(frame, control):
    assert s.parse(*SPOT, frame) == [control]


@pytest.mark.parametrize("raw", [b"", b"pong", b"[]", b"{}", b'{"op":"subscribe"}', b'{"topic":1}'])
def test_what_is_neither_data_nor_an_answer_is_malformed(raw):
    with pytest.raises(MalformedFrame):
        s.parse(*SPOT, raw)


def test_each_category_has_its_own_path():
    assert s.market(*SPOT).socket_path() == "/v5/public/spot"
    assert s.market(*LINEAR).socket_path() == "/v5/public/linear"
    request = json.loads(s.market(*SPOT).subscribe(["publicTrade.BTCUSDT"], request_id=3))
    assert request == {"req_id": "3", "op": "subscribe", "args": ["publicTrade.BTCUSDT"]}


def test_only_what_trades_against_usdt_or_usdc_without_a_date_is_listed():
    spot = s.market(*SPOT).parse_instruments(s.BYBIT_SPOT_INSTRUMENTS)
    assert [each.id.symbol for each in spot] == ["BTCUSDT", "ETHUSDC"]
    assert spot[0].size_step == Decimal("0.000001")
    perps = s.market(*LINEAR).parse_instruments(s.BYBIT_LINEAR_INSTRUMENTS)
    assert [each.id.symbol for each in perps] == ["BTCUSDT", "BTCPERP"]
    assert perps[0] == s.instrument("bybit.perp.BTCUSDT")


def test_there_is_one_page_of_trades_and_no_way_back():
    ask = s.market(*SPOT).trades_call
    assert ask("BTCUSDT", before_id=None, limit=1_000) == (
        "publicGetV5MarketRecentTrade",
        {"category": "spot", "symbol": "BTCUSDT", "limit": 60},
    )
    assert ask("BTCUSDT", before_id=1, limit=1_000) is None


def test_trades_of_one_instant_stay_in_the_order_in_which_they_came():
    rows = s.market(*LINEAR).parse_trades(s.BYBIT_TRADES, s.instrument("bybit.perp.BTCUSDT"))
    assert rows.tolist() == [
        (s.AT_NS + 1_000_000, 0, 2, 100, 862_501, 1, 0, 1),
        (s.AT_NS + 1_000_000, 0, 1, 200, 862_502, -1, 0, 1),
        (s.AT_NS + 2_000_000, 0, 3, 300, 862_503, 1, 0, 1),
    ]


def test_a_page_that_comes_oldest_first_is_not_turned():
    body = json.loads(json.dumps(s.BYBIT_TRADES))
    body["result"]["list"].reverse()
    rows = s.market(*LINEAR).parse_trades(body, s.instrument("bybit.perp.BTCUSDT"))
    assert rows["trade_id"].tolist() == [2, 1, 3]


def test_candles_are_asked_up_to_the_last_opening_time_before_the_end():
    call = s.market(*LINEAR).klines_call("BTCUSDT", "4h", end_ns=s.AT_NS, limit=9_999)
    query = {"category": "linear", "symbol": "BTCUSDT", "interval": "240", "limit": 1_000}
    assert call == ("publicGetV5MarketKline", {**query, "end": s.AT_MS - 1})
    assert s.market(*LINEAR).klines_call("BTCUSDT", "1s", end_ns=None, limit=1) is None


def test_an_error_code_is_malformed():
    for body in ({"retCode": 10006, "retMsg": "Too many visits!", "result": {}}, [], None, "no"):
        with pytest.raises(MalformedFrame):
            s.market(*SPOT).parse_trades(body, s.instrument("bybit.spot.BTCUSDT"))
