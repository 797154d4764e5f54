"""What rests on the local exchange: one book per instrument, and how its updates are counted.

Whoever moves the market changes levels and pushes; what was pushed is taken over, counted and sent
in the server's thread, so that a snapshot is always the book after the last update that was sent.
"""

import time
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from core.domain.instrument import MarketKind, Venue
from data.venues.registry import MARKETS

BID, ASK = "bid", "ask"
FIRST_ID = 7_000_000_000


class Diff(NamedTuple):
    """What one push changed; ids as the venue of the book counts."""

    ts_ms: int
    first_id: int
    last_id: int
    previous_id: int
    bids: list
    asks: list


class Snapshot(NamedTuple):
    """The best levels of a book, best first."""

    ts_ms: int
    last_id: int
    bids: list
    asks: list


class Book:
    """A plain book: price in ticks -> lots.

    Attributes:
        levels: BID and ASK as changed so far, pushed or not.
        told: the same as pushed; belongs to the server's thread, like all below.
        last_id: of the newest update.
        restarted: the next update is counted from anew.
        counts: topic -> the newest number of a topic that counts for itself (Bybit).
        oldest: the first snapshot ever taken over, for an answer that comes too late.
        quote: the best levels as last told.
        told_s: when clients last heard of it (OKX: of anything, Bybit: of its best levels).
    """

    def __init__(self, listed, send):
        self.listed = listed
        self.levels = {BID: {}, ASK: {}}
        self.told = {BID: {}, ASK: {}}
        self.last_id = FIRST_ID
        self.restarted = False
        self.counts = {}
        self.oldest = None
        self.quote = (None, None)
        self.ts_ms = 0
        self.told_s = 0.0
        self._send = send
        self._lock = Lock()
        self._changed = {}
        self._crossing = None

    def change(self, side, price_ticks, lots):
        """Set what rests at a price; 0 = nothing. Nobody hears of it before ``push``."""
        with self._lock:
            if lots:
                self.levels[side][price_ticks] = lots
            else:
                self.levels[side].pop(price_ticks, None)
            self._changed[side, price_ticks] = lots

    def push(self, *, ts_ns=None):
        """Send what changed since the last push as one update, be it nothing."""
        with self._lock:
            changed, self._changed = self._changed, {}
        ts_ms = (ts_ns or time.time_ns()) // 1_000_000
        self._send("publish", self, changed, ts_ms)

    def repush(self):
        """Send a snapshot to whoever follows the book (OKX, Bybit)."""
        self._send("repush", self)

    def restart(self):
        """The service restarts: OKX counts on from a smaller number, Bybit from 1."""
        self._send("restart", self)

    def cross(self):
        """Let a bid rest above the best ask, and push it."""
        self._crossing = min(self.levels[ASK]) + 1
        self.change(BID, self._crossing, 5)
        self.push()

    def uncross(self):
        """Take the crossing bid away, and push that."""
        self.change(BID, self._crossing, 0)
        self.push()

    def best(self):
        """(bid, ask) in ticks of the book as changed; None = nobody."""
        with self._lock:
            return max(self.levels[BID], default=None), min(self.levels[ASK], default=None)

    def take_over(self, changed, ts_ms):
        """Take what was pushed over into ``told``; return the update."""
        sides = {BID: [], ASK: []}
        for (side, price), lots in changed.items():
            sides[side].append((price, lots))
            if lots:
                self.told[side][price] = lots
            else:
                self.told[side].pop(price, None)
        first_id, last_id = self._next_ids(max(len(changed), 1))
        diff = Diff(ts_ms, first_id, last_id, self.last_id, sides[BID], sides[ASK])
        self.last_id, self.ts_ms = last_id, ts_ms
        self.oldest = self.oldest or self.snapshot()
        return diff

    def snapshot(self, depth=None):
        """The ``depth`` best levels of each side as told."""
        bids = sorted(self.told[BID].items(), reverse=True)[:depth]
        return Snapshot(self.ts_ms, self.last_id, bids, sorted(self.told[ASK].items())[:depth])

    def touch(self):
        """(best bid, best ask) as told, each (price, lots) or None."""
        bid, ask = max(self.told[BID], default=None), min(self.told[ASK], default=None)
        return (
            None if bid is None else (bid, self.told[BID][bid]),
            None if ask is None else (ask, self.told[ASK][ask]),
        )

    def _next_ids(self, changes):
        """(first, last) of the next update, which holds so many changes."""
        key = self.listed.id.venue, self.listed.id.kind
        if self.restarted:
            self.restarted = False
            return 100, 100
        if key == (Venue.BINANCE, MarketKind.SPOT):
            return self.last_id + 1, self.last_id + changes
        if key == (Venue.BINANCE, MarketKind.PERP):
            # The ids are those of all symbols: what lies between two updates is of others.
            return self.last_id + 37, self.last_id + 37 + 2 * changes
        return self.last_id + 3 * changes, self.last_id + 3 * changes


class Books:
    """The book of every listed instrument."""

    def __init__(self, send):
        listed = (each for market in MARKETS.values() for each in market.facts.defaults)
        self._books = {each.id: Book(each, send) for each in listed}

    def __iter__(self):
        return iter(self._books.values())

    def __getitem__(self, instrument_id):
        return self._books[instrument_id]

    def get(self, venue, kind, symbol):
        """The book of a symbol, or None when it is not listed."""
        for found, book in self._books.items():
            if (found.venue, found.kind, found.symbol) == (venue, kind, symbol):
                return book
        return None


def top_change(before, after, diff_side, depth, *, best_first):
    """What changed in the ``depth`` best levels of one side: what moved in, and the changes there.

    Args:
        before, after: price -> lots.
        best_first: sorts prices so that the best comes first.
    """
    if len(before) <= depth and len(after) <= depth:
        return diff_side
    old = set(sorted(before, key=best_first)[:depth])
    new = set(sorted(after, key=best_first)[:depth])
    changed = dict(diff_side)
    moved_in = {price: after[price] for price in new - old if price not in changed}
    return [(p, lots) for p, lots in diff_side if p in old | new] + list(moved_in.items())


@lru_cache(maxsize=200_000)
def text(steps, step, decimals=None):
    """``steps`` of ``step`` as decimal text, with as many decimals as the step or as asked."""
    return f"{steps * step:f}" if decimals is None else f"{steps * step:.{decimals}f}"


def levels(pairs, listed, decimals=None, *, zero=None):
    """[[price, size]] as text.

    Args:
        zero: how the venue writes a size of nothing; None = with the decimals of the others.
    """
    tick, step = listed.tick_size, listed.size_step
    nothing = zero or text(0, step, decimals)
    return [
        [text(p, tick, decimals), text(lots, step, decimals) if lots else nothing]
        for p, lots in pairs
    ]
