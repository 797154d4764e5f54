import time
from threading import enumerate as threads

import pytest

from core.domain.instrument import MarketKind, Venue
from data.feeds.health import State
from data.venues.registry import MARKETS
from tests.exchange.server import Exchange
from tests.support.feed import Feed, Trader, impatient
from tests.support.waiting import until

KEY = (Venue.BYBIT, MarketKind.SPOT)
BTC, ETH, SOL = MARKETS[KEY].facts.defaults
ALL = [each for market in MARKETS.values() for each in market.facts.defaults]


@pytest.fixture
def exchange():
    with Exchange() as exchange:
        yield exchange


def subscribed(exchange):
    return sorted(sorted(client.topics) for client in exchange.clients())


def test_no_connection_is_opened_before_an_instrument_is_wanted(exchange):
    with Feed(exchange) as feed:
        assert feed.health.snapshot() == ()
        assert exchange.handshakes.total() == 0


def test_topics_beyond_what_a_socket_takes_ride_on_another(exchange):
    small = {**MARKETS, KEY: impatient(MARKETS[KEY], topics_per_socket=2)}
    with Feed(exchange, markets=small) as feed:
        feed.follow(BTC, ETH, SOL)
        two = [["publicTrade.BTCUSDT", "publicTrade.ETHUSDT"], ["publicTrade.SOLUSDT"]]
        until(lambda: subscribed(exchange) == two)


def test_following_twice_subscribes_once(exchange):
    with Feed(exchange) as feed:
        feed.follow(BTC, BTC)
        until(lambda: subscribed(exchange) == [["publicTrade.BTCUSDT"]])
        (client,) = exchange.clients()
        assert sum('"subscribe"' in text for text in client.received) == 1


def test_a_topic_is_added_and_removed_while_the_socket_runs(exchange):
    with Feed(exchange) as feed:
        feed.follow(BTC)
        until(lambda: subscribed(exchange) == [["publicTrade.BTCUSDT"]])
        feed.follow(ETH)
        until(lambda: subscribed(exchange) == [["publicTrade.BTCUSDT", "publicTrade.ETHUSDT"]])
        eth = Trader(exchange, ETH)
        until(lambda: eth.trade() is None or feed.state(ETH) is State.LIVE)
        assert [each.instrument.id for each in feed.resumed] == [ETH.id]
        feed.supervisor.remove(BTC.id, "it is not wanted any more")
        until(lambda: subscribed(exchange) == [["publicTrade.ETHUSDT"]])
        assert feed.channel(BTC) is None
        assert exchange.handshakes["/v5/public/spot"] == 1


def test_a_socket_without_topics_ends(exchange):
    with Feed(exchange) as feed:
        feed.follow(BTC)
        until(lambda: subscribed(exchange) == [["publicTrade.BTCUSDT"]])
        feed.supervisor.remove(BTC.id, "it is not wanted any more")
        until(lambda: not exchange.clients())
        feed.follow(BTC)
        until(lambda: subscribed(exchange) == [["publicTrade.BTCUSDT"]])


def test_every_market_runs_at_once_and_all_end_within_two_seconds(exchange):
    with Feed(exchange) as feed:
        feed.follow(*ALL)
        traders = [Trader(exchange, each) for each in ALL]

        def live():
            for trader in traders:
                trader.trade()
            return all(feed.state(each) is State.LIVE for each in ALL)

        until(live)
        assert len(exchange.clients()) == 6
        started_s = time.monotonic()
        feed.stop()
        assert time.monotonic() - started_s < 2
        assert not [thread for thread in threads() if thread.name.startswith(("binance-", "okx-"))]
        before = len(feed.events)
        traders[0].trade()
        until(lambda: not exchange.clients())
        assert len(feed.events) == before


def test_it_ends_in_time_though_a_handshake_hangs(exchange):
    exchange.faults.hang_handshake = True
    with Feed(exchange) as feed:
        feed.follow(*ALL)
        started_s = time.monotonic()
        feed.stop()
        assert time.monotonic() - started_s < 2


def test_nothing_is_followed_after_the_end(exchange):
    feed = Feed(exchange)
    feed.stop()
    feed.follow(BTC)
    assert feed.health.snapshot() == ()
