"""Bybit's rule for keeping a book: snapshots and deltas on one topic, counted by ``u``.

1. A snapshot replaces the book, whenever it comes: after the subscription and after trouble.
2. ``u == 1`` in a snapshot: the service restarted and counts anew; the old ``u`` means nothing.
3. A delta's ``u`` is one more than that of the message before; otherwise one was lost.
4. Lost: unsubscribe and subscribe, and a new snapshot comes. Deltas until then mean nothing.
5. At most as many levels a side as the topic says; after a delta the worst ones go.

Ours, where the page is silent:

6. A delta whose ``u`` and time are not newer is a repeat and changes nothing. After 2, each ``u``
   was in use before: a delta of such a ``u`` must not be older.
7. A snapshot that is older than one of the last few messages is a repeat. Where all of them are as
   old, the service's clock was set back.
8. No snapshot within a few seconds: 4.

Source:
    bybit-exchange.github.io/docs/v5: websocket/public/orderbook. That ``u`` counts by one is said
    for the full book only; recordings of the others agree.
"""

from collections import deque
from collections.abc import Sequence
from typing import Final

from core.domain.events import NO_ID, REST, BookDelta, BookSnapshot
from core.domain.units import NS_PER_S, Ns
from data.venues.sync import (
    NOTHING,
    Action,
    Apply,
    BookSync,
    Lost,
    Newest,
    Pace,
    Phase,
    Replace,
    Resubscribe,
)

PATIENCE_NS: Final[Ns] = 3 * NS_PER_S
"""8. The few seconds."""
_FEW: Final = 4
"""7. The last few messages."""
_RESTARTED: Final = 1


class BybitSync(BookSync):
    """The rule for one instrument; 5 is the book's to keep."""

    def __init__(self) -> None:
        super().__init__()
        self._newest = Newest()
        self._used_id = NO_ID
        self._recent_ns: deque[Ns] = deque(maxlen=_FEW)
        self._since_ns: Ns | None = None
        self._broken = False
        self._subscribing = Pace(answer_ns=PATIENCE_NS)

    def start(self, *, now_ns: Ns) -> Sequence[Action]:
        """Begin; the subscription brings the snapshot."""
        self._wait(now_ns)
        self._used_id = max(self._used_id, self._newest.id)
        self._newest.forget()
        self._recent_ns.clear()
        return NOTHING

    def take(self, event: BookSnapshot | BookDelta, *, now_ns: Ns) -> Sequence[Action]:
        """Take a message of the topic; answers of REST count updates of another book."""
        if isinstance(event, BookSnapshot):
            return NOTHING if event.channel == REST else self._take_snapshot(event)
        self._recent_ns.append(event.ts_event_ns)
        if self.phase is not Phase.LIVE:  # 4.
            self.dropped += 1
            return self._ask(now_ns)
        if self._goes_on(event):
            self._newest.note(event)
            return (Apply(event),)
        if self._newest.is_repeat(event):  # 6.
            return NOTHING
        return self._lose("updates of the book were lost", event.last_id, now_ns)

    def tick(self, *, now_ns: Ns) -> Sequence[Action]:
        """Ask where a snapshot is overdue."""
        return self._ask(now_ns)

    def failed(self, *, now_ns: Ns) -> Sequence[Action]:
        """Nothing is asked for over REST; look for what is overdue."""
        return self._ask(now_ns)

    def doubt(self, reason: str, *, now_ns: Ns) -> Sequence[Action]:
        """Go to 4."""
        return self._lose(reason, self._newest.id, now_ns)

    def _goes_on(self, delta: BookDelta) -> bool:
        """3. Return whether nothing lies between the newest message and this one."""
        newest = self._newest
        if delta.last_id <= self._used_id and delta.ts_event_ns < newest.ts_ns:  # 6.
            return False
        return delta.last_id == newest.id + 1

    def _take_snapshot(self, snapshot: BookSnapshot) -> Sequence[Action]:
        """1 and 2, unless 7."""
        if self._is_repeat(snapshot):
            return NOTHING
        self._used_id = max(self._used_id, self._newest.id)
        self._newest.note(snapshot)
        self._broken = False
        self._subscribing.answered()
        self.phase = Phase.LIVE
        return (Replace(snapshot),)

    def _is_repeat(self, snapshot: BookSnapshot) -> bool:
        old = snapshot.ts_event_ns < max(self._recent_ns, default=0)
        self._recent_ns.append(snapshot.ts_event_ns)
        fresh = self.phase is not Phase.LIVE or snapshot.last_id == _RESTARTED
        return old or (not fresh and self._newest.is_repeat(snapshot))

    def _lose(self, reason: str, came_id: int, now_ns: Ns) -> Sequence[Action]:
        held_id = self._newest.id
        self._wait(now_ns)
        self._broken = True
        return (Lost(reason, held_id, came_id), *self._ask(now_ns))

    def _ask(self, now_ns: Ns) -> Sequence[Action]:
        """4 and 8. Subscribe again, if that is due."""
        if self.phase is Phase.LIVE:
            return NOTHING
        if self._since_ns is None:
            self._since_ns = now_ns
        overdue = now_ns - self._since_ns >= PATIENCE_NS
        if (self._broken or overdue) and self._subscribing.due(now_ns):
            self._broken = False
            self._since_ns = now_ns
            return (Resubscribe("the book"),)
        return NOTHING

    def _wait(self, now_ns: Ns) -> None:
        """Begin to wait for a snapshot."""
        self._broken = False
        self._since_ns = now_ns
        self._subscribing.answered()
        if self.phase is Phase.LIVE:
            self.phase = Phase.STALE
