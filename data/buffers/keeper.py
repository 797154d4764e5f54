"""Keeps one instrument's book by its venue's rule, and gives it up when it proves wrong.

Pure but for the book's lock: events and times go in, what others must do comes out.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from core.domain.events import BookDelta, BookSnapshot
from core.domain.units import MAX_PRICE_TICKS, NS_PER_MS, NS_PER_S, Ns
from data.buffers.followed_book import FollowedBook
from data.venues.sync import (
    Action,
    Apply,
    BookSync,
    FetchSnapshot,
    Lost,
    Phase,
    Replace,
    Resubscribe,
)

CROSSED_NS: Final[Ns] = 500 * NS_PER_MS
"""A book may be crossed or locked so long: a few of the venue's messages."""
LONGEST_CROSSED_NS: Final[Ns] = 64 * NS_PER_S
"""Where syncing anew does not help, the venue's own book is crossed (OKX before an opening)."""
_PROVEN_LEVELS: Final = 25
_MARGIN: Final = 4
"""A new range is asked for when a quarter of the known one is left."""

Request: TypeAlias = FetchSnapshot | Resubscribe | Lost
"""What a keeper cannot do by itself: ask the venue, and write down a gap."""


class BookKeeper:
    """One book and its rule.

    Attributes:
        book: to be read in any phase, but only LIVE is the present.
        reason: why it is not live; empty while it is, and before it ever was.
        applied: deltas that went into the book.
        lost: times that it was given up.
        crossed: messages after which it was crossed or locked.
        left_out: levels that the book lacks, since their prices lay between two ticks.
        told: is told each delta when it was applied, and None when the book was made anew.
    """

    def __init__(self, sync: BookSync) -> None:
        self.book = FollowedBook()
        self.reason = ""
        self.applied = 0
        self.lost = 0
        self.crossed = 0
        self.left_out = 0
        self.told: Callable[[BookDelta | None], None] | None = None
        self._sync = sync
        self._tolerated_ns = CROSSED_NS
        self._crossed_since_ns: Ns | None = None
        self._low_ticks = 0
        self._high_ticks = MAX_PRICE_TICKS

    @property
    def phase(self) -> Phase:
        """What the book is worth."""
        return self._sync.phase

    @property
    def dropped(self) -> int:
        """Deltas of no use, since they came before the snapshot or were in it."""
        return self._sync.dropped

    def start(self, *, now_ns: Ns) -> list[Request]:
        """Begin on a connection that was just subscribed."""
        return self._carry_out(self._sync.start(now_ns=now_ns), now_ns)

    def take(self, event: BookSnapshot | BookDelta, *, now_ns: Ns) -> list[Request]:
        """Take a message, in the order of arrival; or a snapshot that was asked for."""
        self.left_out += event.left_out
        return self._carry_out(self._sync.take(event, now_ns=now_ns), now_ns)

    def failed(self, *, now_ns: Ns) -> list[Request]:
        """Note that a snapshot that was asked for will not come."""
        return self._carry_out(self._sync.failed(now_ns=now_ns), now_ns)

    def tick(self, *, now_ns: Ns) -> list[Request]:
        """Look for what is overdue; call it every second or so."""
        requests = self._carry_out(self._sync.tick(now_ns=now_ns), now_ns)
        return requests + self._look(now_ns) if self.phase is Phase.LIVE else requests

    def _carry_out(self, actions: Sequence[Action], now_ns: Ns) -> list[Request]:
        """Do what concerns the book, and return the rest."""
        requests: list[Request] = []
        for action in actions:
            if isinstance(action, Apply):
                self.book.apply(action.delta)
                self.applied += 1
                if self.told is not None:
                    self.told(action.delta)
                requests += self._check(action.delta, now_ns)
            elif isinstance(action, Replace):
                self._replace(action)
                last = action.deltas[-1] if action.deltas else action.snapshot
                requests += self._check(last, now_ns)
            else:
                requests.append(action)
                self._note(action)
        return requests

    def _replace(self, action: Replace) -> None:
        book = self.book
        book.replace(action.snapshot, action.deltas, merge=action.merge)
        if not action.merge:
            self.applied += len(action.deltas)
        if self.told is not None:
            self.told(None)
        self.reason = ""
        self._crossed_since_ns = None
        self._low_ticks, self._high_ticks = 0, MAX_PRICE_TICKS
        if book.rolls:
            return
        bid, ask = book.best_bid_ticks, book.best_ask_ticks
        if bid is not None and book.known_from_ticks > 0:
            room = max(bid - book.known_from_ticks, 0)
            self._low_ticks = book.known_from_ticks + room // _MARGIN
        if ask is not None and book.known_to_ticks < MAX_PRICE_TICKS:
            room = max(book.known_to_ticks - ask, 0)
            self._high_ticks = book.known_to_ticks - room // _MARGIN

    def _note(self, action: Request) -> None:
        if isinstance(action, Lost):
            self.lost += 1
            self.book.lose()
            self.reason = action.reason

    def _check(self, event: BookSnapshot | BookDelta, now_ns: Ns) -> list[Request]:
        """Return what is to be done after a change; mostly nothing."""
        if event.checksum is not None and not self._is_proven(event, event.checksum):
            reason = "the book did not have the checksum that came with it"
            return self._carry_out(self._sync.doubt(reason, now_ns=now_ns), now_ns)
        return self._look(now_ns)

    def _is_proven(self, event: BookSnapshot | BookDelta, checksum: int) -> bool:
        made = self._sync.checksum
        return made is None or made(event.instrument, *self.book.top(_PROVEN_LEVELS)) == checksum

    def _look(self, now_ns: Ns) -> list[Request]:
        """Look whether the sides cross, and how far prices are from the end of what is known."""
        bid, ask = self.book.best_bid_ticks, self.book.best_ask_ticks
        if bid is None or ask is None:
            return []
        if bid >= ask:
            return self._cross(now_ns)
        self._crossed_since_ns = None
        self._tolerated_ns = CROSSED_NS
        if bid <= self._low_ticks or ask >= self._high_ticks:
            return self._carry_out(self._sync.refresh(now_ns=now_ns), now_ns)
        return []

    def _cross(self, now_ns: Ns) -> list[Request]:
        """Tolerate for a while that the sides cross, then give the book up."""
        self.crossed += 1
        if self._crossed_since_ns is None:
            self._crossed_since_ns = now_ns
        if now_ns - self._crossed_since_ns < self._tolerated_ns:
            return []
        self._crossed_since_ns = None
        self._tolerated_ns = min(2 * self._tolerated_ns, LONGEST_CROSSED_NS)
        reason = "its bids and asks crossed for too long"
        return self._carry_out(self._sync.doubt(reason, now_ns=now_ns), now_ns)
