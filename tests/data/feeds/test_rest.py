"""REST over real HTTP: every answer that is not data becomes the error that says what to do."""

import time
from dataclasses import replace
from math import inf
from random import Random

import pytest

from core.domain.errors import FeedError, NotListed, RateLimited, VenueDown, VenueRefused
from core.domain.instrument import InstrumentId, MarketKind, Venue
from core.domain.units import NS_PER_MINUTE
from data.feeds.rest import Rest
from data.venues.registry import MARKETS
from tests.exchange.generator import Generator
from tests.exchange.server import Exchange
from tests.support.waiting import until

KEYS = list(MARKETS)
BTC = {key: market.facts.defaults[0] for key, market in MARKETS.items()}
API = {Venue.BINANCE: "/fapi", Venue.OKX: "/api/v5", Venue.BYBIT: "/v5"}
BINANCE = (Venue.BINANCE, MarketKind.PERP)
HTML = "<html><body>Sorry</body></html>"

every_market = pytest.mark.parametrize("key", KEYS, ids="-".join)
every_venue = pytest.mark.parametrize(
    "key", [key for key in KEYS if key[1] is MarketKind.PERP], ids="-".join
)


@pytest.fixture(scope="module")
def exchange():
    with Exchange() as exchange:
        Generator(exchange, rate=1).fill_history(hours=0.5)
        yield exchange


@pytest.fixture
def rest(exchange):
    exchange.faults.rest.clear()
    rest = Rest(MARKETS, endpoints=exchange.endpoints(), rng=Random(1))
    yield rest
    rest.finish()
    rest.join(time.monotonic() + 2)


def ask(rest, key, **more):
    more = {"before_id": None, "limit": 50, **more}
    return rest.trades(MARKETS[key], BTC[key], **more)


def tape(exchange, key):
    return exchange.tapes.get(*key, BTC[key].id.symbol).rows()


@every_market
def test_the_instruments_listed_are_read(rest, key):
    listed = rest.instruments(MARKETS[key]).result(10)
    assert [each.id for each in listed] == [each.id for each in MARKETS[key].facts.defaults]
    assert listed == list(MARKETS[key].facts.defaults)


@every_market
def test_the_newest_trades_are_those_of_the_tape(rest, exchange, key):
    page = ask(rest, key).result(10)
    expected = tape(exchange, key)[-50:]
    for column in ("ts_event_ns", "price_ticks", "size_lots", "aggressor"):
        assert page[column].tolist() == expected[column].tolist()


@every_market
def test_pages_back_by_id_join_without_a_hole(rest, exchange, key):
    if not MARKETS[key].facts.ids_count:
        assert ask(rest, key, before_id=1_100) is None
        return
    end_id, ids = int(tape(exchange, key)["trade_id"][-1]) + 1, []
    for _ in range(3):
        page = ask(rest, key, before_id=end_id).result(10)
        ids = page["trade_id"].tolist() + ids
        end_id = ids[0]
    assert ids == tape(exchange, key)["trade_id"][-150:].tolist()


@every_market
def test_candles_of_a_page_are_closed_and_sorted(rest, exchange, key):
    now_ns = time.time_ns()
    answer = rest.klines(MARKETS[key], BTC[key], "1m", end_ns=None, limit=10, now_ns=now_ns)
    bars = answer.result(10)
    opens = bars["open_ns"]
    assert bars.size >= 9
    assert (opens[1:] - opens[:-1] == NS_PER_MINUTE).all()
    assert opens[-1] + NS_PER_MINUTE <= now_ns
    rows = tape(exchange, key)
    inside = (rows["ts_event_ns"] >= opens[-1]) & (rows["ts_event_ns"] < opens[-1] + NS_PER_MINUTE)
    total = sum(int(bars[name][-1]) for name in ("buy_lots", "sell_lots", "unknown_lots"))
    assert total == int(rows["size_lots"][inside].sum())


def test_a_timeframe_that_the_venue_has_not_is_none(rest):
    arguments = {"end_ns": None, "limit": 10, "now_ns": time.time_ns()}
    assert rest.klines(MARKETS[BINANCE], BTC[BINANCE], "15s", **arguments) is None


@every_market
def test_the_newest_id_is_that_of_the_newest_trade(rest, key):
    newest = rest.newest_id(MARKETS[key], BTC[key]).result(10)
    page = ask(rest, key).result(10)
    assert newest == int(page["trade_id"][-1])


@every_venue
@pytest.mark.parametrize("status", [403, 451])
def test_a_refusal_of_this_address_is_final_and_nothing_is_asked_any_more(
    rest, exchange, key, status
):
    exchange.faults.rest[API[key[0]]] = (status, {"Content-Type": "text/html"}, HTML)
    with pytest.raises(VenueRefused) as caught:
        ask(rest, key).result(10)
    assert caught.value.ui_message == (
        f"{key[0]} {key[1]} is unavailable from here (HTTP {status}); "
        "use another venue or the simulated market"
    )
    exchange.faults.rest.clear()
    asked = exchange.requests.total()
    with pytest.raises(VenueRefused):
        ask(rest, key).result(10)
    assert exchange.requests.total() == asked
    assert rest.wait_s(MARKETS[key]) == inf


@every_venue
@pytest.mark.parametrize(
    ("status", "retry_after", "wait_s"),
    [(429, "7", 7), (418, "30", 120), (418, "300", 300), (429, None, 2)],
)
def test_too_many_requests_are_waited_out(rest, exchange, key, status, retry_after, wait_s):
    headers = {"Content-Type": "application/json"}
    headers |= {"Retry-After": retry_after} if retry_after else {}
    exchange.faults.rest[API[key[0]]] = (status, headers, '{"code":-1003,"msg":"Too many"}')
    with pytest.raises(RateLimited):
        ask(rest, key).result(10)
    assert wait_s - 0.2 <= rest.wait_s(MARKETS[key]) <= wait_s * 1.25
    asked = exchange.requests.total()
    with pytest.raises(RateLimited):
        ask(rest, key).result(10)
    assert exchange.requests.total() == asked


