"""What became of every topic on one connection: asked for, acknowledged, delivering, refused.

A venue's acknowledgement proves little: Binance acknowledges streams that do not exist, Bybit
refuses a whole request for one bad topic, and OKX answers each topic by itself.
"""

from collections import deque
from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import Final

from core.domain.events import Control, ControlKind

RETRY_REFUSED_S: Final = 300.0
MAX_PATIENCE: Final = 8
MOST_PATIENT: Final = 64
"""Of topics that REST cannot be asked about: five minutes instead of five seconds."""
BURST_REQUESTS: Final = 120
REQUESTS_AFTER_PER_S: Final = 0.1
"""OKX, Overview, WebSocket, Connect: 480 requests an hour on one connection. The burst and what
follows it make 480 in the first hour, and no connection in order needs more."""


class Standing(Enum):
    """Where a topic stands on this connection."""

    QUEUED = "queued"
    SENT = "sent"
    ACKED = "acked"
    LIVE = "live"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Request:
    """A subscribe or unsubscribe request to be sent now."""

    number: int
    topics: tuple[str, ...]
    subscribe: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """The venue will not deliver a topic, and says why."""

    topic: str
    reason: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """A topic that was promised data.

    Attributes:
        silent_s: since its newest data, its acknowledgement or its request, whichever came last.
        patience: how many times the usual silence it is given; grows while it stays quiet.
    """

    topic: str
    standing: Standing
    silent_s: float
    patience: int


@dataclass(slots=True)
class _Topic:
    standing: Standing = Standing.QUEUED
    since_s: float = 0.0
    request: int = 0
    alone: bool = False


