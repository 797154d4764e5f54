"""OKX's rule for keeping a book: a snapshot and updates on one channel, chained by their ids.

1. A snapshot of the channel replaces the book; its ``prevSeqId`` is -1 or absent.
2. An update's ``prevSeqId`` must be the ``seqId`` of the message before. Ids are labels: they jump.
3. About a minute without a change: an update without levels whose ``seqId`` is its ``prevSeqId``.
4. After maintenance ``seqId`` may be smaller than ``prevSeqId``; the chain still holds.
5. The chain is broken: unsubscribe and subscribe, and a new snapshot comes.

Announced on 2026-02-12, not seen yet: no snapshot comes by itself.

6. Keep the updates. When none came with a snapshot before them for a few seconds, fetch one over
   REST; its ``seqId`` is S. Drop updates with ``seqId <= S``; the first applied has
   ``prevSeqId <= S < seqId``. An update that names S itself is found by that, ids being labels.

Ours, where the page is silent:

7. What is older by the venue's clock is a repeat and changes nothing.
8. What is kept is bounded. Where ids went back (4), only what came after is kept, and a snapshot
   from before is known by its time.
9. Recordings from before 2023 have no ids. All stand for one id, so that the chain always holds,
   and the checksum proves each message instead.

Source:
    www.okx.com/docs-v5, Order Book Trading, Market Data, WS / Order book channel; change log.
"""

from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Final

from core.domain.events import REST, BookDelta, BookSnapshot
from core.domain.units import NS_PER_S, Ns
from data.venues.okx.checksum import checksum
from data.venues.sync import (
    BACKLOG,
    NOTHING,
    Action,
    Apply,
    BookSync,
    FetchSnapshot,
    Lost,
    Newest,
    Pace,
    Phase,
    Replace,
    Resubscribe,
)

PATIENCE_NS: Final[Ns] = 3 * NS_PER_S
"""6. The few seconds."""


