"""Checkpoints: now and then a recorded book is written whole.

So no book has to be followed for hours to be known, and a day that is deleted does not take the
next one's books with it.
"""

from dataclasses import replace
from typing import Final

from core.domain.arrays import LevelFlag
from core.domain.events import Gap, Rows
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, Ns
from data.store.level_book import LevelBook

EVERY_NS: Final[Ns] = 10 * NS_PER_MINUTE


class Checkpoints:
    """Follows the books that are being recorded; for one thread at a time."""

    def __init__(self) -> None:
        self._books: dict[InstrumentId, tuple[LevelBook, Ns]] = {}

    def before(self, event: Rows) -> Rows | None:
        """Return the book as a snapshot to be stored first; None = it is not due, or not known.

        It is due with the first message of a UTC day, and EVERY_NS after the last.

        Args:
            event: messages of a book, to be stored next.
        """
        book, written_ns = self._books.get(event.instrument.id, (None, 0))
        if book is None or not book.known or event.rows["flags"][0] & LevelFlag.SNAPSHOT:
            return None
        at_ns = int(event.rows["ts_recv_ns"][0])
        is_new_day = at_ns // NS_PER_DAY != written_ns // NS_PER_DAY
        if not is_new_day and at_ns - written_ns < EVERY_NS:
            return None
        self._books[event.instrument.id] = book, at_ns
        return replace(event, rows=book.rows(at_ns=at_ns))

    def took(self, event: Rows) -> None:
        """Follow what was stored."""
        book, written_ns = self._books.get(event.instrument.id) or (LevelBook(), 0)
        book.take(event.rows)
        self._books[event.instrument.id] = book, max(written_ns, book.anew_ns)

    def lost(self, instrument_id: InstrumentId) -> None:
        """Note that messages of a book are missing: it is not known until its next snapshot."""
        self._books.pop(instrument_id, None)

    def missed(self, gap: Gap) -> None:
        """Note a gap of a book; it may be told after the snapshot that ended it."""
        book, _ = self._books.get(gap.instrument_id, (None, 0))
        if book is not None and book.anew_ns < gap.to_ns:
            self.lost(gap.instrument_id)
