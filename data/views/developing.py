"""Point of control and value area of each session as they were, bar by bar."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import gcd
from typing import Final

import numpy as np

from core.calc.common_grid import common_instrument, factors
from core.calc.developing_profile import DevelopingProfile
from core.calc.growing_profile import GrowingProfile
from core.calc.profile import TickVolumes
from core.calc.sessions import Sessions
from core.calc.value_area_rule import TWO_ROW, ValueAreaRule
from core.domain.arrays import IntArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, Ns
from data.engine import Engine
from data.views.row_volumes import RowVolumes, last_tick, steady_height
from data.views.series import SETTLE_NS, Tapes
from data.views.session_past import SessionPast, counts_before, past_state, session_past

_COARSEST_NS: Final[Ns] = NS_PER_HOUR


@dataclass(frozen=True, slots=True)
class DevelopingSpec:
    """Whose, and by which rule.

    Attributes:
        instruments: as in ExplorerSpec; volumes are the sum over all.
        timeframe: a key of TIMEFRAMES_NS.
        session_start_ns: as in ExplorerSpec.
        ticks_per_row: height of a row; 0 = about a basis point of the price.
        rule: how the value area grows.
    """

    instruments: tuple[InstrumentId, ...]
    timeframe: str
    session_start_ns: Ns = 0
    ticks_per_row: int = 0
    rule: ValueAreaRule = TWO_ROW

    def query(self) -> "DevelopingQuery":
        """Return a new query that answers it."""
        return DevelopingQuery(self)


@dataclass(frozen=True, slots=True)
class DevelopingView:
    """One moment of the lines.

    Attributes:
        instrument: the grid of their ticks.
        line: one value per interval that traded, from the first bar shown or since every trade is
            held; what closed never changes, but for a trade that comes late.
        step_ns: length of an interval: a bar, but a minute at least and an hour at most, and less
            where a session starts inside.
        sessions: when they begin anew.
        from_candles: part of the volume before the line is spread evenly over candles.
        since_ns: since when volume counts, where that is later than the session's start.
    """

    instrument: Instrument
    line: DevelopingProfile
    step_ns: Ns
    sessions: Sessions
    from_candles: bool
    since_ns: Ns | None


class DevelopingQuery:
    """Answers one spec again and again; what closed intervals cost is paid once."""

    def __init__(self, spec: DevelopingSpec) -> None:
        self.spec = spec
        step_ns = min(max(TIMEFRAMES_NS[spec.timeframe], NS_PER_MINUTE), _COARSEST_NS)
        self._step_ns = gcd(step_ns, spec.session_start_ns)
        self._epoch: object = None
        self._rows = 0
        self._state: object = None

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return nothing: it rests on trades alone."""
        return ()

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> DevelopingView | None:
        """Return the newest lines; None while no trade is held of the first instrument.

        Args:
            from_ns: open of the first bar shown.
            now_ns: the source's clock; it changes nothing here.
        """
        del now_ns
        held = [tape for tape in map(engine.tape, self.spec.instruments) if tape is not None]
        first = engine.tape(self.spec.instruments[0])
        if first is None or first.trades.newest_ns is None:
            return None
        grid = common_instrument([tape.instrument for tape in held])
        tapes = [(tape, factors(tape.instrument, grid)) for tape in held]
        epoch = engine.epoch, grid.tick_size
        if epoch != self._epoch:
            self._epoch, self._state = epoch, None
            self._rows = self.spec.ticks_per_row or steady_height(last_tick(*tapes[0]))
        self._begin(tapes, max(from_ns, *(tape.complete_from_ns or 0 for tape in held)))
        newest_ns = max(tape.trades.newest_ns or 0 for tape in held)
        line = self._line(self._steps(tapes), newest_ns - SETTLE_NS)
        line = line[line[:, 0] > from_ns - self._step_ns]
        height = self._rows
        opens_ns, poc, val, vah = line.T
        return DevelopingView(
            instrument=grid,
            line=DevelopingProfile(opens_ns, poc * height, val * height, (vah + 1) * height - 1),
            step_ns=self._step_ns,
            sessions=Sessions(start_ns=self.spec.session_start_ns),
            from_candles=self._past.from_candles,
            since_ns=self._past.since_ns,
        )

    def _begin(self, tapes: Tapes, at_ns: Ns) -> None:
        """Begin anew with the session that holds ``at_ns``, where its past is not what it was."""
        begin_ns = self._day(at_ns) * NS_PER_DAY + self.spec.session_start_ns
        state = begin_ns, past_state(tapes, begin_ns)
        if state != self._state or self._past.counts != counts_before(tapes, self._past.to_ns):
            self._state = state
            self._past: SessionPast = session_past(
                tapes, begin_ns, step_ns=self._step_ns, ticks_per_row=self._rows
            )
            self._volumes = RowVolumes(self._step_ns, self._rows)
            self._forget(self._day(begin_ns))

    def _forget(self, day: int) -> None:
        start = GrowingProfile(rule=self.spec.rule).with_volumes(self._past.volumes)
        self._first_day = day
        self._last = day, start
        self._settled: IntArray = np.zeros((0, 4), np.int64)
        self._settled_ns: Ns = self._past.to_ns
        self._witness: tuple[Ns, TickVolumes] | None = None

    def _steps(self, tapes: Tapes) -> Mapping[Ns, TickVolumes]:
        both = [tape for tape, _ in tapes], [by for _, by in tapes]
        return self._volumes.update(*both, from_ns=self._past.to_ns)

    def _line(self, steps: Mapping[Ns, TickVolumes], edge_ns: Ns) -> IntArray:
        """Return open, and the rows of POC, VAL and VAH, of each interval, int64[n, 4]."""
        # Volumes that were begun again are other objects, the oldest among them.
        if self._witness is not None and steps.get(self._witness[0]) is not self._witness[1]:
            self._forget(self._first_day)
        holes, fresh, settled = self._past.holes, [], self._settled.shape[0]
        opens_ns = sorted(at for at in steps.keys() | holes.keys() if at >= self._settled_ns)
        day, grown = self._last
        for open_ns in opens_ns:
            if self._day(open_ns) != day:
                day, grown = self._day(open_ns), GrowingProfile(rule=self.spec.rule)
            volumes = steps.get(open_ns)
            for each in (volumes, holes.get(open_ns)):
                grown = grown.with_volumes(each) if each is not None else grown
            fresh.append((open_ns, *(grown.levels() or (0, 0, 0))))
            if open_ns + self._step_ns <= edge_ns:
                self._settled_ns, self._last = open_ns + self._step_ns, (day, grown)
                settled += 1
                if self._witness is None and volumes is not None:
                    self._witness = open_ns, volumes
        rows = np.array(fresh, np.int64).reshape(-1, 4)
        line: IntArray = np.concatenate([self._settled, rows])
        self._settled = line[:settled]
        return line

    def _day(self, at_ns: Ns) -> int:
        """Return the number of the session that holds ``at_ns``."""
        return (at_ns - self.spec.session_start_ns) // NS_PER_DAY
