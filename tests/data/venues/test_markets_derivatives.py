"""What every market must tell of perpetuals, by being in the registry."""

import json

import ccxt
import numpy as np
import pytest

from core.domain.arrays import TICKER_DTYPE, LiquidationPrice, Position
from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.errors import BadNumber, FeedError, MalformedFrame, UnknownSymbol
from core.domain.events import REST, Channel, Control, ControlKind
from core.domain.instrument import MarketKind
from core.domain.units import NS_PER_HOUR
from data.venues.registry import MARKETS
from data.venues.streams import Coverage
from tests.data.venues import derivative_samples as d
from tests.data.venues import samples as s
from tests.data.venues.book_samples import parse_all

EVERY = [pytest.param(each, id=".".join(each)) for each in MARKETS]
PERPS = [each for each in EVERY if each.values[0][1] is MarketKind.PERP]
NUMBERS = ["1_000", "NaN", "Infinity", "-1", "1e5", "\uff11\uff12", " 1", "+1", "9" * 25]
IGNORED = ControlKind.IGNORED


def told(events, name):
    return [getattr(each, name) for each in events if getattr(each, name) is not None]


def replaced(frame, old, new):
    return json.loads(json.dumps(frame).replace(json.dumps(old), json.dumps(new)))


@pytest.mark.parametrize("market_id", EVERY)
def test_perpetuals_have_every_channel_and_spot_only_what_rests(market_id):
    market = MARKETS[market_id]
    streams = market.streams(market.facts.defaults[0].id.symbol)
    channels = {each.channel for each in streams}
    of_perps = {Channel.TICKER, Channel.LIQUIDATIONS} if market_id[1] is MarketKind.PERP else set()
    assert channels == {Channel.BOOK, Channel.QUOTES} | of_perps
    for each in streams:
        assert each.path.startswith("/")
        assert (each.silence_s is None) == (each.channel is Channel.LIQUIDATIONS)
    assert (market.facts.liquidations is Coverage.NONE) == (market_id[1] is MarketKind.SPOT)


def test_each_topic_has_the_name_and_the_path_that_its_venue_documents():
    found = {
        (each.topic, each.path)
        for venue, symbol in (
            (s.BINANCE, "BTCUSDT"),
            (s.OKX, "BTC-USDT-SWAP"),
            (s.BYBIT, "BTCUSDT"),
        )
        for each in s.market(venue, s.PERP).streams(symbol)[2:]
    }
    assert found == {
        ("btcusdt@markPrice@1s", "/market/stream"),
        ("btcusdt@forceOrder", "/market/stream"),
        ("mark-price:BTC-USDT-SWAP", "/ws/v5/public"),
        ("index-tickers:BTC-USDT", "/ws/v5/public"),
        ("funding-rate:BTC-USDT-SWAP", "/ws/v5/public"),
        ("open-interest:BTC-USDT-SWAP", "/ws/v5/public"),
        ("liquidation-orders:SWAP", "/ws/v5/public"),
        ("tickers.BTCUSDT", "/v5/public/linear"),
        ("allLiquidation.BTCUSDT", "/v5/public/linear"),
    }


def test_okx_is_asked_for_all_liquidations_by_type_and_answers_under_our_name():
    topic = "liquidation-orders:SWAP"
    request = json.loads(s.market(s.OKX, s.PERP).subscribe([topic], request_id=1))
    assert request["args"] == [{"channel": "liquidation-orders", "instType": "SWAP"}]
    ack = {"event": "subscribe", "arg": request["args"][0], "connId": "a4"}
    assert parse_all(s.OKX, s.PERP, ack) == [Control(ControlKind.ACK, topics=(topic,))]


@pytest.mark.parametrize("market_id", PERPS)
def test_its_tickers_tell_the_same_of_the_same_contract(market_id):
    events = [each for one in d.TICKERS[market_id[0]] for each in parse_all(*market_id, one)]
    assert {type(each) for each in events} == {DerivativeTicker}
    assert {(each.ts_event_ns, each.ts_recv_ns) for each in events} == {
        (s.AT_NS + 1_000_000, s.RECV_NS)
    }
    assert told(events, "mark") == [86_250.12345678]
    assert told(events, "index") == [86_255.5]
    assert told(events, "funding_rate") == [-0.000125]
    assert told(events, "next_funding_ns") == [s.AT_NS + 8 * NS_PER_HOUR]
    if market_id[0] != s.BINANCE:
        assert told(events, "open_interest") == [12_345.0]
        assert told(events, "funding_interval_ns") == [8 * NS_PER_HOUR]


