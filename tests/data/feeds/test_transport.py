"""The transport rows of the fault list, on all three dialects: state, counter and words."""

import gzip
import time
from dataclasses import replace

import pytest

from core.domain.instrument import MarketKind, Venue
from data.clock import monotonic_s, wall_ns
from data.feeds.deck import Clock, Timing
from data.feeds.health import State
from data.venues.registry import MARKETS
from tests.exchange.faults import Timing as ServerTiming
from tests.exchange.server import Exchange
from tests.support.feed import QUICK, Feed, Trader, impatient
from tests.support.waiting import until

KEYS = list(MARKETS)
PERPS = [key for key in KEYS if key[1] is MarketKind.PERP]
BTC = {key: market.facts.defaults[0] for key, market in MARKETS.items()}
ETH = {key: market.facts.defaults[1] for key, market in MARKETS.items()}
LIQUID = {key: impatient(market, silence_s=0.6) for key, market in MARKETS.items()}

every_market = pytest.mark.parametrize("key", KEYS, ids="-".join)
every_venue = pytest.mark.parametrize("key", PERPS, ids="-".join)


@pytest.fixture
def exchange():
    with Exchange() as exchange:
        yield exchange


@pytest.fixture
def feed(exchange):
    with Feed(exchange) as feed:
        yield feed


def go_live(feed, *instruments):
    """Follow, trade until it is live; return one trader per instrument."""
    feed.follow(*instruments)
    traders = [Trader(feed.exchange, each) for each in instruments]
    for trader in traders:
        trade_until_live(feed, trader)
    return traders


def trade_until_live(feed, trader):
    def live():
        if feed.state(trader.listed) is State.LIVE:
            return True
        trader.trade()
        return False

    until(live)


def becomes(feed, instrument, state, words="", *, within_s=5.0):
    """Wait for the first time that it is in ``state`` with a reason that holds ``words``."""

    def there():
        for said in list(feed.health.said):
            if (said.instrument_id, said.state) == (instrument.id, state) and words in said.reason:
                return said
        return None

    return until(there, within_s=within_s, what=f"{state} {words!r}")


@every_market
def test_frames_become_trades_with_the_right_numbers(feed, key):
    (trader,) = go_live(feed, BTC[key])
    before = len(feed.ids(BTC[key]))
    now_ns = time.time_ns() // 1_000_000 * 1_000_000
    feed.exchange.trade(BTC[key], [now_ns, now_ns], [970_001, 969_999], [5, 7], [1, -1])
    until(lambda: len(feed.ids(BTC[key])) == before + 2)
    rows = [row for event in feed.events[-2:] for row in event.rows][-2:]
    assert [(row[0], *row[3:6]) for row in rows] == [
        (now_ns, 5, 970_001, 1),
        (now_ns, 7, 969_999, -1),
    ]
    assert all(now_ns <= row[1] <= wall_ns() for row in rows)
    assert trader.listed is feed.events[-1].instrument


@every_venue
def test_a_channel_is_connecting_then_syncing_then_live(exchange, key):
    exchange.faults.hang_handshake = True
    with Feed(exchange) as feed:
        feed.follow(BTC[key])
        assert feed.channel(BTC[key]).state is State.CONNECTING
        exchange.faults.hang_handshake = False
        becomes(feed, BTC[key], State.SYNCING, "connected; no trade yet")
        trade_until_live(feed, Trader(exchange, BTC[key]))
        assert feed.channel(BTC[key]).reason == ""


VISIBLE = [
    ("rst", None, "the connection broke ("),
    ("fin", None, "the connection broke ("),
    ("close", 1000, "the exchange closed the connection (1000 normal)"),
    ("close", 1001, "the exchange closed the connection (1001 going away)"),
    ("close", 1011, "the exchange closed the connection (1011 internal error)"),
    ("big", None, "the exchange sent a message of 1099511627776 bytes"),
]


