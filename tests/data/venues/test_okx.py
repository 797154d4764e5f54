import json
from decimal import Decimal

import pytest

from core.domain.errors import BadNumber, MalformedFrame, UnknownSymbol
from core.domain.events import Control, ControlKind, Trades
from tests.data.venues import samples as s

SPOT = (s.OKX, s.SPOT)
SWAP = (s.OKX, s.PERP)


def changed(frame, **fields):
    """The frame with fields of its only row changed; None takes one out."""
    row = {**frame["data"][0], **fields}
    return {**frame, "data": [{key: each for key, each in row.items() if each is not None}]}


def test_a_spot_row_merges_the_fills_that_its_count_says():
    [event] = s.parse(*SPOT, s.OKX_SPOT_TRADES)
    assert event == Trades(
        s.instrument("okx.spot.BTC-USDT"),
        "trades",
        [(s.AT_NS + 1_000_000, s.RECV_NS, 950_000_003, 12_060_306, 862_501, 1, 0, 3)],
    )


def test_a_swaps_size_is_contracts_and_may_be_fractional():
    [event] = s.parse(*SWAP, s.OKX_SWAP_TRADES)
    # 391.07 contracts in steps of 0.01; source 1 is retail price improvement liquidity.
    assert event.rows == [
        (s.AT_NS + 1_000_000, s.RECV_NS, 1_950_000_003, 39_107, 862_501, -1, 2, 2)
    ]
    assert event.instrument.lot_size == Decimal("0.0001")


def test_rows_keep_the_order_of_the_message():
    frame = {**s.OKX_SPOT_TRADES, "data": []}
    for trade_id in (9, 7, 8):
        frame["data"].append({**s.OKX_SPOT_TRADES["data"][0], "tradeId": str(trade_id)})
    assert [row[2] for row in s.parse(*SPOT, frame)[0].rows] == [9, 7, 8]


def test_a_push_without_rows_says_nothing():
    assert s.parse(*SPOT, {**s.OKX_SPOT_TRADES, "data": []}) == []


def test_recordings_from_before_the_count_do_not_say_how_many_fills():
    assert s.parse(*SPOT, changed(s.OKX_SPOT_TRADES, count=None))[0].rows[0][-1] == 0


def test_fills_are_capped_at_what_a_row_holds():
    assert s.parse(*SPOT, changed(s.OKX_SPOT_TRADES, count="70000"))[0].rows[0][-1] == 65_535


@pytest.mark.parametrize(
    "fields",
    [
        {"side": "Buy"},
        {"side": "long"},
        {"side": None},
        {"ts": s.AT_MS},
        {"ts": "\uff11" * 13},
        {"ts": "soon"},
        {"tradeId": "-1"},
        {"tradeId": "1_0"},
        {"tradeId": str(2**63)},
        {"tradeId": "20f43950-d8dd-5b31-9112-a178eb6023af"},
        {"px": 86250.1},
        {"instId": "ETH-USDT"},
        {"count": "-3"},
    ],
)
def test_a_row_of_another_shape_is_malformed(fields):
    with pytest.raises(MalformedFrame):
        s.parse(*SPOT, changed(s.OKX_SPOT_TRADES, **fields))


@pytest.mark.parametrize("fields", [{"px": "0"}, {"sz": "0"}, {"sz": "-1"}, {"sz": "0.000000001"}])
def test_a_number_that_is_not_on_the_grid_above_zero_is_bad(fields):
    with pytest.raises(BadNumber):
        s.parse(*SPOT, changed(s.OKX_SPOT_TRADES, **fields))


def test_a_symbol_that_nobody_asked_for_is_named():
    arg = {"channel": "trades", "instId": "DOGE-USDT"}
    with pytest.raises(UnknownSymbol, match="DOGE-USDT"):
        s.parse(*SPOT, {**s.OKX_SPOT_TRADES, "arg": arg})


def test_keys_may_come_in_any_order():
    backwards = {key: s.OKX_SPOT_TRADES[key] for key in reversed(s.OKX_SPOT_TRADES)}
    assert s.parse(*SPOT, backwards) == s.parse(*SPOT, s.OKX_SPOT_TRADES)


ARG = {"channel": "trades", "instId": "BTC-USDT"}
TOPICS = ("trades:BTC-USDT",)


@pytest.mark.parametrize(
    ("frame", "control"),
    [
        (b"pong", Control(ControlKind.PONG)),
        (
            {"id": "7", "event": "subscribe", "arg": ARG, "connId": "a4d3ae55"},
            Control(ControlKind.ACK, request_id="7", topics=TOPICS),
        ),
        (
            {"event": "unsubscribe", "arg": ARG, "connId": "a4d3ae55"},
            Control(ControlKind.ACK, topics=TOPICS),
        ),
        (
            {"id": "7", "event": "error", "code": "60012", "msg": "Invalid request", "connId": "a"},
            Control(ControlKind.REFUSED, request_id="7", reason="60012: Invalid request"),
        ),
        (
            {"event": "error", "arg": ARG, "code": "60018", "msg": "doesn't exist", "connId": "a"},
            Control(ControlKind.REFUSED, topics=TOPICS, reason="60018: doesn't exist"),
        ),
        (
            {"event": "notice", "code": "64008", "msg": "soon be closed", "connId": "a"},
            Control(ControlKind.RESTART),
        ),
        ({"event": "notice", "code": "1", "msg": "hello"}, Control(ControlKind.IGNORED)),
        (
            {"event": "channel-conn-count", "channel": "orders", "connCount": "2", "connId": "a"},
            Control(ControlKind.IGNORED),
        ),
        (
            {"arg": {"channel": "books", "instId": "BTC-USDT"}, "action": "update", "data": [{}]},
            Control(ControlKind.IGNORED, topics=("books:BTC-USDT",)),
        ),
        (
            {"arg": {"channel": "liquidation-orders", "instType": "SWAP"}, "data": []},
            Control(ControlKind.IGNORED, topics=("liquidation-orders:SWAP",)),
        ),
    ],
)
def test_answers_notices_and_other_channels(frame, control):
    assert s.parse(*SPOT, frame) == [control]


