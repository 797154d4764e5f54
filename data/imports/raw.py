"""Raw recordings: frames as they arrived, through the decoders that live uses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from core.domain.arrays import TRADE_DTYPE
from core.domain.errors import FeedError, RecordingError, UnknownSymbol
from core.domain.events import TradeRow, Trades
from core.domain.instrument import Instrument
from data.imports.blocks import BadRow
from data.imports.reading import Block, Tally
from data.imports.tables import Wish
from data.store.raw_formats import RawFrame
from data.store.raw_log import RawLog
from data.store.raw_scan import Scan, scan
from data.venues.registry import MARKETS

_BLOCK_ROWS: Final = 65_536


class RawReading:
    """The trades of one raw recording. Refused rows are frames, counted from 1."""

    title = "raw recording"
    unit = "frame"

    def __init__(self, path: Path, wish: Wish) -> None:
        """Read the recording once, for its instruments.

        Raises:
            RecordingError: it cannot be read at all, or holds no trade that is wanted.
        """
        self.tally = Tally()
        self._log = RawLog(path)
        self._scan = scan([self._log])
        self._wish = wish
        self._waiting: dict[tuple[Instrument, str], list[TradeRow]] = {}
        if not any(self._is_wanted(each) for each in _instruments(self._scan)):
            held = ", ".join(str(each.id) for each in _instruments(self._scan)) or "no trade"
            wanted = f", not {wish.instrument_id}" if wish.instrument_id else ""
            msg = f"{wish.called or path.name} holds {held}{wanted}; choose another file"
            raise RecordingError(msg)

    def blocks(self) -> Iterator[Block]:
        """Yield the trades; what a decoder refuses is counted now."""
        for number, frame in enumerate(self._log.frames(), start=1):
            for event in self._events(number, frame):
                key = event.instrument, event.channel
                if self._is_wanted(event.instrument):
                    rows = self._waiting.setdefault(key, [])
                    rows += event.rows
                    if len(rows) >= _BLOCK_ROWS:
                        yield self._block(key)
        for key in list(self._waiting):
            yield self._block(key)
        self.tally.refused += self._log.bad_lines
        self.tally.problems += self._scan.problems
        if self._scan.other_symbols:
            names = ", ".join(sorted(self._scan.other_symbols))
            self.tally.problems.append(f"neither spot nor a linear perpetual, left out: {names}")

    def close(self) -> None:
        """Do nothing: the file is open only while it is read."""

    def _events(self, number: int, frame: RawFrame) -> list[Trades]:
        listed = self._scan.instruments.get((frame.venue, frame.kind), {})
        market = MARKETS[frame.venue, frame.kind]
        try:
            events = market.parse(frame.payload, ts_recv_ns=frame.ts_recv_ns, instruments=listed)
        except UnknownSymbol:
            return []  # named in the problems
        except FeedError as error:
            self.tally.refuse(BadRow(number, str(error)))
            return []
        return [event for event in events if isinstance(event, Trades)]

    def _block(self, key: tuple[Instrument, str]) -> Block:
        rows = np.array(self._waiting.pop(key), TRADE_DTYPE)
        self.tally.keep(key[0], rows)
        return *key, rows

    def _is_wanted(self, instrument: Instrument) -> bool:
        return self._wish.instrument_id in (None, instrument.id)


def _instruments(found: Scan) -> list[Instrument]:
    return [each for listed in found.instruments.values() for each in listed.values()]