@every_venue
@pytest.mark.parametrize(("how", "code", "words"), VISIBLE)
def test_a_lost_connection_is_stale_at_once_and_comes_back(feed, key, how, code, words):
    (trader,) = go_live(feed, BTC[key])
    cut_s = time.monotonic()
    feed.exchange.cut(how, venue=key[0], code=code or 1001)
    said = becomes(feed, BTC[key], State.STALE)
    assert said.at_s - cut_s < 0.1
    assert said.reason.startswith(words)
    assert "; next try in 0." in said.reason
    until(lambda: feed.state(BTC[key]) is State.SYNCING)
    trade_until_live(feed, trader)
    assert feed.channel(BTC[key]).reconnects == 1


def test_after_a_visible_fault_the_next_fresh_trade_comes_within_half_a_second(feed):
    traders = {key: go_live(feed, BTC[key])[0] for key in PERPS}
    waits = []
    for how in ("rst", "fin", "close") * 2:
        for key, trader in traders.items():
            cut_s = time.monotonic()
            feed.exchange.cut(how, venue=key[0])
            until(lambda key=key: feed.state(BTC[key]) is not State.LIVE)
            trade_until_live(feed, trader)
            waits.append(time.monotonic() - cut_s)
    assert [feed.channel(BTC[key]).reconnects for key in PERPS] == [6, 6, 6]
    waits.sort()
    assert waits[17] <= 0.5


@every_venue
def test_a_venue_that_does_not_want_us_is_left_alone_for_long(feed, key):
    go_live(feed, BTC[key])
    feed.exchange.cut("close", venue=key[0], code=1008)
    reason = becomes(feed, BTC[key], State.STALE).reason
    assert reason.startswith("the exchange closed the connection (1008 policy violation)")
    assert 60 <= float(reason.rpartition("next try in ")[2].removesuffix(" s")) <= 75


@every_venue
@pytest.mark.parametrize(("status", "state"), [(403, State.REJECTED), (451, State.REJECTED)])
def test_a_venue_that_does_not_serve_this_address_is_not_asked_again(exchange, key, status, state):
    path = MARKETS[key].socket_path().partition("?")[0]
    exchange.faults.rest[path] = (status, {}, "no")
    with Feed(exchange) as feed:
        feed.follow(BTC[key])
        sentence = (
            f"{key[0]} {key[1]} is unavailable from here (HTTP {status}); "
            "use another venue or the simulated market"
        )
        assert becomes(feed, BTC[key], state).reason == sentence
        feed.follow(ETH[key])
        assert becomes(feed, ETH[key], state).reason == sentence
        assert exchange.handshakes[path] == 0


@every_venue
def test_a_handshake_that_hangs_is_given_up_and_tried_again(exchange, key):
    exchange.faults.hang_handshake = True
    with Feed(exchange) as feed:
        feed.follow(BTC[key])
        becomes(feed, BTC[key], State.STALE, "the exchange did not answer within 0.6 s")
        exchange.faults.hang_handshake = False
        trade_until_live(feed, Trader(exchange, BTC[key]))


@every_venue
def test_a_silent_socket_is_found_by_its_missing_trades_though_it_still_answers_pings(
    exchange, key
):
    keep_alive = replace(MARKETS[key].facts.keep_alive, every_s=0.1)
    chatty = impatient(LIQUID[key], keep_alive=keep_alive)
    with Feed(exchange, markets={key: chatty}) as feed:
        (trader,) = go_live(feed, BTC[key])
        exchange.faults.silent = True
        trader.trade()
        silent_s = time.monotonic()
        feed.newest[BTC[key].id.symbol] = 10**9
        said = becomes(feed, BTC[key], State.STALE, "while REST shows newer ones")
        assert said.at_s - silent_s <= 0.6 + 0.5
        exchange.faults.silent = False
        trade_until_live(feed, trader)
        assert feed.channel(BTC[key]).reconnects >= 1


@every_venue
def test_an_illiquid_symbol_is_not_blamed_and_its_connection_is_kept(exchange, key):
    with Feed(exchange, markets=LIQUID) as feed:
        (trader,) = go_live(feed, BTC[key])
        newest = until(lambda: feed.ids(BTC[key]))[-1]
        feed.newest[BTC[key].id.symbol] = newest
        becomes(feed, BTC[key], State.LIVE, "nobody has traded for")
        assert feed.channel(BTC[key]).reason.endswith("REST agrees")
        assert feed.channel(BTC[key]).reconnects == 0
        trader.trade()
        until(lambda: feed.channel(BTC[key]).reason == "" or trader.trade() is None)


