"""Tables of trades or books, of any layout: read once, then given out on their grid."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import numpy as np

from core.domain.arrays import RowArray
from core.domain.errors import RecordingError, UnknownSymbol
from core.domain.events import Channel, Rows
from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue
from data.imports import binance, bybit, okx, own_csv, tardis
from data.imports.blocks import BadRow, read_block
from data.imports.grids import coins_of, instrument_of, trades_of
from data.imports.layout import DRAFT_DTYPE, Head, Layout, head_of
from data.imports.levels import LevelMaker
from data.imports.opened import Part, opened, spoken
from data.imports.reading import Block, Tally
from data.imports.rows import shown
from data.imports.spool import Spool

FORMATS: Final = (own_csv, tardis, bybit, okx, binance)
"""Each has ``sniff(head) -> Layout | None``; the first that knows a table reads it."""

CHANNELS: Final = {Venue.BINANCE: "trade", Venue.OKX: "trades", Venue.BYBIT: "publicTrade"}
"""The stream of trades whose file does not say which one they are of."""

_HEAD_LINES: Final = 40
_MAX_NAMES: Final = 65_535
# BTCUSDT-aggTrades-2024-06-01.csv  BTCUSDT_2024-06-01.csv.gz  BTC-USDT-SWAP-trades-2024-06-01.zip
_SYMBOL_IN_NAME: Final = re.compile(
    r"([A-Z0-9]+(?:-[A-Z0-9]+)*?)[-_](?:aggTrades|aggtrades|trades|\d{4}-\d{2})"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the trader says of a file.

    Attributes:
        instrument_id: the one instrument that is wanted; where the file does not say which one it
            is of, it is of this one.
        contract_value: base coins in a contract, for swaps that the file counts in contracts.
        called: the name that the trader knows the file by, where the path has another one (an
            upload); empty = the path's.
    """

    instrument_id: InstrumentId | None = None
    contract_value: Decimal | None = None
    called: str = ""


def layout_of(head: Head) -> Layout | None:
    """Return the layout of a table of trades; None = no format that is known.

    Raises:
        RecordingError: the format is known and cannot be imported.
    """
    if not head.lines:
        return None
    return next((layout for each in FORMATS if (layout := each.sniff(head)) is not None), None)