@pytest.mark.parametrize("market_id", PERPS)
def test_the_channel_of_an_event_is_a_part_of_the_topic_that_brought_it(market_id):
    market = MARKETS[market_id]
    topics = [each.topic for each in market.streams(market.facts.defaults[0].id.symbol)]
    for frame in d.FRAMES[market_id[0]]:
        [event] = parse_all(*market_id, frame)
        assert sum(event.channel in each for each in topics) == 1


@pytest.mark.parametrize("market_id", PERPS)
def test_the_liquidation_of_a_long_is_one_of_a_long_on_every_venue(market_id):
    [event] = parse_all(*market_id, d.LONG_LIQUIDATED[market_id[0]])
    assert isinstance(event, Liquidations)
    executed = market_id[0] == s.BINANCE
    kind = LiquidationPrice.EXECUTED if executed else LiquidationPrice.BANKRUPTCY
    [(event_ns, recv_ns, lots, price, position, price_kind)] = event.rows
    assert (event_ns, recv_ns) == (s.AT_NS + 1_000_000, s.RECV_NS)
    assert float(lots * event.instrument.lot_size) == 0.5
    assert (price, position, price_kind) == (86_240.55, Position.LONG, kind)


@pytest.mark.parametrize(
    ("venue", "long", "short"),
    [(s.BINANCE, "SELL", "BUY"), (s.BYBIT, "Buy", "Sell")],
)
def test_the_other_letter_is_a_short(venue, long, short):
    [event] = parse_all(venue, s.PERP, replaced(d.LONG_LIQUIDATED[venue], long, short))
    assert event.rows[0][4] == Position.SHORT
    with pytest.raises(MalformedFrame):
        parse_all(venue, s.PERP, replaced(d.LONG_LIQUIDATED[venue], long, long.swapcase()))


@pytest.mark.parametrize(
    ("side", "named", "position"),
    [
        ("sell", "long", Position.LONG),
        ("buy", "short", Position.SHORT),
        ("sell", "net", Position.LONG),
        ("buy", "net", Position.SHORT),
    ],
)
def test_okx_names_the_position_or_the_order_that_closes_it(side, named, position):
    frame = d.okx_liquidations(d.okx_liquidated("BTC-USDT-SWAP", d.okx_detail(side, named)))
    [event] = parse_all(s.OKX, s.PERP, frame)
    assert event.rows[0][4] == position


@pytest.mark.parametrize(("side", "named"), [("buy", "long"), ("sell", "short"), ("sell", "both")])
def test_an_order_that_does_not_close_the_position_is_refused(side, named):
    frame = d.okx_liquidations(d.okx_liquidated("BTC-USDT-SWAP", d.okx_detail(side, named)))
    with pytest.raises(MalformedFrame):
        parse_all(s.OKX, s.PERP, frame)


def test_okx_tells_of_every_followed_swap_and_of_all_its_details_and_of_no_other():
    two = (d.okx_detail("sell", "long"), d.okx_detail("buy", "short", size="0.01"))
    frame = d.okx_liquidations(
        d.okx_liquidated("DOGE-USDT-SWAP", d.okx_detail("sell", "long", size="0.00001")),
        d.okx_liquidated("BTC-USDT-SWAP", *two),
        d.okx_liquidated("ETH-USDT-SWAP", two[0]),
    )
    bitcoin, ether = parse_all(s.OKX, s.PERP, frame)
    assert [row[2] for row in bitcoin.rows] == [5_000, 1]
    assert (ether.instrument.base, len(ether.rows)) == ("ETH", 1)
    only_others = d.okx_liquidations(d.okx_liquidated("DOGE-USDT-SWAP", two[0]))
    topics = ("liquidation-orders:SWAP",)
    assert parse_all(s.OKX, s.PERP, only_others) == [Control(IGNORED, topics=topics)]


@pytest.mark.parametrize("inside", [True, False])
def test_contracts_of_binances_other_family_are_ignored(inside):
    data = d.BINANCE_LIQUIDATION["data"]
    order = {key: each for key, each in data["o"].items() if key != "st"}
    other = {"o": {**order, "st": 2}} if inside else {"o": order, "st": 2}
    frame = {"stream": "btcusdt@forceOrder", "data": {**data, **other}}
    assert parse_all(s.BINANCE, s.PERP, frame) == [Control(IGNORED)]
    mark = {**d.BINANCE_MARK, "data": {**d.BINANCE_MARK["data"], "st": 2}}
    assert parse_all(s.BINANCE, s.PERP, mark) == [Control(IGNORED)]