@every_venue
def test_half_a_frame_is_found_by_the_watchdog(exchange, key):
    with Feed(exchange, markets=LIQUID) as feed:
        (trader,) = go_live(feed, BTC[key])
        exchange.cut("half", venue=key[0])
        feed.newest[BTC[key].id.symbol] = 10**9
        becomes(feed, BTC[key], State.STALE, "no trade came for 1 s while REST shows newer ones")
        trade_until_live(feed, trader)


@pytest.mark.parametrize(
    "key", [k for k in PERPS if MARKETS[k].facts.keep_alive.text], ids="-".join
)
def test_a_ping_that_nobody_answers_ends_the_connection(exchange, key):
    keep_alive = replace(MARKETS[key].facts.keep_alive, every_s=0.1)
    hasty = impatient(MARKETS[key], keep_alive=keep_alive, silence_s=60.0)
    with Feed(exchange, markets={**MARKETS, key: hasty}) as feed:
        (trader,) = go_live(feed, BTC[key])
        until(lambda: sum("ping" in text for c in exchange.clients() for text in c.received) >= 3)
        assert feed.channel(BTC[key]).state is State.LIVE
        exchange.faults.no_pong = True
        becomes(feed, BTC[key], State.STALE, "the exchange did not answer our ping")
        exchange.faults.no_pong = False
        trade_until_live(feed, trader)


def test_okx_is_kept_open_by_pings_of_text():
    key = (Venue.OKX, MarketKind.PERP)
    keep_alive = replace(MARKETS[key].facts.keep_alive, every_s=0.1)
    hasty = impatient(MARKETS[key], keep_alive=keep_alive)
    with Exchange(timing=ServerTiming(okx_idle_s=0.4)) as exchange:
        with Feed(exchange, markets={**MARKETS, key: hasty}) as feed:
            go_live(feed, BTC[key])
            (client,) = exchange.clients()
            until(lambda: client.received.count("ping") >= 4)
            assert feed.channel(BTC[key]).state is State.LIVE
        with Feed(exchange) as feed:
            go_live(feed, BTC[key])
            becomes(feed, BTC[key], State.STALE, "4004 No data received in 30s.")


def test_binance_is_kept_open_by_pongs():
    key = (Venue.BINANCE, MarketKind.SPOT)
    timing = ServerTiming(binance_ping_s=0.05, binance_pong_s=0.3)
    with Exchange(timing=timing) as exchange, Feed(exchange) as feed:
        go_live(feed, BTC[key])
        started_s = time.monotonic()
        until(lambda: time.monotonic() - started_s > 1.0)
        assert feed.channel(BTC[key]).reconnects == 0


@every_venue
def test_a_refused_symbol_is_rejected_in_the_venues_words_and_the_others_go_on(exchange, key):
    topic = MARKETS[key].trade_topic(ETH[key].id.symbol)
    exchange.faults.refuse.add(topic)
    with Feed(exchange) as feed:
        feed.follow(BTC[key], ETH[key])
        reason = becomes(feed, ETH[key], State.REJECTED).reason
        assert reason.startswith("the exchange refused the subscription (")
        assert any(word in reason for word in ("doesn't exist", "not found", "invalid stream"))
        trade_until_live(feed, Trader(exchange, BTC[key]))
        assert feed.channel(ETH[key]).state is State.REJECTED
        assert len(exchange.clients()) == 1


@every_venue
def test_an_acknowledged_topic_that_stays_silent_is_told_while_the_others_go_on(exchange, key):
    symbol = ETH[key].id.symbol
    exchange.faults.acked_and_silent.add(symbol)
    with Feed(exchange, markets=LIQUID) as feed:
        feed.follow(BTC[key], ETH[key])
        btc, eth = Trader(exchange, BTC[key]), Trader(exchange, ETH[key])

        def told():
            btc.trade()
            feed.newest[symbol] = eth.trade()["trade_id"][-1]
            channel = feed.channel(ETH[key])
            return channel.state is State.STALE and channel

        reason = until(told).reason
        assert reason.startswith("the subscription was acknowledged, but no trade came for 1 s")
        assert feed.channel(BTC[key]).state is State.LIVE
        assert feed.channel(BTC[key]).reconnects == 0
        exchange.faults.acked_and_silent.clear()
        until(lambda: btc.trade() is None or eth.trade() is None or feed.ids(ETH[key]))
        assert feed.channel(BTC[key]).reconnects == 0


