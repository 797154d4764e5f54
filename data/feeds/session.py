"""One connection from its opening to its end: subscribe, parse, keep alive, watch for silence."""

from collections.abc import Callable
from typing import Final

from core.domain.errors import FeedError, MalformedFrame, UnknownSymbol
from core.domain.events import Channel, Control, ControlKind, NoTrade
from core.domain.units import NS_PER_S, Ns
from data.feeds.continuity import UNREAD, named
from data.feeds.deck import Deck
from data.feeds.health import State
from data.feeds.inlet import DataEvent
from data.feeds.intake import Intake
from data.feeds.routes import Routes
from data.feeds.topics import MAX_PATIENCE, MOST_PATIENT, Quiet, Standing, TopicTracker
from data.feeds.watchdog import Finding, Verdict, Watchdog, overdue
from data.feeds.wire import ConnectionLost, Message, Wire

_TICK_S: Final = 0.05
_WATCH_S: Final = 0.2
RESUBSCRIBED: Final = "the topic was subscribed again"


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
            per_request=facts.topics_per_request,
            requests_per_s=facts.requests_per_s,
            patience=deck.patience,
        )
        self._watchdog = Watchdog(
            silence_s=facts.silence_s,
            ack_s=deck.timing.ack_s,
            ask=lambda topic: deck.newest_id(self._intake(topic).instrument),
            has=lambda topic, trade_id: self._intake(topic).has(trade_id),
        )
        self._routes = Routes({}, {})
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
        if self._deck.keep is not None:
            self._deck.keep(facts.venue, facts.kind, message.raw, message.ts_recv_ns)
        try:
            if not message.text:
                msg = "the message is binary; the venue sends text"
                raise MalformedFrame(msg)
            events = self._deck.parse(
                message.raw, ts_recv_ns=message.ts_recv_ns, instruments=self._routes.instruments
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
                self._doubt(message)
            return
        for event in events:
            if isinstance(event, Control):
                self._take_control(event)
            else:
                self._take_data(event)

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

    def _take_data(self, event: DataEvent) -> None:
        inlet = self._routes.inlet(event)
        if inlet is None:
            return
        if not isinstance(event, NoTrade):
            if self._first_s is None:
                self._first_s = self._heard_s
            self._tracker.received(inlet.topic_of(event), self._heard_s)
        inlet.accept(event, epoch=self._epoch)

    def _doubt(self, message: Message) -> None:
        """A message that could not be read may have held data of what it names."""
        for topic in named(message.raw, self._routes.of_topic):
            self._doubt_topic(topic, UNREAD, message.ts_recv_ns)

    def _doubt_topic(self, topic: str, reason: str, now_ns: Ns) -> None:
        for inlet in self._routes.of_topic[topic]:
            inlet.doubt(epoch=self._epoch, now_ns=now_ns, reason=reason)

    def _take_control(self, control: Control) -> None:
        if control.kind is ControlKind.RESTART:
            self.restart = "the exchange announced that it will restart"
        elif control.kind in {ControlKind.ACK, ControlKind.REFUSED}:
            for refusal in self._tracker.answered(control, self._heard_s):
                words = f"the exchange refused the subscription ({refusal.reason})"
                self._say(refusal.topic, State.REJECTED, words)

    def _follow_wishes(self) -> None:
        """Take over what is wanted now, and what is wanted again."""
        inlets = self._deck.inlets
        if inlets is not self._routes.inlets:
            self._routes = Routes(inlets, self._routes.instruments)
            self._tracker.want(self._routes.of_topic)
        if self._counts():
            now_ns = self._deck.clock.wall_ns()
            for inlet in inlets.values():
                if inlet.restarts(now_ns=now_ns):
                    for topic in inlet.topics:
                        self._tracker.again(topic)

    def _speak(self, now_s: float) -> None:
        market = self._deck.market
        request = self._tracker.next_request(now_s)
        if request is not None:
            say = market.subscribe if request.subscribe else market.unsubscribe
            self._wire.send(say(request.topics, request_id=request.number))
            if request.subscribe:
                self._tell_sent(request.topics)
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
                finding = self._look(quiet)
                if finding is not None:
                    self._act(finding, quiet, now_s)

    def _look(self, quiet: Quiet) -> Finding | None:
        """Look at one topic's silence: REST is asked about trades, and only about them."""
        inlets = self._routes.of_topic[quiet.topic]
        if quiet.standing is not Standing.SENT:
            heard_ns = self._heard_ns()
            for inlet in inlets:
                inlet.acked(quiet.topic, epoch=self._epoch, now_ns=heard_ns)
        if inlets[0].channel is Channel.TRADES:
            return self._watchdog.look(quiet)
        several = len(inlets[0].topics) > 1
        return overdue(
            quiet,
            silence_s=self._routes.silence_s(quiet.topic),
            ack_s=self._deck.timing.ack_s,
            awaited=f"message of {quiet.topic}" if several else inlets[0].awaited,
        )

    def _act(self, finding: Finding, quiet: Quiet, now_s: float) -> None:
        """Excuse a silence; or ask for the topic again, or give the connection up."""
        topic = finding.topic
        if finding.verdict is not Verdict.BLAMED:
            complete = finding.verdict is Verdict.COMPLETE
            self._tracker.excuse(topic, now_s)
            self._say(topic, State.LIVE if complete else State.SYNCING, finding.words)
            return
        self._say(topic, State.STALE, finding.words)
        if self._is_dead(quiet, now_s):
            self._tracker.bear(topic)
            raise ConnectionLost(finding.words)
        traded = self._routes.of_topic[topic][0].channel is Channel.TRADES
        self._tracker.bear(topic, most=MAX_PATIENCE if traded else MOST_PATIENT)
        self._tracker.again(topic)
        self._doubt_topic(topic, RESUBSCRIBED, self._deck.clock.wall_ns())

    def _is_dead(self, quiet: Quiet, now_s: float) -> bool:
        """Return whether the connection is to blame: nothing else comes on it, either.

        Where REST cannot tell that the market is quiet, it is blamed once; what is silent again on
        the next connection is subscribed again there, ever more rarely.
        """
        limit_s = self._deck.market.facts.silence_s
        if self._routes.of_topic[quiet.topic][0].channel is not Channel.TRADES:
            if quiet.standing is not Standing.SENT and quiet.patience > 1:
                return False
            limit_s = self._routes.silence_s(quiet.topic) or limit_s
        return not self._tracker.delivering(now_s, within_s=limit_s)

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

    def _heard_ns(self) -> Ns:
        """Return when anything last came: until then the connection was alive."""
        clock = self._deck.clock
        return clock.wall_ns() - round((clock.monotonic_s() - self._heard_s) * NS_PER_S)

    def _skew(self) -> Ns:
        clock = self._deck.clock
        return clock.wall_ns() - round(clock.monotonic_s() * NS_PER_S)

    def _say(self, topic: str, state: State, reason: str) -> None:
        if self._counts():
            now_ns = self._deck.clock.wall_ns()
            for inlet in self._routes.of_topic[topic]:
                inlet.say(state, now_ns=now_ns, reason=reason, topic=topic)

    def _tell_sent(self, topics: tuple[str, ...]) -> None:
        now_ns = self._deck.clock.wall_ns()
        for topic in topics:
            for inlet in self._routes.of_topic[topic]:
                inlet.sent(topic, epoch=self._epoch, now_ns=now_ns)

    def _intake(self, topic: str) -> Intake:
        """Return the way in of a topic's trades."""
        intake = self._routes.of_topic[topic][0]
        if not isinstance(intake, Intake):
            msg = f"{topic} brings no trades"
            raise TypeError(msg)
        return intake
