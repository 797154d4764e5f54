"""Books of all markets over real sockets, kept by the engine: state, counters, words and levels."""

import time
from threading import Event
from threading import enumerate as threads

import pytest

from core.domain.events import (
    REST,
    BestQuote,
    BookBegins,
    BookDelta,
    BookEnds,
    BookSnapshot,
    Channel,
    Gap,
    NoSnapshot,
    Trades,
)
from core.domain.instrument import MarketKind, Venue
from data.feeds.health import State
from data.sources import backfill
from data.venues.registry import MARKETS
from data.venues.sync import FetchSnapshot, Lost, Phase, Resubscribe
from tests.exchange.server import Exchange
from tests.support.live import LiveRun, fill, same_book, stir
from tests.support.waiting import until

KEYS = list(MARKETS)
BTC = {key: market.facts.defaults[0] for key, market in MARKETS.items()}
ETH = {key: market.facts.defaults[1] for key, market in MARKETS.items()}
BINANCE_SPOT = (Venue.BINANCE, MarketKind.SPOT)
BINANCE_PERP = (Venue.BINANCE, MarketKind.PERP)
OKX_PERP = (Venue.OKX, MarketKind.PERP)
BYBIT_SPOT = (Venue.BYBIT, MarketKind.SPOT)
DEPTH = {"binance-spot": "/api/v3/depth", "binance-perp": "/fapi/v1/depth"}

every_market = pytest.mark.parametrize("key", KEYS, ids="-".join)
every_venue = pytest.mark.parametrize("key", [BINANCE_PERP, OKX_PERP, BYBIT_SPOT], ids="-".join)


@pytest.fixture
def exchange():
    with Exchange() as exchange:
        yield exchange


def live(run, *instruments):
    """Let books rest and move until all are live."""
    for each in instruments:
        if not run.exchange.books[each.id].told["bid"]:
            fill(run.exchange, each)

    def all_live():
        for each in instruments:
            stir(run.exchange.books[each.id])
        time.sleep(0.02)
        return all(run.state(each) is State.LIVE for each in instruments)

    until(all_live)


def settles(run, *instruments):
    """Wait until what is held is what the exchange has."""
    until(lambda: all(same_book(run, each) for each in instruments), what="the exchange's book")


def topic(key, listed):
    """The topic of a book."""
    streams = MARKETS[key].streams(listed.id.symbol)
    return next(each.topic for each in streams if each.channel is Channel.BOOK)


@every_market
def test_a_book_is_live_and_is_the_exchanges(exchange, key):
    with LiveRun(exchange, BTC[key]) as run:
        live(run, BTC[key])
        for _ in range(20):
            stir(exchange.books[BTC[key].id])
        until(lambda: run.channel(BTC[key], Channel.BOOK).messages >= 20)
        settles(run, BTC[key])
        channel = run.channel(BTC[key], Channel.BOOK)
        assert (channel.state, channel.reason, channel.reconnects) == (State.LIVE, "", 0)
        assert channel.rate_per_s > 0
        assert -1_000 < channel.lag_ms < 1_000
        assert run.of(Gap) == []
        assert run.health.refused_total() == 0


@every_market
def test_a_book_begins_before_its_first_message_and_after_its_subscription(exchange, key):
    with LiveRun(exchange, BTC[key]) as run:
        live(run, BTC[key])
        kinds = (BookBegins, BookSnapshot, BookDelta)
        assert isinstance(run.of(kinds, BTC[key])[0], BookBegins)
        assert len(run.of(BookBegins)) == 1


@every_market
def test_trades_books_and_tickers_ride_on_sockets_of_their_own(exchange, key):
    with LiveRun(exchange, BTC[key], ETH[key]) as run:
        live(run, BTC[key], ETH[key])
        groups = 3 if key[1] is MarketKind.PERP else 2
        until(lambda: len(exchange.clients(key[0])) == groups)
        name = f"{key[0]}-{key[1]}-"
        assert sum(each.name.startswith(name) for each in threads()) == groups
        trade = MARKETS[key].trade_topic(BTC[key].id.symbol)
        for client in exchange.clients(key[0]):
            assert not {trade, topic(key, BTC[key])} <= client.topics


