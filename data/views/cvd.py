"""CVD in its forms: of all, by the worth of orders, by venue, of spot beside perpetuals."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np

from core.calc.common_grid import Factors, common_instrument, factors
from core.calc.grouping import runs
from core.calc.sessions import NEVER, NO_SESSIONS, Sessions
from core.calc.size_buckets import LADDER_QUOTE
from core.domain.arrays import BoolArray, FloatArray, IntArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId, MarketKind
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.deltas import BarDeltas, Deltas, TradeDeltas, Window
from data.views.held_bars import opens

SILENT_NS: Final[Ns] = NS_PER_MINUTE
"""Where nothing has traded for so long, the sum is not known to stand: it may be a lost line."""
DIFFERENCE: Final = "difference"
SUM: Final = "sum"

_Groups: TypeAlias = Mapping[str, tuple[InstrumentId, ...]]


class Of(StrEnum):
    """What the lines are of."""

    SUM = "sum"
    SIZE = "by size"
    VENUE = "by venue"
    KIND = "spot and perp"


class Reset(StrEnum):
    """When the sums begin anew."""

    SESSION = "session"
    """As the chart's sessions start."""
    NEVER = "never"
    """They count since the left edge of what is held."""
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True)
class CvdSpec:
    """What is shown.

    Attributes:
        instruments: as ExplorerSpec has them: of one base coin, quote coin and kind.
        timeframe: a key of TIMEFRAMES_NS.
        in_quote: money bought less money sold; else coins.
        anchor_ns: open of the first bar counted, of Reset.ANCHOR; None = nothing is.
        session_start_ns: when a session starts: added to 00:00 UTC.
    """

    instruments: tuple[InstrumentId, ...]
    timeframe: str
    of: Of = Of.SUM
    in_quote: bool = False
    reset: Reset = Reset.SESSION
    anchor_ns: Ns | None = None
    session_start_ns: Ns = 0

    def query(self) -> "CvdQuery":
        """Return a new query that answers it."""
        return CvdQuery(self)


@dataclass(frozen=True, slots=True)
class CvdView:
    """One moment; every line is float64[n], base or quote coins, one value per bar.

    NaN is not known: before the first trade of known side, where trades are missing, and where
    all of a line's markets have been silent for a while.

    Attributes:
        instrument: names the coins.
        open_ns: int64[n], open of every bar of the window, whether it traded or not.
        lines: by SUM, by the place of a bucket (``0`` = the smallest orders), by venue, or by
            kind and DIFFERENCE; in the order in which they are named.
        restarts: int64[r], places of the first bars of sessions; no line leads there.
        asked_ns: since when they are to count, at the first bar.
        since_ns: since when they do, all of them; None = nothing is held.
        lacking: lines of which nothing is held, and instruments that a line is without.
    """

    spec: CvdSpec
    instrument: Instrument
    step_ns: Ns
    open_ns: IntArray
    lines: Mapping[str, FloatArray]
    restarts: IntArray
    asked_ns: Ns
    since_ns: Ns | None
    lacking: tuple[str, ...] = ()


