"""Venues that never were: a true book each, and the frames that its venue would send of it.

Nothing of the product is used here. What a rule and a book make of the frames is held against the
truth that the frames were made from.
"""

import json
from collections import deque

FIRST_MS = 1_795_248_000_000
STEP_MS = 400
SPREAD_TICKS = 30
MEMORY = 4_000
"""Books of the past that are remembered, to know what was true at an old update."""


def best_of(bids, asks, depth):
    return (
        {ticks: bids[ticks] for ticks in sorted(bids, reverse=True)[:depth]},
        {ticks: asks[ticks] for ticks in sorted(asks)[:depth]},
    )


def text(levels):
    return "[" + ",".join(f'["{ticks}","{lots}"]' for ticks, lots in levels) + "]"


class World:
    """A book that changes at random, and every past state of it that the venue told.

    ``truth`` maps a key (what a book must say it is at) to the true bids and asks.
    """

    symbol = "BTCUSDT"
    asks_rest = True

    def __init__(self, rng):
        self.rng = rng
        self.now_ms = FIRST_MS
        self.mid = 100_000
        self.bids, self.asks = {}, {}
        self.truth = {}
        self._keys = deque()
        for side, sign in ((self.bids, -1), (self.asks, 1)):
            for away in range(1, SPREAD_TICKS, 2):
                side[self.mid + sign * away] = 1 + int(rng.random() * 500)

    def change(self):
        """Change one price's size, and now and then move the price."""
        random = self.rng.random
        side, sign = (self.bids, -1) if random() < 0.5 else (self.asks, 1)
        ticks = self.mid + sign * (1 + int(random() ** 2 * SPREAD_TICKS))
        changed = [(side, ticks, 0 if random() < 0.4 else 1 + int(random() * 500))]
        if random() < 0.08:
            self.mid += -1 if random() < 0.5 else 1
            changed += [(self.bids, each, 0) for each in self.bids if each >= self.mid]
            changed += [(self.asks, each, 0) for each in self.asks if each <= self.mid]
        for book, price, lots in changed:
            if lots and (price < self.mid) is (book is self.bids) and price != self.mid:
                book[price] = lots
            else:
                book.pop(price, None)
            self.touched(book, price)

    def touched(self, side, ticks):
        """Note that a price's size may have changed."""

    def remember(self, key, bids, asks):
        self.truth[key] = (bids, asks)
        self._keys.append(key)
        if len(self._keys) > MEMORY:
            self.truth.pop(self._keys.popleft(), None)

    def tick(self):
        """Let a step of time pass; return the frames that the venue sends."""
        self.now_ms += STEP_MS
        for _ in range(1 + int(self.rng.random() * 3)):
            self.change()
            self.count()
        return self.send()

    def agrees(self, book):
        """Return whether what ``book`` says is what was true at the update that it says."""
        true_bids, true_asks = self.truth[self.key(book)]
        bids, asks = book.levels()
        return bids == true_bids and asks == true_asks

    def key(self, book):
        return book.last_id


class BinanceWorld(World):
    """Whole books; a snapshot has the best ``depth`` levels and may be of any moment."""

    depth = 10

    def __init__(self, rng, *, perp):
        super().__init__(rng)
        self.perp = perp
        self.id = 10**12
        self.first_id = self.sent_id = self.id
        self.pending = (set(), set())
        self.old = deque([self.moment()], maxlen=40)

    def touched(self, side, ticks):
        self.pending[side is self.asks].add(ticks)

    def count(self):
        self.id += 1 + int(self.rng.random() * 5) * self.perp
        if self.first_id is None:
            self.first_id = self.id

    def send(self):
        bids = [(ticks, self.bids.get(ticks, 0)) for ticks in self.pending[0]]
        asks = [(ticks, self.asks.get(ticks, 0)) for ticks in self.pending[1]]
        pu = f'"pu":{self.sent_id},"T":{self.now_ms},' if self.perp else ""
        frame = (
            f'{{"stream":"btcusdt@depth@100ms","data":{{"e":"depthUpdate","E":{self.now_ms},{pu}'
            f'"s":"BTCUSDT","U":{self.first_id},"u":{self.id},"b":{text(bids)},"a":{text(asks)}}}}}'
        )
        self.sent_id, self.first_id = self.id, None
        self.pending = (set(), set())
        moment = self.moment()
        self.remember(self.id, *moment[2:])
        self.old.append(moment)
        return [frame.encode()]

    def moment(self):
        return self.id, self.now_ms, self.bids.copy(), self.asks.copy()

    def body(self, moment):
        """The answer of REST at a moment."""
        at, now_ms, *sides = moment
        bids, asks = (
            [[str(ticks), str(lots)] for ticks, lots in side.items()]
            for side in best_of(*sides, self.depth)
        )
        body = {"lastUpdateId": at, "bids": bids, "asks": asks}
        return body | {"E": now_ms, "T": now_ms} if self.perp else body

    def rest(self, *, stale):
        if stale:
            return self.body(self.rng.choice(self.old))
        for _ in range(int(self.rng.random() * 3)):  # between two messages of the stream
            self.change()
            self.count()
        return self.body(self.moment())

    def subscribe(self):
        """Begin to deliver; there is no snapshot."""
        return []

    def restart(self):
        """Count anew from below every id ever used; the page does not speak of it."""
        self.id -= 10**8
        self.first_id = None
        self.sent_id = self.id - 1
        return []

    def agrees(self, book):
        """What is known is right; what is unknown may be missing, but nothing is invented."""
        true_bids, true_asks = self.truth[book.last_id]
        bids, asks = book.levels()
        low, high = book.known_from_ticks, book.known_to_ticks
        return (
            bids.items() <= true_bids.items()
            and asks.items() <= true_asks.items()
            and sum(t >= low for t in bids) == sum(t >= low for t in true_bids)
            and sum(t <= high for t in asks) == sum(t <= high for t in true_asks)
        )


