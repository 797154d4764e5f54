"""Binance's rule for keeping a book: a stream of deltas, and a snapshot over REST.

1. Keep the deltas of the stream.
2. Fetch a snapshot; its ``lastUpdateId`` is L.
3. L is before the oldest delta kept: the snapshot is too old; fetch again, the stream goes on.
4. Drop deltas that are in the snapshot: ``u <= L``; on USD-M ``u < L``.
5. The first delta applied must go on from L: ``U <= L + 1 <= u``; on USD-M ``U <= L <= u`` or
   ``pu == L``, for which we take ``pu <= L <= u``: nothing after L lies before it.
6. From then on each delta goes on from the one before: ``U`` is at most its ``u + 1``; on USD-M
   ``pu`` is its ``u``. Otherwise updates were lost: go to 1.

Ours, where the pages are silent:

7. A delta whose ids and time are not newer is a repeat and changes nothing. Where only its ids
   went back, they began again: go to 1.
8. What is kept is bounded; when it is full the oldest goes, so that 3 may ask for a newer snapshot.
9. L is after the newest delta kept: the stream is behind; wait for it before the book is live.
10. A snapshot knows a range of prices. Before they leave it, a new one is fetched and spliced in
    the same way while the book stays live.

Source:
    Spot: binance-spot-api-docs, web-socket-streams.md, How to manage a local order book correctly.
    Perpetuals: USDS-Margined Futures, How to manage a local order book correctly.
"""

from collections import deque
from collections.abc import Sequence
from typing import Final

from core.domain.events import BookDelta, BookSnapshot
from core.domain.instrument import MarketKind
from core.domain.units import NS_PER_S, Ns
from data.venues.sync import (
    BACKLOG,
    EVERY_NS,
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
)

_QUIET_NS: Final[Ns] = 2 * NS_PER_S
"""A book so quiet is asked for before its first delta."""
_EVERY_NS: Final = {MarketKind.SPOT: EVERY_NS, MarketKind.PERP: 2 * NS_PER_S}
"""Three books use what is allowed: weights of 250 of 6000 a minute on spot, 20 of 2400 else."""


