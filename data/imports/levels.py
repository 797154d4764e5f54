"""Drafts of book levels as messages on their instrument's grid."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.domain.arrays import DEEPEST, LEVEL_DTYPE, BookSide, LevelFlag, RowArray
from core.domain.events import NO_ID
from core.domain.instrument import Instrument
from data.imports.blocks import BadRow
from data.imports.grids import units_of
from data.imports.layout import DRAFT_DTYPE


class LevelMaker:
    """Makes messages of the drafts of one instrument, which come in pieces.

    A run of rows of a snapshot is one message, of the time of its first row; else the rows that
    reached the recorder at one time are. The file has no update ids.
    """

    def __init__(self, instrument: Instrument, *, sizes_in_base: bool) -> None:
        """Begin.

        Args:
            sizes_in_base: sizes are in the base coin, not in the venue's own unit.
        """
        self._instrument = instrument
        self._sizes_in_base = sizes_in_base
        self._rest = np.zeros(0, DRAFT_DTYPE)

    def take(
        self, drafts: NDArray[np.void], *, is_last: bool = False
    ) -> tuple[RowArray, Iterator[BadRow]]:
        """Return the messages that are whole, and the drafts that are off the grid.

        Args:
            drafts: DRAFT_DTYPE[n], the next in the order of the file.
            is_last: there are no more.
        """
        drafts = np.concatenate([self._rest, drafts])
        starts = _starts(drafts)
        end = drafts.size if is_last or not starts.size else int(starts[-1])
        drafts, self._rest = drafts[:end], drafts[end:].copy()
        ticks, lots, good, reason = units_of(
            drafts, self._instrument, sizes_in_base=self._sizes_in_base
        )
        bad = (BadRow(int(line), reason) for line in drafts["line"][~good])
        rows = np.zeros(int(good.sum()), LEVEL_DTYPE)
        for name in ("ts_event_ns", "ts_recv_ns"):
            rows[name] = drafts[name][good]
        rows["price_ticks"], rows["size_lots"] = ticks[good], lots[good]
        rows["side"], rows["update_id"] = drafts["aggressor"][good], NO_ID
        if rows.size:
            _mark(rows, drafts[good])
        return rows, bad


def _starts(drafts: NDArray[np.void]) -> NDArray[np.int64]:
    """Return where messages begin."""
    whole, received = drafts["flags"] != 0, drafts["ts_recv_ns"]
    begins = np.ones(drafts.size, np.bool_)
    begins[1:] = (whole[1:] != whole[:-1]) | (~whole[1:] & (received[1:] != received[:-1]))
    return np.flatnonzero(begins)


def _mark(rows: RowArray, drafts: NDArray[np.void]) -> None:
    """Write what makes messages of rows: flags, the depth of snapshots, one time of arrival."""
    starts = _starts(drafts)
    counts = np.diff(starts, append=rows.size)
    rows["ts_recv_ns"] = np.repeat(rows["ts_recv_ns"][starts], counts)
    rows["flags"] = np.where(drafts["flags"] != 0, LevelFlag.SNAPSHOT, 0)
    rows["flags"][starts] |= LevelFlag.FIRST
    bids = np.add.reduceat((rows["side"] == BookSide.BID).astype(np.int64), starts)
    asks = counts - bids
    # Nobody says how deep it goes: no side is known beyond its last level.
    depth = np.where(bids == 0, asks, np.where(asks == 0, bids, np.minimum(bids, asks)))
    depth = np.where(rows["flags"][starts] & LevelFlag.SNAPSHOT, np.minimum(depth, DEEPEST), 0)
    rows["depth"] = np.repeat(depth, counts)
