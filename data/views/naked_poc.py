"""The points of control of earlier sessions, and when price came back to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

import numpy as np

from core.calc.common_grid import Factors, common_instrument, factors
from core.calc.growing_profile import GrowingProfile
from core.calc.naked_poc import UNTOUCHED, NakedPoc, naked_poc
from core.calc.profile import add_tick_volumes
from core.domain.arrays import BoolArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.row_volumes import by_row, last_tick, steady_height
from data.views.series import FOREVER, SETTLE_NS, MergedBars, Tapes
from data.views.session_past import past_state
from data.views.volumes import VolumesSince
from data.views.vwap_line import held_from_ns

_MOST: Final = 30
"""Sessions looked back at."""


@dataclass(frozen=True, slots=True)
class NakedPocSpec:
    """Of which sessions.

    Attributes:
        instruments: as in ExplorerSpec; volumes are the sum over all, and the first one's price
            touches.
        session_start_ns: as in ExplorerSpec.
        ticks_per_row: height of a row; 0 = about a basis point of the price.
    """

    instruments: tuple[InstrumentId, ...]
    session_start_ns: Ns = 0
    ticks_per_row: int = 0

    @property
    def candles(self) -> tuple[str, int]:
        """The venue's candles that should be held, and how many: four days' minutes."""
        return "1m", 4 * 24 * 60

    def query(self) -> "NakedPocQuery":
        """Return a new query that answers it."""
        return NakedPocQuery(self)


@dataclass(frozen=True, slots=True)
class NakedPocView:
    """The sessions that are over and of which all is held, trades or minutes, oldest first.

    Attributes:
        instrument: the grid of the ticks.
        ticks_per_row: height of the rows.
        pocs: one row per session; a touch is known to the minute.
        is_exact: bool[k], of every trade; else of volume that is partly spread over minutes.
    """

    instrument: Instrument
    ticks_per_row: int
    pocs: NakedPoc
    is_exact: BoolArray


@dataclass(frozen=True, slots=True)
class _Session:
    state: object
    poc_ticks: int | None
    is_exact: bool


class NakedPocQuery:
    """Answers one spec again and again; a session that is over is computed once."""

    def __init__(self, spec: NakedPocSpec) -> None:
        self.spec = spec
        self._epoch: object = None

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return nothing: it rests on trades alone."""
        return ()

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> NakedPocView | None:
        """Return the newest answer; None while no trade is held of the first instrument.

        Args:
            from_ns: open of the first bar shown; older sessions count too.
            now_ns: the source's clock.
        """
        del from_ns
        held = [tape for tape in map(engine.tape, self.spec.instruments) if tape is not None]
        first = engine.tape(self.spec.instruments[0])
        if first is None or first.trades.newest_ns is None:
            return None
        grid = common_instrument([tape.instrument for tape in held])
        tapes = [(tape, factors(tape.instrument, grid)) for tape in held]
        epoch = engine.epoch, grid.tick_size
        if epoch != self._epoch:
            self._epoch = epoch
            self._rows = self.spec.ticks_per_row or steady_height(last_tick(*tapes[0]))
            self._sessions: dict[Ns, _Session] = {}
            self._minutes = MergedBars(NS_PER_MINUTE, "1m")
            self._forget(())
        self._find(tapes, now_ns)
        found = {at: each for at, each in self._sessions.items() if each.poc_ticks is not None}
        ends_ns = np.array([start + NS_PER_DAY for start in found], np.int64)
        levels = np.array([each.poc_ticks for each in found.values()], np.int64)
        return NakedPocView(
            instrument=grid,
            ticks_per_row=self._rows,
            pocs=self._touched(
                tapes[:1], NakedPoc(levels, ends_ns, np.full(len(found), UNTOUCHED))
            ),
            is_exact=np.array([each.is_exact for each in found.values()], np.bool_),
        )

    def _find(self, tapes: Tapes, now_ns: Ns) -> None:
        """Compute the sessions that are over and not known, or not what they were."""
        settled_ns = min(now_ns, max(tape.trades.newest_ns or 0 for tape, _ in tapes)) - SETTLE_NS
        start_ns = self.spec.session_start_ns
        newest_ns = (settled_ns - start_ns) // NS_PER_DAY * NS_PER_DAY + start_ns
        held_ns = max(held_from_ns(tape, "1m") for tape, _ in tapes)
        complete_ns = max(tape.complete_from_ns or FOREVER for tape, _ in tapes)
        found: dict[Ns, _Session] = {}
        for begin_ns in range(newest_ns - _MOST * NS_PER_DAY, newest_ns, NS_PER_DAY):
            known = self._sessions.get(begin_ns)
            is_exact = complete_ns <= begin_ns and not _is_torn(tapes, begin_ns)
            if known is not None and known.is_exact and complete_ns > begin_ns:
                # Its trades were held when it was computed; by now some were let go.
                found[begin_ns] = known
            elif held_ns <= begin_ns:
                state = past_state(tapes, begin_ns), is_exact and _trades(tapes, begin_ns)
                if known is None or known.state != state:
                    known = _Session(state, self._poc(tapes, begin_ns), is_exact)
                found[begin_ns] = known
        self._sessions = found

    def _poc(self, tapes: Tapes, begin_ns: Ns) -> int | None:
        """Return the point of control of a session; None = nothing traded."""
        volumes = [
            VolumesSince(NS_PER_MINUTE, "1m").update(
                tape, by, from_ns=begin_ns, to_ns=begin_ns + NS_PER_DAY
            )
            for tape, by in tapes
        ]
        rows = by_row(reduce(add_tick_volumes, volumes), self._rows)
        levels = GrowingProfile().with_volumes(rows).levels()
        return levels[0] * self._rows if levels is not None else None

    def _forget(self, state: tuple[object, ...]) -> None:
        self._state = state
        self._edge_ns: Ns = 0
        self._hits: dict[Ns, Ns] = {}

    def _touched(self, tapes: Tapes, pocs: NakedPoc) -> NakedPoc:
        """Return ``pocs`` with their touches; minutes that settled are looked at once."""
        (tape, by), ends_ns = tapes[0], pocs.known_ns.tolist()
        if not ends_ns:
            return pocs
        levels = dict(zip(ends_ns, pocs.poc_ticks.tolist(), strict=True))
        if self._state != self._now(tape, by, levels):
            self._forget(())
        since_ns = max(self._edge_ns, ends_ns[0] // NS_PER_MINUTE * NS_PER_MINUTE)
        edge_ns = ((tape.trades.newest_ns or 0) - SETTLE_NS) // NS_PER_MINUTE * NS_PER_MINUTE
        self._edge_ns = max(edge_ns, self._edge_ns)
        # Before the rows are read: one that comes in between then makes this state false.
        self._state = self._now(tape, by, levels)
        bars = self._minutes.update([tape], [by], from_ns=since_ns)
        fresh = naked_poc(pocs.poc_ticks, pocs.known_ns, bars=bars, ticks_per_row=self._rows)
        touched = [
            min(self._hits.get(end_ns, UNTOUCHED), hit)
            for end_ns, hit in zip(ends_ns, fresh.touched_ns.tolist(), strict=True)
        ]
        self._hits = {
            end_ns: hit for end_ns, hit in zip(ends_ns, touched, strict=True) if hit < self._edge_ns
        }
        return replace(pocs, touched_ns=np.array(touched, np.int64))

    def _now(self, tape: Tape, by: Factors, levels: dict[Ns, int]) -> tuple[object, ...]:
        """Return what must not change if the touches before the edge are to stay true."""
        count = tape.seconds.count_before(self._edge_ns)
        return id(tape), by, tape.klines_version, tape.gaps, count, levels


def _is_torn(tapes: Tapes, begin_ns: Ns) -> bool:
    end_ns = begin_ns + NS_PER_DAY
    gaps = [gap for tape, _ in tapes for gap in tape.gaps]
    return any(gap.from_ns < end_ns and gap.to_ns > begin_ns for gap in gaps)


def _trades(tapes: Tapes, begin_ns: Ns) -> Sequence[int]:
    """Return how many trades of a session are held."""
    end_ns = begin_ns + NS_PER_DAY
    return [
        tape.trades.count_before(end_ns) - tape.trades.count_before(begin_ns) for tape, _ in tapes
    ]
