from core.domain.instrument import MarketKind, Venue
from data.feeds.endpoints import is_replaced, moved, rest_base, ws_url
from data.venues.registry import MARKETS

PERP = MARKETS[Venue.BINANCE, MarketKind.PERP]


def test_without_settings_the_venues_own_servers_are_used():
    assert ws_url(PERP, {}) == "wss://fstream.binance.com/market/stream"
    assert rest_base(PERP, {}) == "https://fapi.binance.com"
    assert not is_replaced(PERP, {})


def test_settings_replace_the_server_and_keep_the_path():
    endpoints = {
        (Venue.BINANCE, MarketKind.PERP, "WS"): "ws://127.0.0.1:9000/",
        (Venue.BINANCE, MarketKind.PERP, "REST"): "http://127.0.0.1:9001",
    }
    assert ws_url(PERP, endpoints) == "ws://127.0.0.1:9000/market/stream"
    assert rest_base(PERP, endpoints) == "http://127.0.0.1:9001"
    assert is_replaced(PERP, endpoints)
    assert not is_replaced(MARKETS[Venue.BINANCE, MarketKind.SPOT], endpoints)


def test_every_address_of_ccxt_is_moved_however_deep_it_lies():
    urls = {
        "fapiPublic": "https://fapi.binance.com/fapi/v1",
        "rest": "https://{hostname}",
        "deep": {"public": "https://api.{hostname}", "none": None},
    }
    assert moved(urls, "http://127.0.0.1:9001") == {
        "fapiPublic": "http://127.0.0.1:9001/fapi/v1",
        "rest": "http://127.0.0.1:9001",
        "deep": {"public": "http://127.0.0.1:9001", "none": None},
    }
