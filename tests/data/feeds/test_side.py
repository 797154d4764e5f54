from math import isnan

import pytest

from core.domain.derivatives import DerivativeTicker, Liquidations, values_of
from core.domain.events import BestQuote, Channel, Gap
from data.feeds.continuity import UNREAD
from data.feeds.health import HealthBoard, State
from data.feeds.liquidations import LiquidationInlet
from data.feeds.side import SideInlet
from data.feeds.tickers import TickerInlet
from data.venues.streams import Stream
from tests.support.trades import instrument

BTC = instrument()
MARK, RATE = "mark-price:BTC", "funding-rate:BTC"


class Case:
    """A way in whose first connection is open, and what it submitted."""

    def __init__(self, channel, *topics, kind=SideInlet):
        self.events, self.health = [], HealthBoard()
        streams = [Stream(channel, topic, "/ws", 5.0) for topic in topics]
        self.inlet = kind(BTC, streams, submit=self.events.append, health=self.health)
        self.open(1)

    def open(self, epoch):
        self.inlet.switch(epoch, seamless=False)
        self.inlet.say(State.SYNCING, now_ns=1, reason="connected")

    def state(self):
        (found,) = self.health.snapshot()
        return found.state, found.reason


def quote(number, *, at=20):
    return BestQuote(
        instrument=BTC,
        channel="bookTicker",
        ts_event_ns=0,
        ts_recv_ns=at,
        update_id=number,
        bid=None,
        ask=None,
    )


def ticker(stream, **fields):
    return DerivativeTicker(instrument=BTC, channel=stream, ts_event_ns=10, ts_recv_ns=20, **fields)


@pytest.fixture
def quotes():
    return Case(Channel.QUOTES, "bbo:BTC")


@pytest.fixture
def tickers():
    return Case(Channel.TICKER, MARK, RATE, kind=TickerInlet)


def test_data_of_the_connection_that_counts_passes_and_is_live(quotes):
    quotes.inlet.accept(quote(1), epoch=1)
    quotes.inlet.accept(quote(2), epoch=2)
    assert [each.update_id for each in quotes.events] == [1]
    assert quotes.inlet.discarded == 1
    assert quotes.state() == (State.LIVE, "")


def test_what_a_lost_connection_did_not_bring_is_a_gap_once_it_comes_again(quotes):
    quotes.inlet.accept(quote(1), epoch=1)
    quotes.inlet.say(State.STALE, now_ns=50, reason="cut (1001); next try in 0.1 s")
    quotes.inlet.say(State.STALE, now_ns=60, reason="unreachable; next try in 0.2 s")
    quotes.open(2)
    assert len(quotes.events) == 1
    quotes.inlet.accept(quote(2, at=90), epoch=2)
    assert quotes.events[1:] == [
        Gap(BTC.id, 21, 90, "cut (1001)", Channel.QUOTES),
        quote(2, at=90),
    ]


def test_a_computer_that_slept_for_hours_leaves_a_gap_of_hours(quotes):
    hours_ns = 8 * 3_600 * 10**9
    quotes.inlet.accept(quote(1, at=20), epoch=1)
    quotes.inlet.say(State.STALE, now_ns=hours_ns, reason="the clock jumped")
    quotes.open(2)
    quotes.inlet.accept(quote(2, at=hours_ns + 5), epoch=2)
    assert quotes.events[1] == Gap(BTC.id, 21, hours_ns + 5, "the clock jumped", Channel.QUOTES)


def test_a_connection_that_never_brought_anything_leaves_no_gap(quotes):
    quotes.inlet.say(State.STALE, now_ns=50, reason="cut")
    quotes.open(2)
    quotes.inlet.accept(quote(2, at=90), epoch=2)
    assert quotes.events == [quote(2, at=90)]


@pytest.mark.parametrize(("stream", "topic"), [("mark-price", MARK), ("funding-rate", RATE)])
def test_a_message_is_of_the_topic_of_its_stream(tickers, stream, topic):
    assert tickers.inlet.topic_of(ticker(stream)) == topic


def test_a_silent_topic_is_told_until_it_speaks_whatever_the_others_bring(tickers):
    tickers.inlet.accept(ticker("mark-price"), epoch=1)
    tickers.inlet.say(State.STALE, now_ns=30, reason="funding is silent", topic=RATE)
    tickers.inlet.accept(ticker("mark-price"), epoch=1)
    assert tickers.state() == (State.STALE, "funding is silent")
    tickers.inlet.accept(ticker("funding-rate"), epoch=1)
    assert tickers.state() == (State.LIVE, "")
    assert len(tickers.events) == 3


