"""What a click on a candle asks: its footprint, and second by second around the click."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from core.calc.common_grid import common_instrument, factors, rescale_trades
from core.calc.footprint import Footprint, footprint
from core.calc.grade import Grades
from core.calc.imbalance_presets import STRICT, Preset, imbalance_by
from core.calc.imbalance_reasons import Comparison, compare
from core.calc.micro import MicroFootprint, micro_footprint
from core.calc.row_height import row_height
from core.calc.typical_cell import typical_cell
from core.domain.arrays import TradeArray
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.candle_rows import before_ns, usual_rows
from data.views.grade import GradedBars

_MICRO_REACH_NS: Final = 30 * NS_PER_S
_ROOM_ROWS: Final = 40
"""Rows that can be read at once beside the chart."""


@dataclass(frozen=True, slots=True)
class CutBar:
    """Which trades are those of a bar that ended by what traded.

    Attributes:
        by: what ends its kind, as ``bar_size`` reads it.
        end_ns: the instant after its last trade.
        skip: how many trades of the instant at which it begins are of bars before it.
        trades: how many are its own.
        is_open: more may have come since.
    """

    by: str
    end_ns: Ns
    skip: int
    trades: int
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class FootprintSpec:
    """Which candle.

    Attributes:
        instruments: as in ExplorerSpec; cells are the sum over all.
        bar_ns: when the candle opens.
        ticks_per_row: height of a row; 0 = chosen from the range of a minute.
        focus_ns: instant in the candle that was clicked; None = its newest.
        preset: the convention by which imbalances are marked.
        compare_with: another one, whose marks are compared; None = none is.
        cut: of a bar that ended by what traded, of one instrument; such have no grade, and what
            ``timeframe`` says of them is which candles before them are usual. None = time ends it.
    """

    instruments: tuple[InstrumentId, ...]
    timeframe: str
    bar_ns: Ns
    ticks_per_row: int = 0
    focus_ns: Ns | None = None
    preset: Preset = STRICT
    compare_with: Preset | None = None
    cut: CutBar | None = None

    @property
    def end_ns(self) -> Ns:
        """The first instant after the candle."""
        return self.cut.end_ns if self.cut else self.bar_ns + TIMEFRAMES_NS[self.timeframe]

    @property
    def bars(self) -> str:
        """What kind of bars it is of: a timeframe, or the size of bars by what traded."""
        return self.cut.by if self.cut else self.timeframe


@dataclass(frozen=True, slots=True)
class FootprintView:
    """One candle, opened.

    Attributes:
        instrument: the grid of ticks and lots.
        footprint: its imbalances are those of the preset asked for.
        closed: no more trades are due.
        complete: every trade of the candle is held, of every instrument.
        newest_recv_ns: when the newest trade of it reached us; 0 = it has none.
        grades: one row, the candle's data grade; None = nobody has asked for it.
        preset: the convention of the imbalances.
        compared: its marks beside those of another; None = nobody has asked for it.
    """

    instrument: Instrument
    footprint: Footprint
    micro: MicroFootprint
    closed: bool
    complete: bool
    newest_recv_ns: Ns
    grades: Grades | None = None
    preset: Preset = STRICT
    compared: Comparison | None = None


def footprint_view(
    engine: Engine, spec: FootprintSpec, *, now_ns: Ns, graded: GradedBars | None = None
) -> FootprintView | None:
    """Return the candle's footprint from the trades held; None = nothing is known of it.

    Args:
        now_ns: the source's clock.
        graded: what graded this candle the last time; it knows most of the answer.
    """
    tapes = [tape for tape in map(engine.tape, spec.instruments) if tape is not None]
    if not tapes or engine.tape(spec.instruments[0]) is None:
        return None
    end_ns = spec.end_ns
    grid = common_instrument([tape.instrument for tape in tapes])
    trades = _trades(tapes, grid, spec.bar_ns, end_ns)
    if spec.cut is not None:
        trades = trades[spec.cut.skip : spec.cut.skip + spec.cut.trades]
    rows = spec.ticks_per_row or _automatic_rows(tapes[0], grid, spec.bar_ns, trades)
    from_ns, to_ns = _micro_span(spec, trades)
    seconds = _trades(tapes, grid, from_ns, to_ns)
    least = _least_lots(tapes, grid, spec, rows)
    cells = footprint(trades, open_ns=spec.bar_ns, ticks_per_row=rows, min_lots=least)
    return FootprintView(
        instrument=grid,
        footprint=_marked_by(spec.preset, cells, min_lots=least),
        micro=micro_footprint(seconds, from_ns=from_ns, to_ns=to_ns, ticks_per_row=rows),
        closed=now_ns >= end_ns and not (spec.cut and spec.cut.is_open),
        complete=all(_is_complete(tape, spec.bar_ns, end_ns) for tape in tapes),
        newest_recv_ns=int(trades["ts_recv_ns"].max(initial=0)),
        grades=_grades(tapes, spec, graded, now_ns=now_ns),
        preset=spec.preset,
        compared=_compared(spec, cells, min_lots=least),
    )


def graded_bars(spec: FootprintSpec) -> GradedBars:
    """Return what grades the candle of a spec."""
    step_ns = TIMEFRAMES_NS[spec.timeframe]
    return GradedBars(step_ns, spec.timeframe if step_ns >= NS_PER_MINUTE else None)


def reach(spec: FootprintSpec) -> tuple[Ns, Ns]:
    """Return the half-open span whose trades a view is made of: the candle and its seconds."""
    if spec.focus_ns is None:
        return spec.bar_ns, max(spec.end_ns, spec.bar_ns + 2 * _MICRO_REACH_NS)
    from_ns, to_ns = _around(spec.focus_ns)
    return min(spec.bar_ns, from_ns), max(spec.end_ns, to_ns)


def _grades(
    tapes: list[Tape], spec: FootprintSpec, graded: GradedBars | None, *, now_ns: Ns
) -> Grades | None:
    """Return the candle's grade; None for a bar of which the venue has no candle."""
    if spec.cut is not None:
        return None
    grid = common_instrument([tape.instrument for tape in tapes])
    by = [factors(tape.instrument, grid) for tape in tapes]
    graded = graded if graded is not None else graded_bars(spec)
    return graded.update(tapes, by, np.array([spec.bar_ns]), now_ns=now_ns)


