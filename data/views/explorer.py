"""What the Explorer asks: bars, VWAP, delta, CVD and profile of a moving window."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Final, Literal, TypeVar

import numpy as np

from core.calc.common_grid import Factors, common_instrument, factors
from core.calc.cvd import Cvd, cvd
from core.calc.delta import Delta, delta
from core.calc.grade import Grades
from core.calc.profile import Profile, add_tick_volumes, profile
from core.calc.row_height import row_height
from core.calc.vwap import Vwap, vwap_bars
from core.domain.arrays import BarArray
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.grade import GradedBars
from data.views.series import MergedBars
from data.views.volumes import VolumesSince

_MOST_ROWS: Final = 5_000

_Rows = TypeVar("_Rows", Vwap, Cvd)


@dataclass(frozen=True, slots=True)
class ExplorerSpec:
    """What is shown.

    Attributes:
        instruments: the first gives the candles; volumes, delta, CVD, VWAP and profile are the
            sum over all. One base coin, one kind (spot or perpetual).
        timeframe: a key of TIMEFRAMES_NS.
        bars: how many bars back.
        profile_scope: ``session`` = since 00:00 UTC; ``window`` = since the first bar shown.
        ticks_per_row: height of a profile row; 0 = chosen from the range.
    """

    instruments: tuple[InstrumentId, ...]
    timeframe: str
    bars: int = 300
    profile_scope: Literal["session", "window"] = "session"
    ticks_per_row: int = 0


@dataclass(frozen=True, slots=True)
class ExplorerView:
    """One moment of the market, on one grid of ticks and lots.

    Attributes:
        instrument: the grid; the first instrument itself unless several are summed.
        bars: BAR_DTYPE[n], sorted; the last one may be open.
        vwap: one value per bar, at its close so far; session VWAP.
        delta: one value per bar.
        cvd: one candle per bar, from the session's start.
        profile_from_klines: part of the profile is spread kline volume.
        newest_recv_ns: when the newest event in it reached us.
        complete_from_ns: since when trades are held of every instrument; None = not of all.
        missing: instruments asked for of which nothing has come.
        gaps_ns: half-open spans since the first bar in which trades are missing, of any instrument.
        grades: one row per bar, how much of it is proven complete; None = nobody has graded them.
    """

    instrument: Instrument
    step_ns: Ns
    bars: BarArray
    vwap: Vwap
    delta: Delta
    cvd: Cvd
    profile: Profile
    profile_from_klines: bool
    newest_recv_ns: Ns
    complete_from_ns: Ns | None
    missing: tuple[InstrumentId, ...] = ()
    gaps_ns: tuple[tuple[Ns, Ns], ...] = ()
    grades: Grades | None = None


class ExplorerQuery:
    """Answers one spec again and again; what closed bars cost is paid once."""

    def __init__(self, spec: ExplorerSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._epoch = -1
        self._row_ticks = 0
        self._restart()

    def view(self, engine: Engine, *, now_ns: Ns) -> ExplorerView | None:
        """Return the newest view.

        Args:
            now_ns: the source's clock; the last bar shown is the one that holds it.

        Returns:
            None while nothing has come of the first instrument.
        """
        if engine.epoch != self._epoch:
            self._epoch = engine.epoch
            self._restart()
        tapes = [engine.tape(each) for each in self.spec.instruments]
        known = [tape for tape in tapes if tape is not None]
        if tapes[0] is None:
            return None
        grid = common_instrument([tape.instrument for tape in known])
        by = [factors(tape.instrument, grid) for tape in known]
        from_ns = (now_ns // self._step_ns - self.spec.bars + 1) * self._step_ns
        bars = self._all_bars(known, by, from_ns)
        missing = tuple(
            each for each, tape in zip(self.spec.instruments, tapes, strict=True) if tape is None
        )
        return self._answer(known, by, grid, (from_ns, now_ns), bars, missing)

    def _restart(self) -> None:
        named = self.spec.timeframe if self._step_ns >= NS_PER_MINUTE else None
        self._bars = MergedBars(self._step_ns, named)
        self._minutes = MergedBars(NS_PER_MINUTE, "1m")
        self._graded = GradedBars(self._step_ns, named)
        self._volumes = [VolumesSince(self._step_ns, named) for _ in self.spec.instruments]

    def _all_bars(self, tapes: Sequence[Tape], by: Sequence[Factors], from_ns: Ns) -> BarArray:
        """Return the bars shown, and before them those back to their session's start.

        Before fine bars a minute is enough: VWAP and CVD only need sums from there.
        """
        session_ns = from_ns // NS_PER_DAY * NS_PER_DAY
        if self._step_ns >= NS_PER_MINUTE:
            return self._bars.update(tapes, by, from_ns=session_ns)
        minute_ns = from_ns // NS_PER_MINUTE * NS_PER_MINUTE
        before = self._minutes.update(tapes, by, from_ns=session_ns)
        fine = self._bars.update(tapes, by, from_ns=minute_ns)
        return np.concatenate([before[before["open_ns"] < minute_ns], fine])

    def _answer(
        self,
        tapes: Sequence[Tape],
        by: Sequence[Factors],
        grid: Instrument,
        span_ns: tuple[Ns, Ns],
        bars: BarArray,
        missing: tuple[InstrumentId, ...],
    ) -> ExplorerView:
        from_ns, now_ns = span_ns
        first = int(np.searchsorted(bars["open_ns"], from_ns, side="left"))
        starts = [tape.complete_from_ns for tape in tapes]
        return ExplorerView(
            instrument=grid,
            step_ns=self._step_ns,
            bars=bars[first:],
            vwap=_since(vwap_bars(bars), first),
            delta=delta(bars[first:]),
            cvd=_since(cvd(bars), first),
            profile=self._profile(tapes, by, (from_ns, now_ns), bars[first:]),
            profile_from_klines=any(volumes.from_klines for volumes in self._volumes),
            newest_recv_ns=max(tape.newest_recv_ns for tape in tapes),
            complete_from_ns=None if None in starts else max(s for s in starts if s is not None),
            missing=missing,
            gaps_ns=tuple(
                (gap.from_ns, gap.to_ns)
                for tape in tapes
                for gap in tape.gaps
                if gap.to_ns > from_ns
            ),
            grades=self._graded.update(tapes, by, bars["open_ns"][first:], now_ns=now_ns),
        )

    def _profile(
        self, tapes: Sequence[Tape], by: Sequence[Factors], span_ns: tuple[Ns, Ns], bars: BarArray
    ) -> Profile:
        from_ns, now_ns = span_ns
        session_ns = now_ns // NS_PER_DAY * NS_PER_DAY
        since_ns = session_ns if self.spec.profile_scope == "session" else from_ns
        parts = [
            volumes.update(tape, each, from_ns=since_ns)
            for volumes, tape, each in zip(self._volumes, tapes, by, strict=False)
        ]
        total = reduce(add_tick_volumes, parts)
        self._row_ticks = self.spec.ticks_per_row or self._height(total.buy_lots.size, bars)
        return profile(total, ticks_per_row=self._row_ticks)

    def _height(self, range_ticks: int, bars: BarArray) -> int:
        """Return rows that fill the pane: of what it shows, where that is less than the profile."""
        shown = int(bars["high_ticks"].max() - bars["low_ticks"].min()) if bars.size else 0
        height = row_height(min(range_ticks, max(shown, 1)), before=self._row_ticks)
        return max(height, row_height(range_ticks, rows=_MOST_ROWS))


def _since(rows: _Rows, first: int) -> _Rows:
    """Return a result of one row per bar without the rows before ``first``."""
    columns = {each.name: getattr(rows, each.name)[first:] for each in fields(rows)}
    return replace(rows, **columns)
