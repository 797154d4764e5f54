"""A book of the past: the last snapshot before an instant, and the messages after it."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from core.domain.arrays import LevelFlag
from core.domain.errors import RecordingError
from core.domain.events import Channel, Gap
from core.domain.instrument import Instrument, InstrumentId
from core.domain.moments import utc_text
from core.domain.units import NS_PER_MINUTE, Ns
from data.store.archive import Archive
from data.store.level_book import LevelBook

QUIET_NS: Final[Ns] = NS_PER_MINUTE
"""A book that says nothing for longer is not known to be as it was."""
_MADE_ANEW: Final = LevelFlag.FIRST | LevelFlag.SNAPSHOT


def book_at(archive: Archive, source: str, instrument: Instrument, at_ns: Ns) -> LevelBook:
    """Return a book as the messages made it that reached us until ``at_ns``, that one included.

    Args:
        instrument: on whose grid it is; that of ``archive.grid`` or a finer one.

    Raises:
        RecordingError: it is not known at that time; the message says since when.
    """
    of = f"the book of {instrument.id}"
    anew_ns = _made_anew_ns(archive, source, instrument.id, at_ns)
    if anew_ns is None:
        msg = f"{of} is not known at {utc_text(at_ns)}: none was recorded whole until then"
        raise RecordingError(msg)
    newest_ns = archive.last_ns(source, instrument.id, Channel.BOOK)
    if newest_ns is not None and at_ns > newest_ns + QUIET_NS:
        msg = f"{of} is not known at {utc_text(at_ns)}: it was recorded until {utc_text(newest_ns)}"
        raise RecordingError(msg)
    book = LevelBook()
    span = anew_ns, at_ns + 1
    for rows in archive.read(source, instrument.id, Channel.BOOK, span, grid=instrument):
        book.take(rows)
    gap = _lost(archive.gaps(source, instrument.id, Channel.BOOK), book, at_ns)
    if gap is not None:
        msg = (
            f"{of} is not known at {utc_text(at_ns)}: it was lost at {utc_text(gap.from_ns)} "
            f"({gap.reason})"
        )
        raise RecordingError(msg)
    return book


def _lost(gaps: Iterable[Gap], book: LevelBook, at_ns: Ns) -> Gap | None:
    """Return the first gap since the book's snapshot; None = it is known."""
    is_fresh = book.ts_recv_ns == at_ns  # a gap may begin with the last message that was good
    since = [
        gap
        for gap in gaps
        if book.anew_ns <= gap.from_ns <= at_ns and not (is_fresh and gap.from_ns == at_ns)
    ]
    return min(since, key=lambda each: each.from_ns, default=None)


def _made_anew_ns(
    archive: Archive, source: str, instrument_id: InstrumentId, at_ns: Ns
) -> Ns | None:
    """Return when the last snapshot until ``at_ns`` reached us; None = there is none."""
    files = archive.files(source, instrument_id, 0, channel=Channel.BOOK)
    spans = sorted(
        (each.summary.first_ns, min(each.summary.last_ns, at_ns) + 1)
        for each in files
        if each.summary.first_ns <= at_ns
    )
    for span in reversed(spans):
        newest: Ns | None = None
        for rows in archive.read(source, instrument_id, Channel.BOOK, span):
            anew = (rows["flags"] & _MADE_ANEW) == _MADE_ANEW
            if anew.any():
                newest = int(rows["ts_recv_ns"][np.flatnonzero(anew)[-1]])
        if newest is not None:
            return newest
    return None