@every_market
def test_a_gap_in_one_book_makes_only_that_one_stale_until_it_is_synced_anew(exchange, key):
    with LiveRun(exchange, BTC[key], ETH[key]) as run:
        live(run, BTC[key], ETH[key])
        settles(run, BTC[key], ETH[key])
        before = len(run.health.said)
        exchange.faults.spoil(str(BTC[key].id), "drop")
        for _ in range(3):
            stir(exchange.books[BTC[key].id])
            stir(exchange.books[ETH[key].id])
        said = run.reaches(BTC[key], State.STALE, "updates of the book were lost", after=before)
        live(run, BTC[key])
        settles(run, BTC[key], ETH[key])
        later = run.health.said[before:]
        others = [each for each in later if each.instrument_id == ETH[key].id]
        books = [each for each in others if each.channel == Channel.BOOK]
        assert [each for each in books if each.state is not State.LIVE] == []
        assert [each for each in others if each.state is State.STALE] == []
        assert said.channel == Channel.BOOK
        assert run.of(BookEnds) == []
        assert len(run.of(BookBegins)) == 2
        assert {each.reconnects for each in run.health.snapshot()} == {0}


@every_venue
@pytest.mark.parametrize("how", ["rst", "fin", "close"])
def test_a_lost_connection_ends_the_book_within_a_tenth_of_a_second(exchange, key, how):
    with LiveRun(exchange, BTC[key]) as run:
        live(run, BTC[key])
        settles(run, BTC[key])
        before = len(run.health.said)
        cut_s = time.monotonic()
        exchange.cut(how, venue=key[0])
        ((ends, at_s),) = until(lambda: run.timed(BookEnds))
        assert at_s - cut_s < 0.1
        assert ends.reason.startswith("the ")
        said = run.reaches(BTC[key], State.STALE, after=before)
        assert said.at_s - cut_s < 0.1
        live(run, BTC[key])
        settles(run, BTC[key])
        assert len(run.of(BookBegins)) == 2
        assert run.channel(BTC[key], Channel.BOOK).reconnects == 1


def test_a_snapshot_is_asked_for_again_when_the_venue_says_so_and_not_before(exchange):
    listed = BTC[BINANCE_PERP]
    path = DEPTH["binance-perp"]
    exchange.faults.rest[path] = (429, {"Retry-After": "2"}, "{}")
    with LiveRun(exchange, listed) as run:
        fill(exchange, listed)
        until(lambda: stir(exchange.books[listed.id]) or exchange.requests[path] == 1)
        asked_s = time.monotonic()
        until(lambda: run.of(NoSnapshot))
        assert run.state(listed) is State.SYNCING
        exchange.faults.rest.clear()
        live(run, listed)
        assert time.monotonic() - asked_s >= 2.0
        settles(run, listed)
        assert exchange.requests[path] == 2
        assert [each.channel for each in run.of(BookSnapshot)] == [REST]


def test_a_snapshot_that_cannot_be_read_is_counted_and_asked_for_again(exchange):
    listed = BTC[BINANCE_PERP]
    path = DEPTH["binance-perp"]
    exchange.faults.rest[path] = (200, {"Content-Type": "application/json"}, '{"bids": []}')
    with LiveRun(exchange, listed) as run:
        fill(exchange, listed)
        until(lambda: stir(exchange.books[listed.id]) or run.of(NoSnapshot))
        assert run.health.refused_total() >= 1
        assert run.health.refused_samples()[-1].raw == b'{"bids": []}'
        exchange.faults.rest.clear()
        live(run, listed)
        settles(run, listed)


