"""What every market must do, by being in the registry."""

import inspect
import json
from decimal import Decimal

import ccxt
import numpy as np
import pytest

from core.domain.arrays import BAR_DTYPE, TRADE_DTYPE, Provenance
from core.domain.errors import MalformedFrame
from core.domain.events import ControlKind, Trades
from core.domain.timeframe import TIMEFRAMES_NS
from data.venues.market import Market
from data.venues.registry import MARKETS, market_of
from tests.data.venues import samples as s

EVERY = [pytest.param(each, id=".".join(each)) for each in MARKETS]
TIMEFRAMES = list(TIMEFRAMES_NS)


def default(market_id, base="BTC"):
    return next(each for each in MARKETS[market_id].facts.defaults if each.base == base)


@pytest.mark.parametrize("market_id", EVERY)
def test_a_market_has_everything_that_the_contract_names(market_id):
    market = MARKETS[market_id]
    for name, member in inspect.getmembers(Market, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.signature(getattr(type(market), name)) == inspect.signature(member), name


@pytest.mark.parametrize("market_id", EVERY)
def test_its_facts_are_usable(market_id):
    facts = MARKETS[market_id].facts
    assert (facts.venue, facts.kind) == market_id
    assert facts.ws_base.startswith("wss://")
    assert facts.rest_base.startswith("https://")
    assert facts.ccxt_type in {"spot", "swap"}
    assert 0 < facts.topics_per_request <= facts.topics_per_socket
    assert facts.requests_per_s > 0
    assert facts.silence_s > 0
    assert facts.keep_alive.every_s > 0


@pytest.mark.parametrize("market_id", EVERY)
def test_it_knows_bitcoin_ether_and_solana_by_default(market_id):
    defaults = MARKETS[market_id].facts.defaults
    assert [each.base for each in defaults] == ["BTC", "ETH", "SOL"]
    for each in defaults:
        assert each.quote == "USDT"
        assert MARKETS[each.id.venue, each.id.kind] is market_of(each.id)
        assert not each.inferred
        assert Decimal("0.0000000001") < each.lot_size < 1


@pytest.mark.parametrize("market_id", EVERY)
def test_a_subscription_is_json_that_names_its_topics(market_id):
    market = MARKETS[market_id]
    topics = [market.trade_topic(each.id.symbol) for each in market.facts.defaults]
    assert len(set(topics)) == len(topics)
    for make in (market.subscribe, market.unsubscribe):
        request = json.loads(make(topics, request_id=41))
        assert "41" in json.dumps(request)
        for topic in topics:
            assert all(part in json.dumps(request) for part in topic.split(":"))
    assert market.subscribe(topics, request_id=1) != market.unsubscribe(topics, request_id=1)
    assert market.socket_path().startswith("/")


@pytest.mark.parametrize("market_id", EVERY)
def test_a_full_request_stays_below_what_the_strictest_venue_takes(market_id):
    market = MARKETS[market_id]
    longest = market.trade_topic("A" * 40)
    assert len(market.subscribe([longest] * market.facts.topics_per_request, request_id=1)) < 64_000
    if market_id[0] == s.BYBIT:
        assert len(longest) * market.facts.topics_per_socket <= 21_000


@pytest.mark.parametrize("market_id", EVERY)
def test_a_ping_is_text_that_the_client_sends_or_nothing(market_id):
    text = MARKETS[market_id].facts.keep_alive.text
    assert text is None or text == "ping" or json.loads(text)["op"] == "ping"


@pytest.mark.parametrize("market_id", EVERY)
def test_its_frames_become_trades_or_controls(market_id):
    kinds = [
        type(event) if isinstance(event, Trades) else event.kind
        for frame in s.FRAMES[market_id]
        for event in s.parse(*market_id, frame)
    ]
    assert Trades in kinds
    assert ControlKind.ACK in kinds
    assert ControlKind.REFUSED in kinds


@pytest.mark.parametrize("market_id", EVERY)
def test_a_frame_parsed_twice_gives_the_same_rows_but_for_the_time_of_receipt(market_id):
    market, frame = MARKETS[market_id], json.dumps(s.FRAMES[market_id][0]).encode()
    listed = s.listed(*market_id)
    [one] = market.parse(frame, ts_recv_ns=1, instruments=listed)
    [other] = market.parse(frame, ts_recv_ns=2, instruments=listed)
    assert [row[1] for row in one.rows] != [row[1] for row in other.rows]
    for mine, yours in zip(one.rows, other.rows, strict=True):
        assert (mine[0], *mine[2:]) == (yours[0], *yours[2:])
    assert np.array(one.rows, TRADE_DTYPE).tolist() == one.rows


@pytest.mark.parametrize("market_id", EVERY)
def test_the_rest_calls_exist_in_ccxt(market_id):
    market = MARKETS[market_id]
    exchange = getattr(ccxt, market.facts.ccxt_id)
    symbol = default(market_id).id.symbol
    calls = [market.instruments_call()]
    calls += [market.trades_call(symbol, before_id=each, limit=100) for each in (None, 10**6)]
    calls += [
        market.klines_call(symbol, each, end_ns=end_ns, limit=100)
        for each in TIMEFRAMES
        for end_ns in (None, s.AT_NS)
    ]
    for call in calls:
        if call is not None:
            name, query = call
            assert hasattr(exchange, name), name
            assert all(isinstance(value, str | int) for value in query.values())


@pytest.mark.parametrize("market_id", EVERY)
def test_every_timeframe_of_a_minute_or_more_has_candles(market_id):
    market, symbol = MARKETS[market_id], default(market_id).id.symbol
    for timeframe, step_ns in TIMEFRAMES_NS.items():
        call = market.klines_call(symbol, timeframe, end_ns=None, limit=10)
        if step_ns >= TIMEFRAMES_NS["1m"]:
            assert call is not None, timeframe
        elif timeframe != "1s":
            assert call is None, timeframe
    assert market.klines_call(symbol, "7m", end_ns=None, limit=10) is None


@pytest.mark.parametrize("market_id", EVERY)
def test_its_list_of_instruments_holds_only_its_own_in_usdt_or_usdc(market_id):
    listed = MARKETS[market_id].parse_instruments(s.INSTRUMENTS[market_id])
    assert listed
    for each in listed:
        assert (each.id.venue, each.id.kind) == market_id
        assert each.quote in {"USDT", "USDC"}


@pytest.mark.parametrize("market_id", EVERY)
def test_a_page_of_trades_is_sorted_and_was_never_received(market_id):
    rows = MARKETS[market_id].parse_trades(s.TRADES[market_id], default(market_id))
    assert rows.dtype == TRADE_DTYPE
    assert rows.size >= 2
    assert np.all(np.diff(rows["ts_event_ns"]) >= 0)
    assert not rows["ts_recv_ns"].any()


@pytest.mark.parametrize("market_id", EVERY)
def test_its_candles_say_what_traded(market_id):
    instrument = default(market_id)
    bars = MARKETS[market_id].parse_klines(s.KLINES[market_id], instrument, "1m", now_ns=s.NOW_NS)
    assert bars.dtype == BAR_DTYPE
    assert bars["open_ns"].tolist() == [s.AT_NS, s.AT_NS + 60_000_000_000]
    assert set(bars["provenance"]) == {Provenance.KLINES}
    lots = bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"]
    assert [int(each) * instrument.lot_size for each in lots] == [Decimal(1), Decimal("0.1")]
    # 0.4 BTC at 86250.0 and 0.6 at 86251.5 are worth 86250.9.
    worth = int(bars["moment1"][0]) + int(lots[0]) * int(bars["open_ticks"][0])
    assert worth * instrument.lot_size * instrument.tick_size == Decimal("86250.9")
    assert bars["moment1"][1] == 0


@pytest.mark.parametrize("market_id", EVERY)
def test_a_candle_that_is_still_open_is_left_out(market_id):
    market, instrument = MARKETS[market_id], default(market_id)
    now_ns = s.AT_NS + 119_999_999_999
    bars = market.parse_klines(s.KLINES[market_id], instrument, "1m", now_ns=now_ns)
    assert bars["open_ns"].tolist() == [s.AT_NS]


@pytest.mark.parametrize("market_id", EVERY)
@pytest.mark.parametrize("body", [None, 1, "<html></html>", {}, {"error": "x"}, [1], [[1]], [None]])
def test_an_answer_of_another_shape_is_malformed(market_id, body):
    market, instrument = MARKETS[market_id], default(market_id)
    with pytest.raises(MalformedFrame):
        market.parse_instruments(body)
    with pytest.raises(MalformedFrame):
        market.parse_trades(body, instrument)
    with pytest.raises(MalformedFrame):
        market.parse_klines(body, instrument, "1m", now_ns=s.NOW_NS)