def _marked_by(preset: Preset, cells: Footprint, *, min_lots: int) -> Footprint:
    if preset is STRICT:
        return cells
    found = imbalance_by(preset, cells.sell_lots, cells.buy_lots, min_lots=min_lots)
    return replace(cells, buy_imbalance=found.buy, sell_imbalance=found.sell)


def _compared(spec: FootprintSpec, cells: Footprint, *, min_lots: int) -> Comparison | None:
    if spec.compare_with is None:
        return None
    return compare(
        spec.preset, spec.compare_with, cells.sell_lots, cells.buy_lots, min_lots=min_lots
    )


def _trades(tapes: list[Tape], grid: Instrument, from_ns: Ns, to_ns: Ns) -> TradeArray:
    parts = [
        rescale_trades(tape.trades.window(from_ns, to_ns), factors(tape.instrument, grid))
        for tape in tapes
    ]
    if len(parts) == 1:
        return parts[0]
    every = np.concatenate(parts)
    return every[np.argsort(every["ts_event_ns"], kind="stable")]


def _is_complete(tape: Tape, from_ns: Ns, to_ns: Ns) -> bool:
    if tape.complete_from_ns is None or tape.complete_from_ns > from_ns:
        return False
    return not any(gap.from_ns < to_ns and gap.to_ns > from_ns for gap in tape.gaps)


def _automatic_rows(tape: Tape, grid: Instrument, bar_ns: Ns, trades: TradeArray) -> int:
    """Return rows that suit a minute of this market, made coarser where a long candle needs it."""
    height = usual_rows(tape, grid, bar_ns)
    if not trades.size:
        return height
    spread = int(trades["price_ticks"].max()) - int(trades["price_ticks"].min())
    return max(height, row_height(spread, rows=_ROOM_ROWS))


def _least_lots(tapes: list[Tape], grid: Instrument, spec: FootprintSpec, rows: int) -> int:
    """Return the least volume of an imbalance: of the candles just before, not of this one."""
    step_ns = TIMEFRAMES_NS[spec.timeframe]
    before = _trades(tapes, grid, before_ns(tapes, spec.bar_ns, step_ns), spec.bar_ns)
    return typical_cell(before, step_ns=step_ns, ticks_per_row=rows)


def _micro_span(spec: FootprintSpec, trades: TradeArray) -> tuple[Ns, Ns]:
    """Return 30 s each way of the click in whole seconds, or the candle's last minute."""
    if spec.focus_ns is not None:
        return _around(spec.focus_ns)
    newest = int(trades["ts_event_ns"][-1]) if trades.size else spec.bar_ns
    end_ns = max(newest, spec.bar_ns + 2 * _MICRO_REACH_NS - 1) // NS_PER_S * NS_PER_S + NS_PER_S
    return end_ns - 2 * _MICRO_REACH_NS, end_ns


def _around(focus_ns: Ns) -> tuple[Ns, Ns]:
    second = focus_ns // NS_PER_S * NS_PER_S
    return second - _MICRO_REACH_NS, second + _MICRO_REACH_NS
