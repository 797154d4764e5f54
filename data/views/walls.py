"""The walls of one book: those that stand, how others ended, and levels that were filled up again.

The book's changes are read from its log while somebody looks, in the order in which the engine took
them, and settled by the messages' own times.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Final, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np

from core.calc.grouping import runs
from core.calc.icebergs import Iceberg, Icebergs
from core.calc.ledger import Ledger
from core.calc.level_changes import LevelChanges
from core.calc.wall_events import WallEvent, WallEventKind
from core.calc.wall_size import WallSize, WallSizeRule
from core.calc.walls import Walls
from core.domain.arrays import RowArray
from core.domain.events import BookDelta, Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_HOUR, NS_PER_MS, NS_PER_S, Ns
from data.buffers.book_log import Whole
from data.buffers.level_rows import Row, as_rows, delta_rows
from data.buffers.tape import Tape
from data.engine import Engine
from data.venues.sync import Phase

MOST_ENDED: Final = 200
WITHIN_BPS: Final = 50.0
"""Levels so near to the middle say what is usual."""
_SIZES: Final = WallSizeRule(window_ns=NS_PER_HOUR)
_AT_ONCE: Final = 50
"""Entries of the log read in one call: five hundred a second at ten calls."""
_SLOT_NS: Final[Ns] = 100 * NS_PER_MS
"""Changes are settled so often, by their own time."""
_LATE_NS: Final[Ns] = 500 * NS_PER_MS
"""Trades may come so much later than the changes that they made."""
_ENDS: Final = (WallEventKind.EATEN, WallEventKind.PULLED, WallEventKind.MIXED)
_Key: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WallsSpec:
    """Whose walls."""

    any_window: ClassVar[bool] = True  # one reader follows a book
    instrument: InstrumentId

    def query(self) -> "WallsQuery":
        """Return a new query that answers it."""
        return WallsQuery(self)


@dataclass(frozen=True, slots=True)
class WallsView:
    """One moment of the walls.

    Attributes:
        instrument: the grid of ticks and lots.
        standing: what stands now, the largest first: each as it was last told, its size as it was
            last settled.
        ended: how others ended, in the order in which that was known; MOST_ENDED at most.
        icebergs: likewise.
        since_ns: since when the book is followed; None = its first message is awaited.
        not_ready: why it cannot be said what is large, a clause; empty = it can.
        is_live: the book is; else nothing stands.
    """

    instrument: Instrument
    standing: tuple[WallEvent, ...]
    ended: tuple[WallEvent, ...]
    icebergs: tuple[Iceberg, ...]
    since_ns: Ns | None
    not_ready: str
    is_live: bool


class WallsQuery:
    """Follows the book of one instrument for as long as it is asked."""

    def __init__(self, spec: WallsSpec) -> None:
        self.spec = spec

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return the book."""
        return ((self.spec.instrument, Channel.BOOK),)

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> WallsView | None:
        """Return the newest view; None while nothing has come.

        Args:
            from_ns: open of the first bar shown; what ended before is left out.
            now_ns: the source's clock.
        """
        tape = engine.tape(self.spec.instrument)
        if tape is None:
            return None
        following, is_live = followed(tape), tape.book.phase is Phase.LIVE
        following.read(tape)
        standing = sorted(following.standing.values(), key=lambda each: -each.size_lots)
        return WallsView(
            instrument=tape.instrument,
            standing=tuple(standing) if is_live else (),
            ended=tuple(each for each in following.ended if from_ns <= each.event_ns <= now_ns),
            icebergs=tuple(
                each for each in following.icebergs if from_ns <= each.event_ns <= now_ns
            ),
            since_ns=following.since_ns,
            not_ready=following.not_ready,
            is_live=is_live,
        )


class Following:
    """What is known of one book's walls.

    Attributes:
        standing: side and price -> the newest event of each wall that stands.
        ended: how others ended, oldest first.
        icebergs: oldest first.
        since_ns: time of the first message.
    """

    def __init__(self) -> None:
        self.ended: deque[WallEvent] = deque(maxlen=MOST_ENDED)
        self.icebergs: deque[Iceberg] = deque(maxlen=MOST_ENDED)
        self._begin()

    @property
    def not_ready(self) -> str:
        """Return why it cannot be said what is large; empty = it can."""
        return self._sizes.not_ready

    def read(self, tape: Tape) -> None:
        """Take what the log holds, or a part of it where that is much."""
        rows: list[Row] = []
        # The count first: what is read must not be lost.
        for _, entry in zip(range(_AT_ONCE), tape.book.log.read(), strict=False):
            if isinstance(entry, BookDelta):
                rows += delta_rows(entry)
                continue
            self._take(rows)
            rows = []
            if not isinstance(entry, Whole):
                self._ledger.take_trades(entry)
                continue
            if entry.is_first:
                self._begin()
            self._take_levels(entry.levels)
        self._take(rows)

    def _begin(self) -> None:
        self.standing: dict[_Key, WallEvent] = {}
        self.since_ns: Ns | None = None
        self._changes, self._ledger = LevelChanges(), Ledger()
        self._walls, self._finder = Walls(), Icebergs()
        self._sizes = WallSize(_SIZES)
        self._slot = 0
        self._looked_ns: Ns = 0

    def _take(self, rows: list[Row]) -> None:
        if rows:
            self._take_levels(as_rows(rows))

    def _take_levels(self, levels: RowArray) -> None:
        for slot, part in _slots(levels):
            self.since_ns = slot * _SLOT_NS if self.since_ns is None else self.since_ns
            if slot > self._slot:
                self._slot = slot
                self._settle(slot * _SLOT_NS)
            self._ledger.take_changes(self._changes.take(part))

    def _settle(self, at_ns: Ns) -> None:
        """Look at the book, and judge what no trade can change any more."""
        if at_ns - self._looked_ns >= NS_PER_S:
            sizes = self._changes.sizes(within_bps=WITHIN_BPS)
            if sizes.size:  # the first look counts for a minute
                self._looked_ns = at_ns
                self._sizes.look(at_ns, sizes)
        steps = self._ledger.settle(at_ns - _LATE_NS)
        for event in self._walls.take(steps, least_lots=self._sizes.least_lots):
            key = event.side, event.price_ticks
            if event.kind in {WallEventKind.CREATED, WallEventKind.RESIZED}:
                self.standing[key] = event
            else:
                self.standing.pop(key, None)
            if event.kind in _ENDS:
                self.ended.append(event)
        for side, price, lots in steps[["side", "price_ticks", "after_lots"]].tolist():
            if (side, price) in self.standing:
                self.standing[side, price] = replace(self.standing[side, price], size_lots=lots)
        self.icebergs.extend(self._finder.take(steps))


_FOLLOWED: Final[WeakKeyDictionary[Tape, Following]] = WeakKeyDictionary()
"""A book's log has one reader: charts and boards that ask of one book share what it knows."""


def followed(tape: Tape) -> Following:
    """Return what is known of a tape's book; the first to ask begins with it as it is then."""
    following = _FOLLOWED.get(tape)
    if following is None:
        following = _FOLLOWED[tape] = Following()
        tape.book.log.restart()
    return following


def _slots(levels: RowArray) -> Iterator[tuple[int, RowArray]]:
    """Yield the messages of one slot of time together: whole ones, in their order."""
    told_ns = levels["ts_event_ns"]
    slots = np.where(told_ns > 0, told_ns, levels["ts_recv_ns"]) // _SLOT_NS
    for first, end in zip(*runs(slots), strict=True):
        yield int(slots[first]), levels[first:end]