@every_venue
def test_a_book_that_is_refused_is_rejected_and_the_others_go_on(exchange, key):
    exchange.faults.refuse.add(topic(key, BTC[key]))
    with LiveRun(exchange, BTC[key], ETH[key]) as run:
        fill(exchange, BTC[key])
        live(run, ETH[key])
        settles(run, ETH[key])
        run.reaches(BTC[key], State.REJECTED, "the exchange refused the subscription (")
        run.engine.settle()
        time.sleep(0.05)
        assert run.state(BTC[key]) is State.REJECTED
        assert run.engine.tape(BTC[key].id).book.phase is not Phase.LIVE
        assert run.state(BTC[key], Channel.QUOTES) is not State.REJECTED
        assert run.state(ETH[key]) is State.LIVE


@every_venue
def test_a_book_that_is_acknowledged_and_silent_is_stale_with_words(exchange, key):
    exchange.faults.acked_and_silent.add(topic(key, BTC[key]))
    with LiveRun(exchange, BTC[key], ETH[key], markets=hasty(key, 0.6)) as run:
        fill(exchange, BTC[key])
        live(run, ETH[key])
        words = "the subscription was acknowledged, but no update of the book came for 1 s"

        def said():
            stir(exchange.books[ETH[key].id])
            return [each for each in run.health.said if words in each.reason]

        found = until(said)
        assert {each.instrument_id for each in found} == {BTC[key].id}
        assert {each.state for each in found} == {State.STALE}
        exchange.faults.acked_and_silent.clear()
        live(run, BTC[key], ETH[key])
        settles(run, BTC[key], ETH[key])
        assert run.channel(ETH[key], Channel.BOOK).reconnects == 0


@every_venue
def test_a_book_that_falls_silent_is_subscribed_again_and_the_other_never_notices(exchange, key):
    with LiveRun(exchange, BTC[key], ETH[key], markets=hasty(key, 0.5)) as run:
        live(run, BTC[key], ETH[key])
        exchange.faults.acked_and_silent.add(topic(key, BTC[key]))
        before = len(run.health.said)

        def stale():
            stir(exchange.books[ETH[key].id])
            return [
                each
                for each in run.health.said[before:]
                if each.state is State.STALE and each.channel == Channel.BOOK
            ]

        first = until(stale)[0]
        assert first.instrument_id == BTC[key].id
        assert first.reason.startswith("no update of the book came for ")
        exchange.faults.acked_and_silent.clear()
        live(run, BTC[key], ETH[key])
        settles(run, BTC[key], ETH[key])
        assert {each.instrument_id for each in stale()} == {BTC[key].id}


def hasty(key, silence_s):
    """All markets, one with books that may be silent for ``silence_s`` only."""
    return {**MARKETS, key: Hasty(MARKETS[key], silence_s)}


class Hasty:
    """A market whose books are suspect sooner; its other side topics never are."""

    def __init__(self, market, silence_s):
        self._market = market
        self._silence_s = silence_s

    def __getattr__(self, name):
        return getattr(self._market, name)

    def streams(self, symbol):
        return tuple(
            type(each)(
                each.channel,
                each.topic,
                each.path,
                self._silence_s if each.channel is Channel.BOOK else None,
            )
            for each in self._market.streams(symbol)
        )


@every_venue
def test_a_message_of_a_book_that_cannot_be_read_starts_that_book_again(exchange, key):
    with LiveRun(exchange, BTC[key], ETH[key]) as run:
        live(run, BTC[key], ETH[key])
        before = len(run.health.said)
        exchange.faults.spoil(topic(key, BTC[key]), "cut")
        stir(exchange.books[BTC[key].id])
        run.reaches(BTC[key], State.STALE, "a message could not be read", after=before)
        assert run.health.refused_total() >= 1
        live(run, BTC[key], ETH[key])
        settles(run, BTC[key], ETH[key])
        ended = run.of(BookEnds)
        assert [each.instrument.id for each in ended] == [BTC[key].id]
        assert len(run.of(BookBegins, BTC[key])) == 2


