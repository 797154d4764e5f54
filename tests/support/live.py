"""A live source on the local exchange, into a real engine that keeps the books."""

import time
from itertools import count

from core.domain.events import Channel
from data.engine import Engine
from data.sources.live import LiveSource
from tests.exchange.books import ASK, BID
from tests.support.feed import QUICK, Board
from tests.support.waiting import until

_numbers = count()


class LiveRun:
    """Use it as a context manager.

    Attributes:
        events: everything submitted, with the time on the steady clock: (event, at_s).
    """

    def __init__(self, exchange, *instruments, channels=tuple(Channel), markets=None, timing=QUICK):
        self.exchange = exchange
        self.events = []
        self.health = Board()
        self.engine = Engine()
        options = {"markets": markets} if markets else {}
        self.source = LiveSource(
            [each.id for each in instruments],
            endpoints=exchange.endpoints(),
            health=self.health,
            timing=timing,
            channels=channels,
            **options,
        )

    def __enter__(self):
        self.engine.start()
        self.engine.follow(self.source.ask, now_ns=self.source.now_ns, health=self.health)
        self.source.start(self._submit)
        return self

    def __exit__(self, *_):
        self.source.stop()
        self.engine.stop()
        assert self.engine.faults == 0

    def of(self, kind, listed=None):
        """The events of a kind (of an instrument), in order."""
        return [event for event, _ in self.timed(kind, listed)]

    def timed(self, kind, listed=None):
        """The same with their times."""
        return [
            (event, at_s)
            for event, at_s in list(self.events)
            if isinstance(event, kind) and (listed is None or event.instrument.id == listed.id)
        ]

    def channel(self, listed, channel):
        """The health of a channel; None = not on the board."""
        key = (listed.id.venue, listed.id.kind, listed.id.symbol, channel)
        for each in self.health.snapshot():
            if (each.venue, each.kind, each.symbol, each.channel) == key:
                return each
        return None

    def state(self, listed, channel=Channel.BOOK):
        """The state of a channel; None = not on the board."""
        found = self.channel(listed, channel)
        return None if found is None else found.state

    def reaches(self, listed, state, words="", *, channel=Channel.BOOK, after=0, within_s=10.0):
        """Wait until a channel was put into ``state`` with these words; return that moment.

        Args:
            after: how many of the states said so far do not count.
        """

        def there():
            for said in self.health.said[after:]:
                found = (said.instrument_id, said.channel, said.state)
                if found == (listed.id, channel, state) and words in said.reason:
                    return said
            return None

        return until(there, within_s=within_s, what=f"{listed.id} {channel} {state} {words!r}")

    def _submit(self, event):
        self.events.append((event, time.monotonic()))
        self.engine.submit(event)


def fill(exchange, listed, *, levels=40, mid=10_000):
    """Let a book rest on the exchange: ``levels`` a side."""
    book = exchange.books[listed.id]
    for at in range(levels):
        book.change(BID, mid - 1 - at, 10 + at)
        book.change(ASK, mid + 1 + at, 10 + at)
    book.push()
    return book


def stir(book, *, mid=10_000):
    """Change one level, and push it."""
    at = next(_numbers)
    book.change(BID, mid - 5 - at % 20, 50 + at % 1000)
    book.push()


def same_book(run, listed, *, levels=20):
    """Whether the best levels that are held are those of the exchange."""
    held = run.engine.tape(listed.id).book.view(levels)
    truth = run.exchange.books[listed.id].snapshot(levels)
    bids = list(zip(held.bid_ticks.tolist(), held.bid_lots.tolist(), strict=True))
    asks = list(zip(held.ask_ticks.tolist(), held.ask_lots.tolist(), strict=True))
    return bids == truth.bids and asks == truth.asks
