"""A random walk that trades on the local exchange, with a seed, at any rate; books move with it."""

import time
from itertools import cycle
from threading import Event, Thread

import numpy as np

from core.domain.instrument import MarketKind
from core.domain.units import NS_PER_S
from tests.exchange.books import ASK, BID

DIFFS_EACH = 10
"""Updates a second of each book, as venues send them."""
_START_PRICE = {"BTC": 97_000, "ETH": 3_400, "SOL": 190}
_FINE = 25
_COARSE = ((10, 500), (100, 10_000))
_WAKE_S = 0.02
_TOLD_EVERY_S = 1.0
_LIQUIDATED = 0.03


class Walk:
    """Makes the trades of one instrument: bought at the best ask, sold at the best bid."""

    def __init__(self, listed, seed):
        self.listed = listed
        self.rng = np.random.default_rng(seed)
        self.bid = round(_START_PRICE[listed.base] / float(listed.tick_size))

    @property
    def price(self):
        return float(self.bid * self.listed.tick_size)

    def move(self):
        """The price moves, by nothing as likely as not."""
        self.bid += int(self.rng.integers(-4, 5)) * int(self.rng.integers(0, 2))

    def trades(self, ts_event_ns):
        """(times, ticks, lots, aggressor) of one trade at each of the times, all now."""
        side = self.rng.choice([-1, 1], len(ts_event_ns))
        return ts_event_ns, self.bid + (side > 0), self._lots(side.size), side

    def past_trades(self, ts_event_ns):
        """The same with the price moving from one to the next."""
        side = self.rng.choice([-1, 1], len(ts_event_ns))
        bids = self.bid + np.cumsum(self.rng.integers(-2, 3, side.size))
        self.bid = int(bids[-1]) if side.size else self.bid
        return ts_event_ns, bids + (side > 0), self._lots(side.size), side

    def _lots(self, count):
        return self.rng.integers(1, 2_000, count)


class Ladder:
    """Keeps one book around the walk's price: every tick near it, round prices further out."""

    def __init__(self, walk, book):
        self._walk = walk
        self._book = book

    def move(self):
        """Push what the walk's move made of the book, and some changes of mind."""
        book, bid, rng = self._book, self._walk.bid, self._walk.rng
        for side, best, away in ((BID, bid, -1), (ASK, bid + 1, 1)):
            wanted, held = _prices(best, away), book.levels[side]
            gone = [price for price in held if price not in wanted]
            fresh = wanted - held.keys()
            moods = [best + away * int(step) for step in rng.integers(0, _FINE, 4)]
            for price in gone:
                book.change(side, price, 0)
            for price in {*fresh, *moods}:
                book.change(side, price, int(rng.integers(1, 50_000)))
        book.push()


class Generator:
    """Trades every listed instrument (or some) until it is stopped.

    Attributes:
        walks: one per instrument.
    """

    def __init__(self, exchange, *, rate, seed=1, only=None, diffs=None):
        """Make one.

        Args:
            rate: trades a second, all together.
            diffs: updates of books a second, all together; None = no books, and nothing is said of
                the perpetuals.
        """
        tapes = [t for t in exchange.tapes if only is None or str(t.listed.id) in only]
        self.walks = [Walk(tape.listed, seed + i) for i, tape in enumerate(tapes)]
        self._exchange = exchange
        self._rate = rate
        self._diffs = diffs
        self._ladders = [Ladder(walk, exchange.books[walk.listed.id]) for walk in self.walks]
        self._turns = cycle(zip(self.walks, self._ladders, strict=True))
        self._stop = Event()
        self._thread = Thread(target=self._run, name="generator", daemon=True)

    def fill_history(self, *, hours, per_s=1.0):
        """Put trades before now onto the tapes; nothing is pushed."""
        now_ns = time.time_ns()
        count = int(hours * 3600 * per_s)
        times = now_ns - np.linspace(hours * 3600 * NS_PER_S, NS_PER_S, count).astype(np.int64)
        for walk in self.walks:
            found = walk.listed.id
            tape = self._exchange.tapes.get(found.venue, found.kind, found.symbol)
            tape.add(*walk.past_trades(times))

    def start(self):
        if self._diffs is not None:
            self._tell()
            for ladder in self._ladders:
                ladder.move()
        self._thread.start()
        return self

    def stop(self):
        self._stop.set()
        self._thread.join()

    def _run(self):
        """Each instrument gets an equal share of ``rate`` trades a second."""
        each, moves = self._rate / len(self.walks), self._diffs or DIFFS_EACH * len(self.walks)
        last = told = time.monotonic()
        owed, moves_owed = 0.0, 0.0
        while not self._stop.wait(_WAKE_S):
            now = time.monotonic()
            owed += (now - last) * each
            moves_owed += (now - last) * moves
            last = now
            moves_owed -= self._move(int(moves_owed))
            count, owed = int(owed), owed - int(owed)
            if count:
                times = np.full(count, time.time_ns())
                for walk in self.walks:
                    self._exchange.trade(walk.listed, *walk.trades(times))
            if self._diffs is not None and now - told >= _TOLD_EVERY_S:
                told = now
                self._tell()

    def _move(self, count):
        """Move so many instruments, in turn."""
        for _ in range(count):
            walk, ladder = next(self._turns)
            walk.move()
            if self._diffs is not None:
                ladder.move()
        return count

    def _tell(self):
        """Say what is new of every perpetual, and liquidate somebody now and then."""
        for walk in self.walks:
            if walk.listed.id.kind is not MarketKind.PERP:
                continue
            rng, contract = walk.rng, self._exchange.contracts[walk.listed.id]
            near = 1 + rng.normal(0, 2e-5, 2)
            contract.change(
                mark=round(walk.price * near[0], 4),
                index=round(walk.price * near[1], 4),
                funding_rate=round(contract.funding_rate + rng.normal(0, 1e-6), 8),
                open_interest=round(max(contract.open_interest + rng.normal(0, 3), 1.0), 3),
            )
            contract.push()
            if rng.random() < _LIQUIDATED:
                position = "long" if rng.random() < 0.5 else "short"
                lots = int(rng.integers(1, 20_000))
                self._exchange.liquidate(walk.listed, position, walk.bid, lots)


def _prices(best, away):
    """The prices of one side: from the best on, every tick, then every tenth, every hundredth."""
    prices = {best + away * step for step in range(_FINE)}
    for grid, reach in _COARSE:
        first = -(-best // grid) * grid if away > 0 else best // grid * grid
        prices |= set(range(first, best + away * reach, away * grid))
    return prices
