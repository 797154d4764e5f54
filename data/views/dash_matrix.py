"""Dashboard, matrix: trend, delta, CVD and side of the VWAP of a coin over several timeframes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.calc.common_grid import common_instrument, factors
from core.calc.timeframe_signs import BARS, TimeframeSigns, timeframe_signs
from core.domain.arrays import BarArray, Provenance
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.left_out import LeftOut, live_tapes
from data.views.moment import Moment
from data.views.panel import Want, wanted
from data.views.series import MergedBars

TIMEFRAMES: Final = ("1m", "5m", "15m", "1h", "4h")
_SELDOM_NS: Final[Ns] = 10 * NS_PER_S
_LEAST: Final = BARS // 2
"""A market of which fewer bars are held is not looked at."""
_UNSIDED: Final = "the side of some of its trades is not known"
_TORN: Final = "some of its trades are missing"


@dataclass(frozen=True, slots=True)
class MatrixSpec:
    """Whose timeframes.

    Attributes:
        instruments: of one coin and one kind; prices are those of the first that is live.
        timeframes: keys of TIMEFRAMES_NS.
    """

    instruments: tuple[InstrumentId, ...]
    timeframes: tuple[str, ...] = TIMEFRAMES

    def query(self) -> "MatrixQuery":
        """Return a new query that answers it."""
        return MatrixQuery(self)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One timeframe.

    Attributes:
        of: the markets it is of, as ``signs.counted`` counts them.
        why: one clause where a market is missing; empty = none is.
    """

    timeframe: str
    signs: TimeframeSigns
    of: tuple[InstrumentId, ...]
    why: str


@dataclass(frozen=True, slots=True)
class MatrixView:
    """One moment.

    Attributes:
        rows: one per timeframe.
        left: markets that are in none of them.
    """

    spec: MatrixSpec
    rows: tuple[MatrixRow, ...]
    left: tuple[LeftOut, ...]


class MatrixQuery:
    """Answers one spec again and again; a timeframe is made anew every sixtieth of its bar."""

    def __init__(self, spec: MatrixSpec) -> None:
        self.spec = spec
        self._epoch = -1
        self._bars: dict[tuple[InstrumentId, str], MergedBars] = {}
        self._known: dict[str, tuple[object, MatrixRow]] = {}

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return so many candles of each timeframe as are looked at."""
        return [
            want
            for timeframe in self.spec.timeframes
            for want in wanted(listed, self.spec.instruments, timeframe=timeframe, count=BARS)
        ]

    def view(self, engine: Engine, moment: Moment) -> MatrixView:
        """Return the newest view."""
        if engine.epoch != self._epoch:
            self._epoch, self._bars, self._known = engine.epoch, {}, {}
        tapes, left = live_tapes(engine, moment, self.spec.instruments, Channel.TRADES)
        now_ns, of = moment.now_ns, [id(each) for each in tapes]
        rows: list[MatrixRow] = []
        for timeframe in self.spec.timeframes:
            key = now_ns // _every_ns(TIMEFRAMES_NS[timeframe]), of
            known = self._known.get(timeframe)
            if known is None or known[0] != key:
                known = self._known[timeframe] = key, self._row(tapes, timeframe, now_ns)
            rows.append(known[1])
        return MatrixView(self.spec, tuple(rows), tuple(left))

    def _row(self, tapes: Sequence[Tape], timeframe: str, now_ns: Ns) -> MatrixRow:
        step_ns = TIMEFRAMES_NS[timeframe]
        from_ns = (now_ns // step_ns - BARS + 1) * step_ns
        traded = [each for each in tapes if each.trades.newest_ns is not None]
        grid = common_instrument([each.instrument for each in traded]) if traded else None
        kept: list[tuple[Tape, BarArray]] = []
        why = ""
        for tape in traded:
            assert grid is not None
            key = tape.instrument.id, timeframe
            series = self._bars.setdefault(key, MergedBars(step_ns, timeframe))
            bars = series.update([tape], [factors(tape.instrument, grid)], from_ns=from_ns)
            if bars.size >= _LEAST:
                kept.append((tape, bars))
            else:
                why = why or f"{tape.instrument.id.venue}: only {bars.size} of {BARS} bars are held"
        whole = [_is_whole(*each, from_ns, step_ns) for each in kept]
        signs = timeframe_signs(
            [bars for _, bars in kept],
            lot_base=float(grid.lot_size) if grid is not None else 0.0,
            is_whole=whole,
        )
        for (tape, _), counted, is_whole in zip(kept, signs.counted, whole, strict=True):
            if not counted and not why:
                lacks = _UNSIDED if is_whole else _TORN
                why = f"{tape.instrument.id.venue}: {lacks}"
        return MatrixRow(timeframe, signs, tuple(tape.instrument.id for tape, _ in kept), why)


def _every_ns(step_ns: Ns) -> Ns:
    return min(step_ns // 60, _SELDOM_NS)


def _is_whole(tape: Tape, bars: BarArray, from_ns: Ns, step_ns: Ns) -> bool:
    """Return whether no bar that a gap touches is made of trades: candles are whole."""
    made = bars["open_ns"][bars["provenance"] == Provenance.TRADES]
    torn = (
        (made < gap.to_ns) & (made + step_ns > gap.from_ns)
        for gap in tape.gaps
        if gap.to_ns > from_ns
    )
    return not any(each.any() for each in torn)
