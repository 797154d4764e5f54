"""One instrument's way in: from whichever connection, each trade once, and where a stream resumed.

Two connections may deliver the same instrument while one replaces the other. Each brings every
trade in order, so the union of both without repeats misses none.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from core.domain.arrays import TradeArray
from core.domain.events import Channel, MarketEvent, NoTrade, TradeRow, Trades
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.feeds.continuity import UNREAD, Chain, Hole, Mark
from data.feeds.health import HealthBoard, State
from data.feeds.inlet import DataEvent
from data.venues.market import Facts

IDS_KEPT: Final = 8192
"""Newest trade ids remembered, to know a repeat."""
LOST: Final = "the connection was lost"


@dataclass(frozen=True, slots=True)
class Resumed:
    """A stream began, resumed or jumped: trades from ``before`` to ``first`` may be missing.

    Attributes:
        channel: as in Trades.
        before: newest trade known before; None = none.
        first: first trade since: of the new connection, or after the jump.
        repeated: ``first`` was known before, so nothing is missing.
        reason: why, a clause for the trader.
    """

    instrument: Instrument
    channel: str
    before: Mark | None
    first: Mark
    repeated: bool
    reason: str = LOST


class Intake:
    """What all connections bring of one instrument's trades goes through here.

    Attributes:
        instrument: whose they are.
        channel: TRADES.
        topics: as in Inlet.
        awaited: as in Inlet.
        discarded: rows of connections that had already been given up.
        repeated: rows that had already come.
    """

    channel = Channel.TRADES
    awaited = "trade"

    def __init__(
        self,
        instrument: Instrument,
        *,
        topic: str,
        facts: Facts,
        submit: Callable[[MarketEvent], None],
        health: HealthBoard,
        resumed: Callable[[Resumed], None],
    ) -> None:
        """Make one.

        Args:
            topic: the venue's, of the trades.
        """
        self.instrument = instrument
        self.topics = {topic: facts.silence_s}
        self._topic = topic
        self.discarded = 0
        self.repeated = 0
        self._facts = facts
        self._submit = submit
        self._health = health
        self._resumed = resumed
        self._lock = Lock()
        self._state = State.CONNECTING
        self._reason = ""
        self._stream = ""
        self._epoch = 0
        self._seamless = False
        self._firsts: dict[int, tuple[TradeRow, bool]] = {}
        self._lasts: dict[int, TradeRow] = {}
        self._chains: dict[int, Chain] = {}
        self._newest: TradeRow | None = None
        self._seen: set[int] = set()
        self._order: deque[int] = deque()

    @property
    def state(self) -> State:
        """What the trades are worth now."""
        return self._state

    def say(
        self,
        state: State,
        *,
        now_ns: Ns,
        reason: str = "",
        topic: str = "",  # noqa: ARG002 - there is one
    ) -> None:
        """Change the state, and its reason."""
        with self._lock:
            self._say(state, now_ns, reason)

    def topic_of(self, event: DataEvent) -> str:  # noqa: ARG002 - there is one
        """Return the topic."""
        return self._topic

    def sent(self, topic: str, *, epoch: int, now_ns: Ns) -> None:
        """Nothing follows from it here."""

    def acked(self, topic: str, *, epoch: int, now_ns: Ns) -> None:
        """Nothing follows from it here: only data proves that it comes."""

    def restarts(self, *, now_ns: Ns) -> bool:  # noqa: ARG002 - what is missing comes over REST
        """Return that nothing is to be subscribed again."""
        return False

    def accept(self, event: DataEvent, *, epoch: int) -> None:
        """Take what one message of the connection of ``epoch`` says."""
        if isinstance(event, Trades):
            self._accept(event, epoch)
        elif isinstance(event, NoTrade):
            self.skip(event.trade_id, epoch=epoch)

    def _accept(self, trades: Trades, epoch: int) -> None:
        """Pass on the new ones of one message's trades."""
        rows = trades.rows
        with self._lock:
            if epoch < self._epoch:
                self.discarded += len(rows)
                return
            if epoch not in self._firsts:
                self._stream = trades.channel
                self._begin(epoch, rows[0])
            for hole in self._chains[epoch].take(rows):
                self._tell_hole(hole)
            fresh = [row for row in rows if self._is_new(row[2])]
            now_ns = rows[-1][1]
            self._health.received(
                self.instrument.id, self.channel, now_ns=now_ns, ts_event_ns=rows[-1][0]
            )
            if self._state is not State.LIVE or self._reason:
                self._say(State.LIVE, now_ns, "")
            self._lasts[epoch] = rows[-1]
            if fresh:
                self._newest = fresh[-1]
                whole = len(fresh) == len(rows)
                self._submit(trades if whole else Trades(trades.instrument, trades.channel, fresh))

    def switch(self, epoch: int, *, seamless: bool) -> None:
        """From now on ``epoch`` is the connection that counts; older ones are given up.

        Args:
            seamless: it delivered before the older one was given up, so nothing can be missing.
        """
        with self._lock:
            last = self._lasts.get(self._epoch)
            first = self._firsts.get(epoch)
            self._epoch = epoch
            self._seamless = seamless
            self._firsts = {} if first is None else {epoch: first}
            self._lasts = {}
            self._chains = {at: chain for at, chain in self._chains.items() if at == epoch}
            if first is not None and not seamless:
                self._tell(last, first[0], repeated=first[1])

    def skip(self, trade_id: int, *, epoch: int) -> None:
        """Note a number that no trade bears."""
        with self._lock:
            if epoch in self._chains:
                self._chains[epoch].skip(trade_id)

    def doubt(
        self,
        *,
        epoch: int,
        now_ns: Ns,  # noqa: ARG002 - told with the next trade's time
        reason: str = UNREAD,
    ) -> None:
        """Note that the connection of ``epoch`` may have lost a message."""
        with self._lock:
            if epoch in self._chains:
                self._chains[epoch].doubt(reason)

    def learn(self, rows: TradeArray) -> None:
        """Remember trades that came over REST: they are known, and repeats are repeats.

        Args:
            rows: TRADE_DTYPE[n], sorted.
        """
        with self._lock:
            for trade_id in rows["trade_id"].tolist():
                self._is_new(trade_id)
            if rows.size and self._newest is None:
                self._newest = rows[-1].item()

    def has(self, trade_id: int) -> bool:
        """Return whether this trade came; where ids count, a smaller one than the newest did."""
        with self._lock:
            newest = self._newest
            if self._facts.ids_count and newest is not None and trade_id <= newest[2]:
                return True
            return trade_id in self._seen

    def _begin(self, epoch: int, first: TradeRow) -> None:
        repeated = first[2] in self._seen
        self._chains[epoch] = Chain(self._facts)
        self._firsts[epoch] = (first, repeated)
        if epoch == self._epoch and not self._seamless:
            self._tell(self._newest, first, repeated=repeated)

    def _tell(self, before: TradeRow | None, first: TradeRow, *, repeated: bool) -> None:
        known = None if before is None else Mark.of(before)
        self._resumed(Resumed(self.instrument, self._stream, known, Mark.of(first), repeated))

    def _tell_hole(self, hole: Hole) -> None:
        """Tell what is missing inside a connection, unless another one brought it."""
        before = hole.before
        if self._facts.ids_count and self._newest is not None:
            newest = Mark.of(self._newest)
            if newest.trade_id >= hole.first_id - 1:
                return
            before = max(before, newest, key=lambda mark: mark.trade_id)
        self._resumed(
            Resumed(
                self.instrument,
                self._stream,
                before,
                hole.first,
                repeated=False,
                reason=hole.reason,
            )
        )

    def _is_new(self, trade_id: int) -> bool:
        if trade_id in self._seen:
            self.repeated += 1
            return False
        self._seen.add(trade_id)
        self._order.append(trade_id)
        if len(self._order) > IDS_KEPT:
            self._seen.remove(self._order.popleft())
        return True

    def _say(self, state: State, now_ns: Ns, reason: str) -> None:
        self._state, self._reason = state, reason
        self._health.set_state(
            self.instrument.id, self.channel, state, now_ns=now_ns, reason=reason
        )
