import json

import pytest

from core.domain.errors import BadNumber, MalformedFrame, UnknownSymbol
from core.domain.events import Control, ControlKind, NoTrade, Trades
from tests.data.venues import samples as s

SPOT = (s.BINANCE, s.SPOT)
PERP = (s.BINANCE, s.PERP)


def changed(frame, **fields):
    """The frame with fields of its event changed; None takes one out."""
    inner = {**frame["data"], **fields}
    return {**frame, "data": {key: each for key, each in inner.items() if each is not None}}


def test_a_spot_aggregate_keeps_its_fills_and_the_buyer_who_made_it_means_a_sell():
    [event] = s.parse(*SPOT, s.BINANCE_SPOT_AGG_TRADE)
    assert event == Trades(
        s.instrument("binance.spot.BTCUSDT"),
        "aggTrade",
        [(s.AT_NS + 1_000_000, s.RECV_NS, 3_500_000_001, 1_234, 8_625_001, -1, 0, 3)],
    )


def test_a_perpetual_aggregate_counts_its_whole_quantity_retail_fills_included():
    [event] = s.parse(*PERP, s.BINANCE_PERP_AGG_TRADE)
    assert event == Trades(
        s.instrument("binance.perp.BTCUSDT"),
        "aggTrade",
        [(s.AT_NS + 1_000_000, s.RECV_NS, 2_900_000_001, 1_250, 862_501, 1, 0, 1)],
    )


@pytest.mark.parametrize(
    ("market", "frame", "row"),
    [
        (SPOT, s.BINANCE_SPOT_TRADE, (2_100_000_001, 5_000, 275_012, 1, 0, 1)),
        (PERP, s.BINANCE_PERP_TRADE, (6_900_000_001, 1_250, 862_501, -1, 0, 1)),
    ],
)
def test_single_fills_of_recordings_are_another_channel(market, frame, row):
    [event] = s.parse(*market, frame)
    assert event.channel == "trade"
    assert event.rows == [(s.AT_NS + 1_000_000, s.RECV_NS, *row)]


def test_a_frame_means_the_same_bare_wrapped_and_with_its_keys_reversed():
    bare = s.BINANCE_PERP_AGG_TRADE["data"]
    wrapped = s.BINANCE_PERP_AGG_TRADE
    backwards = {key: bare[key] for key in reversed(bare)}
    reversed_wrapper = {"data": backwards, "stream": wrapped["stream"]}
    expected = s.parse(*PERP, wrapped)
    for frame in (bare, backwards, reversed_wrapper):
        assert s.parse(*PERP, frame) == expected


def test_microseconds_are_known_by_their_magnitude():
    frame = changed(s.BINANCE_SPOT_AGG_TRADE, T=s.AT_MS * 1_000 + 1_234)
    assert s.parse(*SPOT, frame)[0].rows[0][0] == s.AT_NS + 1_234_000