class CvdQuery:
    """Answers one spec again and again; what settled is counted once."""

    def __init__(self, spec: CvdSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        is_daily = spec.reset is Reset.SESSION
        self._sessions = Sessions(start_ns=spec.session_start_ns) if is_daily else NO_SESSIONS
        self._epoch = -1
        self._bars: dict[tuple[InstrumentId, ...], BarDeltas] = {}
        self._trades: dict[InstrumentId, TradeDeltas] = {}

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return nothing: it rests on trades alone."""
        return ()

    def wanted(self, listed: Iterable[Instrument]) -> tuple[InstrumentId, ...]:
        """Return what is to be followed, of what the source lists."""
        ids = {each.id: each for each in listed}
        first = ids.get(self.spec.instruments[0])
        groups = {} if first is None else self._groups(first, ids.values())
        return tuple(each for group in groups.values() for each in group)

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> CvdView | None:
        """Return the newest view.

        Args:
            from_ns: open of the first bar, a multiple of the step.
            now_ns: the source's clock.

        Returns:
            None while nothing has come of the first instrument.
        """
        if engine.epoch != self._epoch:
            self._epoch, self._bars, self._trades = engine.epoch, {}, {}
        tapes = {each: tape for each in engine.ids() if (tape := engine.tape(each)) is not None}
        held = {each: tape for each, tape in tapes.items() if _is_held(tape)}
        first = held.get(self.spec.instruments[0])
        if first is None:
            return None
        groups = self._groups(first.instrument, [tape.instrument for tape in tapes.values()])
        open_ns = opens(from_ns, now_ns, self._step_ns)
        window = Window(self._since_ns(from_ns), open_ns, self._step_ns)
        counts = {
            name: self._count([held[each] for each in group if each in held], window)
            for name, group in groups.items()
            if not held.keys().isdisjoint(group)
        }
        return self._answer(first.instrument, window, counts, _lacking(groups, held))

    def _since_ns(self, from_ns: Ns) -> Ns:
        """Return the open of the first bar that counts at ``from_ns``."""
        if self.spec.reset is Reset.SESSION:
            start_ns = int(self._sessions.end_ns(np.array([from_ns]))[0]) - NS_PER_DAY
            return -(-start_ns // self._step_ns) * self._step_ns
        if self.spec.reset is Reset.NEVER:
            return 0
        return NEVER if self.spec.anchor_ns is None else self.spec.anchor_ns

    def _groups(self, first: Instrument, known: Iterable[Instrument]) -> _Groups:
        """Return whose trades make each line: never of two quote coins, never of two kinds."""
        own = self.spec.instruments
        same = [each for each in known if (each.base, each.quote) == (first.base, first.quote)]
        if self.spec.of is Of.VENUE:
            peers = {each.id.venue: each.id for each in same if each.id.kind is first.id.kind}
            peers |= {each.venue: each for each in own}
            return {venue.value: (peers[venue],) for venue in sorted(peers)}
        if self.spec.of is Of.KIND:
            venues = {each.venue for each in own}
            return {
                kind.value: tuple(
                    sorted(e.id for e in same if e.id.kind is kind and e.id.venue in venues)
                )
                for kind in (MarketKind.SPOT, MarketKind.PERP)
            }
        return {SUM: own}

    def _count(self, tapes: Sequence[Tape], window: Window) -> "_Count":
        spec = self.spec
        # Of a bar shorter than the minutes before it, only its trades tell.
        is_fine = spec.reset is Reset.ANCHOR and self._step_ns < NS_PER_MINUTE
        if spec.in_quote or spec.of is Of.SIZE or is_fine:
            parts = [(self._of_trades(tape, window), self._coin(tape)) for tape in tapes]
        else:
            parts = [self._of_bars(tapes, window)]
        return _Count(parts, _is_lost(tapes, window))

    def _of_bars(self, tapes: Sequence[Tape], window: Window) -> tuple[Deltas, float]:
        grid = common_instrument([tape.instrument for tape in tapes])
        by: list[Factors] = [factors(tape.instrument, grid) for tape in tapes]
        key = tuple(tape.instrument.id for tape in tapes)
        if key not in self._bars:
            self._bars[key] = BarDeltas(self._step_ns, self.spec.timeframe)
        return self._bars[key].update(tapes, by, window), float(grid.lot_size)

    def _of_trades(self, tape: Tape, window: Window) -> Deltas:
        spec, key = self.spec, tape.instrument.id
        if key not in self._trades:
            ladder = LADDER_QUOTE if spec.of is Of.SIZE else ()
            self._trades[key] = TradeDeltas(self._step_ns, in_quote=spec.in_quote, ladder=ladder)
        return self._trades[key].update(tape, window)

    def _coin(self, tape: Tape) -> float:
        """Return the coins in one of what is counted."""
        grid = tape.instrument
        return float(grid.tick_size * grid.lot_size if self.spec.in_quote else grid.lot_size)

    def _answer(
        self,
        grid: Instrument,
        window: Window,
        counts: Mapping[str, "_Count"],
        lacking: tuple[str, ...],
    ) -> CvdView:
        labels = self._sessions.index(window.open_ns)
        lines: dict[str, FloatArray] = {}
        for name, count in counts.items():
            closes = count.closes(labels)
            is_one = closes.shape[1] == 1
            lines |= {name if is_one else str(at): line for at, line in enumerate(closes.T)}
        if set(lines) == set(MarketKind):
            lines[DIFFERENCE] = lines[MarketKind.SPOT] - lines[MarketKind.PERP]
        return CvdView(
            spec=self.spec,
            instrument=grid,
            step_ns=self._step_ns,
            open_ns=window.open_ns,
            lines=lines,
            restarts=runs(labels)[0][1:],
            asked_ns=window.since_ns,
            since_ns=max((ns for each in counts.values() for ns in each.starts_ns), default=None),
            lacking=lacking,
        )


@dataclass(frozen=True, slots=True)
class _Count:
    """The deltas of a group.

    Attributes:
        parts: of each grid, and the coins in one of what it counts.
        is_lost: bool[n], bars of which trades are missing, or may be.
    """

    parts: Sequence[tuple[Deltas, float]]
    is_lost: BoolArray

    @property
    def starts_ns(self) -> list[Ns]:
        """First instants counted."""
        return [each.since_ns for each, _ in self.parts if each.since_ns is not None]

    def closes(self, labels: IntArray) -> FloatArray:
        """Return float64[n, k], coins after each bar, begun anew where the label changes."""
        starts, ends = runs(labels)
        sums = np.zeros((labels.size, self.parts[0][0].before.size))
        for each, coin in self.parts:
            running = np.cumsum(each.inside, axis=0) + each.before
            base = running[starts] - each.inside[starts]
            base[0] = 0
            sums += (running - np.repeat(base, ends - starts, axis=0)) * coin
        closes = sums[:, :-1]
        closes[(sums[:, -1] == 0) | self.is_lost] = np.nan
        return closes


def _is_held(tape: Tape) -> bool:
    return tape.trades.newest_ns is not None or bool(tape.klines)


def _lacking(groups: _Groups, held: Collection[InstrumentId]) -> tuple[str, ...]:
    lacking: list[str] = []
    for name, group in groups.items():
        missing = [str(each) for each in group if each not in held]
        lacking += missing if len(missing) < len(group) else [name]
    return tuple(lacking)


def _is_lost(tapes: Sequence[Tape], window: Window) -> BoolArray:
    newest_ns = max((tape.trades.newest_ns or 0 for tape in tapes), default=0)
    is_lost: BoolArray = window.open_ns > newest_ns + max(window.step_ns, SILENT_NS)
    for gap in (gap for tape in tapes for gap in tape.gaps):
        is_lost |= (window.open_ns + window.step_ns > gap.from_ns) & (window.open_ns < gap.to_ns)
    return is_lost
