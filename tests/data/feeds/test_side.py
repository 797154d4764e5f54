import pytest

from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.events import BestQuote, Channel, Gap
from data.feeds.health import HealthBoard, State
from data.feeds.liquidations import LiquidationInlet
from data.feeds.side import SideInlet
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


def ticker(stream):
    return DerivativeTicker(instrument=BTC, channel=stream, ts_event_ns=10, ts_recv_ns=20)


@pytest.fixture
def quotes():
    return Case(Channel.QUOTES, "bbo:BTC")


@pytest.fixture
def tickers():
    return Case(Channel.TICKER, MARK, RATE)


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
        Gap(BTC.id, 50, 90, "cut (1001)", Channel.QUOTES),
        quote(2, at=90),
    ]


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
    liquidations.inlet.say(State.STALE, now_ns=50, reason="cut")
    liquidations.open(2)
    liquidations.inlet.acked("liquidations:SWAP", epoch=2, now_ns=80)
    assert liquidations.events == [Gap(BTC.id, 50, 80, "cut", Channel.LIQUIDATIONS)]


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