def test_a_flood_of_messages_that_cannot_be_read_does_not_flood_the_venue(exchange):
    listed = BTC[BINANCE_PERP]
    with LiveRun(exchange, listed) as run:
        live(run, listed)
        exchange.faults.spoil(topic(BINANCE_PERP, listed), "cut", count=None)
        started_s = time.monotonic()
        until(lambda: stir(exchange.books[listed.id]) or time.monotonic() - started_s > 2.0)
        (client,) = [c for c in exchange.clients() if topic(BINANCE_PERP, listed) in c.acked]
        assert len(client.received) <= 2 + 2 * 4
        assert run.state(listed) is not State.LIVE
        exchange.faults.heal()
        live(run, listed)
        settles(run, listed)


@every_venue
def test_a_connection_on_which_everything_falls_silent_is_replaced(exchange, key):
    with LiveRun(exchange, BTC[key], ETH[key], markets=hasty(key, 1.0)) as run:
        live(run, BTC[key], ETH[key])
        silent_s = time.monotonic()
        exchange.faults.silent = True
        ends = until(lambda: len(run.timed(BookEnds)) == 2 and run.timed(BookEnds))
        assert ends[0][1] - silent_s <= 1.0 + 0.5
        assert ends[0][0].reason.startswith("no update of the book came for 1 s")
        exchange.faults.silent = False
        live(run, BTC[key], ETH[key])
        settles(run, BTC[key], ETH[key])
        assert run.channel(BTC[key], Channel.BOOK).reconnects == 1


@every_venue
def test_a_book_in_which_nothing_happens_is_blamed_ever_more_rarely(exchange, key):
    with LiveRun(exchange, BTC[key], markets=hasty(key, 0.3)) as run:
        live(run, BTC[key])
        started_s = time.monotonic()
        until(lambda: time.monotonic() - started_s > 5.0)
        # After 0.3 s the connection is blamed once, then the topic after 0.6, 1.2 and 2.4 s.
        ends = run.of(BookEnds)
        assert 2 <= len(ends) <= 4
        assert [each.reason.partition("no update")[1] for each in ends] == ["no update"] * len(ends)
        assert run.channel(BTC[key], Channel.BOOK).reconnects <= 1
        live(run, BTC[key])
        settles(run, BTC[key])


def test_asking_never_waits_for_a_connection_that_waits_for_the_engine(exchange):
    listed = BTC[OKX_PERP]
    stuck, free = Event(), Event()

    def submit(event):
        if isinstance(event, BookDelta):
            stuck.set()
            assert free.wait(10)

    with LiveRun(exchange, listed) as run:
        run._submit = submit
        run.source._submit = submit
        fill(exchange, listed)
        until(lambda: stir(exchange.books[listed.id]) or stuck.is_set())
        started_s = time.monotonic()
        run.source.ask(listed.id, Resubscribe("a test"))
        run.source.ask(listed.id, FetchSnapshot("a test"))
        assert time.monotonic() - started_s < 0.05
        free.set()


@pytest.mark.parametrize("key", [OKX_PERP, BYBIT_SPOT], ids="-".join)
def test_what_a_book_asks_for_is_one_topic_anew_on_the_same_connection(exchange, key):
    with LiveRun(exchange, BTC[key], ETH[key]) as run:
        live(run, BTC[key], ETH[key])
        book = topic(key, BTC[key])
        (client,) = [client for client in exchange.clients() if book in client.topics]
        before = len(client.received)
        run.source.ask(BTC[key].id, Resubscribe("a test"))
        until(lambda: len(client.received) >= before + 2)
        unsubscribed, subscribed = client.received[before:][:2]
        assert '"unsubscribe"' in unsubscribed
        assert '"subscribe"' in subscribed
        assert ETH[key].id.symbol not in unsubscribed + subscribed
        assert len(run.of(BookBegins, BTC[key])) == 1


def test_asking_returns_at_once_and_answers_with_a_snapshot(exchange):
    listed = BTC[BINANCE_SPOT]
    with LiveRun(exchange, listed) as run:
        live(run, listed)
        before = len(run.of(BookSnapshot))
        started_s = time.monotonic()
        run.source.ask(listed.id, FetchSnapshot("a test"))
        run.source.ask(listed.id, Lost("a test", 1))
        run.source.ask(ETH[BINANCE_SPOT].id, FetchSnapshot("nobody follows it"))
        assert time.monotonic() - started_s < 0.05
        answer = until(lambda: run.of(BookSnapshot)[before:])[0]
        assert (answer.channel, answer.instrument) == (REST, listed)


