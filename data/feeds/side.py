"""The way in of everything but trades: what the connection that counts brings, passed on as it is.

Whatever was not brought while no connection counted is a gap, since no venue tells it afterwards.
"""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Final, TypeAlias

from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.events import BookEvent, Channel, Gap, MarketEvent, NoTrade, Trades
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.feeds.health import HealthBoard, State
from data.feeds.inlet import DataEvent
from data.venues.streams import Stream
from data.venues.sync import Pace

SideEvent: TypeAlias = BookEvent | DerivativeTicker | Liquidations
"""What a message says that is not about trades nor about the connection."""

_AWAITED: Final = {
    Channel.BOOK: "update of the book",
    Channel.QUOTES: "quote",
    Channel.TICKER: "mark, funding or open interest",
    Channel.LIQUIDATIONS: "liquidation",
}


class SideInlet:
    """Quotes of one instrument; what the other channels share.

    Attributes:
        instrument: whose they are.
        channel: which of the channels.
        topics: as in Inlet.
        awaited: as in Inlet.
        discarded: messages of connections that do not count, or not yet.
    """

    def __init__(
        self,
        instrument: Instrument,
        streams: Iterable[Stream],
        *,
        submit: Callable[[MarketEvent], None],
        health: HealthBoard,
    ) -> None:
        """Make one.

        Args:
            streams: all of one channel, at least one.
        """
        found = tuple(streams)
        self.instrument = instrument
        self.channel = found[0].channel
        self.topics = {each.topic: each.silence_s for each in found}
        self._topic = found[0].topic
        self.awaited = _AWAITED[self.channel]
        self.discarded = 0
        self._submit = submit
        self._health = health
        self._lock = Lock()
        self._epoch = 0
        self._base = self._shown = (State.CONNECTING, "")
        self._troubles: dict[str, tuple[State, str]] = {}
        self._lost: tuple[Ns, str] | None = None
        self._heard_ns: Ns = 0
        self._again = False
        # Bounds what messages cost that cannot be read; the keeper of a book has one of its own.
        self._pace = Pace()

    def topic_of(self, event: DataEvent) -> str:
        """Return the topic that brought ``event``: where there are several, its stream's."""
        if len(self.topics) == 1:
            return self._topic
        return next((topic for topic in self.topics if event.channel in topic), self._topic)

    def accept(self, event: DataEvent, *, epoch: int) -> None:
        """Pass on what the connection that counts brings."""
        if isinstance(event, Trades | NoTrade):
            return  # another way in is for these
        with self._lock:
            if epoch != self._epoch:
                self.discarded += 1
                return
            now_ns, event_ns = _times(event)
            self._heard_ns = max(self._heard_ns, now_ns)
            self._health.received(
                self.instrument.id, self.channel, now_ns=now_ns, ts_event_ns=event_ns
            )
            self._take(event, now_ns)

    def switch(self, epoch: int, *, seamless: bool) -> None:  # noqa: ARG002 - books need it
        """From now on ``epoch`` is the connection that counts."""
        with self._lock:
            self._epoch = epoch

    def say(self, state: State, *, now_ns: Ns, reason: str = "", topic: str = "") -> None:
        """Change the state, and its reason; of one topic, until it brings something."""
        with self._lock:
            if topic:
                self._troubles[topic] = (state, reason)
            else:
                self._troubles.clear()
                self._note_loss(state, now_ns, reason)
                self._base = (state, reason)
            self._show(now_ns)

    def polled(self, topic: str, events: Iterable[DerivativeTicker], *, now_ns: Ns) -> None:
        """Pass on what REST answered, however the connection is.

        Args:
            topic: under which a failure to get it was said.
        """
        with self._lock:
            self._troubles.pop(topic, None)
            self._show(now_ns)
            for event in events:
                self._submit(event)

    def sent(self, topic: str, *, epoch: int, now_ns: Ns) -> None:
        """Nothing follows from it here."""

    def acked(self, topic: str, *, epoch: int, now_ns: Ns) -> None:
        """Nothing follows from it here: only data proves that it comes."""

    def doubt(self, *, epoch: int, now_ns: Ns, reason: str) -> None:
        """Nothing follows from it here: the next message says it all again."""

    def restarts(self, *, now_ns: Ns) -> bool:
        """Return whether to subscribe again now; five times a second apart, then every 8 s."""
        if not self._again or not self._pace.due(now_ns):
            return False
        self._pace.answered()
        self._again = False
        return True

    def _take(self, event: SideEvent, now_ns: Ns) -> None:
        self._live(self.topic_of(event), now_ns)
        self._submit(event)

    def _live(self, topic: str, now_ns: Ns) -> None:
        """Note that a topic delivers; the channel is live when no other is in trouble."""
        self._troubles.pop(topic, None)
        self._base = (State.LIVE, "")
        self._show(now_ns)
        if self._lost is not None:
            from_ns, words = self._lost
            self._lost = None
            until_ns = max(now_ns, from_ns + 1)
            self._submit(Gap(self.instrument.id, from_ns, until_ns, words, self.channel))

    def _note_loss(self, state: State, now_ns: Ns, reason: str) -> None:
        """Note since when nothing comes; what came until the last message was whole.

        That may be long before the loss was noticed: the computer slept, or the line was dead.
        """
        if self._base[0] is State.LIVE and state is not State.LIVE:
            self._lost = (min(self._heard_ns + 1, now_ns), reason.partition(";")[0])

    def _show(self, now_ns: Ns) -> None:
        """Say what the connection is worth, or, while it is open, the first trouble of a topic."""
        shown = self._base
        if shown[0] in {State.SYNCING, State.LIVE}:
            shown = next(iter(self._troubles.values()), shown)
        if shown != self._shown:
            self._say(*shown, now_ns)

    def _say(self, state: State, reason: str, now_ns: Ns) -> None:
        self._shown = (state, reason)
        self._health.set_state(
            self.instrument.id, self.channel, state, now_ns=now_ns, reason=reason
        )


def _times(event: SideEvent) -> tuple[Ns, Ns]:
    """Return when a message was received, and the venue's time of it; 0 = it gives none."""
    if isinstance(event, Liquidations):
        return event.rows[-1][1], event.rows[-1][0]
    return event.ts_recv_ns, event.ts_event_ns
