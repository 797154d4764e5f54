"""What the columns of a table of trades or of a book mean: one layout per kind of file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from core.domain.events import Channel
from core.domain.instrument import InstrumentId, MarketKind, Venue
from core.domain.units import Aggressor

ABSENT: Final = -1
"""The file has no such column."""

BUY: Final = int(Aggressor.BUY)
SELL: Final = int(Aggressor.SELL)
UNKNOWN: Final = int(Aggressor.UNKNOWN)

DRAFT_DTYPE: Final = np.dtype(
    [
        ("ts_event_ns", "<i8"),
        ("ts_recv_ns", "<i8"),  # 0 = the file does not say
        ("trade_id", "<i8"),
        ("price", "<i8"),  # digits; the price is price / 10**price_places
        ("size", "<i8"),
        ("line", "<i8"),  # of the file, from 1
        ("price_places", "<u1"),
        ("size_places", "<u1"),
        ("aggressor", "<i1"),
        ("flags", "<u1"),
        ("fills", "<u2"),
        ("name", "<u2"),  # number of the instrument in this file
    ]
)
"""A trade or a level as a file tells it, before its grid of ticks and lots is known."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the facts of a row stand in a line, counted from 0; ABSENT where nowhere.

    Attributes:
        title: the kind of file, for the trader.
        channel: the venue's stream that the trades are of.
        cells: cells in a line; a line with another number is refused.
        header_lines: lines before the first trade.
        stamp: venue time; s, ms, us or ns since 1970 by magnitude, decimals allowed.
        sides: text of the side -> Aggressor, or BookSide.
        trade_id: ABSENT in a book.
        recv: receipt time, as ``stamp``; empty = not known.
        first_fill: id of the first fill merged into the row; with ``last_fill``.
        flag: column that marks rows; ``flags`` says how.
        name: first and last column of what names the instrument.
        instrument: what those columns say -> instrument; raises ValueError where it is none that
            can be imported.
        market: venue and kind where the columns give them away.
        fills: fills of a row where no column says; 0 = the venue does not say.
        signed_ids: ids may be negative: digests of UUIDs as we write them.
        sizes_in_base: sizes are in the base coin, not in the venue's own unit.
        holds: TRADES; or BOOK: a size may be zero, and a flag marks the rows of a snapshot.
    """

    title: str
    channel: str
    cells: int
    stamp: int
    price: int
    size: int
    side: int
    sides: Mapping[str, int]
    trade_id: int
    header_lines: int = 1
    recv: int = ABSENT
    first_fill: int = ABSENT
    last_fill: int = ABSENT
    fills_column: int = ABSENT
    flag: int = ABSENT
    flags: Mapping[str, int] = field(default_factory=dict)
    name: tuple[int, int] | None = None
    instrument: Callable[[str], InstrumentId] = InstrumentId.parse
    venue: Venue | None = None
    kind: MarketKind | None = None
    fills: int = 0
    signed_ids: bool = False
    sizes_in_base: bool = False
    holds: Channel = Channel.TRADES


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a table.

    Attributes:
        lines: the first lines, split into cells, without spaces, quotes and a byte order mark.
    """

    lines: Sequence[Sequence[str]]

    @property
    def columns(self) -> tuple[str, ...]:
        """The first line as names of columns: lower case, without a translation after a slash."""
        return tuple(cell.partition("/")[0].strip().lower() for cell in self.lines[0])

    def place(self, *names: str) -> int:
        """Return where the first of ``names`` stands that is there, else ABSENT."""
        for name in names:
            if name in self.columns:
                return self.columns.index(name)
        return ABSENT


def sides(buy: str, sell: str) -> dict[str, int]:
    """Return the words for the two sides in the cases that programs write them in."""
    cased = {}
    for word, side in ((buy, BUY), (sell, SELL)):
        cased.update({word.lower(): side, word.capitalize(): side, word.upper(): side})
    return cased


def head_of(text: bytes) -> Head:
    """Return the first lines of a table, whatever its encoding: what matters in them is ASCII."""
    # Not splitlines(): it takes some bytes of other encodings for line breaks.
    lines = [line.rstrip("\r") for line in text.decode("latin-1").split("\n")]
    cells = [[cell.strip(' "') for cell in line.split(",")] for line in lines if line]
    return Head(cells)