class OkxWorld(World):
    """The best ``depth`` levels, chained by labels; a snapshot with each subscription, or not.

    A message tells every level that changed, entered or left since the one before, even where it is
    as it was: an answer of REST may be of a moment between two messages.
    """

    symbol = "BTC-USDT-SWAP"
    depth = 8

    def __init__(self, rng, *, snapshots=True):
        super().__init__(rng)
        self.snapshots = snapshots
        self.id = 10**9
        self.sent_id = self.id
        self.floor = self.id
        self.published = self.best()
        self.touched_now = (set(), set())
        self.old = deque([self.moment()], maxlen=40)

    def best(self):
        return best_of(self.bids, self.asks, self.depth)

    def count(self):
        self.id += 1 + int(self.rng.random() * 9)
        now = self.best()
        for touched, before, side in zip(self.touched_now, self.published, now, strict=True):
            touched.update(ticks for ticks, _ in before.items() ^ side.items())
        self.published = now

    def changed(self):
        return [
            [(ticks, side.get(ticks, 0)) for ticks in touched]
            for touched, side in zip(self.touched_now, self.published, strict=True)
        ]

    def tick(self):
        if self.rng.random() < 0.03 and self.id == self.sent_id:
            self.now_ms += STEP_MS
            return self.send()  # a heartbeat
        return super().tick()

    def send(self):
        frame = self.frame("update", *self.changed(), f',"prevSeqId":{self.sent_id}')
        self.sent_id, self.touched_now = self.id, (set(), set())
        self.remember(self.id, *self.published)
        self.old.append(self.moment())
        return [frame]

    def frame(self, action, bids, asks, previous):
        levels = [
            "[" + ",".join(f'["{ticks}","{lots}","0","1"]' for ticks, lots in side) + "]"
            for side in (bids, asks)
        ]
        return (
            f'{{"arg":{{"channel":"books","instId":"{self.symbol}"}},"action":"{action}",'
            f'"data":[{{"asks":{levels[1]},"bids":{levels[0]},"ts":"{self.now_ms}","checksum":0,'
            f'"seqId":{self.id}{previous}}}]}}'
        ).encode()

    def moment(self):
        return self.id, self.now_ms, *self.published

    def body(self, moment):
        at, now_ms, *sides = moment
        sides = [[[str(t), str(q), "0", "1"] for t, q in each.items()] for each in sides]
        book = {"bids": sides[0], "asks": sides[1], "ts": str(now_ms), "seqId": at}
        return {"code": "0", "msg": "", "data": [book]}

    def rest(self, *, stale):
        if stale:
            return self.body(self.rng.choice(self.old))
        if self.rng.random() < 0.5:
            self.change()
            self.count()
        return self.body(self.moment())

    def subscribe(self):
        self.now_ms += STEP_MS
        self.sent_id, self.touched_now = self.id, (set(), set())
        self.remember(self.id, *self.published)
        if not self.snapshots:
            return []
        previous = ',"prevSeqId":-1' if self.rng.random() < 0.5 else ""
        return [self.frame("snapshot", *(side.items() for side in self.published), previous)]

    def restart(self):
        """Maintenance: the next id is below all ids so far, and the chain holds."""
        self.now_ms += STEP_MS
        self.floor -= 10**5
        self.id = self.floor
        return self.send()


class BybitWorld(World):
    """The best ``depth`` levels, counted by one; most levels that are pushed out are not told."""

    depth = 8
    asks_rest = False

    def __init__(self, rng):
        super().__init__(rng)
        self.id = 20_000
        self.published = self.best()

    def best(self):
        return best_of(self.bids, self.asks, self.depth)

    def count(self):
        pass

    def send(self):
        now = self.best()
        if self.rng.random() < 0.02:
            return self.snapshot()
        sides = []
        for index, worst in ((0, min), (1, max)):
            before, side = self.published[index], now[index]
            full = len(side) == self.depth
            edge = worst(side) if side else None
            gone = [t for t in before if t not in side]
            if full:  # the client itself lets go of what is worse than the worst
                better = (lambda t, e=edge: t > e) if index == 0 else (lambda t, e=edge: t < e)
                gone = [t for t in gone if better(t) or self.rng.random() < 0.3]
            told = [each for each in side.items() if before.get(each[0]) != each[1]]
            sides.append([(t, 0) for t in gone] + told)
        self.id += 1
        return [self.frame("delta", *sides, now)]

    def snapshot(self):
        self.id += 1
        now = self.best()
        return [self.frame("snapshot", now[0].items(), now[1].items(), now)]

    def frame(self, action, bids, asks, now):
        self.published = now
        self.remember((self.id, self.now_ms), *now)
        return (
            f'{{"topic":"orderbook.{self.depth}.BTCUSDT","type":"{action}","ts":{self.now_ms + 2},'
            f'"data":{{"s":"BTCUSDT","b":{text(bids)},"a":{text(asks)},"u":{self.id},'
            f'"seq":{self.now_ms}}},"cts":{self.now_ms}}}'
        ).encode()

    def subscribe(self):
        self.now_ms += STEP_MS
        return self.snapshot()

    def restart(self):
        """The service begins to count at 1, but not twice within a few messages.

        Two counts that both stand at a few, with the snapshot between them lost, look the same.
        """
        if self.id < 20:
            return []
        self.now_ms += STEP_MS
        self.id = 0
        return self.snapshot()

    def key(self, book):
        return book.last_id, book.ts_event_ns // 10**6


def cut(body, rng):
    """An answer that was cut on its way."""
    whole = json.dumps(body)
    return whole[: int(rng.random() * len(whole))]
