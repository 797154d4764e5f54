"""Order flow imbalance of each bar: what came to the bids less what came to the asks."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.common_grid import common_instrument, factors
from core.calc.per_second import rolling_mean
from core.domain.arrays import FloatArray, IntArray, RowArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import Ns
from data.buffers.book_seconds import LEVELS
from data.engine import Engine
from data.views.book_bars import BookBars
from data.views.held_bars import opens

ROLLING_BARS: Final = 10
"""The line is the sum of so many bars."""


@dataclass(frozen=True, slots=True)
class OrderFlowSpec:
    """Whose flow.

    Attributes:
        instruments: summed; one base coin.
        timeframe: a key of TIMEFRAMES_NS.
        levels: 1 = at the best prices, message by message; LEVELS = over that many, tenth of a
            second by tenth.
    """

    instruments: tuple[InstrumentId, ...]
    timeframe: str
    levels: int = 1

    def query(self) -> "OrderFlowQuery":
        """Return a new query that answers it."""
        return OrderFlowQuery(self)


@dataclass(frozen=True, slots=True)
class OrderFlowView:
    """One value per bar of the window, NaN where a book was not live in a second of it.

    Attributes:
        instrument: the grid of the lots.
        open_ns: int64[n]; the last bar is open.
        flow_lots: float64[n], whole lots.
        rolling_lots: float64[n], sum of the last ROLLING_BARS.
        levels: how deep.
        untold: instruments of whose book nothing is held.
    """

    instrument: Instrument
    open_ns: IntArray
    flow_lots: FloatArray
    rolling_lots: FloatArray
    levels: int
    untold: tuple[InstrumentId, ...]


class OrderFlowQuery:
    """Answers one spec again and again; what closed bars cost is paid once."""

    def __init__(self, spec: OrderFlowSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._epoch = -1
        self._bars: dict[InstrumentId, BookBars] = {}

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return the books."""
        return tuple((each, Channel.BOOK) for each in self.spec.instruments)

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> OrderFlowView | None:
        """Return the newest view; None while nothing has come of the first instrument.

        Args:
            from_ns: open of the first bar, a multiple of the step.
            now_ns: the source's clock.
        """
        if engine.epoch != self._epoch:
            self._epoch, self._bars = engine.epoch, {}
        tapes = [tape for tape in map(engine.tape, self.spec.instruments) if tape is not None]
        if engine.tape(self.spec.instruments[0]) is None:
            return None
        grid = common_instrument([tape.instrument for tape in tapes])
        early_ns = from_ns - (ROLLING_BARS - 1) * self._step_ns
        open_ns = opens(early_ns, now_ns, self._step_ns)
        flow = np.zeros(open_ns.size)
        for tape in tapes:
            bars = self._bars.setdefault(tape.instrument.id, self._new())
            sums = bars.update(tape, from_ns=early_ns, now_ns=now_ns)[:, 0]
            flow += sums * factors(tape.instrument, grid).lots
        if len(tapes) < len(self.spec.instruments):
            flow[:] = np.nan
        gone = np.isnan(flow)
        rolling = ROLLING_BARS * rolling_mean(
            np.where(gone, 0, flow).astype(np.int64), gone, width=ROLLING_BARS
        )
        shown = open_ns >= from_ns
        held = {tape.instrument.id for tape in tapes if len(tape.book.seconds.rows)}
        return OrderFlowView(
            instrument=grid,
            open_ns=open_ns[shown],
            flow_lots=flow[shown],
            rolling_lots=rolling[shown],
            levels=self.spec.levels,
            untold=tuple(each for each in self.spec.instruments if each not in held),
        )

    def _new(self) -> BookBars:
        name = "flow_lots" if self.spec.levels < LEVELS else "deep_flow_lots"

        def flow(rows: RowArray) -> FloatArray:
            return rows[name].astype(np.float64)[:, None]

        return BookBars(self._step_ns, flow, 1)