@pytest.mark.parametrize(
    "stamp",
    [0, 1_230_767_999_999, 4_102_444_800_000, s.AT_MS // 1_000, s.AT_NS, -s.AT_MS, 2**63],
)
def test_a_time_outside_2009_to_2099_in_ms_or_us_is_malformed(stamp):
    with pytest.raises(MalformedFrame):
        s.parse(*SPOT, changed(s.BINANCE_SPOT_AGG_TRADE, T=stamp))


@pytest.mark.parametrize(
    "fields", [{"X": "INSURANCE_FUND"}, {"X": "ADL"}, {"p": "0"}, {"q": "0.000"}]
)
def test_what_did_not_cross_a_perpetuals_book_is_no_trade_but_takes_a_number(fields):
    [event] = s.parse(*PERP, changed(s.BINANCE_PERP_TRADE, t=77, **fields))
    assert isinstance(event, NoTrade)
    assert (event.instrument.id.symbol, event.channel, event.trade_id) == ("BTCUSDT", "trade", 77)


def test_coin_margined_trades_are_left_out():
    assert s.parse(*PERP, changed(s.BINANCE_PERP_TRADE, st=2)) == []


def test_coin_margined_aggregates_are_left_out_even_with_a_symbol_nobody_asked_for():
    frame = changed(s.BINANCE_PERP_AGG_TRADE, st=2, s="BTCUSD_PERP")
    assert s.parse(*PERP, frame) == []


def test_zero_is_no_price_on_spot():
    with pytest.raises(BadNumber, match="above zero"):
        s.parse(*SPOT, changed(s.BINANCE_SPOT_AGG_TRADE, p="0.00000000"))


@pytest.mark.parametrize(
    "text",
    ["1_000", "NaN", "Infinity", "-1", "+1", "1e3", "", " 1", "\uff11", "0.000001", "9" * 40],
)
def test_a_size_that_is_no_plain_decimal_on_the_grid_is_a_bad_number(text):
    with pytest.raises(BadNumber):
        s.parse(*SPOT, changed(s.BINANCE_SPOT_AGG_TRADE, q=text))


@pytest.mark.parametrize(
    "fields",
    [
        {"m": "true"},
        {"m": 1},
        {"m": None},
        {"a": -1},
        {"a": 2**63},
        {"a": "1"},
        {"p": 86250.01},
        {"f": 9, "l": 7},
        {"e": "aggTrade", "T": None},
    ],
)
def test_a_field_of_another_type_or_missing_is_malformed(fields):
    with pytest.raises(MalformedFrame):
        s.parse(*SPOT, changed(s.BINANCE_SPOT_AGG_TRADE, **fields))


def test_fills_are_capped_at_what_a_row_holds():
    frame = changed(s.BINANCE_SPOT_AGG_TRADE, f=1, l=1_000_000)
    assert s.parse(*SPOT, frame)[0].rows[0][-1] == 65_535


def test_a_symbol_that_nobody_asked_for_is_named():
    with pytest.raises(UnknownSymbol, match="DOGEUSDT"):
        s.parse(*SPOT, changed(s.BINANCE_SPOT_AGG_TRADE, s="DOGEUSDT"))


@pytest.mark.parametrize(
    ("frame", "control"),
    [
        ({"result": None, "id": 7}, Control(ControlKind.ACK, request_id="7")),
        ({"result": ["btcusdt@aggTrade"], "id": "x7"}, Control(ControlKind.ACK, request_id="x7")),
        ({"result": None, "id": None}, Control(ControlKind.ACK)),
        (
            {"code": 2, "msg": "Invalid request", "id": 7},
            Control(ControlKind.REFUSED, request_id="7", reason="2: Invalid request"),
        ),
        (
            {"code": 3, "msg": "Invalid JSON"},
            Control(ControlKind.REFUSED, reason="3: Invalid JSON"),
        ),
        ({"e": "serverShutdown", "E": s.AT_MS}, Control(ControlKind.RESTART)),
        (
            {"stream": "!serverShutdown", "data": {"e": "serverShutdown", "E": s.AT_MS}},
            Control(ControlKind.RESTART),
        ),
    ],
)
def test_answers_and_the_end_of_a_connection(frame, control):
    assert s.parse(*SPOT, frame) == [control]


@pytest.mark.parametrize(
    "frame",
    [
        {"e": "depthUpdate", "E": 1, "s": "BTCUSDT", "U": 1, "u": 2, "b": [["1", "2"]], "a": []},
        {"stream": "btcusdt@depth", "data": {"e": "depthUpdate", "s": "BTCUSDT", "b": [], "a": []}},
        {"stream": "btcusdt@depth5", "data": {"lastUpdateId": 1, "bids": [], "asks": []}},
        {"stream": "!miniTicker@arr", "data": [{"e": "24hrMiniTicker"}]},
        {"u": 400900217, "s": "BNBUSDT", "b": "25.35", "B": "31.21", "a": "25.36", "A": "40.66"},
        {"lastUpdateId": 160, "bids": [["0.0024", "10"]], "asks": []},
        {"e": "kline", "E": 1, "s": "BTCUSDT", "k": {"t": 1, "V": "1"}},
        {"e": "forceOrder", "E": 1, "o": {"s": "BTCUSDT", "S": "SELL", "ps": "BTCUSDT", "st": 1}},
        {"e": "somethingNew", "E": 1},
    ],
)
def test_other_events_are_ignored_without_an_error(frame):
    assert s.parse(*PERP, frame) == [Control(ControlKind.IGNORED)]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"pong",
        b"[]",
        b"null",
        b"{}",
        b'{"data":{}}',
        b'{"id":1}',
        b"\x1f\x8b\x08",
        b"[" * 9_999,
    ],
)
def test_what_is_neither_event_nor_answer_is_malformed(raw):
    with pytest.raises(MalformedFrame):
        s.parse(*SPOT, raw)


def test_spot_and_perpetuals_have_their_own_doors():
    assert s.market(*SPOT).socket_path() == "/stream"
    assert s.market(*PERP).socket_path() == "/market/stream"
    assert s.market(*PERP).trade_topic("BTCUSDT") == "btcusdt@aggTrade"
    request = json.loads(s.market(*PERP).subscribe(["btcusdt@aggTrade"], request_id=3))
    assert request == {"method": "SUBSCRIBE", "params": ["btcusdt@aggTrade"], "id": 3}


