"""What happened to a book and on its tape, kept for one who reads it on; bounded."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from core.domain.arrays import RowArray, TradeArray
from core.domain.events import BookDelta

MAX_ENTRIES: Final = 3_000
"""Five minutes of a venue that tells ten changes a second, some 30 MB of them."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The book as it was made anew.

    Attributes:
        levels: LEVEL_DTYPE[n], whole messages.
        is_first: nothing before it is known to this reader.
    """

    levels: RowArray
    is_first: bool


Entry: TypeAlias = BookDelta | Whole | TradeArray
"""A change, the whole book, or trades: TRADE_DTYPE[n]."""


class BookLog:
    """Entries in the order in which the engine took them; the first is a whole book.

    It closes itself when nobody has read for MAX_ENTRIES, and who comes back begins again: nobody
    has to say that he left, and while nobody reads it costs a look at ``is_wanted``.

    Attributes:
        is_wanted: somebody reads.
        is_open: a whole book was kept, and everything since.
    """

    def __init__(self) -> None:
        self.is_wanted = False
        self.is_open = False
        self._entries: deque[Entry] = deque()

    def restart(self) -> None:
        """Begin with a whole book again, for a new reader; what came before is not for him.

        A change that comes at this very moment may stand before the whole book.
        """
        self.is_open = False
        self._entries.clear()

    def read(self) -> Iterator[Entry]:
        """Yield, and forget, what has come; the reader's thread. Keep what comes from now on."""
        self.is_wanted = True
        for _ in range(len(self._entries)):
            try:
                yield self._entries.popleft()
            except IndexError:
                return

    @property
    def waiting(self) -> int:
        """Return how many entries have not been read."""
        return len(self._entries)

    def take_delta(self, delta: BookDelta, whole: Callable[[], RowArray]) -> None:
        """Keep a change; the first time the whole book instead.

        Args:
            whole: returns the book with the change in it.
        """
        if self.is_open:
            self._add(delta)
        else:
            self.take_whole(whole())

    def take_whole(self, levels: RowArray) -> None:
        """Keep that the book was made anew."""
        is_first, self.is_open = not self.is_open, True
        self._add(Whole(levels, is_first))

    def take_trades(self, trades: TradeArray) -> None:
        """Keep trades, if a book was kept before them."""
        if self.is_open:
            self._add(trades)

    def _add(self, entry: Entry) -> None:
        self._entries.append(entry)
        if len(self._entries) > MAX_ENTRIES:
            self.is_wanted = self.is_open = False
            self._entries.clear()
