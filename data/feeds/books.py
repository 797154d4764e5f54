"""The book's way in: from its subscription to its loss, and never what lies between two of them.

Whether the book is whole is the keeper's to say; here is said when a connection that brings it
begins and ends. What the venue sends at the begin of a subscription (a snapshot, on two venues) is
only of use to the connection that counts, so one that takes over subscribes again.
"""

from collections.abc import Callable, Iterable
from typing import Final

from core.domain.events import BookBegins, BookEnds, MarketEvent
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.feeds.health import HealthBoard, State
from data.feeds.side import SideEvent, SideInlet
from data.venues.streams import Stream

TAKEN_OVER: Final = "another connection takes over"


class BookInlet(SideInlet):
    """Submits BookBegins, what the connection brings, and BookEnds, in this order."""

    def __init__(
        self,
        instrument: Instrument,
        streams: Iterable[Stream],
        *,
        submit: Callable[[MarketEvent], None],
        health: HealthBoard,
    ) -> None:
        super().__init__(instrument, streams, submit=submit, health=health)
        self._open = False
        self._sent_on = 0
        self._last_ns: Ns = 0

    def switch(self, epoch: int, *, seamless: bool) -> None:
        """From now on ``epoch`` counts; where it was subscribed before, its begin was missed."""
        with self._lock:
            self._epoch = epoch
            if seamless or self._sent_on == epoch:
                self._end(TAKEN_OVER, self._last_ns)
                self._again = True

    def sent(self, topic: str, *, epoch: int, now_ns: Ns) -> None:
        """The venue is being asked: what comes from now on is the book."""
        with self._lock:
            self._sent_on = epoch
            if epoch != self._epoch or self._open:
                return
            self._open = True
            self._again = False
            self._troubles.pop(topic, None)
            self._base = (State.SYNCING, f"connected; no {self.awaited} yet")
            self._show(now_ns)
            self._submit(BookBegins(self.instrument))

    def doubt(self, *, epoch: int, now_ns: Ns, reason: str) -> None:
        """A change may be lost: the book is not the venue's until it is subscribed again."""
        with self._lock:
            if epoch == self._epoch and self._open:
                self._base = (State.STALE, reason)
                self._show(now_ns)
                self._again = True

    def again(self) -> None:
        """Ask for the topic to be subscribed again; any thread, and never waits."""
        self._again = True

    def _take(self, event: SideEvent, now_ns: Ns) -> None:
        self._last_ns = now_ns
        if self._open:
            self._submit(event)
        else:
            self.discarded += 1

    def _note_loss(self, state: State, now_ns: Ns, reason: str) -> None:
        """The connection, or its subscription, is of no more use to the book."""

    def _say(self, state: State, reason: str, now_ns: Ns) -> None:
        """Say what the connection is worth; the keeper says what the book is."""
        if state is not State.SYNCING:
            self._end(reason, now_ns)
        super()._say(state, reason, now_ns)

    def _end(self, reason: str, now_ns: Ns) -> None:
        if self._open:
            self._open = False
            self._submit(BookEnds(self.instrument, reason, now_ns))
