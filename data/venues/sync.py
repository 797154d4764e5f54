"""What the venues' rules for keeping a book share: phases, actions, and when to ask again.

A rule is told what came and when; it says what to do as values. It opens no socket, asks no clock
and holds no book, so that a test can play a year of faults to it in seconds.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from core.domain.events import NO_ID, BookDelta, BookSnapshot, Level
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_S, Ns

BACKLOG: Final = 200
"""Deltas kept while a snapshot is awaited: 20 s of a venue that sends ten a second."""
REPEATS: Final = 50
"""So many old messages in a row are no repeats: the venue's ids or clock began again."""
APART_NS: Final[Ns] = NS_PER_S
EVERY_NS: Final[Ns] = 8 * NS_PER_S
BURST: Final = 5
"""Five questions a second apart, then one in 8 s, if the rule does not say otherwise."""
ANSWER_NS: Final[Ns] = 10 * NS_PER_S


class Phase(StrEnum):
    """What a book is worth."""

    SYNCING = "syncing"
    """There was none yet."""
    LIVE = "live"
    """Every update since the snapshot is in it."""
    STALE = "stale"
    """It was live; then updates were lost or it was found wrong."""


class Apply(msgspec.Struct, frozen=True):
    """Change the book by this delta."""

    delta: BookDelta


class Replace(msgspec.Struct, frozen=True):
    """Make the book anew, in one step.

    Attributes:
        deltas: what came after the snapshot, in order.
        merge: the book is live; what it knows beyond the snapshot's range stays.
    """

    snapshot: BookSnapshot
    deltas: tuple[BookDelta, ...] = ()
    merge: bool = False


class FetchSnapshot(msgspec.Struct, frozen=True):
    """Ask for a snapshot over REST; the answer, or that none came, goes back to the rule."""

    reason: str


class Resubscribe(msgspec.Struct, frozen=True):
    """Unsubscribe the book's topic and subscribe it again, so that the venue sends a snapshot."""

    reason: str


class Lost(msgspec.Struct, frozen=True):
    """The book is no longer the venue's.

    Attributes:
        reason: one clause for the trader.
        held_id: the update that the book is at.
        came_id: what came instead of the next one; NO_ID = it was not about ids.
    """

    reason: str
    held_id: int
    came_id: int = NO_ID


Action: TypeAlias = Apply | Replace | FetchSnapshot | Resubscribe | Lost
Checksum: TypeAlias = Callable[[Instrument, Sequence[Level], Sequence[Level]], int]
"""Of the best 25 bids and asks, best first."""

NOTHING: Final[tuple[Action, ...]] = ()


class BookSync(ABC):
    """One venue's rule, for one instrument.

    Attributes:
        phase: what the book is worth, once the actions returned so far are carried out.
        dropped: deltas of no use, since they came before the snapshot or were in it.
        checksum: how the venue's checksums are made; None = it sends none.
    """

    checksum: Checksum | None = None

    def __init__(self) -> None:
        self.phase = Phase.SYNCING
        self.dropped = 0

    @abstractmethod
    def start(self, *, now_ns: Ns) -> Sequence[Action]:
        """Begin on a connection that was just subscribed: what came before means nothing."""

    @abstractmethod
    def take(self, event: BookSnapshot | BookDelta, *, now_ns: Ns) -> Sequence[Action]:
        """Take the next message, in the order of arrival; or a snapshot that was asked for."""

    @abstractmethod
    def tick(self, *, now_ns: Ns) -> Sequence[Action]:
        """Look for what is overdue; call it every second or so."""

    @abstractmethod
    def failed(self, *, now_ns: Ns) -> Sequence[Action]:
        """Note that a snapshot that was asked for will not come."""

    @abstractmethod
    def doubt(self, reason: str, *, now_ns: Ns) -> Sequence[Action]:
        """Give the book up: it was found wrong by other means than its ids."""

    def _put_aside(self, kept: deque[BookDelta], delta: BookDelta) -> None:
        """Keep a delta for a snapshot to come; the oldest goes where too many wait."""
        if len(kept) == kept.maxlen:
            self._count_unused(1)
        kept.append(delta)

    def _let_go(self, kept: deque[BookDelta]) -> None:
        """Forget what no snapshot will be joined with."""
        self._count_unused(len(kept))
        kept.clear()

    def _count_unused(self, deltas: int) -> None:
        """Count deltas as dropped, unless the book is live and has them already."""
        if self.phase is not Phase.LIVE:
            self.dropped += deltas

    def refresh(self, *, now_ns: Ns) -> Sequence[Action]:  # noqa: ARG002 - for rules that can
        """Widen what is known while the book stays live, since prices near the end of it.

        Only for books that do not roll.
        """
        return NOTHING


class Pace:
    """When to ask: at once, a few times a second apart, and then ever so often.

    That asking helped does not count: a book that breaks every few seconds must not use up what a
    venue allows.

    Attributes:
        waits: an answer is awaited.
    """

    def __init__(self, *, answer_ns: Ns = ANSWER_NS, every_ns: Ns = EVERY_NS) -> None:
        """Begin.

        Args:
            answer_ns: an answer that takes longer is not waited for.
            every_ns: between two questions, in the long run.
        """
        self._answer_ns = answer_ns
        self._every_ns = every_ns
        self._asked_ns: Ns | None = None
        self.waits = False
        self._credit_ns = BURST * every_ns

    def due(self, now_ns: Ns) -> bool:
        """Return whether to ask now; if so, it counts as asked."""
        credit_ns = self._credit_ns
        if self._asked_ns is not None:
            since_ns = now_ns - self._asked_ns
            if since_ns < 0:  # the clock was set back: how long it has been is not known
                since_ns = self._answer_ns
            credit_ns = min(credit_ns + since_ns, BURST * self._every_ns)
            if since_ns < (self._answer_ns if self.waits else APART_NS):
                return False
        if credit_ns < self._every_ns:
            return False
        self._credit_ns = credit_ns - self._every_ns
        self._asked_ns = now_ns
        self.waits = True
        return True

    def answered(self) -> None:
        """Note an answer, of whatever worth, or that none is waited for any more."""
        self.waits = False


class Newest:
    """The newest message of a stream; tells a repeat from ids that began again.

    A repeat is not newer by the venue's ids nor by its clock. Where only the ids went back, the
    venue began to count anew.

    Attributes:
        id: its ``last_id``; NO_ID = none came yet.
        ts_ns: the venue's time of it.
    """

    __slots__ = ("_by_time", "_repeats", "id", "ts_ns")

    def __init__(self, *, by_time: bool = False) -> None:
        """Begin.

        Args:
            by_time: ids may go back, so the clock decides, and ids only where it stood still.
        """
        self._by_time = by_time
        self.forget()

    def forget(self) -> None:
        """Begin anew: nothing came yet."""
        self.id = NO_ID
        self.ts_ns: Ns = 0
        self._repeats = 0

    def note(self, event: BookSnapshot | BookDelta) -> None:
        """Note a message that is newer."""
        self.id = event.last_id
        self.ts_ns = event.ts_event_ns
        self._repeats = 0

    def is_repeat(self, event: BookSnapshot | BookDelta) -> bool:
        """Return whether ``event`` is nothing new; it is counted as such."""
        if self._by_time:
            older = event.ts_event_ns < self.ts_ns
            repeat = older or (event.ts_event_ns == self.ts_ns and event.last_id <= self.id)
        else:
            repeat = event.last_id <= self.id and event.ts_event_ns <= self.ts_ns
        self._repeats = self._repeats + 1 if repeat else 0
        return repeat and self._repeats <= REPEATS
