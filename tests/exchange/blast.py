"""Load: as many messages a second as asked for, each of them accounted for at the end."""

import asyncio
import time
from threading import Event

import numpy as np

from core.domain.instrument import Venue
from core.domain.units import NS_PER_MS
from tests.exchange import blast_frames
from tests.exchange.books import ASK, BID
from tests.exchange.bybit_push import DEPTHS
from tests.exchange.pushing import DIALECTS
from tests.exchange.wire import write

FIRST_TRADE_ID = 1_000_000_000
FIRST_COUNT = 4_000_000_000
CYCLE = 20
"""Messages that belong together; the mix is exact in each."""
TICK_S = 0.025
_STILL = 150
_STEP = {Venue.BINANCE: 41, Venue.OKX: 60, Venue.BYBIT: 1}
"""How far the update ids of two messages are apart."""


class Stream:
    """The load on one instrument.

    Attributes:
        trades: trades sent since the count began.
        first_id, last_id: of those.
        last_update_id: of the book, as the venue counts.
    """

    def __init__(self, exchange, listed, bid, mix):
        self.listed = listed
        self.trades = self._updates = self._counted_from = 0
        self._exchange = exchange
        self._bid = bid
        self._tape = exchange.tapes.get(listed.id.venue, listed.id.kind, listed.id.symbol)
        self._book = exchange.books[listed.id]
        self._per_cycle = round(CYCLE * (1 - mix))
        count = CYCLE - self._per_cycle
        self._sides = np.where(np.arange(count) % 2, 1, -1)
        self._prices = bid + np.arange(count) * 5 % 17 - 8
        self._trades = blast_frames.trades(listed, self._prices.tolist(), self._sides.tolist())
        self._topic = DIALECTS[listed.id.venue].topic(listed)
        self._books = {}
        self._base = 0
        self.first_id = self.last_id = self.last_update_id = None

    def rest(self):
        """Put what rests beyond the levels that the load changes into the book."""
        for level in range(blast_frames.LEVELS, _STILL):
            self._book.change(BID, self._bid - level, 100 + level)
            self._book.change(ASK, self._bid + 1 + level, 100 + level)
        self._book.push()

    def is_followed(self):
        """Whether anybody listens to the trades, and to the book where updates are sent."""
        pushing = self._exchange.pushing
        if not self._per_cycle:
            return bool(pushing.followers(self.listed, self._topic))
        return bool(pushing.followers(self.listed, self._topic) and self._book_topics())

    def count(self):
        """Begin the account."""
        self.trades, self.first_id, self._counted_from = 0, None, self._updates

    @property
    def updates(self):
        """Updates of the book sent since the count began."""
        return self._updates - self._counted_from

    def begin(self):
        """Number from where the book is; Bybit's depths begin to count alike, with a snapshot."""
        last_id = self._book.last_id
        if self.listed.id.venue is Venue.BYBIT:
            last_id = max(self._book.counts.values(), default=FIRST_COUNT)
            self._book.counts = dict.fromkeys((1, *DEPTHS), last_id)
            self._exchange.pushing.repush(self._book)
        self._base = last_id - _STEP[self.listed.id.venue] * self._updates

    def send(self, cycles):
        """Send so many cycles now."""
        now_ms = time.time_ns() // NS_PER_MS
        self._send_trades(cycles, now_ms)
        for topic in self._book_topics() if self._per_cycle else ():
            self._send_updates(topic, cycles, now_ms)
        if self._per_cycle:
            self._take_over(cycles, now_ms)

    def report(self):
        """What was sent."""
        book = {"updates": self.updates, "last_update_id": self.last_update_id}
        bids, asks = (self._book.told[side] for side in (BID, ASK))
        book |= {"lots": [sum(bids.values()), sum(asks.values())], "levels": len(bids) + len(asks)}
        ids = {"first_id": self.first_id, "last_id": self.last_id}
        return {"trades": self.trades, **ids, **book}

    def _book_topics(self):
        """The book's topics that anybody follows, except for the best levels."""
        symbol = self.listed.id.symbol
        topics = {
            Venue.BINANCE: [f"{symbol.lower()}@depth@100ms"],
            Venue.OKX: [f"books:{symbol}"],
            Venue.BYBIT: [f"orderbook.{depth}.{symbol}" for depth in (200, 1_000)],
        }[self.listed.id.venue]
        followers = self._exchange.pushing.followers
        return [topic for topic in topics if followers(self.listed, topic)]

    def _send_trades(self, cycles, now_ms):
        count = self._trades.count
        rows = self._tape.add(
            np.full(cycles * count, now_ms * NS_PER_MS),
            np.tile(self._prices, cycles),
            np.zeros(cycles * count),
            np.tile(self._sides, cycles),
        )
        rows["size_lots"] = trade_lots(rows["trade_id"])
        ids = rows["trade_id"].reshape(cycles, count)
        lots = rows["size_lots"].reshape(cycles, count)

        def value(kind, at, _):
            return now_ms if kind == "ms" else lots[:, at] if kind == "lots" else ids[:, at]

        self._write(self._topic, self._trades.fill(cycles, value))
        self.trades += rows.size
        self.first_id = self.first_id or int(ids[0, 0])
        self.last_id = int(ids[-1, -1])

    def _send_updates(self, topic, cycles, now_ms):
        cycle = self._books.get(topic)
        if cycle is None:
            made = blast_frames.updates(self.listed, topic, self._bid, self._per_cycle)
            cycle = self._books[topic] = made
        step = _STEP[self.listed.id.venue]
        numbers = self._updates + np.arange(cycles) * cycle.count

        def value(kind, at, level):
            number = numbers + at
            last = self._base + step * (number + 1)
            if kind == "size":
                return level_lots(number, level)
            return {"ms": now_ms, "last": last, "before": last - step}.get(kind, last - step + 1)

        self._write(topic, cycle.fill(cycles, value))

    def _take_over(self, cycles, now_ms):
        """Bring the book, as snapshots tell it, to after the last update."""
        self._updates += cycles * self._per_cycle
        book, last = self._book, self._updates - 1
        for level in range(blast_frames.LEVELS):
            gone = level == blast_frames.LEVELS - 1 and self._emptied()
            for side, price, offset in (
                (BID, self._bid - level, 0),
                (ASK, self._bid + 1 + level, blast_frames.LEVELS),
            ):
                if gone:
                    book.told[side].pop(price, None)
                else:
                    book.told[side][price] = int(level_lots(last, level + offset))
        self.last_update_id = self._base + _STEP[self.listed.id.venue] * self._updates
        book.last_id, book.ts_ms = self.last_update_id, now_ms
        book.told_s = asyncio.get_running_loop().time()
        if self.listed.id.venue is Venue.BYBIT:
            book.counts = dict.fromkeys(book.counts, self.last_update_id)

    def _emptied(self):
        return (self._per_cycle - 1) % 3 == blast_frames.EMPTIED

    def _write(self, topic, data):
        for connection in self._exchange.pushing.followers(self.listed, topic):
            write(connection, data)


