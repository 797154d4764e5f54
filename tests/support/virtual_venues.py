"""All venues on a virtual clock: the local exchange's books, tapes and dialects, without sockets.

``VirtualWire`` stands for ``data.feeds.wire.Wire`` and ``VirtualClient`` for
``data.feeds.client.VenueClient``; what goes over them is what the local exchange would send.
"""

import re
from collections import Counter, deque
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import numpy as np

from core.calc.bars import time_bars
from core.domain.arrays import TRADE_DTYPE
from core.domain.errors import VenueDown
from core.domain.instrument import MarketKind, Venue
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_MS
from data.feeds.wire import ConnectionLost, Message
from data.venues.registry import MARKETS
from tests.exchange import binance, okx
from tests.exchange.faults import Faults, Timing
from tests.exchange.pushing import DIALECTS, Pushing
from tests.exchange.tape import Tapes
from tests.support.frames import trade_frames
from tests.support.virtual_time import NS, Waiter

POLL_S = 5.0
MOST_TRADES = 4_000_000
ANSWER_S = 0.08
"""From a question over REST to its answer."""
_WORD = re.compile(r"[A-Z][a-z]*\d*")


def remembering(tape):
    """``add`` and ``rows`` of a tape with room for days: a million rows are not copied again."""
    add, held, count = tape.add, None, 0

    def added(*columns):
        nonlocal held, count
        if held is None:
            held = np.zeros(MOST_TRADES, TRADE_DTYPE)  # memory is taken as it is written
        rows = add(*columns)
        tape._parts.clear()
        held[count : count + rows.size] = rows
        count += rows.size
        return rows

    return added, lambda: held[:count] if held is not None else np.zeros(0, TRADE_DTYPE)


