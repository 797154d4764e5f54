"""What crossing the spread cost in each bar: quoted, effective, realised, and the impact."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.ratio import ratio
from core.calc.spreads import spreads
from core.domain.arrays import FloatArray, IntArray, RowArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.venues.sync import Phase
from data.views.atoms import Atoms, Held
from data.views.book_bars import BookBars, means, with_counts
from data.views.held_bars import opens
from data.views.series import FOREVER, SETTLE_NS

_HOLD_NS: Final[Ns] = 60 * NS_PER_S


@dataclass(frozen=True, slots=True)
class SpreadsSpec:
    """Whose spread.

    Attributes:
        timeframe: a key of TIMEFRAMES_NS.
        horizon_ns: how long after a trade the middle is looked at again.
    """

    instrument: InstrumentId
    timeframe: str
    horizon_ns: Ns = 5 * NS_PER_S

    def query(self) -> "SpreadsQuery":
        """Return a new query that answers it."""
        return SpreadsQuery(self)


@dataclass(frozen=True, slots=True)
class SpreadsView:
    """One value per bar of the window, basis points of the middle; NaN is not known.

    The middle just before a trade is that of the tenth of a second before its own. Of trades it is
    known for the hour before the first question, and from then on.

    Attributes:
        instrument: whose spread it is.
        open_ns: int64[n]; the last bar is open.
        quoted: float64[n], mean over the bar's time.
        effective: float64[n], of the bar's trades, weighted by notional.
        realised: float64[n], likewise.
        impact: float64[n], likewise.
        horizon_ns: of realised spread and impact.
        is_untold: nothing is held of the book.
    """

    instrument: Instrument
    open_ns: IntArray
    quoted: FloatArray
    effective: FloatArray
    realised: FloatArray
    impact: FloatArray
    horizon_ns: Ns
    is_untold: bool


class SpreadsQuery:
    """Answers one spec again and again; what has settled is computed once."""

    def __init__(self, spec: SpreadsSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._epoch = -1
        self._restart()

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return the book."""
        return ((self.spec.instrument, Channel.BOOK),)

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> SpreadsView | None:
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
        quoted = self._quoted.update(tape, from_ns=from_ns, now_ns=now_ns)
        told_ns = _told_ns(tape)

        def read(edges: IntArray) -> FloatArray:
            return self._sums(tape, edges, told_ns)

        held = self._held(tape, told_ns)
        effective, of, same, realised, later = self._paid.update(
            held, read, from_ns=from_ns, now_ns=now_ns
        ).T
        return SpreadsView(
            instrument=tape.instrument,
            open_ns=opens(from_ns, now_ns, self._step_ns),
            quoted=means(quoted)[:, 0],
            effective=ratio(effective, of),
            realised=ratio(realised, later),
            impact=ratio(same - realised, later),
            horizon_ns=self.spec.horizon_ns,
            is_untold=not len(tape.book.seconds.rows),
        )

    def _restart(self) -> None:
        self._quoted = BookBars(self._step_ns, _spread, 2)
        self._paid = Atoms(self._step_ns, 5)
        self._since_ns: Ns = FOREVER

    def _held(self, tape: Tape, told_ns: Ns) -> Held:
        """Return how far middles and trades are held; those of an hour ago go, their sums stay."""
        oldest_ns = tape.book.seconds.tops.oldest_ns
        if oldest_ns is not None and tape.complete_from_ns is not None:
            self._since_ns = min(self._since_ns, max(oldest_ns, tape.complete_from_ns))
        late_ns = self.spec.horizon_ns + SETTLE_NS
        return Held(
            from_ns=None if self._since_ns == FOREVER else self._since_ns,
            settled_ns=min(tape.trades.newest_ns or 0, told_ns) - late_ns,
            gaps_ns=tuple((gap.from_ns, gap.to_ns) for gap in tape.gaps),
            state=lambda edge_ns: (
                id(tape), tape.instrument, tape.trades.count_before(edge_ns),
                tape.gaps_of(Channel.BOOK),
            ),
        )  # fmt: skip

    def _sums(self, tape: Tape, edges: IntArray, told_ns: Ns) -> FloatArray:
        """Return sums weighted by notional, and weights: all effective, those with a later middle.

        Args:
            told_ns: until then the middle is known.
        """
        horizon_ns = self.spec.horizon_ns
        trades = tape.trades.window(int(edges[0]), min(int(edges[-1]), told_ns))
        span_ns = int(edges[0]) - _HOLD_NS, int(edges[-1]) + horizon_ns + 1
        found = spreads(
            trades,
            tape.book.seconds.tops.window(*span_ns),
            horizon_ns=horizon_ns,
            hold_ns=_HOLD_NS,
            gaps_ns=_lost(tape),
        )
        weights = trades["price_ticks"].astype(np.float64) * trades["size_lots"]
        realised = np.where(found.known_ns < told_ns, found.realised_bps, np.nan)
        of = np.where(np.isnan(found.effective_bps), 0.0, weights)
        later = np.where(np.isnan(realised + found.effective_bps), 0.0, weights)
        effective, realised = np.nan_to_num(found.effective_bps), np.nan_to_num(realised)
        rows = [effective * of, of, effective * later, realised * later, later]
        sums = np.zeros((edges.size - 1, len(rows)))
        span = np.searchsorted(edges, trades["ts_event_ns"], side="right") - 1
        np.add.at(sums, span, np.stack(rows, axis=1))
        return sums


def _told_ns(tape: Tape) -> Ns:
    """Return until when the middle is known."""
    newest = tape.book.seconds.tops.newest
    return (int(newest["ts_event_ns"]) // NS_PER_S + 1) * NS_PER_S if newest is not None else 0


def _lost(tape: Tape) -> list[tuple[Ns, Ns]]:
    """Return when the book was not live."""
    spans = [(gap.from_ns, gap.to_ns) for gap in tape.gaps_of(Channel.BOOK)]
    if tape.book.phase is not Phase.LIVE:
        spans.append((tape.book.ts_recv_ns, FOREVER))
    return spans


def _spread(rows: RowArray) -> FloatArray:
    return with_counts(rows["spread_bps"][:, None])