class TopicTracker:
    """The topics of one connection. Pure: told the time, never asks for it."""

    def __init__(
        self,
        *,
        per_request: int,
        requests_per_s: float,
        patience: MutableMapping[str, int] | None = None,
    ) -> None:
        """Make one.

        Args:
            patience: topic -> how many times the usual silence it is given; kept here, and may
                outlive this connection. None = it begins with this one.
        """
        self._patience = {} if patience is None else patience
        self._credit = float(BURST_REQUESTS)
        self._credited_s: float | None = None
        self._per_request = per_request
        self._pause_s = 1.0 / requests_per_s
        self._next_s = float("-inf")
        self._owed_s = 0.0
        self._numbers = count(1)
        self._topics: dict[str, _Topic] = {}
        self._leaving: deque[str] = deque()

    def want(self, topics: Iterable[str]) -> None:
        """Make the wanted topics be exactly these."""
        wanted = dict.fromkeys(topics)
        for topic in [topic for topic in self._topics if topic not in wanted]:
            self._leave(topic)
            del self._topics[topic]
        for topic in wanted:
            self._topics.setdefault(topic, _Topic())

    def again(self, topic: str) -> None:
        """Unsubscribe ``topic`` and subscribe it anew."""
        known = self._topics.get(topic)
        if known is not None:
            self._leave(topic)
            self._topics[topic] = _Topic(alone=True)

    def excuse(self, topic: str, now_s: float) -> None:
        """Its silence is the market's: count anew, and be more patient with it."""
        known = self._topics.get(topic)
        if known is not None:
            known.since_s = now_s
            self.bear(topic)

    def bear(self, topic: str, *, most: int = MAX_PATIENCE) -> None:
        """Be more patient with ``topic``, until it delivers a second time."""
        self._patience[topic] = min(self._patience.get(topic, 1) * 2, most)

    def next_request(self, now_s: float) -> Request | None:
        """Return the request to be sent now; None = nothing to say, or too early for the venue."""
        self._earn(now_s)
        if now_s < self._next_s or self._credit < 1.0:
            return None
        request = self._unsubscription() or self._subscription(now_s)
        if request is not None:
            self._credit -= 1.0
            self._rest(now_s, request)
        return request

    def received(self, topic: str, now_s: float) -> bool:
        """Note data; return whether it is the first since the topic was asked for."""
        known = self._topics.get(topic)
        if known is None or known.standing is Standing.QUEUED:
            return False  # of a subscription that ends
        known.since_s = now_s
        if known.standing is Standing.LIVE:
            # The first may be a snapshot, which comes without anything having happened.
            self._patience.pop(topic, None)
            return False
        known.standing = Standing.LIVE
        return True

    def answered(self, control: Control, now_s: float) -> list[Refusal]:
        """Note an ACK or REFUSED; return what is refused for good (until it is asked again).

        A refusal of several topics that names none of them is not believed of each: they are asked
        for again one by one.
        """
        meant = self._meant(control)
        if control.kind is ControlKind.ACK:
            for topic in meant:
                self._stand(topic, Standing.ACKED, now_s)
            return []
        if len(meant) > 1 and not control.topics:
            for topic in meant:
                self._topics[topic] = _Topic(alone=True)
            return []
        for topic in meant:
            self._stand(topic, Standing.REFUSED, now_s)
        return [Refusal(topic, control.reason) for topic in meant]

    def quiet(self, now_s: float) -> Iterator[Quiet]:
        """Yield every topic that was asked for and not refused, with its silence."""
        for topic, known in self._topics.items():
            if known.standing in {Standing.SENT, Standing.ACKED, Standing.LIVE}:
                patience = self._patience.get(topic, 1)
                yield Quiet(topic, known.standing, now_s - known.since_s, patience)

    def settled(self, now_s: float, *, after_s: float) -> bool:
        """Return whether nothing is outstanding: each delivers, is refused or is acked for long."""
        return all(
            known.standing in {Standing.LIVE, Standing.REFUSED}
            or (known.standing is Standing.ACKED and now_s - known.since_s >= after_s)
            for known in self._topics.values()
        )

    def delivering(self, now_s: float, *, within_s: float) -> bool:
        """Return whether any topic got data within the last ``within_s`` seconds."""
        return any(
            known.standing is Standing.LIVE and now_s - known.since_s < within_s
            for known in self._topics.values()
        )

    def _rest(self, now_s: float, request: Request) -> None:
        """Pause after a request; a topic that is subscribed again waits for both at the end."""
        if not request.subscribe and self._owed_s == 0.0 and self._is_queued():
            self._owed_s = self._pause_s
            return
        self._next_s = now_s + self._pause_s + self._owed_s
        self._owed_s = 0.0

    def _is_queued(self) -> bool:
        return any(known.standing is Standing.QUEUED for known in self._topics.values())

    def _earn(self, now_s: float) -> None:
        since_s = 0.0 if self._credited_s is None else now_s - self._credited_s
        self._credit = min(self._credit + since_s * REQUESTS_AFTER_PER_S, BURST_REQUESTS)
        self._credited_s = now_s

    def _leave(self, topic: str) -> None:
        if self._topics[topic].standing in {Standing.SENT, Standing.ACKED, Standing.LIVE}:
            self._leaving.append(topic)

    def _stand(self, topic: str, standing: Standing, now_s: float) -> None:
        known = self._topics[topic]
        known.standing = standing
        known.since_s = now_s

    def _meant(self, control: Control) -> list[str]:
        """Return the topics that an answer speaks of and that wait for one."""
        sent = {topic: known for topic, known in self._topics.items() if self._waits(known)}
        if control.topics:
            return [topic for topic in control.topics if topic in sent]
        if control.request_id:
            return [
                topic for topic, known in sent.items() if str(known.request) == control.request_id
            ]
        if control.kind is ControlKind.ACK and sent:
            oldest = min(known.request for known in sent.values())
            return [topic for topic, known in sent.items() if known.request == oldest]
        return list(sent)

    @staticmethod
    def _waits(known: _Topic) -> bool:
        return known.standing is Standing.SENT

    def _unsubscription(self) -> Request | None:
        topics = tuple(
            self._leaving.popleft() for _ in range(min(self._per_request, len(self._leaving)))
        )
        return Request(next(self._numbers), topics, subscribe=False) if topics else None

    def _subscription(self, now_s: float) -> Request | None:
        topics = tuple(self._due(now_s))
        if not topics:
            return None
        number = next(self._numbers)
        for topic in topics:
            known = self._topics[topic]
            known.standing = Standing.SENT
            known.since_s = now_s
            known.request = number
        return Request(number, topics, subscribe=True)

    def _due(self, now_s: float) -> list[str]:
        """Return the topics of the next request: one that must be alone, or as many as fit."""
        due = []
        for topic, known in self._topics.items():
            if known.standing is Standing.REFUSED and now_s - known.since_s >= RETRY_REFUSED_S:
                return [topic]
            if known.standing is Standing.QUEUED:
                if known.alone:
                    return [topic]
                due.append(topic)
        return due[: self._per_request]
