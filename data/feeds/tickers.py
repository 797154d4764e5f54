"""What a venue says of a perpetual: each message tells a part, and the rest stays as it was.

So what is not told any more would look like the present for ever: it is taken back.
"""

from collections.abc import Callable, Collection, Iterable

from core.domain.derivatives import DerivativeTicker, not_known, values_of
from core.domain.events import MarketEvent
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.feeds.continuity import UNREAD
from data.feeds.health import HealthBoard, State
from data.feeds.side import SideEvent, SideInlet
from data.venues.streams import Stream


class TickerInlet(SideInlet):
    """Takes back what a topic told when that falls silent, and all of it with the connection.

    Bybit tells all of it only at the begin of a subscription, and then what changes: where a
    change may be lost, the topics are subscribed again.
    """

    def __init__(
        self,
        instrument: Instrument,
        streams: Iterable[Stream],
        *,
        submit: Callable[[MarketEvent], None],
        health: HealthBoard,
    ) -> None:
        super().__init__(instrument, streams, submit=submit, health=health)
        self._stream = ""
        self._sent_on = 0
        self._told: dict[str, frozenset[str]] = {}

    def switch(self, epoch: int, *, seamless: bool) -> None:
        """From now on ``epoch`` counts; where it was subscribed before, its begin was missed."""
        with self._lock:
            self._epoch = epoch
            self._again = seamless or self._sent_on == epoch

    def sent(self, topic: str, *, epoch: int, now_ns: Ns) -> None:  # noqa: ARG002 - books need it
        """All is told anew."""
        with self._lock:
            self._sent_on = epoch
            self._again = self._again and epoch != self._epoch

    def doubt(self, *, epoch: int, now_ns: Ns, reason: str) -> None:  # noqa: ARG002 - books need it
        """A change may be lost."""
        with self._lock:
            self._again = self._again or (epoch == self._epoch and reason == UNREAD)

    def say(self, state: State, *, now_ns: Ns, reason: str = "", topic: str = "") -> None:
        """Change the state, and its reason; of one topic, until it brings something."""
        super().say(state, now_ns=now_ns, reason=reason, topic=topic)
        with self._lock:
            if topic:
                self._take_back([topic], now_ns)

    def _take(self, event: SideEvent, now_ns: Ns) -> None:
        if isinstance(event, DerivativeTicker):
            topic, self._stream = self.topic_of(event), event.channel
            self._told[topic] = self._told.get(topic, frozenset()) | values_of(event)
        super()._take(event, now_ns)

    def _note_loss(self, state: State, now_ns: Ns, reason: str) -> None:
        super()._note_loss(state, now_ns, reason)
        self._take_back(list(self._told), min(self._heard_ns + 1, now_ns))

    def _take_back(self, topics: Collection[str], at_ns: Ns) -> None:
        """Say that what ``topics`` told is not known from then on; what REST told stays."""
        gone = frozenset(name for each in topics for name in self._told.pop(each, frozenset()))
        if gone:
            self._submit(not_known(self.instrument, gone, channel=self._stream, at_ns=at_ns))
