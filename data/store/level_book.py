"""A book as its stored rows make it: for checkpoints in a recording, and for a book of the past."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from core.domain.arrays import LEVEL_DTYPE, BookSide, LevelFlag, RowArray, stated_depth
from core.domain.events import NO_ID, Level
from core.domain.units import MAX_PRICE_TICKS, Ns

_Change: TypeAlias = tuple[int, int, int]
"""(size_lots, price_ticks, side)."""


class LevelBook:
    """Both sides after the messages taken so far.

    Attributes:
        known: there was a snapshot, and nothing since is missing.
        anew_ns: when the last snapshot reached us.
        ts_event_ns: the venue's time of the last message.
        ts_recv_ns: when the last message reached us.
        update_id: as in LEVEL_DTYPE.
    """

    def __init__(self) -> None:
        self.known = False
        self.anew_ns: Ns = 0
        self.ts_event_ns: Ns = 0
        self.ts_recv_ns: Ns = 0
        self.update_id = NO_ID
        self._sides: dict[int, dict[int, int]] = {BookSide.BID: {}, BookSide.ASK: {}}
        self._depth = 0
        self._rolls = False
        self._range = 0, MAX_PRICE_TICKS

    def take(self, rows: RowArray) -> None:
        """Apply whole messages; what comes before the first snapshot is of no use.

        Args:
            rows: LEVEL_DTYPE[n], in order.
        """
        starts = np.flatnonzero(rows["flags"] & LevelFlag.FIRST).tolist()
        changes: list[_Change] = rows[["size_lots", "price_ticks", "side"]].tolist()
        for low, high in pairwise([*starts, rows.size]):
            if rows["flags"][low] & LevelFlag.SNAPSHOT:
                self._begin(rows[low], changes[low:high])
            elif self.known:
                self._apply(changes[low:high])
        if rows.size and self.known:
            newest = rows[-1]
            self.ts_event_ns = int(newest["ts_event_ns"])
            self.ts_recv_ns = int(newest["ts_recv_ns"])
            self.update_id = int(newest["update_id"])

    def top(self, count: int) -> tuple[list[Level], list[Level]]:
        """Return the best ``count`` bids and asks, best first."""
        bids, asks = self._sides[BookSide.BID], self._sides[BookSide.ASK]
        return (
            [(ticks, bids[ticks]) for ticks in sorted(bids, reverse=True)[:count]],
            [(ticks, asks[ticks]) for ticks in sorted(asks)[:count]],
        )

    def rows(self, *, at_ns: Ns) -> RowArray:
        """Return the book as messages that make it anew; it must be known.

        The first is a snapshot of what is known; what was seen beyond follows as a change.

        Args:
            at_ns: the time that the rows bear, when they are put between others.
        """
        low, high = self._known_range()
        levels = [
            (lots, ticks, side)
            for side, held in self._sides.items()
            for ticks, lots in held.items()
        ]
        inside = [each for each in levels if low <= each[1] <= high]
        beyond = [each for each in levels if not low <= each[1] <= high]
        flags = LevelFlag.SNAPSHOT | (LevelFlag.ROLLS if self._rolls else 0)
        depth = self._depth
        if not self._rolls:
            depth = stated_depth([each[2] for each in inside], from_ticks=low, to_ticks=high)
        parts = [self._message(inside or [(0, 0, BookSide.NONE)], at_ns, flags, depth)]
        if beyond:
            parts.append(self._message(beyond, at_ns, 0, 0))
        return np.concatenate(parts)

    def _begin(self, first: np.void, changes: Sequence[_Change]) -> None:
        for held in self._sides.values():
            held.clear()
        self.known = True
        self.anew_ns = int(first["ts_recv_ns"])
        self._depth = int(first["depth"])
        self._rolls = bool(first["flags"] & LevelFlag.ROLLS)
        self._apply(changes)
        self._range = self._proven_range()

    def _apply(self, changes: Iterable[_Change]) -> None:
        sides = self._sides
        for lots, ticks, side in changes:
            if lots:
                sides[side][ticks] = lots
            elif side:
                sides[side].pop(ticks, None)
        if self._rolls and self._depth:
            self._cut(BookSide.BID)
            self._cut(BookSide.ASK)

    def _cut(self, side: int) -> None:
        """Let the worst levels go: the stream says nothing of them any more."""
        held = self._sides[side]
        if len(held) > self._depth:
            for ticks in sorted(held, reverse=side == BookSide.BID)[self._depth :]:
                del held[ticks]

    def _known_range(self) -> tuple[int, int]:
        return self._proven_range() if self._rolls else self._range

    def _proven_range(self) -> tuple[int, int]:
        """Return from which bid to which ask the levels held now are all there are."""
        bids, asks = self._sides[BookSide.BID], self._sides[BookSide.ASK]
        low = 0 if len(bids) < self._depth or not bids else min(bids)
        high = MAX_PRICE_TICKS if len(asks) < self._depth or not asks else max(asks)
        return low, high

    def _message(self, levels: Sequence[_Change], at_ns: Ns, flags: int, depth: int) -> RowArray:
        rows = np.zeros(len(levels), LEVEL_DTYPE)
        rows["size_lots"], rows["price_ticks"], rows["side"] = np.array(levels).T
        rows["ts_event_ns"], rows["ts_recv_ns"] = self.ts_event_ns, at_ns
        rows["update_id"], rows["depth"] = self.update_id, depth
        rows["flags"] = flags
        rows["flags"][0] |= LevelFlag.FIRST
        return rows