LIMITS = {
    Venue.OKX: '{"code":"50011","msg":"Too Many Requests","data":[]}',
    Venue.BYBIT: '{"retCode":10006,"retMsg":"Too many visits!","result":{},"time":1}',
}


@pytest.mark.parametrize("venue", LIMITS)
def test_a_rate_limit_that_comes_with_http_200_is_waited_out(rest, exchange, venue):
    key = (venue, MarketKind.PERP)
    headers = {"Content-Type": "application/json"}
    exchange.faults.rest[API[venue]] = (200, headers, LIMITS[venue])
    with pytest.raises(RateLimited):
        ask(rest, key).result(10)
    assert rest.wait_s(MARKETS[key]) > 0


def test_a_rate_limit_ends(rest, exchange):
    headers = {"Retry-After": "1", "Content-Type": "application/json"}
    exchange.faults.rest["/fapi"] = (429, headers, '{"code":-1003,"msg":"Too many"}')
    with pytest.raises(RateLimited):
        ask(rest, BINANCE).result(10)
    exchange.faults.rest.clear()
    until(lambda: rest.wait_s(MARKETS[BINANCE]) == 0, within_s=2)
    assert ask(rest, BINANCE).result(10).size == 50


@every_venue
@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, "", "REST answered HTTP 500"),
        (502, HTML, "REST answered with a web page (HTTP 502)"),
        (200, HTML, "REST answered with a web page (HTTP 200)"),
        (503, '{"msg":"down"}', "REST answered HTTP 503"),
    ],
)
def test_a_venue_that_is_down_is_told_as_such_and_asked_again(
    rest, exchange, key, status, body, words
):
    exchange.faults.rest[API[key[0]]] = (status, {"Content-Type": "text/html"}, body)
    with pytest.raises(VenueDown) as caught:
        ask(rest, key).result(10)
    assert caught.value.ui_message == f"{key[0]} {key[1]}: {words}"
    assert 0 < rest.wait_s(MARKETS[key]) <= 0.5
    exchange.faults.rest.clear()
    until(lambda: rest.wait_s(MARKETS[key]) == 0, within_s=1)
    assert ask(rest, key).result(10).size == 50


@every_venue
def test_a_server_that_is_not_there_is_told_as_such(key):
    endpoints = {(*each, "REST"): "http://127.0.0.1:1" for each in KEYS}
    rest = Rest(MARKETS, endpoints=endpoints, rng=Random(1))
    with pytest.raises(VenueDown, match="REST could not be reached") as caught:
        ask(rest, key).result(10)
    assert "refused" in caught.value.ui_message
    rest.finish()
    rest.join(time.monotonic() + 2)


@every_venue
def test_a_name_that_does_not_resolve_is_told_without_numbers_of_the_system(key):
    endpoints = {(*each, "REST"): "http://exchange.invalid:1" for each in KEYS}
    rest = Rest(MARKETS, endpoints=endpoints, rng=Random(1))
    with pytest.raises(VenueDown, match="REST could not be reached") as caught:
        ask(rest, key).result(20)
    assert "Errno" not in caught.value.ui_message
    assert "gaierror" not in caught.value.ui_message
    rest.finish()
    rest.join(time.monotonic() + 2)


@every_venue
def test_a_symbol_that_is_not_listed_is_not_the_venues_fault(rest, key):
    wrong = replace(BTC[key], id=InstrumentId(*key, "NOSUCH"))
    with pytest.raises(NotListed):
        rest.trades(MARKETS[key], wrong, before_id=None, limit=5).result(10)
    assert rest.wait_s(MARKETS[key]) == 0


@every_venue
def test_an_answer_of_another_shape_is_refused_with_its_bytes(rest, exchange, key):
    body = '[{"a":"x"}]' if key[0] is Venue.BINANCE else '{"code":"0","retCode":0,"data":[7]}'
    exchange.faults.rest[API[key[0]]] = (200, {"Content-Type": "application/json"}, body)
    with pytest.raises(FeedError) as caught:
        ask(rest, key).result(10)
    assert caught.value.raw == body.encode()
    assert rest.wait_s(MARKETS[key]) == 0


def test_one_dead_market_does_not_close_the_other_of_its_venue(rest, exchange):
    exchange.faults.rest["/fapi"] = (451, {}, "")
    with pytest.raises(VenueRefused):
        ask(rest, BINANCE).result(10)
    assert ask(rest, (Venue.BINANCE, MarketKind.SPOT)).result(10).size == 50


def test_urgent_questions_are_asked_first(rest, exchange):
    asked = [ask(rest, BINANCE) for _ in range(20)]
    urgent = rest.newest_id(MARKETS[BINANCE], BTC[BINANCE])
    urgent.result(10)
    assert not asked[-1].done()
    asked[-1].result(10)
    assert exchange.requests["/fapi/v1/aggTrades"] >= 21


def test_after_the_end_questions_are_cancelled(exchange):
    rest = Rest(MARKETS, endpoints=exchange.endpoints(), rng=Random(1))
    waiting = [ask(rest, BINANCE) for _ in range(50)]
    rest.finish()
    rest.join(time.monotonic() + 5)
    assert all(each.done() for each in waiting)
    assert waiting[-1].cancelled()
    assert ask(rest, BINANCE).cancelled()
