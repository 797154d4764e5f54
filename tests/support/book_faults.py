"""Plays a world to a keeper over a bad line, and holds the book against the truth at every step."""

import json
import random
from collections import Counter, deque
from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.errors import FeedError
from core.domain.events import BookDelta, BookSnapshot
from core.domain.instrument import Instrument, InstrumentId
from data.buffers.keeper import BookKeeper
from data.venues.sync import FetchSnapshot, Lost, Phase, Resubscribe
from tests.support.book_worlds import STEP_MS, cut

LINE_FAULTS = ("drop", "duplicate", "swap", "replay", "truncate")
REST_FAULTS = ("stale", "fail")
TICK_EVERY = 5


@dataclass
class Tally:
    """What happened."""

    seed: int
    faults: Counter = field(default_factory=Counter)
    messages: int = 0
    compared: int = 0
    lost: int = 0
    recoveries: list = field(default_factory=list, repr=False)


class BadLine:
    """One keeper, one world, and what lies between them.

    Raises AssertionError as soon as a live book is not the true one, or stays away too long.
    """

    def __init__(self, market, world, *, seed, sync=None, bound=None):
        self.rng = random.Random(seed)
        self.world = world
        self.market = market
        kind = market.facts
        self.instrument = Instrument(
            InstrumentId(kind.venue, kind.kind, world.symbol), "X", "USDT", Decimal(1), Decimal(1)
        )
        self.listed = {world.symbol: self.instrument}
        self.keeper = BookKeeper(sync or market.book_sync())
        self.bound = bound
        self.tally = Tally(seed)
        self._faults = (*LINE_FAULTS, *LINE_FAULTS, "restart", "cut")
        if world.asks_rest:
            self._faults += REST_FAULTS
        self._sent = deque(maxlen=40)
        self._held = None
        self._answers = deque()
        self._subscribe_in = 0
        self._calm = 0
        self._recovering = True
        self._stale = self._fail = 0
        self._begin()

    @property
    def now_ns(self):
        return self.world.now_ms * 10**6

    def play(self, faults, *, rates=(0.1, 0.35, 0.7), burst=50):
        """Play until so many faults happened, in bursts with a calm after each."""
        count = 0
        while count < faults:
            rate = self.rng.choice(rates)
            count += burst
            while self.tally.faults.total() < count:
                self.step(rate)
            self._stale = self._fail = 0
            for _ in range(3):
                self.step(0.0)
            while self.keeper.phase is not Phase.LIVE:
                self.step(0.0)

    def step(self, rate):
        """Let one step of the world pass, with a fault at this rate."""
        fault = self._choose() if self.rng.random() < rate else None
        frames = self._frames(fault)
        self._answer()
        for frame in frames:
            self._send(frame, fault)
        self._calm = 0 if fault else self._calm + 1
        self.tally.messages += 1
        if self.tally.messages % TICK_EVERY == 0:
            self._do(self.keeper.tick(now_ns=self.now_ns))
        self._look()

    def lose_one(self):
        """Let one step of the world pass, and its frames be lost; then one that shows it."""
        self._calm = 0
        for fault in ("drop", None):
            for frame in self.world.tick():
                self._send(frame, fault)

    def is_live(self):
        return self.keeper.phase is Phase.LIVE

    def _choose(self):
        fault = self.rng.choice(self._faults)
        self.tally.faults[fault] += 1
        self._recovering = True
        return fault

    def _frames(self, fault):
        if fault == "cut":
            self._begin()
            return []
        if fault == "stale":
            self._stale += 1
        elif fault == "fail":
            self._fail += 1
        if self._subscribe_in > 0:
            self._subscribe_in -= 1
            if self._subscribe_in:
                self.world.now_ms += STEP_MS
                return []
            return self.world.subscribe()
        if fault == "restart":
            return self.world.restart() + self.world.tick()
        return self.world.tick()

    def _begin(self):
        """A new connection: nothing more comes of the old one."""
        self._held = None
        self._answers.clear()
        self._do(self.keeper.start(now_ns=self.now_ns))
        self._subscribe_in = 1 + int(self.rng.random() * 3)

    def _send(self, frame, fault):
        self._sent.append(frame)
        held, self._held = self._held, None
        if fault == "swap":
            self._held = frame
        elif fault == "truncate":
            self._deliver(frame[: int(self.rng.random() * len(frame))])
        elif fault == "duplicate":
            self._deliver(frame)
            self._deliver(frame)
        elif fault == "replay":
            self._deliver(frame)
            self._deliver(self.rng.choice(self._sent))
        elif fault != "drop":
            self._deliver(frame)
        if held is not None:
            self._deliver(held)

    def _deliver(self, frame):
        now_ns = self.now_ns
        try:
            events = self.market.parse_all(frame, ts_recv_ns=now_ns, instruments=self.listed)
        except FeedError:
            return
        for event in events:
            if isinstance(event, BookDelta | BookSnapshot):
                self._do(self.keeper.take(event, now_ns=now_ns))
                self._compare()

    def _do(self, requests):
        for request in requests:
            if isinstance(request, Lost):
                self.tally.lost += 1
            elif isinstance(request, Resubscribe):
                self._subscribe_in = 1 + int(self.rng.random() * 3)
            else:
                assert isinstance(request, FetchSnapshot)
                wait = 1 + int(self.rng.random() * 4)
                self._answers.append([wait, None])

    def _answer(self):
        """Deliver the answers of REST that are due: good ones, old ones, none."""
        if not self._answers:
            return
        self._answers[0][0] -= 1
        if self._answers[0][0] > 0:
            return
        self._answers.popleft()
        if self._fail:
            self._fail -= 1
            self._calm = 0
            self._do(self.keeper.failed(now_ns=self.now_ns))
            return
        stale, self._stale = self._stale > 0, max(self._stale - 1, 0)
        self._calm = 0 if stale else self._calm
        body = self.world.rest(stale=stale)
        try:
            if stale and self.rng.random() < 0.3:
                body = json.loads(cut(body, self.rng))
            snapshot = self.market.parse_book(body, self.instrument, ts_recv_ns=self.now_ns)
        except (FeedError, ValueError):
            self._do(self.keeper.failed(now_ns=self.now_ns))
            return
        self._do(self.keeper.take(snapshot, now_ns=self.now_ns))
        self._compare()

    def _compare(self):
        if self.keeper.phase is Phase.LIVE:
            self.tally.compared += 1
            book = self.keeper.book
            assert self.world.agrees(book), f"wrong at {book.last_id} {self.tally}"

    def _look(self):
        """Note how long it took to be live again, and that it did not take too long."""
        if self.keeper.phase is Phase.LIVE:
            if self._recovering:
                self.tally.recoveries.append(self._calm)
            self._recovering = False
        elif self.bound is not None:
            assert self._calm <= self.bound, f"not live after {self._calm} messages {self.tally}"
