"""Whether a book is the present, and if not, why and since when."""

from core.domain.events import Channel
from data.buffers.tape import Tape
from data.venues.sync import Phase
from data.views.moment import Moment, Off


def book_off(tape: Tape, moment: Moment) -> Off | None:
    """Return why a tape's book is not live; None = it is.

    What the channel's health says counts first: it knows of a connection that is lost before the
    book does.
    """
    off = moment.off_of(tape.instrument.id, Channel.BOOK)
    if off is not None:
        return off
    book = tape.book
    if book.phase is Phase.LIVE:
        return None
    return Off(str(book.phase), book.ts_recv_ns, book.reason)
