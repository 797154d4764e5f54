"""Where imbalances were stacked in candles that have closed, and until when those zones held."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.imbalance_presets import STRICT, Preset, imbalance_by
from core.calc.typical_cell import CANDLES_BEFORE
from core.calc.zones import BarRows, Ends, Zone, stacked_zones, zone_lives
from core.domain.arrays import BarArray, IntArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, Ns
from data.engine import Engine
from data.views.candle_rows import filled_cells, least_lots
from data.views.closed_candles import (
    LOOKED_BACK,
    ClosedCandle,
    FollowedCandles,
    looked_from_ns,
    suited_rows,
)
from data.views.lives import Lives
from data.views.row_volumes import by_row
from data.views.series import Tapes

MOST_OPEN: Final = 40
MOST_ENDED: Final = 20
"""The newest are told."""
_MOST_NS: Final[Ns] = 20 * NS_PER_DAY
_CELLS_KEPT: Final = LOOKED_BACK + 2 * CANDLES_BEFORE
_NO_LOTS: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class ZonesSpec:
    """Which zones.

    Attributes:
        instruments: as in ExplorerSpec; cells are the sum over all, and the first one's price ends
            a zone.
        ticks_per_row: height of a row; 0 = what suits a candle of this market.
        least: fewest rows of a stack.
        preset: the convention by which imbalances are marked.
        ends: what ends a zone.
    """

    instruments: tuple[InstrumentId, ...]
    timeframe: str
    ticks_per_row: int = 0
    least: int = 3
    preset: Preset = STRICT
    ends: Ends = Ends.TRADED_THROUGH

    def query(self) -> "ZonesQuery":
        """Return a new query that answers it."""
        return ZonesQuery(self)


@dataclass(frozen=True, slots=True)
class ZonesView:
    """The newest zones.

    Attributes:
        instrument: the grid of the ticks.
        ticks_per_row: height of the rows.
        holding: the MOST_OPEN newest that hold, oldest first.
        ended: the MOST_ENDED that ended last, in that order.
        read_frac: which share of the past has been read, in [0, 1].
    """

    instrument: Instrument
    ticks_per_row: int
    holding: tuple[Zone, ...]
    ended: tuple[Zone, ...]
    read_frac: float


class ZonesQuery:
    """Answers one spec again and again; what closed candles cost is paid once."""

    def __init__(self, spec: ZonesSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._followed = FollowedCandles(
            spec.instruments, self._step_ns, begin=self._begin, find=self._find
        )

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return nothing: it rests on trades alone."""
        return ()

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> ZonesView | None:
        """Return the zones of this moment; None while no trade is held of the first instrument.

        The past is read over several calls.

        Args:
            from_ns: open of the first bar shown; candles before it may count too.
            now_ns: the source's clock.
        """
        since_ns = looked_from_ns(from_ns, now_ns, self._step_ns)
        told = self._followed.read(engine, since_ns=since_ns, now_ns=now_ns)
        if told is None:
            return None
        grid, tapes, candles = told
        holding, ended = self._lives.update(
            *tapes[0], candles.found, version=candles.version, since_ns=since_ns
        )
        return ZonesView(
            instrument=grid,
            ticks_per_row=self._rows,
            holding=tuple(holding[-MOST_OPEN:]),
            ended=tuple(ended[-MOST_ENDED:]),
            read_frac=candles.read_frac,
        )

    def _begin(self, tapes: Tapes, grid: Instrument, now_ns: Ns) -> None:
        step_ns, rows = self._step_ns, self.spec.ticks_per_row
        self._tapes = tapes
        self._rows = rows or suited_rows(tapes, grid, step_ns=step_ns, now_ns=now_ns)
        self._cells: dict[Ns, IntArray] = {}
        self._lives = Lives(self.spec.timeframe, step_ns, self._ends)

    def _find(self, candle: ClosedCandle) -> tuple[Zone, ...] | None:
        """Return the zones of a candle; its cells say what is much in the candles after it."""
        open_ns, rows = candle.open_ns, by_row(candle.volumes, self._rows)
        self._cells[open_ns] = filled_cells(rows)
        if len(self._cells) > _CELLS_KEPT:
            del self._cells[next(iter(self._cells))]
        if not candle.is_whole:
            return None
        least = least_lots(
            self._tapes,
            open_ns,
            lambda at: self._cells.get(at, _NO_LOTS),
            step_ns=self._step_ns,
            height=self._rows,
        )
        marks = imbalance_by(self.spec.preset, rows.sell_lots, rows.buy_lots, min_lots=least)
        bar = BarRows(
            open_ns=open_ns,
            ticks_per_row=self._rows,
            row_ticks=(rows.first_tick + np.arange(rows.buy_lots.size)) * self._rows,
            sell_lots=rows.sell_lots,
            buy_lots=rows.buy_lots,
            buy_imbalance=marks.buy,
            sell_imbalance=marks.sell,
        )
        return tuple(stacked_zones(bar, step_ns=self._step_ns, least=self.spec.least)) or None

    def _ends(self, zones: Sequence[Zone], bars: BarArray) -> list[Zone]:
        """Return the zones with their ends; most are far from where price is."""
        lives = list(zones)
        if not bars.size:
            return lives
        low, high = int(bars["low_ticks"].min()), int(bars["high_ticks"].max())
        old_ns = int(bars["open_ns"][-1]) - _MOST_NS
        near = [
            at
            for at, zone in enumerate(zones)
            if (low <= zone.high_ticks if zone.side > 0 else high >= zone.low_ticks)
            or zone.known_ns <= old_ns
        ]
        found = zone_lives([zones[at] for at in near], bars, ends=self.spec.ends, most_ns=_MOST_NS)
        for at, zone in zip(near, found, strict=True):
            lives[at] = zone
        return lives
