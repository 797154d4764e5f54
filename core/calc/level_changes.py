"""Level changes: what each message of a book did to each price, and which prices it tells of."""

from itertools import pairwise
from typing import Final

import numpy as np

from core.calc.level_side import Change, LevelSide
from core.domain.arrays import BookSide, IntArray, LevelFlag, RowArray
from core.domain.units import Ns

CHANGE_DTYPE: Final = np.dtype(
    [
        ("ts_ns", "<i8"),  # of the message, never before the message before it
        ("message", "<i8"),  # counts the messages from 0
        ("before_lots", "<i8"),  # as last known; 0 = nothing, or never known
        ("after_lots", "<i8"),
        ("price_ticks", "<i4"),
        ("bid_ticks", "<i4"),  # best after the message; 0 = nobody bids
        ("ask_ticks", "<i4"),  # best after the message; 0 = nobody offers
        ("side", "<i1"),  # BookSide
        ("kind", "<i1"),  # ChangeKind
    ]
)
"""One level that a message changed, 46 bytes."""


class LevelChanges:
    """Follows one book, message by message; what comes before its first snapshot is left out.

    A book that rolls shows only its best ``depth`` levels: one that others push out has not been
    cancelled, and what rests at one that comes back is not new. A delta that takes away a level
    worse than all of a side that stays full tells the same.
    """

    def __init__(self) -> None:
        self._sides = {BookSide.BID: LevelSide(BookSide.BID), BookSide.ASK: LevelSide(BookSide.ASK)}
        self._message = -1
        self._ts_ns: Ns = 0
        self._depth = 0
        self._rolls = False

    def take(self, levels: RowArray) -> RowArray:
        """Return what the next messages changed.

        Args:
            levels: LEVEL_DTYPE[n], whole messages in their order. Where the venue gives no time
                the receipt's stands for it.

        Returns:
            CHANGE_DTYPE[m] in the order of the messages; a size that stayed makes no row, but of
            a snapshot every level does.

        Source:
            DEFINITIONS section 11.
        """
        starts = np.flatnonzero(levels["flags"] & LevelFlag.FIRST)
        rows: list[tuple[int, ...]] = []
        for low, high in pairwise([*starts.tolist(), levels.size]):
            rows += self._take(levels[low:high])
        return np.array(rows, CHANGE_DTYPE)

    def sizes(self, *, within_bps: float) -> IntArray:
        """Return the sizes of both sides that far from the middle; empty without two sides."""
        bid, ask = (side.best() for side in self._sides.values())
        if not bid or not ask:
            return np.zeros(0, np.int64)
        middle = (bid + ask) / 2
        reach = middle * within_bps / 1e4
        near = [
            lots
            for side in self._sides.values()
            for key, lots in side.lots.items()
            if abs(key * side.sign - middle) <= reach
        ]
        return np.array(near, np.int64)

    def _take(self, rows: RowArray) -> list[tuple[int, ...]]:
        first = rows[0]
        is_snapshot = bool(first["flags"] & LevelFlag.SNAPSHOT)
        if self._message < 0 and not is_snapshot:
            return []
        self._message += 1
        self._ts_ns = max(self._ts_ns, int(first["ts_event_ns"] or first["ts_recv_ns"]))
        if is_snapshot:
            self._depth = int(first["depth"])
            self._rolls = bool(first["flags"] & LevelFlag.ROLLS)
        changes: list[Change] = []
        for sign, side in self._sides.items():
            ours = rows[rows["side"] == sign]
            keys = (ours["price_ticks"].astype(np.int64) * sign).tolist()
            told = list(zip(keys, ours["size_lots"].tolist(), strict=True))
            if is_snapshot:
                changes += side.replaced(told, self._depth)
            elif self._rolls:
                changes += side.rolled(told, self._depth)
            else:
                changes += side.changed(told)
        bid, ask = (side.best() for side in self._sides.values())
        stamp = (self._ts_ns, self._message)
        return [
            (*stamp, before, after, price, bid, ask, side, kind)
            for side, price, before, after, kind in changes
        ]
