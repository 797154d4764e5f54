from concurrent.futures import Future
from math import inf, isnan
from types import SimpleNamespace

import pytest

from core.domain.derivatives import DerivativeTicker
from core.domain.errors import VenueDown
from core.domain.events import Channel
from core.domain.units import NS_PER_S
from data.buffers.tickers import TickerRing
from data.feeds.side import SideInlet
from data.sources.chores import Chores
from data.sources.polls import FORGET_AFTER, Polls
from data.venues.streams import Poll
from tests.support.trades import START_NS, instrument

PERP = instrument()
POLL = Poll(Channel.TICKER, "fapiPublicGetOpenInterest", {}, 10.0)


class Inlet(SideInlet):
    """Passes everything on."""

    def __init__(self, submit):
        self._out = submit

    def polled(self, _, tickers, **__):
        for each in tickers:
            self._out(each)

    def say(self, *_, **__):
        """Nobody listens."""


class World:
    """A venue that answers or not, at a time of the test's choice."""

    def __init__(self):
        self.now_ns, self.answers, self.submitted = START_NS, True, []
        self.wait_s = 0.0
        self.ring = TickerRing(max_rows=100)
        inlet = Inlet(self.take)
        self.polls = Polls(
            None,
            rest=SimpleNamespace(poll=self.poll, wait_s=lambda _: self.wait_s),
            supervisor=SimpleNamespace(inlet=lambda *_: inlet),
            chores=Chores(),
            submit=self.take,
            now_ns=lambda: self.now_ns,
        )

    def take(self, ticker):
        self.submitted.append(ticker)
        self.ring.take(ticker)

    def poll(self, *_):
        answer = Future()
        if self.answers:
            answer.set_result([told(self.now_ns, open_interest=7.5)])
        else:
            answer.set_exception(VenueDown("binance is down", venue="binance"))
        return answer

    def ask(self, after_s=0):
        self.now_ns += after_s * NS_PER_S
        self.polls._ask(PERP, POLL, 0)


def told(ns, **fields):
    return DerivativeTicker(
        instrument=PERP, channel="rest", ts_event_ns=ns, ts_recv_ns=ns, **fields
    )


def test_what_can_no_longer_be_asked_for_ends_after_a_while_and_the_rest_goes_on():
    world = World()
    world.ask()
    world.answers = False
    for _ in range(FORGET_AFTER):
        assert world.ring.newest["open_interest"] == 7.5
        with pytest.raises(VenueDown):
            world.ask(after_s=10)
        world.ring.take(told(world.now_ns, mark=100.0))
    assert isnan(world.ring.newest["open_interest"])
    assert world.ring.newest["mark"] == 100.0
    with pytest.raises(VenueDown):
        world.ask(after_s=100)
    assert len(world.submitted) == 2, "it is taken back once"
    world.answers = True
    world.ask(after_s=10)
    assert world.ring.newest["open_interest"] == 7.5


def test_what_will_never_be_asked_again_ends_at_once():
    world = World()
    world.ask()
    world.answers, world.wait_s = False, inf
    with pytest.raises(VenueDown):
        world.ask(after_s=10)
    assert isnan(world.ring.newest["open_interest"])
