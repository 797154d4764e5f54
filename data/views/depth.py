"""Depth: the heat map of one book: what rested around the price in the last ten minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.calc.contrast import contrast
from core.calc.depth_rows import folded
from core.domain.arrays import FloatArray, RowArray
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_S, Ns
from data.buffers.depth_history import DepthColumn, column_of
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.book_off import book_off
from data.views.largest_orders import LargestOrders
from data.views.moment import Moment, Off
from data.views.panel import Want, wanted

COLUMNS: Final = 600
"""Seconds of a picture."""
ROWS: Final = 200
MOST_ORDERS: Final = 250
_OFF_CENTRE: Final = ROWS // 8
"""The middle may wander by so many rows before the picture is made around it again."""
_TIGHT_FRAC: Final = 0.8
_WIDE_FRAC: Final = 2.5
"""Rows stay as high as they are while they cover so much of the reach, and no more than this."""
_QUIET_NS: Final[Ns] = 60 * NS_PER_S
"""A book that says nothing for longer is not known to be calm."""
_UNKNOWN: Final = float("nan"), float("nan")


@dataclass(frozen=True, slots=True)
class DepthSpec:
    """What of a book.

    Attributes:
        instrument: whose.
        reach_frac: the picture reaches so far both ways, of the middle, or as far as the book is
            known where that is less.
        low_frac: quantile of the sizes that is darkest.
        high_frac: quantile that is brightest.
    """

    instrument: InstrumentId
    reach_frac: float = 0.005
    low_frac: float = 0.15
    high_frac: float = 0.96

    def query(self) -> "DepthQuery":
        """Return a new query that answers it."""
        return DepthQuery(self)


@dataclass(frozen=True, slots=True)
class DepthView:
    """One picture.

    Attributes:
        instrument: the grid of ticks and lots.
        from_ns: first instant of the first column; each is a second, and shows its end. The last
            one runs, and shows the book as it is now.
        ticks_per_row: height of a row.
        first_row: the lowest one, counted from zero.
        lots: float32[COLUMNS, ROWS], what rested, both sides, rows ascending in price; 0 = nothing,
            NaN = not known: the book was not live, or does not tell so far.
        bid_ticks: float64[COLUMNS]; NaN = nobody bid, or not known.
        ask_ticks: likewise.
        contrast_lots: the darkest and the brightest size; NaN = nothing rests.
        orders: ORDER_DTYPE[n], the largest MOST_ORDERS of takers, by time.
        off: why the book is not live; None = it is.
        newest_recv_ns: when the newest bytes about the market reached us.
    """

    instrument: Instrument
    from_ns: Ns
    ticks_per_row: int
    first_row: int
    lots: NDArray[np.float32]
    bid_ticks: FloatArray
    ask_ticks: FloatArray
    contrast_lots: tuple[float, float]
    orders: RowArray
    off: Off | None
    newest_recv_ns: Ns


class DepthQuery:
    """Answers one spec again and again; a second that is over is looked at once."""

    def __init__(self, spec: DepthSpec) -> None:
        self.spec = spec
        self._contrast: tuple[float, float]
        self._restart(None)

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return the instrument; no candles."""
        return wanted(listed, (self.spec.instrument,))

    def view(self, engine: Engine, moment: Moment) -> DepthView | None:
        """Return the picture of this moment; None while no book was ever live."""
        tape = engine.tape(self.spec.instrument)
        if tape is None:
            return None
        if tape is not self._tape:
            self._restart(tape)
        off = book_off(tape, moment)
        running = None if off else _running(tape, moment.now_ns)
        newest = running or next(iter(tape.book.history.columns()[-1:]), None)
        if newest is None:
            return None
        self._fit(newest)
        self._go_on(tape, moment.now_ns // NS_PER_S * NS_PER_S)
        if running is not None:
            self._put_running(running)
        if np.isnan(self._contrast[0]):
            shares = {"low_frac": self.spec.low_frac, "high_frac": self.spec.high_frac}
            self._contrast = contrast(self._lots, **shares)
        from_ns = self._end_ns - COLUMNS * NS_PER_S
        return DepthView(
            instrument=tape.instrument,
            from_ns=from_ns,
            ticks_per_row=self._height * self._times,
            first_row=self._first_row,
            lots=self._lots.copy(),
            bid_ticks=self._best[:, 0].copy(),
            ask_ticks=self._best[:, 1].copy(),
            contrast_lots=self._contrast,
            orders=self._orders.update(tape.trades, from_ns=from_ns, most=MOST_ORDERS),
            off=off,
            newest_recv_ns=max(tape.newest_recv_ns, tape.book.ts_recv_ns),
        )

    def _restart(self, tape: Tape | None) -> None:
        self._tape = tape
        self._orders = LargestOrders()
        self._height = self._times = self._first_row = 0
        self._blank()

    def _blank(self) -> None:
        self._lots = np.full((COLUMNS, ROWS), np.nan, np.float32)
        self._best = np.full((COLUMNS, 2), np.nan)
        self._contrast = _UNKNOWN
        self._end_ns: Ns = 0
        self._settled_ns: Ns = 0

    def _fit(self, newest: DepthColumn) -> None:
        """Keep the rows where they are while the middle is about in the middle of them."""
        best = [each for each in (newest.bid_ticks, newest.ask_ticks) if each]
        if not best:
            return
        middle, height = sum(best) / len(best), newest.ticks_per_row
        edges = newest.first_row * height, (newest.first_row + newest.lots.size) * height
        far = max(middle - edges[0], edges[1] - middle)
        rows = 2 * min(middle * self.spec.reach_frac, far) / height
        is_tight = ROWS * self._times < rows * _TIGHT_FRAC
        is_wide = self._times > 1 and ROWS * self._times > rows * _WIDE_FRAC
        if is_tight or is_wide or height != self._height:
            self._blank()
            self._height, self._times = height, max(-(-int(rows) // ROWS), 1)
        row = int(middle) // (height * self._times)
        if abs(row - self._first_row - ROWS // 2) > _OFF_CENTRE:
            self._blank()
            self._first_row = row - ROWS // 2

    def _go_on(self, tape: Tape, now_ns: Ns) -> None:
        """Move the picture on to the second of ``now_ns``, and put in what is over since then."""
        steps = (now_ns + NS_PER_S - self._end_ns) // NS_PER_S
        if not 0 <= steps < COLUMNS:
            self._blank()
        elif steps:
            self._lots[:-steps], self._best[:-steps] = self._lots[steps:], self._best[steps:]
        self._end_ns = now_ns + NS_PER_S
        first_ns = self._end_ns - COLUMNS * NS_PER_S
        self._settled_ns = max(self._settled_ns, first_ns - NS_PER_S)
        place = self._settled_ns + NS_PER_S - first_ns
        self._lots[place // NS_PER_S :], self._best[place // NS_PER_S :] = np.nan, np.nan
        over = [
            column
            for column in tape.book.history.columns(self._settled_ns)
            if column.second_ns <= now_ns and column.ticks_per_row == self._height
        ]
        for column in over:
            self._put(column, column.second_ns)
        if over:
            self._settled_ns = over[-1].second_ns
            self._contrast = _UNKNOWN

    def _put(self, column: DepthColumn, second_ns: Ns) -> None:
        place = COLUMNS - (self._end_ns - second_ns) // NS_PER_S
        self._lots[place] = folded(
            column.lots,
            first_row=column.first_row,
            rows=self._times,
            wanted=(self._first_row, ROWS),
        )
        best = column.bid_ticks, column.ask_ticks
        self._best[place] = [ticks or np.nan for ticks in best]

    def _put_running(self, column: DepthColumn) -> None:
        """Put the book as it is now into the second that runs, and those in which it said nothing.

        Nothing came since its newest message, or the seconds before would be written.
        """
        if column.ticks_per_row != self._height:
            return
        first_ns = max(column.second_ns, self._settled_ns + NS_PER_S)
        for second_ns in range(first_ns, self._end_ns, NS_PER_S):
            self._put(column, second_ns)


def _running(tape: Tape, now_ns: Ns) -> DepthColumn | None:
    """Return the book as it is now; None where it may have changed since it was told."""
    book = tape.book.resting()
    if now_ns - book.at_ns >= _QUIET_NS:
        return None
    second_ns = book.at_ns // NS_PER_S * NS_PER_S
    return column_of(book, second_ns, before=tape.book.history.ticks_per_row)