class TableReading:
    """One file of trades or books in lines; a zip archive may have several tables of one layout."""

    unit = "line"

    def __init__(self, path: Path, wish: Wish, *, scratch: Path) -> None:
        """Read the file.

        Args:
            scratch: folder for the drafts, 56 bytes a trade until ``close``.

        Raises:
            RecordingError: it is no table of trades, or none of its rows can be kept.
        """
        self.tally = Tally()
        self._name = wish.called or spoken(path.name)
        self._wish = wish
        self._layout: Layout | None = None
        self._numbers: dict[InstrumentId, int] = {}
        self._by_name: dict[bytes, int] = {}
        self._spool = Spool(scratch)
        try:
            with opened(path, called=self._name) as parts:
                for part in parts:
                    self._read(part)
            self._instruments = self._instruments_kept()
        except BaseException:
            self.close()
            raise

    @property
    def title(self) -> str:
        """The kind of file."""
        return self._layout.title if self._layout else "table"

    def blocks(self) -> Iterator[Block]:
        """Yield the trades or the book; what is off the grid is refused now."""
        layout = self._known_layout
        if layout.holds is Channel.BOOK:
            yield from self._book_blocks(layout)
            return
        for number, drafts in self._spool.chunks():
            instrument = self._instruments[number]
            rows, bad = trades_of(drafts, instrument, sizes_in_base=layout.sizes_in_base)
            for each in bad:
                self.tally.refuse(each)
            if rows.size:
                self.tally.keep(instrument, rows)
                yield instrument, layout.channel or CHANNELS[instrument.id.venue], rows

    def _book_blocks(self, layout: Layout) -> Iterator[Block]:
        makers = {
            number: LevelMaker(instrument, sizes_in_base=layout.sizes_in_base)
            for number, instrument in self._instruments.items()
        }
        for number, drafts in self._spool.chunks():
            yield from self._levels(number, makers[number].take(drafts), layout.channel)
        nothing = np.zeros(0, DRAFT_DTYPE)
        for number, maker in makers.items():
            yield from self._levels(number, maker.take(nothing, is_last=True), layout.channel)

    def _levels(
        self, number: int, made: tuple[RowArray, Iterator[BadRow]], stream: str
    ) -> Iterator[Block]:
        rows, bad = made
        for each in bad:
            self.tally.refuse(each)
        if rows.size:
            self.tally.keep(self._instruments[number], rows, Channel.BOOK)
            yield Rows(self._instruments[number], Channel.BOOK, stream, rows)

    def close(self) -> None:
        """Drop the drafts."""
        self._spool.close()

    @property
    def _known_layout(self) -> Layout:
        if self._layout is None:
            msg = f"{self._name} is empty; choose another file"
            raise RecordingError(msg)
        return self._layout

    def _read(self, part: Part) -> None:
        layout = _layout_of_part(part, self._name)
        if self._layout is None:
            self._layout = layout
        elif (self._layout.title, self._layout.channel) != (layout.title, layout.channel):
            msg = f"{self._name} mixes {self._layout.title} and {layout.title}; unpack it"
            raise RecordingError(msg)
        nameless = None if layout.name is not None else self._number(self._of_part(part, layout))
        for line, text in _numbered(part, layout.header_lines):
            drafts, bad = read_block(
                text, layout, first_line=line, number_name=self._number_of_name
            )
            if nameless is not None:
                drafts["name"] = nameless
            for each in bad:
                self.tally.refuse(each)
            if drafts.size:
                self._spool.add(drafts)
        if part.problem is not None:
            self.tally.problems.append(part.problem)

    def _number_of_name(self, name: bytes) -> int:
        """Return the number of what a line is of."""
        known = self._by_name.get(name)
        if known is not None:
            return known
        if self._known_layout.name is None:
            return 0
        try:
            instrument_id = self._known_layout.instrument(name.decode("latin-1"))
        except ValueError as error:
            raise UnknownSymbol(str(error)) from error
        wanted = self._wish.instrument_id
        if wanted is not None and instrument_id != wanted:
            msg = f"the line is of {instrument_id}, not of {wanted}"
            raise UnknownSymbol(msg)
        if coins_of(instrument_id) is None or len(self._by_name) >= _MAX_NAMES:
            msg = f"{shown(name)} is neither a spot pair nor a linear perpetual"
            raise UnknownSymbol(msg)
        self._by_name[name] = self._number(instrument_id)
        return self._by_name[name]

    def _number(self, instrument_id: InstrumentId) -> int:
        return self._numbers.setdefault(instrument_id, len(self._numbers))

    def _of_part(self, part: Part, layout: Layout) -> InstrumentId:
        """Return what a table without names is of: what the trader says, else the file's name."""
        wanted = self._wish.instrument_id
        if wanted is not None:
            if layout.venue not in (None, wanted.venue):
                msg = f"{self._name} holds {layout.title}, not trades of {wanted}"
                raise RecordingError(msg)
            return wanted
        for name in (part.name, self._name):
            match = _SYMBOL_IN_NAME.match(name)
            if match and layout.venue is not None:
                kind = layout.kind or _kind_of(match[1])
                found = InstrumentId(layout.venue, kind, match[1][:40])
                if coins_of(found) is not None:
                    return found
        msg = (
            f"{self._name} holds {layout.title} and does not say of which instrument; "
            "say it with --instrument, for example binance.perp.ETHUSDT"
        )
        raise RecordingError(msg)

    def _instruments_kept(self) -> dict[int, Instrument]:
        """Return the instruments that have trades, by number."""
        if not self._spool.prices:
            raise RecordingError(self._nothing_kept())
        return {
            number: instrument_of(
                instrument_id,
                self._known_layout,
                prices=self._spool.prices[number],
                sizes=self._spool.sizes[number],
                contract_value=self._wish.contract_value,
            )
            for instrument_id, number in self._numbers.items()
            if number in self._spool.prices
        }

    def _nothing_kept(self) -> str:
        what = f"{self._name} holds no trade that can be kept"
        if not self.tally.listed:
            return f"{what}: it has no lines but the header; choose another file"
        first = self.tally.listed[0]
        count = f"{self.tally.refused} rows were refused"
        return f"{what}: {count}, the first in line {first.line}: {first.reason}"


def _numbered(part: Part, header_lines: int) -> Iterator[tuple[int, bytes]]:
    """Yield blocks of lines with the number of their first line, the header left out."""
    line, skip = 1, header_lines
    for block in part.blocks():
        start = 0
        while skip and start < len(block):
            start = block.index(b"\n", start) + 1
            line, skip = line + 1, skip - 1
        if start < len(block):
            yield line, block[start:]
        line += block.count(b"\n", start)


def _layout_of_part(part: Part, file_name: str) -> Layout:
    head = head_of(part.head)
    head = Head(head.lines[:_HEAD_LINES])
    if not head.lines:
        msg = part.problem or f"{part.name} is empty; choose another file"
        raise RecordingError(msg)
    try:
        layout = layout_of(head)
    except RecordingError as error:
        msg = f"{file_name} cannot be imported: {error}"
        raise RecordingError(msg) from error
    if layout is None:
        msg = (
            f"{file_name} is of no format that is known here (archives of Binance, Bybit and OKX, "
            "Tardis trades and books, raw recordings, Tapescope's own); choose another file"
        )
        raise RecordingError(msg)
    return layout


def _kind_of(symbol: str) -> MarketKind:
    return MarketKind.PERP if symbol.endswith("-SWAP") else MarketKind.SPOT