def test_only_what_trades_against_usdt_or_usdc_is_listed():
    spot = s.market(*SPOT).parse_instruments(s.BINANCE_SPOT_INSTRUMENTS)
    assert [each.id.symbol for each in spot] == ["BTCUSDT", "ETHUSDC"]
    assert (str(spot[0].tick_size), str(spot[0].size_step)) == ("0.01", "0.00001")
    perps = s.market(*PERP).parse_instruments(s.BINANCE_PERP_INSTRUMENTS)
    assert [str(each.id) for each in perps] == ["binance.perp.BTCUSDT"]


def test_a_tradable_symbol_without_steps_is_a_bad_number():
    body = json.loads(json.dumps(s.BINANCE_SPOT_INSTRUMENTS))
    body["symbols"][0]["filters"].pop(0)
    with pytest.raises(BadNumber):
        s.market(*SPOT).parse_instruments(body)


def test_pages_of_trades_go_back_by_id_without_hole_or_overlap():
    market = s.market(*PERP)
    ask = market.trades_call
    assert ask("BTCUSDT", before_id=None, limit=5_000) == (
        "fapiPublicGetAggTrades",
        {"symbol": "BTCUSDT", "limit": 1_000},
    )
    assert ask("BTCUSDT", before_id=5_000, limit=1_000) == (
        "fapiPublicGetAggTrades",
        {"symbol": "BTCUSDT", "fromId": 4_000, "limit": 1_000},
    )
    assert ask("BTCUSDT", before_id=7, limit=1_000) == (
        "fapiPublicGetAggTrades",
        {"symbol": "BTCUSDT", "fromId": 0, "limit": 7},
    )
    assert ask("BTCUSDT", before_id=0, limit=1_000) is None


def test_a_page_of_trades():
    rows = s.market(*PERP).parse_trades(s.BINANCE_TRADES, s.instrument("binance.perp.BTCUSDT"))
    assert rows.tolist() == [
        (s.AT_NS + 1_000_000, 0, 101, 500, 862_501, -1, 0, 1),
        (s.AT_NS + 1_000_000, 0, 102, 250, 862_502, 1, 0, 4),
    ]


def test_zeros_on_a_page_are_left_out_on_perpetuals_and_bad_on_spot():
    body = [{**s.BINANCE_TRADES[0], "p": "0", "q": "0"}, s.BINANCE_TRADES[1]]
    rows = s.market(*PERP).parse_trades(body, s.instrument("binance.perp.BTCUSDT"))
    assert rows["trade_id"].tolist() == [102]
    with pytest.raises(BadNumber):
        s.market(*SPOT).parse_trades(body, s.instrument("binance.spot.BTCUSDT"))


def test_candles_are_asked_up_to_the_last_opening_time_before_the_end():
    call = s.market(*SPOT).klines_call("BTCUSDT", "1s", end_ns=s.AT_NS, limit=9_999)
    assert call == (
        "publicGetKlines",
        {"symbol": "BTCUSDT", "interval": "1s", "limit": 1_000, "endTime": s.AT_MS - 1},
    )
    assert s.market(*PERP).klines_call("BTCUSDT", "1s", end_ns=None, limit=1) is None


def test_a_candle_knows_who_took():
    bars = s.market(*PERP).parse_klines(
        s.BINANCE_KLINES, s.instrument("binance.perp.BTCUSDT"), "1m", now_ns=s.NOW_NS
    )
    first, second = bars
    assert (first["buy_lots"], first["sell_lots"], first["unknown_lots"]) == (700, 300, 0)
    assert (first["min_delta_lots"], first["max_delta_lots"]) == (0, 400)
    assert (second["min_delta_lots"], second["max_delta_lots"]) == (-100, 0)
    assert bars["trades"].tolist() == [10, 10]


@pytest.mark.parametrize("count", [-1, 2**31, "10", 10.5, None])
def test_a_number_of_trades_that_no_bar_holds_is_malformed(count):
    rows = [[*s.BINANCE_KLINES[0][:8], count, *s.BINANCE_KLINES[0][9:]]]
    with pytest.raises(MalformedFrame):
        s.market(*PERP).parse_klines(
            rows, s.instrument("binance.perp.BTCUSDT"), "1m", now_ns=s.NOW_NS
        )


def test_an_error_in_place_of_rows_is_malformed():
    for body in ({"code": -1121, "msg": "Invalid symbol."}, None, "<html>", [[]], [{}]):
        with pytest.raises(MalformedFrame):
            s.market(*SPOT).parse_trades(body, s.instrument("binance.spot.BTCUSDT"))