def test_binances_frames_without_the_wrapper_and_without_the_fields_of_2026_are_understood():
    for frame in d.FRAMES[s.BINANCE]:
        bare = json.loads(json.dumps(frame["data"]).replace(', "st": 1', ""))
        assert parse_all(s.BINANCE, s.PERP, bare) == parse_all(s.BINANCE, s.PERP, frame)


def test_what_a_delta_of_bybit_does_not_name_is_not_told():
    delta = d.bybit_ticker("delta", indexPrice="86000.5", bid1Price="86000.1")
    [event] = parse_all(s.BYBIT, s.PERP, delta)
    assert event.index == 86_000.5
    names = ("mark", "funding_rate", "funding_interval_ns", "next_funding_ns", "open_interest")
    assert [getattr(event, each) for each in names] == [None] * 5
    nothing = d.bybit_ticker("delta", bid1Price="86000.1")
    assert parse_all(s.BYBIT, s.PERP, nothing) == [Control(IGNORED, topics=("tickers.BTCUSDT",))]


@pytest.mark.parametrize(
    ("fields", "held"),
    [
        ({"openInterest": "7"}, 3.5),
        ({"openInterest": "7", "singleOpenInterest": ""}, 3.5),
        ({"openInterest": "7", "singleOpenInterest": "3.4"}, 3.4),
        ({"openInterest": "0"}, 0.0),
    ],
)
def test_bybits_open_interest_is_of_one_side(fields, held):
    assert parse_all(s.BYBIT, s.PERP, d.bybit_ticker("delta", **fields))[0].open_interest == held


def test_what_okx_leaves_empty_is_not_told():
    empty = d.okx("funding-rate", fundingRate="", fundingTime="", nextFundingTime="")
    [event] = parse_all(s.OKX, s.PERP, empty)
    assert (event.funding_rate, event.next_funding_ns, event.funding_interval_ns) == (None,) * 3
    [event] = parse_all(s.OKX, s.PERP, d.okx("mark-price", markPx=""))
    assert event.mark is None


@pytest.mark.parametrize("market_id", PERPS)
@pytest.mark.parametrize("text", NUMBERS)
def test_no_number_is_read_as_another(market_id, text):
    for frame in d.FRAMES[market_id[0]]:
        for good in ("86250.12345678", "86255.50000000", "86255.50", "86255.5", "86240.55"):
            if json.dumps(good) in json.dumps(frame):
                with pytest.raises(BadNumber):
                    parse_all(*market_id, replaced(frame, good, text))


@pytest.mark.parametrize("market_id", PERPS)
@pytest.mark.parametrize("text", ["1", "-1", "1.5", "nan", "0_1", "1e-4", "0.\uff11", "+0.1", "."])
def test_a_funding_rate_is_a_plain_fraction(market_id, text):
    frame = d.TICKERS[market_id[0]][2 if market_id[0] == s.OKX else 0]
    good = "-0.00012500" if market_id[0] == s.BINANCE else "-0.000125"
    with pytest.raises(BadNumber):
        parse_all(*market_id, replaced(frame, good, text))


@pytest.mark.parametrize("hours", [0, -8, 25, 1_000])
def test_a_funding_interval_is_an_hour_to_a_day(hours):
    after = str(d.NEXT_MS + hours * 3_600_000)
    frame = replaced(d.OKX_FUNDING, str(d.NEXT_MS + 28_800_000), after)
    with pytest.raises(MalformedFrame):
        parse_all(s.OKX, s.PERP, frame)
    with pytest.raises(FeedError):
        parse_all(s.BYBIT, s.PERP, d.bybit_ticker(fundingIntervalHour=str(hours)))


@pytest.mark.parametrize("market_id", PERPS)
def test_a_symbol_that_nobody_follows_is_unknown(market_id):
    for frame in d.TICKERS[market_id[0]]:
        with pytest.raises(UnknownSymbol):
            parse_all(*market_id, json.loads(json.dumps(frame).replace("BTC", "DOGE")))


