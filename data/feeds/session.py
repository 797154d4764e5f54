"""One connection from its opening to its end: subscribe, parse, keep alive, watch for silence."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, Protocol

from core.domain.errors import FeedError, MalformedFrame, UnknownSymbol
from core.domain.events import Control, ControlKind, NoTrade, Trades
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_S, Ns
from data.clock import monotonic_s, wall_ns
from data.feeds.continuity import named
from data.feeds.health import HealthBoard, State
from data.feeds.intake import Intake
from data.feeds.topics import TopicTracker
from data.feeds.watchdog import Finding, Verdict, Watchdog
from data.feeds.wire import ConnectionLost, Message, Wire
from data.venues.market import Market

_TICK_S: Final = 0.05
_WATCH_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take, in seconds.

    Attributes:
        handshake_s: from the first packet to the open WebSocket.
        ack_s: from a request to its answer.
        pong_s: from our keep-alive to any byte.
        settle_s: an acknowledged topic without data counts as taken over after this.
        linger_s: both connections run this long after the new one has taken over every topic.
        early_s: before the venue's deadline, the next connection is opened.
        jump_s: the wall clock may run apart from the steady one by this much.
        first_retry_s: longest first wait after a connection was lost.
        stable_s: a connection that delivered this long is forgiven its past.
    """

    handshake_s: float = 5.0
    ack_s: float = 5.0
    pong_s: float = 10.0
    settle_s: float = 3.0
    linger_s: float = 1.0
    early_s: float = 60.0
    jump_s: float = 5.0
    first_retry_s: float = 0.15
    stable_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Clock:
    """Both clocks, so that a test can move one of them."""

    wall_ns: Callable[[], Ns] = wall_ns
    monotonic_s: Callable[[], float] = monotonic_s


class Deck(Protocol):
    """What a connection needs to know of its surroundings."""

    @property
    def market(self) -> Market:
        """The market that it serves."""
        ...

    @property
    def health(self) -> HealthBoard:
        """Where refused messages are counted."""
        ...

    @property
    def timing(self) -> Timing:
        """How long things may take."""
        ...

    @property
    def clock(self) -> Clock:
        """What time it is."""
        ...

    @property
    def intakes(self) -> Mapping[str, Intake]:
        """Symbol -> intake; never changed once handed out, replaced instead."""
        ...

    def newest_id(self, symbol: str) -> Future[int]:
        """Start to ask REST for the newest trade's id."""
        ...