def test_a_poll_that_fails_is_told_until_one_succeeds(tickers):
    tickers.inlet.accept(ticker("mark-price"), epoch=1)
    tickers.inlet.say(State.STALE, now_ns=30, reason="REST is down", topic="openInterest")
    assert tickers.state() == (State.STALE, "REST is down")
    tickers.inlet.polled("openInterest", [ticker("rest")], now_ns=40)
    assert tickers.state() == (State.LIVE, "")
    assert tickers.events[-1] == ticker("rest")


def test_an_answer_of_rest_does_not_make_a_lost_connection_live(tickers):
    tickers.inlet.say(State.STALE, now_ns=30, reason="cut")
    tickers.inlet.polled("openInterest", [ticker("rest")], now_ns=40)
    assert tickers.state() == (State.STALE, "cut")
    assert tickers.events == [ticker("rest")]


def gone(event):
    """Return the values that a message says are not known any more."""
    return {name for name in values_of(event) if isnan(getattr(event, name))}


def test_with_the_connection_goes_what_it_told_but_not_what_rest_told(tickers):
    tickers.inlet.accept(ticker("mark-price", mark=1.0), epoch=1)
    tickers.inlet.accept(ticker("funding-rate", funding_rate=0.1), epoch=1)
    tickers.inlet.polled("openInterest", [ticker("rest", open_interest=2.0)], now_ns=25)
    tickers.inlet.say(State.STALE, now_ns=30, reason="cut")
    tickers.inlet.say(State.STALE, now_ns=40, reason="unreachable")
    assert len(tickers.events) == 4
    assert gone(tickers.events[-1]) == {"mark", "funding_rate"}
    assert tickers.events[-1].ts_event_ns == 21


def test_with_a_silent_topic_goes_what_it_told_and_no_more(tickers):
    tickers.inlet.accept(ticker("mark-price", mark=1.0), epoch=1)
    tickers.inlet.accept(ticker("funding-rate", funding_rate=0.1), epoch=1)
    tickers.inlet.say(State.STALE, now_ns=30, reason="funding is silent", topic=RATE)
    tickers.inlet.say(State.STALE, now_ns=31, reason="REST is down", topic="openInterest")
    assert gone(tickers.events[-1]) == {"funding_rate"}
    assert len(tickers.events) == 3


def test_tickers_that_may_lack_a_change_are_subscribed_again_once(tickers):
    assert not tickers.inlet.restarts(now_ns=10**9)
    tickers.inlet.doubt(epoch=2, now_ns=5, reason=UNREAD)
    assert not tickers.inlet.restarts(now_ns=10**9)
    tickers.inlet.doubt(epoch=1, now_ns=5, reason=UNREAD)
    assert tickers.inlet.restarts(now_ns=10**9)
    assert not tickers.inlet.restarts(now_ns=2 * 10**9)


@pytest.mark.parametrize("seamless", [True, False])
def test_tickers_of_a_connection_that_was_subscribed_before_it_counted_are_told_anew(
    tickers, seamless
):
    tickers.inlet.sent(MARK, epoch=2, now_ns=5)
    tickers.inlet.switch(2, seamless=seamless)
    assert tickers.inlet.restarts(now_ns=10**9)


@pytest.fixture
def liquidations():
    return Case(Channel.LIQUIDATIONS, "liquidations:SWAP", kind=LiquidationInlet)


def test_liquidations_are_live_once_they_are_promised(liquidations):
    assert liquidations.state() == (State.SYNCING, "connected")
    liquidations.inlet.acked("liquidations:SWAP", epoch=2, now_ns=5)
    assert liquidations.state() == (State.SYNCING, "connected")
    liquidations.inlet.acked("liquidations:SWAP", epoch=1, now_ns=5)
    assert liquidations.state() == (State.LIVE, "")


def test_liquidations_while_disconnected_are_a_gap_that_ends_with_the_promise(liquidations):
    liquidations.inlet.acked("liquidations:SWAP", epoch=1, now_ns=5)
    liquidations.inlet.acked("liquidations:SWAP", epoch=1, now_ns=45)
    liquidations.inlet.say(State.STALE, now_ns=50, reason="cut")
    liquidations.open(2)
    liquidations.inlet.acked("liquidations:SWAP", epoch=2, now_ns=80)
    assert liquidations.events == [Gap(BTC.id, 46, 80, "cut", Channel.LIQUIDATIONS)]


def test_liquidations_that_could_not_be_read_are_a_gap(liquidations):
    liquidations.inlet.doubt(epoch=1, now_ns=7, reason="a message could not be read")
    liquidations.inlet.doubt(epoch=2, now_ns=8, reason="a message could not be read")
    assert liquidations.events == [
        Gap(BTC.id, 7, 8, "a message could not be read", Channel.LIQUIDATIONS)
    ]


def test_liquidations_pass_whole(liquidations):
    event = Liquidations(BTC, "forceOrder", [(10, 20, 5, 1.5, 1, 0)])
    liquidations.inlet.accept(event, epoch=1)
    assert liquidations.events == [event]
    assert liquidations.state() == (State.LIVE, "")