def test_the_wrong_entry_point_of_binance_is_told_not_waited_for(exchange):
    key = (Venue.BINANCE, MarketKind.PERP)
    wrong = replace(LIQUID[key], path="/public/stream")
    with Feed(exchange, markets={key: wrong}) as feed:
        feed.follow(BTC[key])
        trader = Trader(exchange, BTC[key])

        def told():
            feed.newest["BTCUSDT"] = trader.trade()["trade_id"][-1]
            channel = feed.channel(BTC[key])
            return channel.state is State.STALE and "acknowledged" in channel.reason

        until(told)
        assert feed.ids(BTC[key]) == []


BROKEN = {
    "malformed": '{"stream":',
    "truncated": '{"topic":"publicTrade.BTCUSDT","data":[{"T":16723044',
    "no object": "[[[[1]]]]",
    "not JSON": "hello",
    "invalid UTF-8": b"\x81".decode("latin-1"),
    "binary": b"\x00\x01\x02\x03",
    "gzip": gzip.compress(b'{"e":"trade"}'),
    "large": '{"x":"' + "y" * 2_000_000 + '"',
}


@every_venue
@pytest.mark.parametrize("name", BROKEN)
def test_a_message_that_cannot_be_used_is_counted_and_kept_and_the_connection_goes_on(
    feed, key, name
):
    (trader,) = go_live(feed, BTC[key])
    feed.exchange.send_raw(BROKEN[name], venue=key[0])
    until(feed.health.refused_total)
    (sample,) = feed.health.refused_samples()
    raw = BROKEN[name] if isinstance(BROKEN[name], bytes) else BROKEN[name].encode()
    assert (sample.venue, sample.kind, sample.size) == (*key, len(raw))
    assert raw.startswith(sample.raw)
    assert sample.reason
    before = len(feed.ids(BTC[key]))
    trader.trade()
    until(lambda: len(feed.ids(BTC[key])) > before)
    channel = feed.channel(BTC[key])
    assert (channel.state, channel.reconnects, channel.refused) == (State.LIVE, 0, 1)


@every_venue
def test_repeated_frames_pass_once(feed, key):
    feed.exchange.faults.repeat_every = 2
    (trader,) = go_live(feed, BTC[key])
    before = len(feed.ids(BTC[key]))
    trader.trade(200)
    until(lambda: len(feed.ids(BTC[key])) >= before + 200)
    assert until(lambda: feed.supervisor.intake(BTC[key].id).repeated) > 0
    ids = feed.ids(BTC[key])
    assert len(ids) == len(set(ids)) == before + 200


def replaced(feed, key, trader, *, connections=2):
    """Trade until so many connections were opened and one is left; nothing may ever be stale."""

    def one_is_left():
        trader.trade()
        opened = feed.exchange.handshakes.total() >= connections
        return opened and len(feed.exchange.clients()) == 1

    until(one_is_left)
    states = [said.state for said in feed.health.said if said.instrument_id == BTC[key].id]
    assert states == [State.CONNECTING, State.SYNCING, State.LIVE]


@pytest.mark.parametrize("venue", [Venue.BINANCE, Venue.OKX])
def test_an_announced_restart_costs_nothing(feed, venue):
    key = (venue, MarketKind.SPOT)
    (trader,) = go_live(feed, BTC[key])
    feed.exchange.announce_restart(venue)
    replaced(feed, key, trader)
    trader.trade()
    until(lambda: trader.ids[-1] in feed.ids(BTC[key]))
    ids = feed.ids(BTC[key])
    assert ids == trader.ids[trader.ids.index(ids[0]) :]
    channel = feed.channel(BTC[key])
    assert (channel.state, channel.reconnects, len(feed.resumed)) == (State.LIVE, 0, 1)


