"""Book ladder: the best price rows of both sides of one book, and its last trade."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.depth_rows import known_rows
from core.calc.ladder import Ladder, ladder
from core.domain.arrays import IntArray
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.book_off import book_off
from data.views.moment import Moment, Off
from data.views.panel import Want, wanted

_LAST_NS: Final[Ns] = 60 * NS_PER_S


@dataclass(frozen=True, slots=True)
class LadderSpec:
    """What of a book.

    Attributes:
        instrument: whose.
        rows: of each side.
        ticks_per_row: height of a row.
    """

    instrument: InstrumentId
    rows: int = 15
    ticks_per_row: int = 1

    def query(self) -> "LadderQuery":
        """Return a new query that answers it."""
        return LadderQuery(self)


@dataclass(frozen=True, slots=True)
class LastTrade:
    """The newest trade.

    Attributes:
        aggressor: Aggressor.
    """

    ts_event_ns: Ns
    price_ticks: int
    size_lots: int
    aggressor: int


@dataclass(frozen=True, slots=True)
class LadderView:
    """One moment of the book.

    Attributes:
        instrument: the grid of ticks and lots.
        ticks_per_row: height of a row.
        bids: best first; only rows of which every price is known.
        asks: likewise.
        bid_ticks: the best; 0 = nobody bids.
        ask_ticks: the best; 0 = nobody offers.
        last: None = no trade of the last minute is held.
        at_ns: of the book's newest message.
        off: why the book is not live; None = it is.
    """

    instrument: Instrument
    ticks_per_row: int
    bids: Ladder
    asks: Ladder
    bid_ticks: int
    ask_ticks: int
    last: LastTrade | None
    at_ns: Ns
    off: Off | None


class LadderQuery:
    """Answers one spec again and again."""

    def __init__(self, spec: LadderSpec) -> None:
        self.spec = spec

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return the instrument; no candles."""
        return wanted(listed, (self.spec.instrument,))

    def view(self, engine: Engine, moment: Moment) -> LadderView | None:
        """Return the ladder of this moment; None while no message of the book has come."""
        tape = engine.tape(self.spec.instrument)
        if tape is None or not tape.book.ts_recv_ns:
            return None
        book, height = tape.book.resting(), self.spec.ticks_per_row
        bids, asks = book.sides()
        known = tuple(row * height for row in known_rows(book.known_ticks, ticks_per_row=height))
        return LadderView(
            instrument=tape.instrument,
            ticks_per_row=height,
            bids=self._side(*bids, known=known),
            asks=self._side(*asks, known=known),
            bid_ticks=book.bid_ticks,
            ask_ticks=book.ask_ticks,
            last=_last(tape, moment.now_ns),
            at_ns=book.at_ns,
            off=book_off(tape, moment),
        )

    def _side(self, ticks: IntArray, lots: IntArray, *, known: tuple[int, ...]) -> Ladder:
        inside = (ticks >= known[0]) & (ticks < known[1])
        return ladder(
            np.asarray(ticks[inside], np.int64),
            lots[inside],
            ticks_per_row=self.spec.ticks_per_row,
            most=self.spec.rows,
        )


def _last(tape: Tape, now_ns: Ns) -> LastTrade | None:
    newest_ns = tape.trades.newest_ns
    if newest_ns is None or now_ns - newest_ns >= _LAST_NS:
        return None
    row = tape.trades.window(newest_ns, newest_ns + 1)[-1]
    return LastTrade(
        newest_ns, int(row["price_ticks"]), int(row["size_lots"]), int(row["aggressor"])
    )