def has_quote(run, listed, bid):
    """Whether the newest quote has this bid."""
    quotes = run.of(BestQuote, listed)
    return quotes and quotes[-1].bid == bid


def test_quotes_pass_and_are_live(exchange):
    for key in KEYS:
        listed = BTC[key]
        with LiveRun(exchange, listed) as run:
            live(run, listed)
            exchange.books[listed.id].change("bid", 10_000, 3)
            exchange.books[listed.id].push()
            until(lambda listed=listed, run=run: has_quote(run, listed, (10_000, 3)))
            assert run.state(listed, Channel.QUOTES) is State.LIVE
            truth = exchange.books[listed.id].touch()
            last = run.of(BestQuote, listed)[-1]
            assert (last.bid, last.ask) == truth


@pytest.mark.parametrize("key", [BINANCE_SPOT, OKX_PERP], ids="-".join)
def test_a_connection_that_takes_over_brings_the_book_anew(exchange, key):
    with LiveRun(exchange, BTC[key]) as run:
        live(run, BTC[key])
        exchange.announce_restart(key[0])

        def begun_again():
            stir(exchange.books[BTC[key].id])
            exchange.trade(BTC[key], [time.time_ns()], [10_000], [1], [1])
            return len(run.of(BookBegins)) == 2

        until(begun_again)
        assert [each.reason for each in run.of(BookEnds)] == ["another connection takes over"]
        live(run, BTC[key])
        settles(run, BTC[key])
        assert run.channel(BTC[key], Channel.BOOK).reconnects == 0
        assert [each.channel for each in run.of(Gap)] == []


def test_an_instrument_that_is_halted_is_halted_on_every_channel(exchange, monkeypatch):
    monkeypatch.setattr(backfill, "LIST_AGAIN_S", 0.1)
    listed = BTC[OKX_PERP]
    with LiveRun(exchange, listed) as run:
        live(run, listed)
        body = '{"code":"0","msg":"","data":[]}'
        headers = {"Content-Type": "application/json"}
        exchange.faults.rest["/api/v5/public/instruments"] = (200, headers, body)
        for channel in Channel:
            run.reaches(listed, State.HALTED, "does not trade BTC-USDT-SWAP", channel=channel)
        run.engine.settle()
        until(lambda: not exchange.clients(Venue.OKX))
        assert {each.state for each in run.health.snapshot()} == {State.HALTED}
        assert len(run.of(BookEnds)) == 1


def test_a_trade_is_never_behind_a_book(exchange):
    key = BINANCE_SPOT
    with LiveRun(exchange, BTC[key]) as run:
        live(run, BTC[key])
        (book,) = [c for c in exchange.clients() if topic(key, BTC[key]) in c.topics]
        (trades,) = [
            c for c in exchange.clients() if MARKETS[key].trade_topic("BTCUSDT") in c.topics
        ]
        assert book is not trades
        exchange.trade(BTC[key], [time.time_ns()], [10_000], [1], [1])
        until(lambda: run.of(Trades))


def test_ending_brings_nothing_afterwards_and_is_quick(exchange):
    with LiveRun(exchange, *BTC.values()) as run:
        live(run, *BTC.values())
        started_s = time.monotonic()
        run.source.stop()
        assert time.monotonic() - started_s < 2
        before = len(run.events)
        for listed in BTC.values():
            stir(exchange.books[listed.id])
        until(lambda: not exchange.clients())
        run.source.ask(BTC[BINANCE_SPOT].id, FetchSnapshot("too late"))
        assert len(run.events) == before


def test_after_the_end_the_board_is_empty_whatever_the_engine_still_writes(exchange):
    with LiveRun(exchange, *BTC.values()) as run:
        live(run, BTC[OKX_PERP])
        exchange.cut("rst")
        run.source.stop()
        run.engine.settle()
        time.sleep(0.05)
        assert run.health.snapshot() == ()