def test_a_row_of_another_instrument_than_its_topics_is_malformed():
    frame = {**d.OKX_MARK, "data": [{**d.OKX_MARK["data"][0], "instId": "ETH-USDT-SWAP"}]}
    with pytest.raises(MalformedFrame, match="came among those of BTC-USDT-SWAP"):
        parse_all(s.OKX, s.PERP, frame)


def test_mark_prices_and_tickers_of_pairs_are_ignored():
    frame = d.okx("mark-price", "BTC-USDT", markPx="86250.1")
    topics = ("mark-price:BTC-USDT",)
    assert parse_all(s.OKX, s.SPOT, frame) == [Control(IGNORED, topics=topics)]
    topics = ("tickers.BTCUSDT",)
    assert parse_all(s.BYBIT, s.SPOT, d.BYBIT_TICKER) == [Control(IGNORED, topics=topics)]


@pytest.mark.parametrize("market_id", EVERY)
def test_what_rest_alone_tells_is_asked_with_methods_that_ccxt_has(market_id):
    market = MARKETS[market_id]
    instrument = market.facts.defaults[0]
    calls = [(each.method, each.params) for each in market.polls(instrument.id.symbol)]
    past = market.past_open_interest_call(instrument.id.symbol, limit=10_000)
    assert (past is None) == (market_id[1] is MarketKind.SPOT)
    calls += [] if past is None else [past]
    exchange = getattr(ccxt, market.facts.ccxt_id)()
    for method, params in calls:
        assert hasattr(exchange, method), method
        assert all(isinstance(each, str | int) for each in params.values())
        assert int(params.get("limit", 0)) <= 500


def test_binance_is_polled_for_open_interest_and_for_the_funding_interval():
    market, bitcoin = s.market(s.BINANCE, s.PERP), s.instrument("binance.perp.BTCUSDT")
    held, funding = market.polls("BTCUSDT")
    assert (held.every_s, funding.every_s) == (10.0, 3_600.0)
    [event] = market.parse_poll(d.OPEN_INTEREST, held, bitcoin, ts_recv_ns=s.RECV_NS)
    assert (event.open_interest, event.ts_event_ns) == (12_345.0, s.AT_NS + 1_000_000)
    assert (event.channel, event.ts_recv_ns) == (REST, s.RECV_NS)
    for body, hours in ((d.FUNDING_INFO, 4), ([], 8)):
        [event] = market.parse_poll(body, funding, bitcoin, ts_recv_ns=s.RECV_NS)
        assert (event.funding_interval_ns, event.ts_event_ns) == (hours * NS_PER_HOUR, s.RECV_NS)


def test_nothing_is_polled_of_the_others():
    poll = s.market(s.BINANCE, s.PERP).polls("BTCUSDT")[0]
    for venue in (s.OKX, s.BYBIT):
        market = s.market(venue, s.PERP)
        assert market.polls(market.facts.defaults[0].id.symbol) == ()
        with pytest.raises(ValueError, match="is not polled"):
            market.parse_poll({}, poll, market.facts.defaults[0], ts_recv_ns=1)


@pytest.mark.parametrize("market_id", PERPS)
def test_past_open_interest_is_sorted_and_tells_nothing_else(market_id):
    market = MARKETS[market_id]
    bitcoin, body = market.facts.defaults[0], d.PAST[market_id[0]]
    rows = market.parse_past_open_interest(body, bitcoin, ts_recv_ns=s.RECV_NS)
    assert rows.dtype == TICKER_DTYPE
    assert rows["ts_event_ns"].tolist() == [s.AT_NS, s.AT_NS + 300_000_000_000]
    assert rows["open_interest"].tolist() == [100.5, 101.5]
    assert set(rows["ts_recv_ns"]) == {s.RECV_NS}
    assert np.all(np.isnan([rows[name] for name in ("mark", "index", "funding_rate")]))
    assert not rows["next_funding_ns"].any()
    assert not rows["funding_interval_ns"].any()


@pytest.mark.parametrize("market_id", PERPS)
@pytest.mark.parametrize("body", [None, 1, "<html></html>", {}, {"error": "x"}, [1], [[1]], [None]])
def test_an_answer_of_another_shape_is_malformed(market_id, body):
    market = MARKETS[market_id]
    bitcoin = market.facts.defaults[0]
    with pytest.raises(MalformedFrame):
        market.parse_past_open_interest(body, bitcoin, ts_recv_ns=1)
    for poll in market.polls(bitcoin.id.symbol):
        with pytest.raises(MalformedFrame):
            market.parse_poll(body, poll, bitcoin, ts_recv_ns=1)
