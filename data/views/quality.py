"""How liquid and how one-sided the market was at the end of each bar, by one measure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final

import numpy as np

from core.calc.amihud import amihud
from core.calc.arrivals import arrival_rate
from core.calc.common_grid import Factors
from core.calc.impact_bins import impact_bins
from core.calc.kyle_lambda import kyle_lambda
from core.calc.roll import roll_ticks
from core.calc.tape_orders import tape_orders
from core.domain.arrays import BarArray, FloatArray, IntArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.atoms import Atoms, Held
from data.views.buckets import Buckets
from data.views.held_bars import opens
from data.views.once import Once
from data.views.series import SETTLE_NS, MergedBars

WINDOW_NS: Final[Ns] = NS_PER_HOUR
"""Of Kyle's lambda and Amihud."""
BIN_NS: Final[Ns] = 5 * NS_PER_S
BUCKETS: Final = 50
"""Of VPIN: so many a mean day, and so many are its window."""
ROLL_TRADES: Final = 1_000
TAU_S: Final = 10.0
_FEW_BINS: Final = 60
_BPS: Final = 1e4
_TAIL_NS: Final[Ns] = NS_PER_MINUTE


class Measure(StrEnum):
    """What is measured."""

    KYLE = "Kyle's lambda"
    AMIHUD = "Amihud"
    ROLL = "Roll"
    VPIN = "VPIN"
    ARRIVALS = "arrivals"


@dataclass(frozen=True, slots=True)
class QualitySpec:
    """Whose market, and which measure.

    Attributes:
        timeframe: a key of TIMEFRAMES_NS.
    """

    instrument: InstrumentId
    timeframe: str
    show: Measure = Measure.KYLE

    def query(self) -> "QualityQuery":
        """Return a new query that answers it."""
        return QualityQuery(self)


@dataclass(frozen=True, slots=True)
class QualityView:
    """One value per bar of the window, as it was known at the bar's end.

    Attributes:
        instrument: whose market it is.
        open_ns: int64[n]; the last bar is open.
        values: float64[n]: basis points per million quote coins (Kyle, Amihud); ticks (Roll); share
            (VPIN); orders per second (arrivals). NaN is not known.
        show: which it is.
    """

    instrument: Instrument
    open_ns: IntArray
    values: FloatArray
    show: Measure


