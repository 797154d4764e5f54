"""Books as rows: a message of a book is a run of LEVEL_DTYPE rows, and back."""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np

from core.domain.arrays import DEEPEST, LEVEL_DTYPE, BookSide, LevelFlag, RowArray, stated_depth
from core.domain.events import BookDelta, BookSnapshot
from core.domain.instrument import Instrument
from data.buffers.book import Book

Row: TypeAlias = tuple[int, int, int, int, int, int, int, int]
"""One row in the order of LEVEL_DTYPE."""


def delta_rows(delta: BookDelta) -> list[Row]:
    """Return the rows of a delta; none where it changes nothing."""
    stamp = (delta.ts_event_ns, delta.ts_recv_ns, delta.last_id)
    rows = [(*stamp, lots, ticks, BookSide.BID, 0, 0) for ticks, lots in delta.bids]
    rows += [(*stamp, lots, ticks, BookSide.ASK, 0, 0) for ticks, lots in delta.asks]
    if rows:
        rows[0] = (*rows[0][:6], LevelFlag.FIRST, 0)
    return rows


def book_rows(book: Book) -> list[Row]:
    """Return a whole book: a snapshot of what is known, then what was seen beyond it."""
    bids, asks = book.levels()
    view = book.view(0)
    low, high = view.known_from_ticks, view.known_to_ticks
    stamp = (view.ts_event_ns, view.ts_recv_ns, view.last_id)
    known = [(ticks, lots, BookSide.BID) for ticks, lots in bids.items()]
    known += [(ticks, lots, BookSide.ASK) for ticks, lots in asks.items()]
    inside = [each for each in known if low <= each[0] <= high]
    beyond = [each for each in known if not low <= each[0] <= high]
    flags = LevelFlag.SNAPSHOT | (LevelFlag.ROLLS if book.rolls else 0)
    if book.rolls:
        depth = min(book.depth, DEEPEST)
    else:
        depth = stated_depth([each[2] for each in inside], from_ticks=low, to_ticks=high)
    rows: list[Row] = [
        (*stamp, lots, ticks, side, flags, depth)
        for ticks, lots, side in inside or [(0, 0, BookSide.NONE)]
    ]
    rows[0] = (*rows[0][:6], flags | LevelFlag.FIRST, depth)
    if beyond:
        first, *rest = [(*stamp, lots, ticks, side, 0, 0) for ticks, lots, side in beyond]
        rows += [(*first[:6], LevelFlag.FIRST, 0), *rest]
    return rows


def messages(
    instrument: Instrument, stream: str, rows: RowArray
) -> Iterator[BookSnapshot | BookDelta]:
    """Yield the messages in rows of LEVEL_DTYPE, which begin with a whole one."""
    starts = np.flatnonzero(rows["flags"] & LevelFlag.FIRST)
    for low, high in zip(starts, [*starts[1:], rows.size], strict=True):
        yield _message(instrument, stream, rows[low:high])


def as_rows(rows: list[Row]) -> RowArray:
    """Return LEVEL_DTYPE[n]."""
    return np.array(rows, LEVEL_DTYPE)


def _message(instrument: Instrument, stream: str, rows: RowArray) -> BookSnapshot | BookDelta:
    first = rows[0]
    sides = rows["side"]
    levels = list(zip(rows["price_ticks"].tolist(), rows["size_lots"].tolist(), strict=True))
    bids = [levels[at] for at in np.flatnonzero(sides == BookSide.BID)]
    asks = [levels[at] for at in np.flatnonzero(sides == BookSide.ASK)]
    if first["flags"] & LevelFlag.SNAPSHOT:
        return BookSnapshot(
            instrument=instrument,
            channel=stream,
            ts_event_ns=int(first["ts_event_ns"]),
            ts_recv_ns=int(first["ts_recv_ns"]),
            last_id=int(first["update_id"]),
            bids=bids,
            asks=asks,
            depth=int(first["depth"]),
            rolls=bool(first["flags"] & LevelFlag.ROLLS),
        )
    return BookDelta(
        instrument=instrument,
        channel=stream,
        ts_event_ns=int(first["ts_event_ns"]),
        ts_recv_ns=int(first["ts_recv_ns"]),
        first_id=int(first["update_id"]),
        last_id=int(first["update_id"]),
        previous_id=None,
        bids=bids,
        asks=asks,
    )
