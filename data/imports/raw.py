"""Raw recordings: frames as they arrived, through the decoders that live uses."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from core.domain.arrays import TRADE_DTYPE
from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.errors import FeedError, RecordingError, UnknownSymbol
from core.domain.events import (
    AnyWireEvent,
    BestQuote,
    BookDelta,
    BookSnapshot,
    Gap,
    Rows,
    TradeRow,
    Trades,
)
from core.domain.instrument import Instrument
from data.imports.blocks import BadRow
from data.imports.market_rows import MarketRows
from data.imports.reading import Block, Tally
from data.imports.tables import Wish
from data.store.raw_formats import RawFrame
from data.store.raw_log import RawLog
from data.store.raw_parse import parsed
from data.store.raw_scan import Scan, scan

_BLOCK_ROWS: Final = 65_536
_BATCH: Final = 1_000
"""Frames after which what was decoded besides trades is given out."""
_BESIDES: Final = (BookSnapshot, BookDelta, BestQuote, DerivativeTicker, Liquidations)


class RawReading:
    """What one raw recording holds. Refused rows are frames, counted from 1."""

    title = "raw recording"
    unit = "frame"

    def __init__(self, path: Path, wish: Wish, *, besides: MarketRows | None = None) -> None:
        """Read the recording once, for its instruments.

        Args:
            besides: of the recording that this one goes on from; None = of none.

        Raises:
            RecordingError: it cannot be read at all, or holds nothing that is wanted.
        """
        self.tally = Tally()
        self._log = RawLog(path)
        self._scan = scan([self._log], books=True)
        self._wish = wish
        self._waiting: dict[tuple[Instrument, str], list[TradeRow]] = {}
        self._besides = besides or MarketRows()
        if not any(self._is_wanted(each) for each in _instruments(self._scan)):
            held = ", ".join(str(each.id) for each in _instruments(self._scan)) or "no trade"
            wanted = f", not {wish.instrument_id}" if wish.instrument_id else ""
            msg = f"{wish.called or path.name} holds {held}{wanted}; choose another file"
            raise RecordingError(msg)

    def blocks(self) -> Iterator[Block]:
        """Yield trades, books as their venue's rule keeps them, and what else is recorded.

        What a decoder refuses is counted now.
        """
        for number, frame in enumerate(self._log.frames(answers=True), start=1):
            for event in self._events(number, frame):
                if isinstance(event, Trades):
                    yield from self._take_trades(event)
                elif isinstance(event, _BESIDES) and self._is_wanted(event.instrument):
                    self._besides.take(event, now_ns=frame.ts_recv_ns)
            if number % _BATCH == 0:
                yield from self._counted(self._besides.flush())
        yield from self._counted(self._besides.end())
        for key in list(self._waiting):
            yield self._block(key)
        self.tally.refused += self._log.bad_lines
        self.tally.problems += self._scan.problems
        if self._scan.other_symbols:
            names = ", ".join(sorted(self._scan.other_symbols))
            self.tally.problems.append(f"neither spot nor a linear perpetual, left out: {names}")

    def close(self) -> None:
        """Do nothing: the file is open only while it is read."""

    def _take_trades(self, event: Trades) -> Iterator[Block]:
        key = event.instrument, event.channel
        if self._is_wanted(event.instrument):
            rows = self._waiting.setdefault(key, [])
            rows += event.rows
            if len(rows) >= _BLOCK_ROWS:
                yield self._block(key)

    def _counted(self, found: Sequence[Rows | Gap]) -> Iterator[Block]:
        for each in found:
            if isinstance(each, Rows):
                self.tally.keep(each.instrument, each.rows, each.channel)
            yield each

    def _events(self, number: int, frame: RawFrame) -> Sequence[AnyWireEvent]:
        listed = self._scan.instruments.get((frame.venue, frame.kind), {})
        try:
            return parsed(frame, listed)
        except UnknownSymbol:
            return []  # named in the problems
        except FeedError as error:
            self.tally.refuse(BadRow(number, str(error)))
            return []

    def _block(self, key: tuple[Instrument, str]) -> Block:
        rows = np.array(self._waiting.pop(key), TRADE_DTYPE)
        self.tally.keep(key[0], rows)
        return *key, rows

    def _is_wanted(self, instrument: Instrument) -> bool:
        return self._wish.instrument_id in (None, instrument.id)


def _instruments(found: Scan) -> list[Instrument]:
    return [each for listed in found.instruments.values() for each in listed.values()]
