"""VWAP of the week, of the month, or from the candle at which the trader anchored it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from core.calc.common_grid import Factors, common_instrument, factors, rescale_bars
from core.calc.session_vwap import anchored_vwap, session_vwap
from core.calc.sessions import Period, Sessions
from core.calc.sum_bars import sum_bars
from core.calc.vwap import Vwap
from core.domain.arrays import BarArray, Provenance, empty_bars
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.holes import klines_of
from data.views.series import FOREVER, MergedBars, bars_state, between

PAST: Final = "1h"
"""Of what lies before the bars shown, the venue's candles of this length are the best."""


@dataclass(frozen=True, slots=True)
class VwapLineSpec:
    """Which line.

    Attributes:
        instruments: as in ExplorerSpec; volumes are the sum over all.
        timeframe: a key of TIMEFRAMES_NS.
        period: begun anew each WEEK (Monday) or MONTH, 00:00 UTC; EVER = at the anchor alone.
        anchor_ns: first instant that counts; only with EVER.
    """

    instruments: tuple[InstrumentId, ...]
    timeframe: str
    period: Period = Period.EVER
    anchor_ns: Ns = 0

    @property
    def candles(self) -> tuple[str, int]:
        """The venue's candles that should be held, and how many, so that the line is whole."""
        hours = 7 * 24 if self.period is Period.WEEK else 31 * 24
        return PAST, hours

    def query(self) -> "VwapLineQuery":
        """Return a new query that answers it."""
        return VwapLineQuery(self)


@dataclass(frozen=True, slots=True)
class VwapLineView:
    """One moment of the line.

    Attributes:
        instrument: the grid of its ticks.
        line: one value per bar shown that traded since the line began.
        sessions: when it begins anew.
        late_ns: since when it counts, where that is later than asked: what came before is not
            held. None = it is whole.
        estimated: sigma is partly of candles, whose volume is taken as evenly spread.
    """

    instrument: Instrument
    line: Vwap
    sessions: Sessions
    late_ns: Ns | None
    estimated: bool


