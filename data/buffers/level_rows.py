"""Books as rows: a message of a book is a run of LEVEL_DTYPE rows, and back."""

from collections.abc import Iterator
from typing import Final, TypeAlias

import numpy as np

from core.domain.arrays import LEVEL_DTYPE, BookSide, LevelFlag, RowArray
from core.domain.events import BookDelta, BookSnapshot
from core.domain.instrument import Instrument
from core.domain.units import MAX_PRICE_TICKS
from data.buffers.book import Book
from data.buffers.book_view import BookView

Row: TypeAlias = tuple[int, int, int, int, int, int, int, int]
"""One row in the order of LEVEL_DTYPE."""

DEEPEST: Final = 65_535
"""The most levels a side that a row can state."""


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
    stamp = (view.ts_event_ns, view.ts_recv_ns, view.last_id)
    known = [(ticks, lots, BookSide.BID) for ticks, lots in bids.items()]
    known += [(ticks, lots, BookSide.ASK) for ticks, lots in asks.items()]
    inside = [each for each in known if view.known_from_ticks <= each[0] <= view.known_to_ticks]
    beyond = [each for each in known if not view.known_from_ticks <= each[0] <= view.known_to_ticks]
    flags = LevelFlag.SNAPSHOT | (LevelFlag.ROLLS if book.rolls else 0)
    depth = _depth(book, view, [each[2] for each in inside])
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


def _depth(book: Book, view: BookView, sides: list[int]) -> int:
    """Return a depth that tells of no side that it is known whole where it is not."""
    if book.rolls:
        return min(book.depth, DEEPEST)
    counts = []
    if view.known_from_ticks > 0:
        counts.append(sides.count(BookSide.BID))
    if view.known_to_ticks < MAX_PRICE_TICKS:
        counts.append(sides.count(BookSide.ASK))
    return min([*counts, DEEPEST])


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
