"""Who is sent what: everything that is pushed goes through here, in the server's thread."""

import asyncio

from core.domain.instrument import Venue
from tests.exchange import binance, bybit, okx
from tests.exchange.books import Books
from tests.exchange.contracts import Contracts
from tests.exchange.wire import frame, write

DIALECTS = {Venue.OKX: okx, Venue.BYBIT: bybit, Venue.BINANCE: binance}
"""Binance last: its ``/ws/…`` takes any stream name."""


class Pushing:
    """The market's public voice.

    Attributes:
        clients: connection -> client.
        books: what rests, by instrument id; empty until somebody changes it.
        contracts: mark, index, funding and open interest of the perpetuals, by instrument id.
    """

    def __init__(self, loop, faults, timing):
        self.clients = {}
        self.books = Books(self.soon)
        self.contracts = Contracts(self.soon)
        self._loop = loop
        self._faults = faults
        self._timing = timing
        self._sent = 0

    def soon(self, name, *arguments):
        """Call a method of this class in the server's thread."""
        self._loop.call_soon_threadsafe(getattr(self, name), *arguments)

    def followers(self, listed, topic):
        """The connections that get a topic of an instrument's market."""
        return [
            connection
            for connection, client in self.clients.items()
            if client.venue is listed.id.venue
            and client.kind in {None, listed.id.kind}
            and topic in client.topics
        ]

    def trades(self, listed, payloads):
        """Send the frames of trades."""
        topic = DIALECTS[listed.id.venue].topic(listed)
        if not self._is_silent(listed, topic):
            wire = b"".join(self._with_faults(payloads))
            for connection in self.followers(listed, topic):
                write(connection, wire)

    def opening(self, client, name, exchange):
        """What comes first of a topic that was just subscribed."""
        if self._faults.silent or name in self._faults.acked_and_silent:
            return []
        return DIALECTS[client.venue].push.opening(client, name, exchange)

    def liquidation(self, listed, *facts):
        """Send (position, price in ticks, lots, ms)."""
        self._tell_all(listed, self._dialect(listed).liquidation_frames(listed, *facts))

    def publish(self, book, changed, ts_ms):
        """Take a book's push over, and send it: the best levels first, as OKX does."""
        dialect, listed = self._dialect(book.listed), book.listed
        before = {side: dict(found) for side, found in book.told.items()}
        diff = book.take_over(changed, ts_ms)
        quote = book.touch()
        if quote != book.quote or listed.id.venue is Venue.OKX:
            book.told_s = self._loop.time()
        if quote != book.quote:
            book.quote = quote
            self._tell_all(listed, dialect.quote_frames(book, diff))
        wanted = {topic for client in self.clients.values() for topic in client.topics}
        for topic, payload in dialect.diff_frames(book, diff, before, wanted):
            self._tell(listed, topic, payload, names_of(listed, topic))

    def repush(self, book):
        """Send a book's snapshot again; Binance has none to send."""
        if book.listed.id.venue is not Venue.BINANCE:
            self._tell_all(book.listed, self._dialect(book.listed).snapshot_frames(book))

    def restart(self, book):
        """Let a book be counted anew; Binance never does."""
        if book.listed.id.venue is Venue.BYBIT:
            self._tell_all(book.listed, bybit.push.restart(book))
        else:
            book.restarted = book.listed.id.venue is Venue.OKX

    def contract(self, contract, changed):
        """Send what changed of a perpetual."""
        frames = self._dialect(contract.listed).contract_frames(contract, changed)
        self._tell_all(contract.listed, frames)

    async def tend_quiet_books(self):
        """OKX says that a book is unchanged; Bybit repeats the best levels."""
        okx_s, bybit_s = self._timing.okx_heartbeat_s, self._timing.bybit_repeat_s
        while True:
            await asyncio.sleep(min(okx_s, bybit_s) / 4)
            now_s = self._loop.time()
            for book in self.books:
                venue = book.listed.id.venue
                if venue is Venue.OKX and now_s - book.told_s >= okx_s:
                    self._tell_all(book.listed, okx.push.heartbeat_frames(book))
                elif venue is Venue.BYBIT and book.oldest and now_s - book.told_s >= bybit_s:
                    self._tell_all(book.listed, bybit.push.repeat_frames(book))
                else:
                    continue
                book.told_s = now_s

    def _dialect(self, listed):
        return DIALECTS[listed.id.venue].push

    def _is_silent(self, listed, topic):
        faults = self._faults
        return faults.silent or bool(names_of(listed, topic) & faults.acked_and_silent)

    def _tell_all(self, listed, frames):
        for topic, payload in frames:
            self._tell(listed, topic, payload, {topic})

    def _tell(self, listed, topic, payload, names):
        """Send one frame of a topic, or what faults make of it."""
        if not self._is_silent(listed, topic):
            payloads = self._faults.spoilt(names, payload)
            wire = b"".join(frame(each) for each in payloads)
            for connection in self.followers(listed, topic):
                write(connection, wire)

    def _with_faults(self, payloads):
        for payload in payloads:
            self._sent += 1
            if self._faults.drop_every and self._sent % self._faults.drop_every == 0:
                continue
            yield frame(payload)
            if self._faults.repeat_every and self._sent % self._faults.repeat_every == 0:
                yield frame(payload)


def names_of(listed, topic):
    """What faults may call a topic by."""
    return {topic, listed.id.symbol, str(listed.id)}