class Session:
    """The talk on one open connection; used by its one thread.

    Attributes:
        restart: why another connection should take over soon; empty = it need not.
        settled: every topic is served here, and has been for a while.
    """

    def __init__(self, deck: Deck, wire: Wire, *, epoch: int, counts: Callable[[], bool]) -> None:
        """Begin.

        Args:
            counts: whether this connection is the one whose troubles the trader sees.
        """
        self.restart = ""
        self.settled = False
        facts = deck.market.facts
        now_s = deck.clock.monotonic_s()
        self._deck = deck
        self._wire = wire
        self._epoch = epoch
        self._counts = counts
        self._tracker = TopicTracker(
            per_request=facts.topics_per_request, requests_per_s=facts.requests_per_s
        )
        self._watchdog = Watchdog(
            silence_s=facts.silence_s,
            ack_s=deck.timing.ack_s,
            ask=lambda topic: deck.newest_id(self._symbols[topic]),
            has=lambda topic, trade_id: self._intakes[self._symbols[topic]].has(trade_id),
        )
        self._intakes: Mapping[str, Intake] = {}
        self._instruments: dict[str, Instrument] = {}
        self._topics: dict[str, str] = {}
        self._symbols: dict[str, str] = {}
        self._opened_s = self._heard_s = self._spoke_s = now_s
        self._tick_s = self._watch_s = float("-inf")
        self._settled_s: float | None = None
        self._first_s: float | None = None
        self._skew_ns = self._skew()

    @property
    def delivered_s(self) -> float:
        """How long data has been coming; 0 = none came."""
        if self._first_s is None:
            return 0.0
        return self._deck.clock.monotonic_s() - self._first_s

    def take(self, message: Message) -> None:
        """Parse one message and pass on what it says; one that cannot be used is kept aside."""
        facts = self._deck.market.facts
        self._heard_s = self._deck.clock.monotonic_s()
        try:
            if not message.text:
                msg = "the message is binary; the venue sends text"
                raise MalformedFrame(msg)
            events = self._deck.market.parse(
                message.raw, ts_recv_ns=message.ts_recv_ns, instruments=self._instruments
            )
        except FeedError as error:
            self._deck.health.refused(
                facts.venue,
                facts.kind,
                raw=message.raw,
                reason=error.ui_message,
                now_ns=message.ts_recv_ns,
            )
            if not isinstance(error, UnknownSymbol):
                self._doubt(message.raw)
            return
        for event in events:
            if isinstance(event, Trades):
                self._take_trades(event)
            elif isinstance(event, NoTrade):
                intake = self._intakes.get(event.instrument.id.symbol)
                if intake is not None:
                    intake.skip(event.trade_id, epoch=self._epoch)
            else:
                self._take_control(event)

    def tick(self) -> None:
        """Say what is due, and look for what is overdue; cheap to call often.

        Raises:
            ConnectionLost: the connection is of no more use.
        """
        now_s = self._deck.clock.monotonic_s()
        if now_s - self._tick_s < _TICK_S:
            return
        self._tick_s = now_s
        self._check_clock()
        self._follow_wishes()
        self._speak(now_s)
        if now_s - self._watch_s >= _WATCH_S:
            self._watch_s = now_s
            self._watch(now_s)
            self._check_age(now_s)
            self.settled = self._has_settled(now_s)

    def _take_trades(self, trades: Trades) -> None:
        symbol = trades.instrument.id.symbol
        intake = self._intakes.get(symbol)
        if intake is None:
            return
        if self._first_s is None:
            self._first_s = self._heard_s
        self._tracker.received(self._topics[symbol], self._heard_s)
        intake.accept(trades, epoch=self._epoch)

    def _doubt(self, raw: bytes) -> None:
        """A message that could not be read may have held trades of what it names."""
        for topic in named(raw, self._symbols):
            self._intakes[self._symbols[topic]].doubt(epoch=self._epoch)

    def _take_control(self, control: Control) -> None:
        if control.kind is ControlKind.RESTART:
            self.restart = "the exchange announced that it will restart"
        elif control.kind in {ControlKind.ACK, ControlKind.REFUSED}:
            for refusal in self._tracker.answered(control, self._heard_s):
                words = f"the exchange refused the subscription ({refusal.reason})"
                self._say(refusal.topic, State.REJECTED, words)

    def _follow_wishes(self) -> None:
        """Take over which instruments are wanted now."""
        intakes = self._deck.intakes
        if intakes is self._intakes:
            return
        topic_of = self._deck.market.trade_topic
        self._intakes = intakes
        # What was just unsubscribed may still come; it is known, and not used.
        self._instruments |= {symbol: intake.instrument for symbol, intake in intakes.items()}
        self._topics = {symbol: topic_of(symbol) for symbol in intakes}
        self._symbols = {topic: symbol for symbol, topic in self._topics.items()}
        self._tracker.want(self._symbols)

    def _speak(self, now_s: float) -> None:
        market = self._deck.market
        request = self._tracker.next_request(now_s)
        if request is not None:
            say = market.subscribe if request.subscribe else market.unsubscribe
            self._wire.send(say(request.topics, request_id=request.number))
        keep_alive = market.facts.keep_alive
        if keep_alive.text is not None and now_s - self._spoke_s >= keep_alive.every_s:
            self._spoke_s = now_s
            self._wire.send(keep_alive.text)

    def _watch(self, now_s: float) -> None:
        keep_alive = self._deck.market.facts.keep_alive
        silent_s = now_s - self._heard_s
        if keep_alive.text and silent_s > keep_alive.every_s + self._deck.timing.pong_s:
            msg = f"the exchange did not answer our ping; nothing came for {silent_s:.0f} s"
            raise ConnectionLost(msg)
        if self._counts():
            for quiet in list(self._tracker.quiet(now_s)):
                finding = self._watchdog.look(quiet)
                if finding is not None:
                    self._act(finding, now_s)

    def _act(self, finding: Finding, now_s: float) -> None:
        """Excuse a silence; or ask for the topic again, or give the connection up."""
        if finding.verdict is not Verdict.BLAMED:
            complete = finding.verdict is Verdict.COMPLETE
            self._tracker.excuse(finding.topic, now_s)
            self._say(finding.topic, State.LIVE if complete else State.SYNCING, finding.words)
            return
        self._say(finding.topic, State.STALE, finding.words)
        if not self._tracker.delivering(now_s, within_s=self._deck.market.facts.silence_s):
            raise ConnectionLost(finding.words)
        self._tracker.again(finding.topic)

    def _has_settled(self, now_s: float) -> bool:
        timing = self._deck.timing
        if not self._tracker.settled(now_s, after_s=timing.settle_s):
            self._settled_s = None
            return False
        if self._settled_s is None:
            self._settled_s = now_s
        return now_s - self._settled_s >= timing.linger_s

    def _check_age(self, now_s: float) -> None:
        lifetime_s = self._deck.market.facts.lifetime_s
        if lifetime_s is None:
            return
        early_s = min(self._deck.timing.early_s, lifetime_s / 2)
        if now_s - self._opened_s >= lifetime_s - early_s:
            self.restart = "the exchange ends connections of this age"

    def _check_clock(self) -> None:
        """After a sleep of the computer, both ends may believe in a connection that is dead."""
        jump_s = (self._skew() - self._skew_ns) / NS_PER_S
        if abs(jump_s) > self._deck.timing.jump_s:
            msg = f"the clock jumped by {jump_s:.0f} s; the computer may have slept"
            raise ConnectionLost(msg)

    def _skew(self) -> Ns:
        clock = self._deck.clock
        return clock.wall_ns() - round(clock.monotonic_s() * NS_PER_S)

    def _say(self, topic: str, state: State, reason: str) -> None:
        if self._counts():
            now_ns = self._deck.clock.wall_ns()
            self._intakes[self._symbols[topic]].say(state, now_ns=now_ns, reason=reason)