class BinanceSync(BookSync):
    """The rule for one instrument."""

    def __init__(self, kind: MarketKind) -> None:
        super().__init__()
        self._links = kind is MarketKind.PERP
        self._newest = Newest()
        self._kept: deque[BookDelta] = deque(maxlen=BACKLOG)  # 8.
        self._snapshot: BookSnapshot | None = None
        self._pace = Pace(every_ns=_EVERY_NS[kind])
        self._refreshing = False
        self._since_ns: Ns | None = None

    def start(self, *, now_ns: Ns) -> Sequence[Action]:
        """Begin; the snapshot is asked for once the stream delivers."""
        self._drop()
        self._newest.forget()
        self._since_ns = now_ns
        return NOTHING

    def take(self, event: BookSnapshot | BookDelta, *, now_ns: Ns) -> Sequence[Action]:
        """Take a delta of the stream, or the snapshot that was asked for."""
        if isinstance(event, BookSnapshot):
            return self._take_snapshot(event, now_ns)
        if self.phase is not Phase.LIVE:
            return self._keep(event, now_ns)
        if not self._goes_on(event):
            return self._break(event, now_ns)
        self._newest.note(event)
        if not self._refreshing:
            return (Apply(event),)
        asked = self._ask(now_ns)
        if self._pace.waits or self._snapshot is not None:
            self._put_aside(self._kept, event)
        return (Apply(event), *self._splice(), *asked)

    def tick(self, *, now_ns: Ns) -> Sequence[Action]:
        """Ask where an answer is overdue, or where the stream is quiet from its start."""
        if self._kept or (self._since_ns is not None and now_ns - self._since_ns >= _QUIET_NS):
            return self._ask(now_ns)
        return NOTHING

    def failed(self, *, now_ns: Ns) -> Sequence[Action]:
        """Ask again, when it is time."""
        self._pace.answered()
        return self._ask(now_ns)

    def doubt(self, reason: str, *, now_ns: Ns) -> Sequence[Action]:
        """Go to 1."""
        held_id = self._newest.id
        self._drop()
        return (Lost(reason, held_id), *self._ask(now_ns))

    def refresh(self, *, now_ns: Ns) -> Sequence[Action]:
        """10. Keep deltas from now on, and fetch."""
        if self.phase is not Phase.LIVE or self._refreshing:
            return NOTHING
        self._refreshing = True
        return self._ask(now_ns)

    def _after(self, delta: BookDelta) -> int:
        """Return the id that ``delta`` goes on from."""
        if self._links and delta.previous_id is not None:
            return delta.previous_id
        return delta.first_id - 1

    def _goes_on(self, delta: BookDelta) -> bool:
        """6. Return whether nothing lies between the newest delta and this one."""
        if self._links:
            return delta.previous_id == self._newest.id
        return delta.first_id - 1 <= self._newest.id < delta.last_id

    def _break(self, delta: BookDelta, now_ns: Ns) -> Sequence[Action]:
        """6 and 7. Go to 1, unless the delta is a repeat."""
        if self._newest.is_repeat(delta):
            return NOTHING
        held_id = self._newest.id
        self._drop()
        self._newest.note(delta)
        self._put_aside(self._kept, delta)  # 1.
        lost = Lost("updates of the book were lost", held_id, delta.last_id)
        return (lost, *self._ask(now_ns))

    def _keep(self, delta: BookDelta, now_ns: Ns) -> Sequence[Action]:
        """1. Keep what came without a hole."""
        if self._kept and not self._goes_on(delta):
            if self._newest.is_repeat(delta):
                return NOTHING
            self._let_go(self._kept)
        self._newest.note(delta)
        self._put_aside(self._kept, delta)
        return (*self._splice(), *self._ask(now_ns))

    def _take_snapshot(self, snapshot: BookSnapshot, now_ns: Ns) -> Sequence[Action]:
        self._pace.answered()
        if self.phase is Phase.LIVE and not self._refreshing:
            return NOTHING
        self._snapshot = snapshot
        return self._splice() or self._ask(now_ns)

    def _splice(self) -> Sequence[Action]:
        """3 to 5. Join the snapshot and what was kept, once they meet."""
        snapshot = self._snapshot
        if snapshot is None or not self._kept:
            return NOTHING
        if self._after(self._kept[0]) > snapshot.last_id:  # 3.
            self._snapshot = None
            return NOTHING
        if self._newest.id < snapshot.last_id:  # 9.
            return NOTHING
        drop_to = snapshot.last_id if self._links else snapshot.last_id + 1
        while self._kept and self._kept[0].last_id < drop_to:  # 4.
            self._kept.popleft()
            self._count_unused(1)
        book = Replace(snapshot, tuple(self._kept), merge=self._refreshing)  # 5.
        self._kept.clear()
        self._drop()
        self.phase = Phase.LIVE
        return (book,)

    def _ask(self, now_ns: Ns) -> Sequence[Action]:
        """2. Fetch, if that is due and not yet known to be of no use."""
        if self.phase is Phase.LIVE and not self._refreshing:
            return NOTHING
        if self._snapshot is not None and not self._kept:
            return NOTHING
        if not self._pace.due(now_ns):
            return NOTHING
        if not self._refreshing:
            return (FetchSnapshot("the book"),)
        self._let_go(self._kept)
        return (FetchSnapshot("the range of the book"),)

    def _drop(self) -> None:
        """Forget what was kept for a snapshot."""
        self._let_go(self._kept)
        self._snapshot = None
        self._refreshing = False
        self._since_ns = None
        self._pace.answered()
        if self.phase is Phase.LIVE:
            self.phase = Phase.STALE
