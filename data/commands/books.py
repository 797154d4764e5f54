"""A stored book at one instant, as a table of its best levels."""

from dataclasses import dataclass

import numpy as np

from core.domain.errors import RecordingError
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import Ns
from data.commands.sheet import Exact, Sheet, Text
from data.store.archive import Archive
from data.store.past_book import book_at

_SIDES = ("bid", "ask")


@dataclass(frozen=True, slots=True)
class StoredBook:
    """Where a book is stored.

    Attributes:
        instrument: on whose grid it is read.
        newest_ns: when its newest message reached us.
    """

    source: str
    instrument: Instrument
    newest_ns: Ns


def find_book(archive: Archive, wanted: InstrumentId, source: str | None) -> StoredBook:
    """Return where the book of an instrument is stored.

    Args:
        source: None = the only one that has it.

    Raises:
        RecordingError: it is stored nowhere, or in several sources.
    """
    found = []
    for each in archive.sources() if source is None else [source]:
        try:
            instrument = archive.grid(each, wanted, Channel.BOOK)
            newest_ns = archive.last_ns(each, wanted, Channel.BOOK)
        except ValueError as error:
            raise RecordingError(str(error)) from error
        if instrument is not None and newest_ns is not None:
            found.append(StoredBook(each, instrument, newest_ns))
    if not found:
        where = f" from {source}" if source else ""
        msg = f"no book is stored of {wanted}{where}; import a file with its book or record it"
        raise RecordingError(msg)
    if len(found) > 1:
        names = ", ".join(each.source for each in found)
        msg = f"the book of {wanted} is stored from {names}; choose one with --source"
        raise RecordingError(msg)
    return found[0]


def book_sheet(archive: Archive, stored: StoredBook, *, at_ns: Ns, levels: int) -> Sheet:
    """Return the best levels of a book: bids from the best down, then asks from the best up.

    Args:
        at_ns: the book is as the last message made it that reached us until then.

    Raises:
        RecordingError: the book is not known at that time; the message says since when.
    """
    bids, asks = book_at(archive, stored.source, stored.instrument, at_ns).top(levels)
    ticks, lots = np.array([*bids, *asks], np.int64).reshape(-1, 2).T
    return {
        "side": Text(np.repeat([0, 1], [len(bids), len(asks)]), _SIDES),
        "price": Exact(ticks, stored.instrument.tick_size),
        "size": Exact(lots, stored.instrument.lot_size),
    }