class QualityQuery:
    """Answers one spec again and again; what has settled is computed once."""

    def __init__(self, spec: QualitySpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._epoch = -1
        self._restart()

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return the quotes, where the measure rests on them."""
        return ((self.spec.instrument, Channel.QUOTES),) if self.spec.show == Measure.KYLE else ()

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> QualityView | None:
        """Return the newest view; None while nothing has come.

        Args:
            from_ns: open of the first bar, a multiple of the step.
            now_ns: the source's clock.
        """
        if engine.epoch != self._epoch:
            self._epoch = engine.epoch
            self._restart()
        tape = engine.tape(self.spec.instrument)
        if tape is None:
            return None
        open_ns = opens(from_ns, now_ns, self._step_ns)
        ends_ns = np.minimum(open_ns + self._step_ns, now_ns + 1)
        find = self._finder(tape, from_ns, now_ns)
        values = self._once.update(_held(tape, self.spec.show), ends_ns, find)
        return QualityView(tape.instrument, open_ns, values, self.spec.show)

    def _restart(self) -> None:
        self._once = Once()
        self._bins = Atoms(BIN_NS, 2)
        self._minutes = MergedBars(NS_PER_MINUTE, "1m")
        self._buckets = Buckets()
        self._bucket: tuple[Ns, int] | None = None

    def _finder(self, tape: Tape, from_ns: Ns, now_ns: Ns) -> Callable[[Ns], float]:
        if self.spec.show == Measure.KYLE:
            return self._kyle(tape, from_ns, now_ns)
        if self.spec.show == Measure.AMIHUD:
            return self._amihud(tape, from_ns)
        if self.spec.show == Measure.VPIN:
            return self._vpin(tape, now_ns)
        return partial(_roll if self.spec.show == Measure.ROLL else _arrivals, tape)

    def _kyle(self, tape: Tape, from_ns: Ns, now_ns: Ns) -> Callable[[Ns], float]:
        first_ns = (from_ns - WINDOW_NS) // BIN_NS * BIN_NS

        def read(edges: IntArray) -> FloatArray:
            return _bins(tape, edges)

        bins = self._bins.update(_held(tape, Measure.KYLE), read, from_ns=first_ns, now_ns=now_ns)
        million = 1e6 / (float(tape.instrument.tick_size) * float(tape.instrument.lot_size))

        def find(end_ns: Ns) -> float:
            last = (end_ns - first_ns) // BIN_NS
            part = bins[max(last - WINDOW_NS // BIN_NS, 0) : last]
            found = kyle_lambda(part[:, 0], part[:, 1])
            return found.slope * million if found.bins >= _FEW_BINS else float("nan")

        return find

    def _amihud(self, tape: Tape, from_ns: Ns) -> Callable[[Ns], float]:
        first_ns = (from_ns - WINDOW_NS) // NS_PER_MINUTE * NS_PER_MINUTE
        bars = self._minutes.update([tape], [Factors(1, 1)], from_ns=first_ns)
        worth = float(tape.instrument.tick_size) * float(tape.instrument.lot_size)

        def find(end_ns: Ns) -> float:
            minute_ns = end_ns // NS_PER_MINUTE * NS_PER_MINUTE
            span_ns = minute_ns - WINDOW_NS, minute_ns
            first, last = np.searchsorted(bars["open_ns"], span_ns)
            return amihud(bars[first:last], tick_lot_quote=worth) * _BPS

        return find

    def _vpin(self, tape: Tape, now_ns: Ns) -> Callable[[Ns], float]:
        midnight_ns = now_ns // NS_PER_DAY * NS_PER_DAY
        if self._bucket is None or self._bucket[0] != midnight_ns:
            lots = _bucket_lots(tape, midnight_ns)
            self._bucket = (midnight_ns, lots) if lots is not None else None
        if self._bucket is None:
            return lambda _: float("nan")
        settled_ns = _held(tape, Measure.VPIN).settled_ns
        full_ns, shares = self._buckets.update(
            tape, bucket_lots=self._bucket[1], settled_ns=settled_ns
        )
        sums = np.append(0, np.cumsum(shares))

        def find(end_ns: Ns) -> float:
            last = int(np.searchsorted(full_ns, end_ns))
            if last < BUCKETS:
                return float("nan")
            return float(sums[last] - sums[last - BUCKETS]) / BUCKETS

        return find


def _roll(tape: Tape, end_ns: Ns) -> float:
    if _lacks(tape, end_ns - _TAIL_NS, end_ns):
        return float("nan")
    trades = tape.trades.window(end_ns - _TAIL_NS, end_ns)[-ROLL_TRADES:]
    return roll_ticks(trades["price_ticks"])


def _arrivals(tape: Tape, end_ns: Ns) -> float:
    start_ns = end_ns - _TAIL_NS
    if tape.complete_from_ns is None or tape.complete_from_ns > start_ns:
        return float("nan")
    if _lacks(tape, start_ns, end_ns):
        return float("nan")
    orders = tape_orders(tape.trades.window(start_ns, end_ns))
    times_s = (orders.ts_event_ns - start_ns) / NS_PER_S
    at_s = np.array([_TAIL_NS / NS_PER_S])
    return float(arrival_rate(times_s, at_s, tau_s=TAU_S)[0])


def _lacks(tape: Tape, from_ns: Ns, to_ns: Ns) -> bool:
    """Return whether trades of a span may be missing."""
    return any(gap.from_ns < to_ns and gap.to_ns > from_ns for gap in tape.gaps)


def _bins(tape: Tape, edges: IntArray) -> FloatArray:
    """Return signed tick-lots and the middle's move of each whole bin; the last may be open."""
    span_ns = int(edges[0]), int(edges[-1])
    quotes = tape.quotes.window(span_ns[0] - NS_PER_MINUTE, span_ns[1])
    gaps_ns = [(gap.from_ns, gap.to_ns) for gap in tape.gaps_of(Channel.QUOTES)]
    trades = tape.trades.window(*span_ns)
    found = impact_bins(trades, quotes, span_ns=span_ns, step_ns=BIN_NS, gaps_ns=gaps_ns)
    out = np.full((edges.size - 1, 2), np.nan)
    out[: found.open_ns.size] = np.stack([found.signed_tick_lots, found.move_bps], axis=1)
    return out


def _bucket_lots(tape: Tape, midnight_ns: Ns) -> int | None:
    """Return a fiftieth of the volume of the day before, or of what is held, made a day long."""
    bars = tape.seconds.window(midnight_ns - NS_PER_DAY, midnight_ns)
    if _length_ns(bars) < WINDOW_NS:
        start_ns = tape.bars_from_ns or 0
        bars = tape.seconds.window(start_ns, start_ns + WINDOW_NS + NS_PER_MINUTE)
    if _length_ns(bars) < WINDOW_NS:
        return None
    lots = int((bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"]).sum())
    return max(lots * NS_PER_DAY // _length_ns(bars) // BUCKETS, 1)


def _length_ns(bars: BarArray) -> Ns:
    return int(bars["open_ns"][-1] - bars["open_ns"][0]) + NS_PER_S if bars.size else 0


def _held(tape: Tape, show: Measure) -> Held:
    """Return how far what a measure rests on is held."""
    newest = tape.quotes.newest
    newest_ns = [tape.trades.newest_ns or 0]
    if show == Measure.KYLE:
        newest_ns.append(int(newest["ts_event_ns"]) if newest is not None else 0)
    rests: object = tape.quotes.rewrites, tape.gaps_of(Channel.QUOTES)
    if show != Measure.KYLE:
        rests = tape.klines_version if show == Measure.AMIHUD else None
    return Held(
        from_ns=tape.complete_from_ns,
        settled_ns=min(newest_ns) - SETTLE_NS - BIN_NS,
        gaps_ns=tuple((gap.from_ns, gap.to_ns) for gap in tape.gaps),
        state=lambda edge_ns: (
            id(tape), tape.instrument, rests, tape.trades.count_before(edge_ns),
        ),
    )  # fmt: skip