def test_a_connection_is_replaced_before_the_venue_ends_it_by_age(exchange):
    key = (Venue.BINANCE, MarketKind.PERP)
    short = impatient(MARKETS[key], lifetime_s=2.0)
    with Feed(exchange, markets={key: short}) as feed:
        (trader,) = go_live(feed, BTC[key])
        replaced(feed, key, trader)
        trader.trade()
        until(lambda: trader.ids[-1] in feed.ids(BTC[key]))
        ids = feed.ids(BTC[key])
        assert ids == trader.ids[trader.ids.index(ids[0]) :]
        assert feed.channel(BTC[key]).reconnects == 0


def test_the_24_hour_cut_with_its_notice_loses_nothing():
    key = (Venue.BINANCE, MarketKind.SPOT)
    timing = ServerTiming(binance_lifetime_s=2.0, binance_shutdown_lead_s=1.2)
    with Exchange(timing=timing) as exchange, Feed(exchange) as feed:
        (trader,) = go_live(feed, BTC[key])
        for _ in range(2):
            replaced(feed, key, trader)
        trader.trade()
        until(lambda: trader.ids[-1] in feed.ids(BTC[key]))
        ids = feed.ids(BTC[key])
        assert ids == trader.ids[trader.ids.index(ids[0]) :]
        assert feed.channel(BTC[key]).reconnects == 0


def test_a_connection_lost_during_the_overlap_is_replaced_by_the_other(feed):
    key = (Venue.OKX, MarketKind.PERP)
    (trader,) = go_live(feed, BTC[key])
    feed.exchange.announce_restart(Venue.OKX)
    until(lambda: len(feed.exchange.clients()) == 2)
    feed.exchange.cut("rst", venue=Venue.OKX)
    trade_until_live(feed, trader)
    until(lambda: len(feed.exchange.clients()) == 1 or trader.trade() is None)


def test_after_a_sleep_of_the_computer_the_connection_is_not_believed(exchange):
    key = (Venue.BYBIT, MarketKind.PERP)
    asleep = [0]
    clock = Clock(wall_ns=lambda: wall_ns() + asleep[0], monotonic_s=monotonic_s)
    with Feed(exchange, clock=clock) as feed:
        (trader,) = go_live(feed, BTC[key])
        asleep[0] = 3_600 * 10**9
        becomes(feed, BTC[key], State.STALE, "the clock jumped by 3600 s; the computer may have")
        trade_until_live(feed, trader)


def test_while_the_engine_is_behind_nothing_is_lost(exchange):
    key = (Venue.OKX, MarketKind.PERP)
    taken, stopped = [], [True]

    def submit(event):
        until(lambda: not stopped[0], within_s=10)
        taken.append(event)

    with Feed(exchange, submit=submit) as feed:
        feed.follow(BTC[key])
        trader = Trader(exchange, BTC[key])
        until(lambda: exchange.clients() and exchange.clients()[0].topics)
        trader.trade(20_000)
        stopped[0] = False
        until(lambda: sum(len(event.rows) for event in taken) == 20_000, within_s=20)
        assert [row[2] for event in taken for row in event.rows] == trader.ids


def test_trades_of_another_venue_flow_while_one_is_dead(exchange):
    dead, alive = (Venue.BINANCE, MarketKind.PERP), (Venue.BYBIT, MarketKind.PERP)
    exchange.faults.rest["/market"] = (503, {}, "busy")
    with Feed(exchange) as feed:
        feed.follow(BTC[dead], BTC[alive])
        trade_until_live(feed, Trader(exchange, BTC[alive]))
        assert becomes(feed, BTC[dead], State.STALE).reason.startswith(
            "the exchange refused the connection (HTTP 503); next try in"
        )


def test_the_waits_of_the_product_are_those_that_are_promised():
    timing = Timing()
    assert (timing.handshake_s, timing.first_retry_s, timing.stable_s) == (5.0, 0.15, 20.0)
    assert QUICK.first_retry_s == timing.first_retry_s
