"""What the Explorer asks where its axis counts bars: bars that end by what traded, and the rest."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.bar_size import BarSize
from core.calc.common_grid import factors
from core.calc.cvd import Cvd, cvd
from core.calc.delta import delta
from core.calc.profile import Profile
from core.calc.sessions import NO_SESSIONS, Sessions
from core.calc.vwap import Vwap, vwap_bars
from core.domain.arrays import BarArray
from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.chart_profile import chart_profile, chart_rows
from data.views.cut_bars import CutBarsQuery, CutBarsSpec, CutBarsView
from data.views.explorer import ExplorerSpec, ExplorerView
from data.views.volumes import VolumesSince

SLOT_NS: Final[Ns] = NS_PER_S
"""What a bar takes on an axis that counts bars: bar number n stands at ``n * SLOT_NS``."""


@dataclass(frozen=True, slots=True)
class CutChartSpec:
    """What is shown.

    Attributes:
        explorer: its first instrument, its sessions and its profile; not its timeframe.
        size: when a bar ends.
    """

    explorer: ExplorerSpec
    size: BarSize

    def query(self) -> "CutChartQuery":
        """Return a new query that answers it."""
        return CutChartQuery(self)


@dataclass(frozen=True, slots=True)
class CutChart:
    """One moment.

    Attributes:
        view: as of bars of time, but all on the axis that counts bars: every ``open_ns`` and
            ``ts_ns``, ``step_ns`` and ``gaps_ns``, where there are no sessions; ``first_ns`` and
            ``last_ns`` of a bar stay times.
        cut: the bars as they are.
    """

    view: ExplorerView
    cut: CutBarsView


class CutChartQuery:
    """Answers one spec again and again."""

    def __init__(self, spec: CutChartSpec) -> None:
        self.spec = spec
        explorer = spec.explorer
        self._sessions = Sessions(start_ns=explorer.session_start_ns)
        self._bars = CutBarsQuery(
            CutBarsSpec(
                explorer.instruments[0], spec.size, explorer.bars, explorer.session_start_ns
            )
        )
        self._epoch = -1
        self._volumes = VolumesSince(NS_PER_MINUTE, "1m")
        self._row_ticks = 0

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return nothing: it rests on trades alone."""
        return ()

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> CutChart | None:
        """Return the newest answer; None while nothing has traded.

        Args:
            from_ns: no matter, the spec says how many bars.
            now_ns: the source's clock.

        Raises:
            ValueError: the bars wanted are too large for the instrument, in words.
        """
        del from_ns
        if engine.epoch != self._epoch:
            self._epoch = engine.epoch
            self._volumes = VolumesSince(NS_PER_MINUTE, "1m")
        cut = self._bars.view(engine)
        tape = engine.tape(self.spec.explorer.instruments[0])
        if cut is None or tape is None:
            return None
        slots_ns = (cut.number + np.arange(cut.bars.size)) * SLOT_NS
        bars = cut.bars.copy()
        bars["open_ns"] = slots_ns
        # Sums run since the session's start, so what stands before the window comes first.
        every, start_ns = np.concatenate([cut.before, cut.bars]), self._sessions.start_ns
        line = vwap_bars(every, session_start_ns=start_ns)
        sums = cvd(every, session_start_ns=start_ns)
        shown = slice(cut.before.size, None)
        view = ExplorerView(
            instrument=cut.instrument,
            step_ns=SLOT_NS,
            bars=bars,
            vwap=Vwap(slots_ns, line.vwap_ticks[shown], line.sigma_ticks[shown]),
            delta=delta(bars),
            cvd=Cvd(
                slots_ns,
                sums.open_lots[shown],
                sums.high_lots[shown],
                sums.low_lots[shown],
                sums.close_lots[shown],
            ),
            profile=self._profile(tape, cut.bars, now_ns),
            profile_from_klines=self._volumes.from_klines,
            newest_recv_ns=tape.newest_recv_ns,
            complete_from_ns=tape.complete_from_ns,
            gaps_ns=tuple((int(at), int(at) + 1) for at in slots_ns[cut.has_gap]),
            sessions=NO_SESSIONS,
        )
        return CutChart(view, cut)

    def _profile(self, tape: Tape, bars: BarArray, now_ns: Ns) -> Profile:
        spec = self.spec.explorer
        session_ns = int(self._sessions.end_ns(np.array([now_ns]))[0]) - NS_PER_DAY
        since_ns, to_ns = spec.profile_span(
            session_ns=session_ns, window_ns=int(bars["first_ns"][0])
        )
        by = factors(tape.instrument, tape.instrument)
        total = self._volumes.update(tape, by, from_ns=since_ns, to_ns=to_ns)
        automatic = chart_rows(total, bars, before=self._row_ticks)
        self._row_ticks = spec.ticks_per_row or automatic
        return chart_profile(total, ticks_per_row=self._row_ticks, rule=spec.value_area)