class Blast:
    """All streams together.

    Attributes:
        streams: one per instrument.
        going: set when the load may begin.
    """

    def __init__(self, exchange, walks, *, mix):
        """Make one, and the books that it changes.

        Args:
            walks: of the instruments, for the price that they are at.
            mix: the share of trades, in twentieths.
        """
        self.streams = [Stream(exchange, walk.listed, walk.bid, mix) for walk in walks]
        self._exchange = exchange
        self._most_behind = 0
        self.going = Event()
        for stream in self.streams:
            stream.rest()

    async def ready(self, ended):
        """Wait until everything is followed, or it has ended; return whether it is followed."""
        while not all(stream.is_followed() for stream in self.streams):
            if ended.is_set():
                return False
            await asyncio.sleep(0.05)
        return True

    async def warm(self):
        """Send a little, so that books can sync, until it may begin; then a pause."""
        for stream in self.streams:
            stream.begin()
        while not self.going.is_set():
            for stream in self.streams:
                stream.send(1)
            await asyncio.sleep(0.2)
        await asyncio.sleep(0.5)

    async def steady(self, *, rate, seconds):
        """Send ``rate`` messages a second for so long, and return the report."""
        return await self._send(round(rate * seconds), seconds)

    async def burst(self, messages):
        """Send so many messages within one second, and return the report."""
        return await self._send(messages, 0.8)

    async def _send(self, messages, seconds):
        for stream in self.streams:
            stream.count()
        from_ns = time.time_ns() // NS_PER_MS * NS_PER_MS
        cycles = messages // (CYCLE * len(self.streams))
        started, sent = time.monotonic(), 0
        while sent < cycles:
            due = min(int(cycles * (time.monotonic() - started) / seconds), cycles) - sent
            for stream in self.streams if due else ():
                stream.send(due)
            sent += due
            self._most_behind = max(self._most_behind, self._behind())
            await asyncio.sleep(TICK_S)
        taken = time.monotonic() - started
        while self._behind():
            await asyncio.sleep(TICK_S)
        drained = time.monotonic() - started - taken
        return {"from_ns": from_ns} | self._report(taken, drained)

    def _behind(self):
        """Bytes that nobody has read yet, beyond what the kernel holds."""
        clients = list(self._exchange.pushing.clients)
        return sum(each.transport.get_write_buffer_size() for each in clients)

    def _report(self, taken_s, drained_s):
        instruments = {str(each.listed.id): each.report() for each in self.streams}
        return {
            "messages": sum(each.trades + each.updates for each in self.streams),
            "taken_s": round(taken_s, 3),
            "drained_s": round(drained_s, 3),
            "most_bytes_behind": self._most_behind,
            "instruments": instruments,
        }


def trade_lots(trade_id):
    """The size of a trade: three digits."""
    return trade_id * 13 % 900 + 100


def level_lots(number, level):
    """What the ``number``-th update leaves at the ``level``-th level: three digits."""
    return (number * 7 + level * 13) % 900 + 100
