"""What the book leaned to in each bar: its imbalance, or the microprice against the middle."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.basis import mids
from core.calc.book_imbalance import queue_imbalance
from core.calc.microprice import MicropriceFit, MicropriceRule, fit_microprice, microprice_ticks
from core.domain.arrays import FloatArray, IntArray, RowArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_HOUR, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.book_bars import BookBars, means, with_counts
from data.views.held_bars import opens

SHOWN: Final = ("touch", "10 bps", "50 bps", "microprice")
_RULE: Final = MicropriceRule()


@dataclass(frozen=True, slots=True)
class BookStateSpec:
    """Whose book, and what of it.

    Attributes:
        timeframe: a key of TIMEFRAMES_NS.
        show: one of SHOWN.
    """

    instrument: InstrumentId
    timeframe: str
    show: str = SHOWN[0]

    def query(self) -> "BookStateQuery":
        """Return a new query that answers it."""
        return BookStateQuery(self)


@dataclass(frozen=True, slots=True)
class BookStateView:
    """One value per bar of the window: the mean over its seconds.

    Attributes:
        instrument: whose book it is.
        open_ns: int64[n]; the last bar is open.
        values: float64[n], imbalance in [-1, 1], or the microprice less the middle in ticks; NaN
            where a second of the bar is not known, or nothing is known so deep.
        show: which it is.
        is_untold: nothing is held of the book.
    """

    instrument: Instrument
    open_ns: IntArray
    values: FloatArray
    show: str
    is_untold: bool


class BookStateQuery:
    """Answers one spec again and again; what closed bars cost is paid once."""

    def __init__(self, spec: BookStateSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._epoch = -1
        self._bars: BookBars | None = None

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return the book."""
        return ((self.spec.instrument, Channel.BOOK),)

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> BookStateView | None:
        """Return the newest view; None while nothing has come.

        Args:
            from_ns: open of the first bar, a multiple of the step.
            now_ns: the source's clock.
        """
        tape = engine.tape(self.spec.instrument)
        if tape is None:
            return None
        if self._bars is None or engine.epoch != self._epoch:
            self._epoch = engine.epoch
            self._bars = BookBars(self._step_ns, _Book(tape, self.spec.show).columns, 2)
        sums = self._bars.update(tape, from_ns=from_ns, now_ns=now_ns)
        return BookStateView(
            instrument=tape.instrument,
            open_ns=opens(from_ns, now_ns, self._step_ns),
            values=means(sums)[:, 0],
            show=self.spec.show,
            is_untold=not len(tape.book.seconds.rows),
        )


class _Book:
    """What is read of one book's seconds; a fit is made once."""

    def __init__(self, tape: Tape, show: str) -> None:
        self._seconds = tape.book.seconds.rows
        self._show = show
        self._fits: dict[int, MicropriceFit] = {}

    def columns(self, rows: RowArray) -> FloatArray:
        """Return what is summed of each second."""
        place = SHOWN.index(self._show)
        if place == 0:
            values = queue_imbalance(rows["bid_lots"], rows["ask_lots"])
        elif self._show == SHOWN[-1]:
            values = self._offsets(rows)
        else:
            near = rows["near_lots"][:, place - 1]
            values = queue_imbalance(near[:, 0], near[:, 1])
        return with_counts(values[:, None])

    def _offsets(self, rows: RowArray) -> FloatArray:
        """Return the microprice of each second less its middle, fitted on the hour before."""
        values = np.full(rows.size, np.nan)
        hours = rows["ts_event_ns"] // NS_PER_HOUR
        for hour in np.unique(hours).tolist():
            inside = rows[hours == hour]
            micro = microprice_ticks(inside, self._fit(hour))
            values[hours == hour] = micro - mids(inside, tick_quote=1.0)
        return values

    def _fit(self, hour: int) -> MicropriceFit:
        found = self._fits.get(hour)
        if found is None:
            rows = self._seconds.window((hour - 1) * NS_PER_HOUR, hour * NS_PER_HOUR)
            follows = np.diff(rows["ts_event_ns"], prepend=0) == NS_PER_S
            found = self._fits[hour] = fit_microprice(rows, rule=_RULE, follows=follows)
        return found
