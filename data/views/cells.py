"""The footprints of the newest candles, all on one grid of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.common_grid import common_instrument, factors
from core.calc.imbalance import Imbalance
from core.calc.imbalance_presets import STRICT, Preset, imbalance_by
from core.calc.profile import Profile, TickVolumes, profile
from core.calc.row_height import row_height
from core.calc.typical_cell import CANDLES_BEFORE
from core.domain.arrays import IntArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_MINUTE, Ns
from data.engine import Engine
from data.views.candle_rows import filled_cells, least_lots, usual_rows
from data.views.candle_volumes import CandleVolumes
from data.views.row_volumes import by_row
from data.views.series import Tapes

_MEDIAN_ROWS: Final = 12
"""Rows of the median candle at most: a dozen candles beside one another can then be read."""

_NO_LOTS: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class CellsSpec:
    """Which candles.

    Attributes:
        instruments: as in ExplorerSpec; cells are the sum over all.
        ticks_per_row: height of a row; 0 = chosen from the candles' ranges.
        last_n: how many candles, the newest among them.
        preset: the convention by which imbalances are marked.
    """

    instruments: tuple[InstrumentId, ...]
    timeframe: str
    ticks_per_row: int = 0
    last_n: int = 10
    preset: Preset = STRICT

    def query(self) -> "CellsQuery":
        """Return a new query that answers it."""
        return CellsQuery(self)


@dataclass(frozen=True, slots=True)
class CandleCells:
    """One candle by price row.

    Attributes:
        rows: dense, ascending in price; with its point of control.
        imbalance: one flag per row and side; provisional while the candle is open.
    """

    open_ns: Ns
    rows: Profile
    imbalance: Imbalance


@dataclass(frozen=True, slots=True)
class CellsView:
    """The newest candles, opened.

    Attributes:
        instrument: the grid of ticks and lots.
        ticks_per_row: height of every row.
        candles: oldest first; those without trades, or not held from their open, are left out.
    """

    instrument: Instrument
    ticks_per_row: int
    candles: tuple[CandleCells, ...]


class CellsQuery:
    """Answers one spec again and again; what closed candles cost is paid once."""

    def __init__(self, spec: CellsSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._epoch = -1
        self._restart()

    def _restart(self) -> None:
        self._volumes = CandleVolumes(self._step_ns)
        self._made: dict[Ns, tuple[TickVolumes, CandleCells]] = {}
        self._least: dict[Ns, tuple[object, int]] = {}
        self._usual: tuple[Ns, int] = (0, 0)
        self._height = 0

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return nothing: trades are all it needs."""
        return ()

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> CellsView | None:
        """Return the cells of this moment; None while no trade of the first instrument has come."""
        if engine.epoch != self._epoch:
            self._epoch = engine.epoch
            self._restart()
        held = [tape for tape in map(engine.tape, self.spec.instruments) if tape is not None]
        begins_ns = [each.complete_from_ns for each in held if each.complete_from_ns is not None]
        if engine.tape(self.spec.instruments[0]) is None or len(begins_ns) < len(held):
            return None
        grid = common_instrument([tape.instrument for tape in held])
        by = [factors(tape.instrument, grid) for tape in held]
        tapes = list(zip(held, by, strict=True))
        first_ns = (now_ns // self._step_ns - self.spec.last_n + 1) * self._step_ns
        first_ns = max(first_ns, from_ns, -(-max(begins_ns) // self._step_ns) * self._step_ns)
        since_ns = first_ns - CANDLES_BEFORE * self._step_ns
        volumes = self._volumes.update(held, by, from_ns=since_ns)
        shown = {at: volumes[at] for at in sorted(volumes) if at >= first_ns}
        rows = self.spec.ticks_per_row or self._rows(tapes, grid, list(shown.values()), now_ns)
        candles = {at: self._candle(tapes, volumes, at, rows) for at in shown}
        self._made = {at: (volumes[at], each) for at, each in candles.items()}
        self._least = {at: each for at, each in self._least.items() if at >= first_ns}
        return CellsView(grid, rows, tuple(candles.values()))

    def _candle(
        self, tapes: Tapes, volumes: dict[Ns, TickVolumes], open_ns: Ns, rows: int
    ) -> CandleCells:
        least = self._least_lots(tapes, volumes, open_ns, rows)
        known, made = self._made.get(open_ns, (None, None))
        if made is not None and known is volumes[open_ns] and made.rows.ticks_per_row == rows:
            return made
        found = profile(volumes[open_ns], ticks_per_row=rows)
        marks = imbalance_by(self.spec.preset, found.sell_lots, found.buy_lots, min_lots=least)
        return CandleCells(open_ns, found, marks)

    def _least_lots(
        self, tapes: Tapes, volumes: dict[Ns, TickVolumes], open_ns: Ns, rows: int
    ) -> int:
        """Return the least volume of an imbalance; found anew when what came before changed."""
        state = (rows, *(tape.trades.count_before(open_ns) for tape, _ in tapes))
        known = self._least.get(open_ns)
        if known is not None and known[0] == state:
            return known[1]

        def cells_of(at_ns: Ns) -> IntArray:
            before = volumes.get(at_ns)
            return filled_cells(by_row(before, rows)) if before is not None else _NO_LOTS

        least = least_lots(tapes, open_ns, cells_of, step_ns=self._step_ns, height=rows)
        self._least[open_ns] = state, least
        return least

    def _rows(
        self, tapes: Tapes, grid: Instrument, shown: Sequence[TickVolumes], now_ns: Ns
    ) -> int:
        """Return rows that suit a minute of this market, coarser where long candles need it."""
        minute_ns = now_ns // NS_PER_MINUTE * NS_PER_MINUTE
        if self._usual[0] != minute_ns:
            self._usual = minute_ns, usual_rows(tapes[0][0], grid, minute_ns)
        spread = int(np.median([each.buy_lots.size for each in shown])) if shown else 0
        self._height = row_height(spread, rows=_MEDIAN_ROWS, before=self._height)
        return max(self._usual[1], self._height)
