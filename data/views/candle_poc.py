"""The point of control of each candle shown."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.bars import merge_bars
from core.calc.common_grid import Factors, common_instrument, factors, rescale_bars
from core.calc.growing_profile import GrowingProfile
from core.calc.profile import TickVolumes
from core.calc.rows import ticks_per_row
from core.domain.arrays import IntArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.row_volumes import RowVolumes
from data.views.series import FOREVER

_CANDLES: Final = 100
"""The newest, by whose median height the rows are chosen."""


@dataclass(frozen=True, slots=True)
class CandlePocSpec:
    """Which candles.

    Attributes:
        instruments: as in ExplorerSpec; volumes are the sum over all.
        ticks_per_row: height of a row; 0 = chosen once, from the candles' median range.
    """

    instruments: tuple[InstrumentId, ...]
    timeframe: str
    ticks_per_row: int = 0

    def query(self) -> "CandlePocQuery":
        """Return a new query that answers it."""
        return CandlePocQuery(self)


@dataclass(frozen=True, slots=True)
class CandlePocView:
    """The candles of which every trade is held, in the order of time.

    Attributes:
        instrument: the grid of the ticks.
        ticks_per_row: height of the rows.
        open_ns: int64[n].
        poc_ticks: int64[n], lower edge of the row of greatest volume; of an open candle, so far.
    """

    instrument: Instrument
    ticks_per_row: int
    open_ns: IntArray
    poc_ticks: IntArray


class CandlePocQuery:
    """Answers one spec again and again; what closed candles cost is paid once."""

    def __init__(self, spec: CandlePocSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._epoch: object = None

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return nothing: it rests on trades alone."""
        return ()

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> CandlePocView | None:
        """Return the newest values; None while no trade is held of the first instrument.

        Args:
            from_ns: open of the first bar shown, a multiple of the step.
            now_ns: the source's clock; it changes nothing here.
        """
        del now_ns
        tapes = [tape for tape in map(engine.tape, self.spec.instruments) if tape is not None]
        first = engine.tape(self.spec.instruments[0])
        if first is None or first.trades.newest_ns is None:
            return None
        grid = common_instrument([tape.instrument for tape in tapes])
        by = [factors(tape.instrument, grid) for tape in tapes]
        epoch = engine.epoch, grid.tick_size
        if epoch != self._epoch:
            self._epoch = epoch
            self._rows = self.spec.ticks_per_row or self._height(first, by[0], grid)
            self._volumes = RowVolumes(self._step_ns, self._rows)
            self._known: dict[Ns, tuple[TickVolumes, int]] = {}
        held_ns = max(tape.complete_from_ns or 0 for tape in tapes)
        from_ns = max(from_ns, -(-held_ns // self._step_ns) * self._step_ns)
        candles = self._volumes.update(tapes, by, from_ns=from_ns)
        self._known = {at: self._poc(at, candles[at]) for at in sorted(candles)}
        gaps = [gap for tape in tapes for gap in tape.gaps]
        whole = [
            at
            for at in self._known
            if not any(gap.from_ns < at + self._step_ns and gap.to_ns > at for gap in gaps)
        ]
        return CandlePocView(
            instrument=grid,
            ticks_per_row=self._rows,
            open_ns=np.array(whole, np.int64),
            poc_ticks=np.array([self._known[at][1] for at in whole], np.int64) * self._rows,
        )

    def _poc(self, open_ns: Ns, volumes: TickVolumes) -> tuple[TickVolumes, int]:
        known = self._known.get(open_ns)
        if known is not None and known[0] is volumes:
            return known
        levels = GrowingProfile().with_volumes(volumes).levels()
        return volumes, levels[0] if levels is not None else 0

    def _height(self, tape: Tape, by: Factors, grid: Instrument) -> int:
        newest_ns = tape.trades.newest_ns or 0
        seconds = tape.seconds.window(newest_ns - _CANDLES * self._step_ns, FOREVER)
        bars = merge_bars(rescale_bars(seconds, by), step_ns=self._step_ns)
        return ticks_per_row(bars, tick_size=grid.tick_size)