@pytest.mark.parametrize(
    "raw", [b"", b"ping", b"[]", b"{}", b'{"arg":null}', b'{"data":[]}', b"\xff"]
)
def test_what_is_neither_event_nor_data_is_malformed(raw):
    with pytest.raises(MalformedFrame):
        s.parse(*SPOT, raw)


def test_a_topic_becomes_channel_and_instrument_in_the_request():
    market = s.market(*SWAP)
    assert market.trade_topic("BTC-USDT-SWAP") == "trades:BTC-USDT-SWAP"
    assert json.loads(market.subscribe(["trades:BTC-USDT-SWAP"], request_id=3)) == {
        "id": "3",
        "op": "subscribe",
        "args": [{"channel": "trades", "instId": "BTC-USDT-SWAP"}],
    }


def test_only_what_is_live_against_usdt_or_usdc_and_linear_is_listed():
    spot = s.market(*SPOT).parse_instruments(s.OKX_SPOT_INSTRUMENTS)
    assert [each.id.symbol for each in spot] == ["BTC-USDT", "ETH-USDC"]
    btc, eth = s.market(*SWAP).parse_instruments(s.OKX_SWAP_INSTRUMENTS)
    assert btc == s.instrument("okx.perp.BTC-USDT-SWAP")
    assert (eth.base, eth.quote, eth.contract_value) == ("ETH", "USDC", Decimal("0.1"))


def test_a_contract_is_value_times_multiplier():
    body = json.loads(json.dumps(s.OKX_SWAP_INSTRUMENTS))
    body["data"][0]["ctMult"] = "10"
    assert s.market(*SWAP).parse_instruments(body)[0].lot_size == Decimal("0.001")


def test_the_newest_page_and_older_pages_are_different_calls():
    ask = s.market(*SWAP).trades_call
    assert ask("BTC-USDT-SWAP", before_id=None, limit=5_000) == (
        "publicGetMarketTrades",
        {"instId": "BTC-USDT-SWAP", "limit": "500"},
    )
    assert ask("BTC-USDT-SWAP", before_id=103, limit=5_000) == (
        "publicGetMarketHistoryTrades",
        {"instId": "BTC-USDT-SWAP", "type": "1", "after": "103", "limit": "100"},
    )


def test_a_page_of_trades_is_turned_oldest_first():
    instrument = s.instrument("okx.perp.BTC-USDT-SWAP")
    rows = s.market(*SWAP).parse_trades(s.okx_trades("BTC-USDT-SWAP"), instrument)
    assert rows.tolist() == [
        (s.AT_NS + 1_000_000, 0, 102, 50, 862_501, -1, 0, 0),
        (s.AT_NS + 2_000_000, 0, 103, 25, 862_502, 1, 0, 0),
    ]


def test_candles_are_asked_by_the_first_instant_that_is_too_late():
    call = s.market(*SWAP).klines_call("BTC-USDT-SWAP", "1d", end_ns=s.AT_NS + 1, limit=9_999)
    query = {"instId": "BTC-USDT-SWAP", "bar": "1Dutc", "limit": "300", "after": str(s.AT_MS + 1)}
    assert call == ("publicGetMarketHistoryCandles", query)


def test_a_candle_that_is_not_confirmed_is_left_out_however_late_it_is():
    for market, name in ((SPOT, "okx.spot.BTC-USDT"), (SWAP, "okx.perp.BTC-USDT-SWAP")):
        bars = s.market(*market).parse_klines(
            s.KLINES[market], s.instrument(name), "1m", now_ns=s.NOW_NS
        )
        assert bars["open_ns"].tolist() == [s.AT_NS, s.AT_NS + 60_000_000_000]


def test_a_swap_candles_contracts_agree_with_its_coins():
    instrument = s.instrument("okx.perp.BTC-USDT-SWAP")
    bars = s.market(*SWAP).parse_klines(s.KLINES[SWAP], instrument, "1m", now_ns=s.NOW_NS)
    coins = [int(lots) * instrument.lot_size for lots in bars["unknown_lots"]]
    assert coins == [Decimal("1.0"), Decimal("0.1")]


def test_an_error_code_is_malformed():
    for body in (
        {"code": "50011", "msg": "Too Many Requests", "data": []},
        {"code": "0"},
        [],
        None,
    ):
        with pytest.raises(MalformedFrame):
            s.market(*SPOT).parse_trades(body, s.instrument("okx.spot.BTC-USDT"))
