"""What the Explorer asks: bars, VWAP, delta, CVD and profile of a moving window."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from math import gcd
from typing import Literal, TypeVar

import numpy as np

from core.calc.common_grid import Factors, common_instrument, factors
from core.calc.cvd import Cvd, cvd
from core.calc.delta import Delta, delta
from core.calc.grade import Grades
from core.calc.profile import Profile, add_tick_volumes
from core.calc.sessions import UTC_DAYS, Sessions
from core.calc.value_area_rule import TWO_ROW, ValueAreaRule
from core.calc.vwap import Vwap, vwap_bars
from core.domain.arrays import BarArray
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.chart_profile import chart_profile, chart_rows
from data.views.grade import GradedBars
from data.views.series import FOREVER, MergedBars
from data.views.volumes import VolumesSince

_Rows = TypeVar("_Rows", Vwap, Cvd)


@dataclass(frozen=True, slots=True)
class ExplorerSpec:
    """What is shown.

    Attributes:
        instruments: the first gives the candles; volumes, delta, CVD, VWAP and profile are the
            sum over all. One base coin, one kind (spot or perpetual).
        timeframe: a key of TIMEFRAMES_NS.
        bars: how many bars back.
        profile_scope: ``session`` = since it began; ``window`` = since the first bar shown;
            ``range`` = of ``range_ns``, or of the window where that is None.
        ticks_per_row: height of a profile row; 0 = chosen from the range.
        session_start_ns: when a session of VWAP, CVD and profile starts: added to 00:00 UTC.
        range_ns: half-open span of the profile.
        value_area: how that of the profile grows.
    """

    instruments: tuple[InstrumentId, ...]
    timeframe: str
    bars: int = 300
    profile_scope: Literal["session", "window", "range"] = "session"
    ticks_per_row: int = 0
    session_start_ns: Ns = 0
    range_ns: tuple[Ns, Ns] | None = None
    value_area: ValueAreaRule = TWO_ROW

    def profile_span(self, *, session_ns: Ns, window_ns: Ns) -> tuple[Ns, Ns]:
        """Return the half-open span of the profile.

        Args:
            session_ns: when the session of now began.
            window_ns: when the first bar shown begins.
        """
        if self.profile_scope == "session":
            return session_ns, FOREVER
        if self.profile_scope == "range" and self.range_ns is not None:
            return self.range_ns
        return window_ns, FOREVER


@dataclass(frozen=True, slots=True)
class ExplorerView:
    """One moment of the market, on one grid of ticks and lots.

    Attributes:
        instrument: the grid; the first instrument itself unless several are summed.
        bars: BAR_DTYPE[n], sorted; the last one may be open.
        vwap: one value per bar, at its close so far; session VWAP. A session that starts inside
            a bar of which only the venue's candle is held starts with the next bar.
        delta: one value per bar.
        cvd: one candle per bar, from the session's start; a bar is of the session of its open.
        profile_from_klines: part of the profile is spread kline volume.
        newest_recv_ns: when the newest event in it reached us.
        complete_from_ns: since when trades are held of every instrument; None = not of all.
        missing: instruments asked for of which nothing has come.
        gaps_ns: half-open spans since the first bar in which trades are missing, of any instrument.
        grades: one row per bar, how much of it is proven complete; None = nobody has graded them.
        sessions: when VWAP and CVD begin anew.
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
    sessions: Sessions = UTC_DAYS


class ExplorerQuery:
    """Answers one spec again and again; what closed bars cost is paid once."""

    def __init__(self, spec: ExplorerSpec) -> None:
        self.spec = spec
        self._sessions = Sessions(start_ns=spec.session_start_ns)
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
        self._cut = MergedBars(gcd(self._step_ns, self.spec.session_start_ns), None)
        self._graded = GradedBars(self._step_ns, named)
        self._volumes = [VolumesSince(self._step_ns, named) for _ in self.spec.instruments]

    def _all_bars(self, tapes: Sequence[Tape], by: Sequence[Factors], from_ns: Ns) -> BarArray:
        """Return the bars shown, and before them those back to their session's start.

        Before fine bars a minute is enough: VWAP and CVD only need sums from there.
        """
        session_ns = self._session_ns(from_ns)
        if self._step_ns >= NS_PER_MINUTE:
            return self._bars.update(tapes, by, from_ns=session_ns // self._step_ns * self._step_ns)
        minute_ns = from_ns // NS_PER_MINUTE * NS_PER_MINUTE
        before = self._minutes.update(tapes, by, from_ns=session_ns)
        fine = self._bars.update(tapes, by, from_ns=minute_ns)
        return np.concatenate([before[before["open_ns"] < minute_ns], fine])

    def _vwap(
        self, tapes: Sequence[Tape], by: Sequence[Factors], bars: BarArray, first: int
    ) -> Vwap:
        """Return the session's VWAP at the close of each bar shown."""
        start_ns, step_ns = self.spec.session_start_ns, self._step_ns
        if start_ns % step_ns == 0 or step_ns < NS_PER_MINUTE or not bars.size:
            return _since(vwap_bars(bars, session_start_ns=start_ns), first)
        # Sessions start inside of bars: parts of bars, for as far back as there are any.
        cut = self._cut.update(tapes, by, from_ns=int(bars["open_ns"][0]))
        whole = int(np.searchsorted(bars["first_ns"], cut["first_ns"][0])) if cut.size else None
        edge_ns = FOREVER if whole in {None, bars.size} else int(bars["open_ns"][whole])
        parts = np.concatenate([bars[:whole], cut[cut["open_ns"] >= edge_ns]])
        line = vwap_bars(parts, session_start_ns=start_ns)
        opens = bars["open_ns"][first:].copy()
        at = np.searchsorted(parts["open_ns"], opens + step_ns) - 1
        return Vwap(opens, line.vwap_ticks[at], line.sigma_ticks[at])

    def _session_ns(self, at_ns: Ns) -> Ns:
        """Return when the session began that holds ``at_ns``."""
        return int(self._sessions.end_ns(np.array([at_ns]))[0]) - NS_PER_DAY

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
            vwap=self._vwap(tapes, by, bars, first),
            delta=delta(bars[first:]),
            cvd=_since(cvd(bars, session_start_ns=self.spec.session_start_ns), first),
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
            sessions=self._sessions,
        )

    def _profile(
        self, tapes: Sequence[Tape], by: Sequence[Factors], span_ns: tuple[Ns, Ns], bars: BarArray
    ) -> Profile:
        from_ns, now_ns = span_ns
        since_ns, to_ns = self.spec.profile_span(
            session_ns=self._session_ns(now_ns), window_ns=from_ns
        )
        parts = [
            volumes.update(tape, each, from_ns=since_ns, to_ns=to_ns)
            for volumes, tape, each in zip(self._volumes, tapes, by, strict=False)
        ]
        total = reduce(add_tick_volumes, parts)
        automatic = chart_rows(total, bars, before=self._row_ticks)
        self._row_ticks = self.spec.ticks_per_row or automatic
        return chart_profile(total, ticks_per_row=self._row_ticks, rule=self.spec.value_area)


def _since(rows: _Rows, first: int) -> _Rows:
    """Return a result of one row per bar without the rows before ``first``."""
    columns = {each.name: getattr(rows, each.name)[first:] for each in fields(rows)}
    return replace(rows, **columns)