def recent_bars(tape, timeframe, *, end_ms, limit):
    """As ``Tape.bars`` where something trades in every bar, without a look at the whole day."""
    rows, step_ns = tape.rows(), TIMEFRAMES_NS[timeframe]
    newest_ns = int(rows["ts_event_ns"][-1]) if rows.size else 0
    end_ns = min(end_ms * NS_PER_MS, newest_ns + 1)
    times = rows["ts_event_ns"]
    low, high = np.searchsorted(times, [(end_ns // step_ns - limit) * step_ns, end_ns + step_ns])
    bars = time_bars(rows[low:high], step_ns=step_ns)
    return bars[bars["open_ns"] < end_ns][-limit:]


class VirtualVenues:
    """What happens at the venues.

    Attributes:
        opened: connections opened, by venue.
        delivered: messages taken by the product.
        asked: questions over REST.
        unreachable: venues that take no new connection.
    """

    def __init__(self, hub):
        self.hub = hub
        self.tapes, self.faults, self.timing = Tapes(), Faults(), Timing()
        for tape in self.tapes:
            tape.bars = partial(recent_bars, tape)
            tape.add, tape.rows = remembering(tape)
        self.pushing = Pushing(self, self.faults, self.timing)
        self.books, self.contracts = self.pushing.books, self.pushing.contracts
        self.opened, self.asked = Counter(), Counter()
        self.delivered = 0
        self.unreachable = set()

    # What the pushing asks of an event loop.

    def call_soon_threadsafe(self, call, *arguments):
        call(*arguments)

    def time(self):
        return self.hub.monotonic()

    # What happens on the market.

    def trade(self, listed, price_ticks, lots, aggressor):
        found = listed.id
        tape = self.tapes.get(found.venue, found.kind, found.symbol)
        rows = tape.add([self.hub.now_ns], [price_ticks], [lots], [aggressor])
        frames = trade_frames(MARKETS[found.venue, found.kind], listed, rows)
        self.pushing.trades(listed, frames)

    def cut(self, venue, reason, *, out_s=0.0):
        """Reset every connection of a venue, and take none for a while."""
        if out_s:
            self.unreachable.add(venue)
            again_ns = self.hub.now_ns + round(out_s * NS)
            self.hub.at(again_ns, lambda: self.unreachable.discard(venue))
        for wire in self.wires(venue):
            wire.end(reason)

    def announce_restart(self, venue):
        """Tell every connection of a venue that it ends in a minute, and end it then."""
        for wire in self.wires(venue):
            wire.put(okx.notice().encode())
            self._end_later(wire, 60, "the exchange closed the connection (1001 going away)")

    def wires(self, venue):
        return [wire for wire, client in self.pushing.clients.items() if client.venue is venue]

    # What a connection asks.

    def connect(self, wire, url):
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        dialects = DIALECTS.values()
        client = next(filter(None, (each.connect(parts.path, query) for each in dialects)))
        if client.venue in self.unreachable:
            raise ConnectionLost("the exchange could not be reached (refused)")
        self.opened[client.venue] += 1
        self.pushing.clients[wire] = client
        if client.venue is Venue.BINANCE:
            self._grow_old(wire, client)
        if client.venue is Venue.OKX:
            self._watch_idle(wire)
        return client

    def answer(self, client, text):
        """What a venue answers to a text message: as the local exchange does."""
        dialect, before = DIALECTS[client.venue], set(client.topics)
        answers = [each.encode() for each in dialect.on_text(client, text, self.faults)]
        for name in sorted(client.topics - before):
            answers += self.pushing.opening(client, name, self)
        return answers

    def _grow_old(self, wire, client):
        age_s, lead_s = self.timing.binance_lifetime_s, self.timing.binance_shutdown_lead_s
        if client.kind is MarketKind.SPOT:
            warn_ns = self.hub.now_ns + round((age_s - lead_s) * NS)
            self.hub.at(warn_ns, lambda: wire.put(binance.shutdown(client).encode()))
        self._end_later(wire, age_s, "the exchange closed the connection (1001 24 h)")

    def _end_later(self, wire, seconds, reason):
        self.hub.at(self.hub.now_ns + round(seconds * NS), lambda: wire.end(reason))

    def _watch_idle(self, wire):
        idle_s = self.timing.okx_idle_s

        def look():
            if wire not in self.pushing.clients:
                return
            left_s = wire.spoke_s + idle_s - self.hub.monotonic()
            if left_s <= 0:
                wire.end("the exchange closed the connection (4004 No data received in 30s.)")
            else:
                self.hub.at(self.hub.now_ns + round(left_s * NS), look)

        look()


class VirtualWire:
    """One connection. It is its own transport, which the local exchange writes frames to."""

    def __init__(self, url, venues):
        self._url = url
        self._venues = venues
        self._hub = venues.hub
        self._inbox = deque()
        self._reading = None
        self._ended = ""
        self._client = None
        self.transport = self
        self.spoke_s = self._hub.monotonic()

    def open(self, *, within_s):
        del within_s
        self._client = self._venues.connect(self, self._url)

    def receive(self):
        if not self._inbox and not self._ended:
            self._reading = Waiter(self._hub)
            self._hub.block(self._reading, POLL_S)
            self._reading = None
        if self._inbox:
            self._venues.delivered += 1
            return Message(self._inbox.popleft(), self._hub.time_ns(), text=True)
        if self._ended:
            raise ConnectionLost(self._ended)
        return None

    def send(self, text):
        if self._ended:
            raise ConnectionLost(self._ended)
        self.spoke_s = self._hub.monotonic()
        for answer in self._venues.answer(self._client, text):
            self.put(answer)

    def interrupt(self):
        self.end("the connection broke (closed here)")

    def close(self, code=1000):
        del code
        self.interrupt()

    # The venue's end of it.

    def put(self, payload):
        self._inbox.append(payload)
        self._wake()

    def end(self, reason):
        self._venues.pushing.clients.pop(self, None)
        self._ended = self._ended or reason
        self._wake()

    def is_closing(self):
        return bool(self._ended)

    def write(self, data):
        """Take whole frames as a server writes them."""
        at = 0
        while at < len(data):
            size, at = data[at + 1], at + 2
            if size > 125:
                more = 2 if size == 126 else 8
                size, at = int.from_bytes(data[at : at + more], "big"), at + more
            self.put(data[at : at + size])
            at += size

    def _wake(self):
        if self._reading is not None:
            self._reading.release()


class VirtualClient:
    """Answers questions over REST from what the venues hold, after a moment."""

    body = ""

    def __init__(self, market, venues):
        self._facts = market.facts
        self._venues = venues

    def call(self, method, params):
        venue = self._facts.venue
        self._venues.hub.sleep(ANSWER_S)
        if venue in self._venues.unreachable:
            msg = f"{venue}: the exchange could not be reached"
            raise VenueDown(msg, venue=venue)
        self._venues.asked[method] += 1
        query = {name: str(value) for name, value in params.items()}
        status, body = DIALECTS[venue].rest(self._path(method), query, self._venues)
        assert status == 200, (method, params, body)
        return body

    def close(self):
        """Nothing is open."""

    def _path(self, method):
        """The path that ccxt makes of the name of an implicit method."""
        group, _, name = method.partition("Get")
        words = [word.lower() for word in _WORD.findall(name)]
        if self._facts.venue is Venue.BINANCE:
            prefix = {"publicGet": "/api/v3", "fapiPublicGet": "/fapi/v1"}
            tail = name[0].lower() + name[1:]
            return f"{prefix.get(group + 'Get', '/futures/data')}/{tail}"
        if self._facts.venue is Venue.BYBIT:
            return f"/v5/market/{'-'.join(words[2:])}"
        if words[0] == "rubik":
            return "/api/v5/rubik/stat/contracts/open-interest-history"
        return f"/api/v5/{words[0]}/{'-'.join(words[1:])}"


@contextmanager
def virtual_venues(hub):
    """The product's connections and questions go to the venues of this clock."""
    venues = VirtualVenues(hub)
    with (
        patch("data.feeds.socket.Wire", lambda url: VirtualWire(url, venues)),
        patch("data.feeds.rest.VenueClient", lambda market, _: VirtualClient(market, venues)),
    ):
        yield venues