class OkxSync(BookSync):
    """The rule for one instrument."""

    checksum = staticmethod(checksum)

    def __init__(self) -> None:
        super().__init__()
        self._newest = Newest(by_time=True)
        self._kept: deque[BookDelta] = deque(maxlen=BACKLOG)  # 8.
        self._snapshot: BookSnapshot | None = None
        self._began_ns: Ns = 0
        self._since_ns: Ns | None = None
        self._broken = False
        self._subscribing = Pace(answer_ns=PATIENCE_NS)
        self._fetching = Pace()

    def start(self, *, now_ns: Ns) -> Sequence[Action]:
        """Begin; the subscription brings the snapshot."""
        self._drop(now_ns)
        self._newest.forget()
        self._began_ns = 0
        return NOTHING

    def take(self, event: BookSnapshot | BookDelta, *, now_ns: Ns) -> Sequence[Action]:
        """Take a message of the channel, or the snapshot that was asked for."""
        if isinstance(event, BookSnapshot):
            return self._take_snapshot(event, now_ns)
        if self.phase is not Phase.LIVE:
            return self._keep(event, now_ns)
        if self._goes_on(event):
            self._newest.note(event)
            return (Apply(event),)
        if self._newest.is_repeat(event):  # 7.
            return NOTHING
        held_id = self._newest.id
        self._drop(now_ns)
        self._broken = True  # 5.
        lost = Lost("updates of the book were lost", held_id, event.last_id)
        return (lost, *self._keep(event, now_ns))

    def tick(self, *, now_ns: Ns) -> Sequence[Action]:
        """Ask where a snapshot is overdue."""
        if self._since_ns is None:
            self._since_ns = now_ns
        if not self._kept and now_ns - self._since_ns >= PATIENCE_NS:
            self._broken = True
        return self._ask(now_ns)

    def failed(self, *, now_ns: Ns) -> Sequence[Action]:
        """Ask again, when it is time."""
        self._fetching.answered()
        return self._ask(now_ns)

    def doubt(self, reason: str, *, now_ns: Ns) -> Sequence[Action]:
        """Go to 5."""
        held_id = self._newest.id
        self._drop(now_ns)
        self._broken = True
        return (Lost(reason, held_id), *self._ask(now_ns))

    def _take_snapshot(self, snapshot: BookSnapshot, now_ns: Ns) -> Sequence[Action]:
        live = self.phase is Phase.LIVE
        if snapshot.channel == REST:
            self._fetching.answered()
            if live:
                return NOTHING
            self._snapshot = snapshot
            return self._splice() or self._ask(now_ns)
        if live and self._newest.is_repeat(snapshot):  # 7.
            return NOTHING
        self._newest.note(snapshot)
        return self._live(Replace(snapshot))  # 1.

    def _goes_on(self, update: BookDelta) -> bool:
        """2 to 4, 9. Return whether nothing lies between the newest message and this one."""
        return update.previous_id == self._newest.id

    def _keep(self, update: BookDelta, now_ns: Ns) -> Sequence[Action]:
        """6. Keep what came without a hole."""
        if self._since_ns is None:
            self._since_ns = now_ns
        if self._kept and not self._goes_on(update):
            if self._newest.is_repeat(update):
                return NOTHING
            self._let_go(self._kept)
        self._newest.note(update)
        if update.previous_id is not None and update.last_id < update.previous_id:  # 8.
            self._let_go(self._kept)
            self._count_unused(1)
            self._snapshot = None
            self._began_ns = update.ts_event_ns
        else:
            self._put_aside(self._kept, update)
        return self._splice() or self._ask(now_ns)

    def _splice(self) -> Sequence[Action]:
        """6. Join the snapshot and what was kept, once they meet."""
        snapshot = self._snapshot
        if snapshot is None or not self._kept:
            return NOTHING
        first = self._first_after(snapshot)
        if first is not None:
            self.dropped += first
            book = Replace(snapshot, tuple(islice(self._kept, first, None)))
            self._kept.clear()
            return self._live(book)
        if self._is_behind(snapshot):
            self._snapshot = None
        return NOTHING

    def _first_after(self, snapshot: BookSnapshot) -> int | None:
        """Return how many of the updates kept are in the snapshot; None = they do not meet."""
        at = snapshot.last_id
        if snapshot.ts_event_ns <= self._began_ns:
            return None
        for index, update in enumerate(self._kept):
            if update.previous_id == at:
                return index
        if self._newest.id == at:
            return len(self._kept)
        for index, update in enumerate(self._kept):
            if update.previous_id is not None and update.previous_id <= at < update.last_id:
                return index
        return None

    def _is_behind(self, snapshot: BookSnapshot) -> bool:
        """Return whether no update to come can meet the snapshot."""
        first_id = self._kept[0].previous_id
        old = snapshot.ts_event_ns <= self._began_ns
        return old or (first_id is not None and first_id > snapshot.last_id)

    def _live(self, book: Replace) -> Sequence[Action]:
        self._let_go(self._kept)
        self._snapshot = None
        self._broken = False
        self._subscribing.answered()
        self._fetching.answered()
        self.phase = Phase.LIVE
        return (book,)

    def _ask(self, now_ns: Ns) -> Sequence[Action]:
        """5 and 6. Subscribe again, if that is due; fetch, if that has not helped."""
        if self.phase is Phase.LIVE:
            return NOTHING
        if self._broken and self._subscribing.due(now_ns):
            self._broken = False
            self._since_ns = now_ns
            return (Resubscribe("the book"),)
        overdue = self._since_ns is not None and now_ns - self._since_ns >= PATIENCE_NS
        if self._kept and overdue and self._fetching.due(now_ns):
            return (FetchSnapshot("no snapshot came with the book"),)
        return NOTHING

    def _drop(self, now_ns: Ns) -> None:
        """Forget what was kept, and begin to wait for a snapshot."""
        self._let_go(self._kept)
        self._snapshot = None
        self._broken = False
        self._since_ns = now_ns
        self._subscribing.answered()
        self._fetching.answered()
        if self.phase is Phase.LIVE:
            self.phase = Phase.STALE
