"""What is found in each candle that has closed: its trades are read once, in the order of time."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from core.calc.bars import merge_bars
from core.calc.common_grid import (
    Factors,
    common_instrument,
    factors,
    rescale_bars,
    rescale_trades,
)
from core.calc.profile import TickVolumes, add_tick_volumes, tick_volumes
from core.calc.rows import ticks_per_row
from core.calc.typical_cell import CANDLES_BEFORE
from core.domain.arrays import empty_trades
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.candle_rows import usual_rows
from data.views.series import FOREVER, SETTLE_NS, TRANSIT_NS, Tapes

LOOKED_BACK: Final = 1_000
"""Candles in which something is looked for, at least: what they left may still matter."""
_OF_WHICH_ROWS: Final = 100
"""The newest, by whose median height the rows of long candles are chosen."""
_PIECE_NS: Final[Ns] = 5 * NS_PER_MINUTE
_PIECES_AT_ONCE: Final = 80
_TRADES_AT_ONCE: Final = 100_000
"""In one call; the rest of the past is read in the next ones."""
_NOTHING: Final = tick_volumes(empty_trades())

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class ClosedCandle:
    """A candle in which something is looked for.

    Attributes:
        volumes: of all tapes, tick by tick; never empty.
        is_whole: every trade of it is held.
    """

    open_ns: Ns
    volumes: TickVolumes
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Mark:
    """An instant up to which was read, and what of the tapes that rests on."""

    until_ns: Ns
    counts: tuple[int, ...]
    gaps: frozenset[tuple[int, Ns, Ns]]


class ClosedCandles(Generic[Found]):
    """Reads on as candles close, a bounded while each time.

    A late trade or gap takes it back to the last candle before it, and from there it reads again:
    what is told is always what the tapes as they are now give.

    Attributes:
        found: by the open of its candle, oldest first; CANDLES_BEFORE more than were asked for.
        version: changes with ``found``.
        read_frac: which share of the past has been read, in [0, 1].
    """

    def __init__(
        self,
        tapes: Tapes,
        find: Callable[[ClosedCandle], Found | None],
        *,
        step_ns: Ns,
        since_ns: Ns,
    ) -> None:
        """Begin with what is held.

        Args:
            tapes: their volumes are summed; each has told a trade.
            find: a candle -> what is found in it; None = nothing.
            step_ns: length of a candle.
            since_ns: open of the first candle that is asked for, a multiple of the step.
        """
        self.found: dict[Ns, Found] = {}
        self.version = 0
        self.read_frac = 0.0
        self._tapes, self._find, self._step_ns = tapes, find, step_ns
        self._since_ns = since_ns
        self._held_ns = max(tape.complete_from_ns or 0 for tape, _ in tapes)
        first_ns = since_ns - CANDLES_BEFORE * step_ns
        self._begin_ns = max(first_ns, self._held_ns // step_ns * step_ns)
        self._volumes = _NOTHING
        self._read = self._mark(self._begin_ns)
        self._marks = deque([self._read])

    def is_stale(self, since_ns: Ns) -> bool:
        """Return whether what it began with is not so any more, and it is to begin anew."""
        return since_ns < self._since_ns or not self._is_true(self._marks[0])

    def read(self, *, since_ns: Ns, now_ns: Ns) -> None:
        """Read the candles that have closed, or as many of them as a frame may wait for.

        Args:
            since_ns: what was found long before it is let go of.
            now_ns: the source's clock.
        """
        self._rewind()
        self._forget(since_ns - CANDLES_BEFORE * self._step_ns)
        end_ns, left = self._closed_ns(now_ns), _TRADES_AT_ONCE
        for _ in range(_PIECES_AT_ONCE):
            if self._read.until_ns >= end_ns or left <= 0:
                break
            left -= self._piece()
        behind_ns, whole_ns = end_ns - self._read.until_ns, end_ns - self._begin_ns
        self.read_frac = 1 - behind_ns / whole_ns if behind_ns > self._step_ns else 1.0

    def _closed_ns(self, now_ns: Ns) -> Ns:
        """Return up to when candles have closed and can be taken to be whole."""
        newest_ns = min(tape.trades.newest_ns or 0 for tape, _ in self._tapes)
        return min(now_ns - TRANSIT_NS, newest_ns + SETTLE_NS) // self._step_ns * self._step_ns

    def _piece(self) -> int:
        """Read on within a candle; return how many trades that were."""
        from_ns, count = self._read.until_ns, 0
        open_ns = from_ns // self._step_ns * self._step_ns
        to_ns = min(open_ns + self._step_ns, from_ns + _PIECE_NS)
        # Before the rows are read: one that comes in between then makes this mark false.
        self._read = self._mark(to_ns)
        for tape, by in self._tapes:
            trades = tape.trades.window(from_ns, to_ns)
            count += trades.size
            if trades.size:
                fresh = tick_volumes(rescale_trades(trades, by))
                self._volumes = add_tick_volumes(self._volumes, fresh)
        if to_ns == open_ns + self._step_ns:
            self._close(open_ns)
        return count

    def _close(self, open_ns: Ns) -> None:
        volumes, self._volumes = self._volumes, _NOTHING
        self._marks.append(self._read)
        if volumes.buy_lots.size:
            is_torn = any(to_ns > open_ns for _, _, to_ns in self._read.gaps)
            is_whole = open_ns >= self._held_ns and not is_torn
            found = self._find(ClosedCandle(open_ns, volumes, is_whole))
            if found is not None:
                self.found[open_ns] = found
                self.version += 1

    def _rewind(self) -> None:
        """Go back to the end of the last candle that is still true."""
        if self._is_true(self._read):
            return
        while len(self._marks) > 1 and not self._is_true(self._marks[-1]):
            self._marks.pop()
        self._read, self._volumes = self._marks[-1], _NOTHING
        self.found = {at: each for at, each in self.found.items() if at < self._read.until_ns}
        self.version += 1

    def _forget(self, before_ns: Ns) -> None:
        while len(self._marks) > 1 and self._marks[0].until_ns < before_ns:
            self._marks.popleft()
        while self.found and (first_ns := next(iter(self.found))) < before_ns:
            del self.found[first_ns]

    def _mark(self, until_ns: Ns) -> _Mark:
        counts = tuple(tape.trades.count_before(until_ns) for tape, _ in self._tapes)
        return _Mark(until_ns, counts, self._gaps(until_ns))

    def _is_true(self, mark: _Mark) -> bool:
        now = self._mark(mark.until_ns)
        return now.counts == mark.counts and now.gaps <= mark.gaps  # old gaps are let go of

    def _gaps(self, until_ns: Ns) -> frozenset[tuple[int, Ns, Ns]]:
        """Return the gaps that begin before an instant, with the place of their tape."""
        return frozenset(
            (place, gap.from_ns, gap.to_ns)
            for place, (tape, _) in enumerate(self._tapes)
            for gap in tape.gaps
            if gap.from_ns < until_ns
        )


class FollowedCandles(Generic[Found]):
    """The closed candles of the markets of one question, begun anew where these are others."""

    def __init__(
        self,
        instruments: Sequence[InstrumentId],
        step_ns: Ns,
        *,
        begin: Callable[[Tapes, Instrument, Ns], None],
        find: Callable[[ClosedCandle], Found | None],
    ) -> None:
        """Follow nothing yet.

        Args:
            instruments: as in ExplorerSpec.
            step_ns: length of a candle.
            begin: told the tapes, their common grid and the source's clock before the first candle
                is looked at, and whenever all is to be looked at again.
            find: a candle -> what is found in it; None = nothing.
        """
        self._instruments, self._step_ns = instruments, step_ns
        self._begin, self._find = begin, find
        self._key: object = None
        self._candles: ClosedCandles[Found]

    def read(
        self, engine: Engine, *, since_ns: Ns, now_ns: Ns
    ) -> tuple[Instrument, Tapes, ClosedCandles[Found]] | None:
        """Read on; return the common grid, the tapes and the candles.

        Args:
            since_ns: open of the first candle that is asked for, a multiple of the step.
            now_ns: the source's clock.

        Returns:
            None while no trade is held of the first instrument.
        """
        told = _summed(engine, self._instruments)
        if told is None:
            return None
        grid, tapes = told
        key = engine.epoch, [(id(tape), by) for tape, by in tapes]
        if key != self._key or self._candles.is_stale(since_ns):
            self._key = key
            self._begin(tapes, grid, now_ns)
            self._candles = ClosedCandles(
                tapes, self._find, step_ns=self._step_ns, since_ns=since_ns
            )
        self._candles.read(since_ns=since_ns, now_ns=now_ns)
        return grid, tapes, self._candles


def _summed(
    engine: Engine, instruments: Sequence[InstrumentId]
) -> tuple[Instrument, list[tuple[Tape, Factors]]] | None:
    """Return the common grid and the tapes that have told a trade; None without the first one."""
    held = [tape for tape in map(engine.tape, instruments) if tape is not None]
    held = [tape for tape in held if tape.trades.newest_ns is not None]
    if not held or held[0].instrument.id != instruments[0]:
        return None
    grid = common_instrument([tape.instrument for tape in held])
    return grid, [(tape, factors(tape.instrument, grid)) for tape in held]


def looked_from_ns(from_ns: Ns, now_ns: Ns, step_ns: Ns) -> Ns:
    """Return the open of the first candle in which something is looked for.

    Args:
        from_ns: open of the first bar shown, a multiple of the step.
    """
    return min(from_ns, (now_ns // step_ns - LOOKED_BACK + 1) * step_ns)


def suited_rows(tapes: Tapes, grid: Instrument, *, step_ns: Ns, now_ns: Ns) -> int:
    """Return the height, in ticks of the grid, of rows that suit such a candle of this market.

    Of a minute or less they are those that suit a minute, as everywhere else.
    """
    tape, by = tapes[0]
    if step_ns <= NS_PER_MINUTE:
        return usual_rows(tape, grid, now_ns)
    seconds = tape.seconds.window(now_ns - _OF_WHICH_ROWS * step_ns, FOREVER)
    candles = merge_bars(rescale_bars(seconds, by), step_ns=step_ns)
    return ticks_per_row(candles, tick_size=grid.tick_size)