class VwapLineQuery:
    """Answers one spec again and again; what closed bars cost is paid once."""

    def __init__(self, spec: VwapLineSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._named = spec.timeframe if self._step_ns >= NS_PER_MINUTE else None
        self._epoch = -1
        self._past_name = ""
        self._restart()

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return nothing: it rests on trades alone."""
        return ()

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> VwapLineView | None:
        """Return the newest line; None while nothing has come of the first instrument.

        Args:
            from_ns: open of the first bar shown, a multiple of the step.
            now_ns: the source's clock.
        """
        if engine.epoch != self._epoch:
            self._epoch = engine.epoch
            self._restart()
        tapes = [tape for tape in map(engine.tape, self.spec.instruments) if tape is not None]
        if engine.tape(self.spec.instruments[0]) is None:
            return None
        grid = common_instrument([tape.instrument for tape in tapes])
        by = [factors(tape.instrument, grid) for tape in tapes]
        sessions = Sessions(self.spec.period)
        since_ns = self.spec.anchor_ns
        if self.spec.period is not Period.EVER:
            since_ns = _start_ns(self.spec.period, from_ns)
        held_ns = self._choose_past(tapes, since_ns)
        bars = self._bars_since(tapes, by, since_ns, from_ns)
        bars = bars[bars["open_ns"] <= now_ns]
        if self.spec.period is Period.EVER:
            line = anchored_vwap(bars, anchor_ns=since_ns).line
        else:
            line = session_vwap(bars, sessions=sessions)
        first = int(np.searchsorted(bars["open_ns"], from_ns))
        return VwapLineView(
            instrument=grid,
            line=Vwap(*(getattr(line, each.name)[first:] for each in fields(line))),
            sessions=sessions,
            late_ns=held_ns if held_ns > since_ns else None,
            estimated=bool(np.any(bars["provenance"] == Provenance.KLINES)),
        )

    def _restart(self) -> None:
        self._before: tuple[object, BarArray] | None = None
        self._bars = MergedBars(self._step_ns, self._named)
        self._minutes = MergedBars(NS_PER_MINUTE, "1m")
        self._past = MergedBars(TIMEFRAMES_NS[self._past_name or PAST], self._past_name or PAST)

    def _choose_past(self, tapes: Sequence[Tape], since_ns: Ns) -> Ns:
        """Choose the candles that reach back furthest; return since when anything is held."""
        names = [PAST] if self._named is None else [PAST, self._named]
        reach = {name: max(held_from_ns(tape, name) for tape in tapes) for name in names}
        name = min(names, key=lambda each: max(reach[each], since_ns))
        if name != self._past_name:
            self._past_name = name
            self._past = MergedBars(TIMEFRAMES_NS[name], name)
        return reach[name]

    def _bars_since(
        self, tapes: Sequence[Tape], by: Sequence[Factors], since_ns: Ns, from_ns: Ns
    ) -> BarArray:
        """Return the bars shown, and before them coarser and finer ones back to the start."""
        shown_ns = from_ns if self._named else from_ns // NS_PER_MINUTE * NS_PER_MINUTE
        shown_ns = max(shown_ns, _up(since_ns, self._step_ns))
        # Before the rows are read: one that comes in between then makes this state false.
        state = self._past_name, since_ns, shown_ns, bars_state(tapes, by, shown_ns)
        if self._before is None or self._before[0] != state:
            self._before = state, self._bars_before(tapes, by, since_ns, shown_ns)
        return np.concatenate([self._before[1], self._bars.update(tapes, by, from_ns=shown_ns)])

    def _bars_before(
        self, tapes: Sequence[Tape], by: Sequence[Factors], since_ns: Ns, shown_ns: Ns
    ) -> BarArray:
        """Return the bars of ``[since_ns, shown_ns)``.

        A coarse bar is used only where all of it counts: at the edges stand minutes, and up to
        the first whole minute seconds.
        """
        past_ns = TIMEFRAMES_NS[self._past_name]
        minute_ns, coarse_ns = _up(since_ns, NS_PER_MINUTE), _up(since_ns, past_ns)
        fine_ns = shown_ns // past_ns * past_ns
        if fine_ns <= coarse_ns:
            fine_ns = coarse_ns = minute_ns
        seconds_ns = since_ns, min(minute_ns, shown_ns)
        parts = [sum_bars(_seconds(tapes, by, seconds_ns))] if since_ns < seconds_ns[1] else []
        minutes_ns = minute_ns if minute_ns < coarse_ns else fine_ns
        minutes = empty_bars()
        if minutes_ns < shown_ns:
            minutes = self._minutes.update(tapes, by, from_ns=minutes_ns)
        parts.append(between(minutes, minute_ns, coarse_ns))
        if coarse_ns < fine_ns:
            past = self._past.update(tapes, by, from_ns=coarse_ns)
            parts.append(between(past, coarse_ns, fine_ns))
        return np.concatenate([*parts, between(minutes, fine_ns, shown_ns)])


def _seconds(
    tapes: Sequence[Tape], by: Sequence[Factors], span_ns: tuple[Ns, Ns]
) -> list[BarArray]:
    return [
        rescale_bars(tape.seconds.window(*span_ns), each)
        for tape, each in zip(tapes, by, strict=True)
    ]


def _start_ns(period: Period, at_ns: Ns) -> Ns:
    """Return when the week or month began that holds ``at_ns``."""
    day = np.datetime64(at_ns // NS_PER_DAY, "D")
    if period is Period.MONTH:
        return (
            int(day.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)) * NS_PER_DAY
        )
    # The epoch was a Thursday.
    return (at_ns // NS_PER_DAY - (at_ns // NS_PER_DAY + 3) % 7) * NS_PER_DAY


def held_from_ns(tape: Tape, name: str) -> Ns:
    """Return since when minutes, candles of that name or bars are held; FOREVER = none are."""
    starts = [tape.bars_from_ns if tape.bars_from_ns is not None else FOREVER]
    for each in ("1m", name):
        starts.extend(klines_of(tape, each)["open_ns"][:1].tolist())
    return min(starts)


def _up(ns: Ns, step_ns: Ns) -> Ns:
    return -(-ns // step_ns) * step_ns
