"""At which extremes of candles that have closed volume thinned out row by row."""

from dataclasses import dataclass

import numpy as np

from core.calc.exhaustion_print import Measure, exhaustion_print
from core.domain.arrays import IntArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import Ns
from data.engine import Engine
from data.views.closed_candles import ClosedCandle, FollowedCandles, suited_rows
from data.views.row_volumes import by_row
from data.views.series import Tapes


@dataclass(frozen=True, slots=True)
class ExhaustionPrintsSpec:
    """Of which candles.

    Attributes:
        instruments: as in ExplorerSpec; volumes are the sum over all.
        ticks_per_row: height of a row; 0 = what suits a candle of this market.
        rows: how many are looked at from each extreme.
        measure: whose volume.
    """

    instruments: tuple[InstrumentId, ...]
    timeframe: str
    ticks_per_row: int = 0
    rows: int = 3
    measure: Measure = Measure.AGGRESSOR

    def query(self) -> "ExhaustionPrintsQuery":
        """Return a new query that answers it."""
        return ExhaustionPrintsQuery(self)


@dataclass(frozen=True, slots=True)
class ExhaustionPrintsView:
    """One row per extreme that shows one, in the order of time.

    Attributes:
        instrument: the grid of the ticks.
        open_ns: int64[n], of the candle.
        side: int64[n], +1 = at its high, -1 = at its low.
        edge_ticks: int64[n], outer edge of the first row: its last tick at a high, its first at a
            low.
        inner_ticks: int64[n], inner edge of the last row looked at, inside it too.
        read_frac: which share of the past has been read, in [0, 1].
    """

    instrument: Instrument
    open_ns: IntArray
    side: IntArray
    edge_ticks: IntArray
    inner_ticks: IntArray
    read_frac: float


class ExhaustionPrintsQuery:
    """Answers one spec again and again; what closed candles cost is paid once."""

    def __init__(self, spec: ExhaustionPrintsSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._followed = FollowedCandles(
            spec.instruments, self._step_ns, begin=self._begin, find=self._find
        )
        self._asked: object = None

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return nothing: it rests on trades alone."""
        return ()

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> ExhaustionPrintsView | None:
        """Return the prints of this moment; None while no trade is held of the first instrument.

        The past is read over several calls.

        Args:
            from_ns: open of the first bar shown.
            now_ns: the source's clock.
        """
        told = self._followed.read(engine, since_ns=from_ns, now_ns=now_ns)
        if told is None:
            return None
        grid, _, candles = told
        if self._asked != (asked := (candles.version, from_ns)):
            self._asked = asked
            found = candles.found.items()
            every = [one for at, each in found if at >= from_ns for one in each]
            self._columns = np.array(every, np.int64).reshape(-1, 4).T
        open_ns, side, edge, inner = self._columns
        return ExhaustionPrintsView(grid, open_ns, side, edge, inner, candles.read_frac)

    def _begin(self, tapes: Tapes, grid: Instrument, now_ns: Ns) -> None:
        step_ns, rows = self._step_ns, self.spec.ticks_per_row
        self._rows = rows or suited_rows(tapes, grid, step_ns=step_ns, now_ns=now_ns)
        self._asked = None

    def _find(self, candle: ClosedCandle) -> tuple[tuple[int, int, int, int], ...] | None:
        """Return open, side and edges of each."""
        if not candle.is_whole:
            return None
        height, rows = self._rows, by_row(candle.volumes, self._rows)
        found = exhaustion_print(rows, rows=self.spec.rows, measure=self.spec.measure)
        low = rows.first_tick * height
        high, reach = low + rows.buy_lots.size * height - 1, self.spec.rows * height - 1
        at_ns = candle.open_ns
        prints = [(at_ns, 1, high, high - reach)] if found.high else []
        prints += [(at_ns, -1, low, low + reach)] if found.low else []
        return tuple(prints) or None
