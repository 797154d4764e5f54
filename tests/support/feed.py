"""Sockets of one or more markets, pointed at the local exchange, with short patience."""

import time
from concurrent.futures import Future
from dataclasses import replace
from random import Random
from threading import Lock
from typing import NamedTuple

from core.domain.events import Channel, Trades
from core.domain.instrument import InstrumentId
from data.feeds.deck import Clock, Timing
from data.feeds.health import HealthBoard, State
from data.feeds.lane import Surroundings
from data.feeds.supervisor import Supervisor
from data.venues.registry import MARKETS

QUICK = Timing(
    handshake_s=0.6,
    ack_s=0.5,
    pong_s=0.3,
    settle_s=0.3,
    linger_s=0.1,
    early_s=1.0,
    stable_s=0.0,
)
"""Patience for tests; every connection that delivered is forgiven its past."""


def impatient(market, **facts):
    """The same market with other facts, for example ``silence_s=1``."""
    return replace(market, facts=replace(market.facts, **facts))


def at_once(value):
    """A future that already has its result."""
    future = Future()
    if isinstance(value, Exception):
        future.set_exception(value)
    else:
        future.set_result(value)
    return future


class Said(NamedTuple):
    """A state that a channel was put into; ``at_s`` on the steady clock."""

    instrument_id: InstrumentId
    channel: str
    state: State
    reason: str
    at_s: float


class Board(HealthBoard):
    """A health board that remembers: a state may pass faster than a busy test looks."""

    def __init__(self):
        super().__init__()
        self.said = []

    def set_state(self, instrument_id, channel, state, *, now_ns, reason="", unless=()):
        super().set_state(
            instrument_id, channel, state, now_ns=now_ns, reason=reason, unless=unless
        )
        self.said.append(Said(instrument_id, channel, state, reason, time.monotonic()))


class Feed:
    """A supervisor, what it submitted, and what it said; of trades alone unless told otherwise.

    Attributes:
        events: everything submitted.
        resumed: every beginning of a stream.
        newest: symbol -> what REST says is the newest trade's id; absent = none.
    """

    def __init__(
        self, exchange, *, markets=None, timing=QUICK, clock=None, submit=None, channels=()
    ):
        self.exchange = exchange
        self.markets = markets or MARKETS
        self.events, self.resumed, self.newest = [], [], {}
        self.health = Board()
        self._lock = Lock()
        around = Surroundings(
            submit=submit or self._submit,
            health=self.health,
            newest_id=lambda instrument: at_once(self.newest.get(instrument.id.symbol, 0)),
            resumed=self.resumed.append,
            timing=timing,
            clock=clock or Clock(),
            channels=frozenset(channels),
        )
        self.supervisor = Supervisor(
            self.markets, around, endpoints=exchange.endpoints(), rng=Random(1)
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        for socket in self.supervisor.finish():
            socket.join(2)
            assert not socket.is_alive()

    def follow(self, *instruments):
        for each in instruments:
            self.supervisor.add(each)

    def ids(self, instrument):
        """The trade ids that were submitted of an instrument, in order."""
        with self._lock:
            events = list(self.events)
        trades = (e for e in events if isinstance(e, Trades) and e.instrument.id == instrument.id)
        return [row[2] for event in trades for row in event.rows]

    def channel(self, instrument, channel=Channel.TRADES):
        """The health of one of an instrument's channels; None = not on the board."""
        key = (instrument.id.venue, instrument.id.kind, instrument.id.symbol, channel)
        for each in self.health.snapshot():
            if (each.venue, each.kind, each.symbol, each.channel) == key:
                return each
        return None

    def state(self, instrument, channel=Channel.TRADES):
        found = self.channel(instrument, channel)
        return None if found is None else found.state

    def _submit(self, event):
        with self._lock:
            self.events.append(event)


class Trader:
    """Lets single trades happen on the local exchange, now, and remembers their ids."""

    def __init__(self, exchange, listed):
        self.exchange = exchange
        self.listed = listed
        self.ids = []

    def trade(self, count=1):
        now_ns = time.time_ns()
        price = round(100 / float(self.listed.tick_size))
        rows = self.exchange.trade(
            self.listed, [now_ns] * count, [price] * count, [5] * count, [1] * count
        )
        self.ids += rows["trade_id"].tolist()
        return rows
