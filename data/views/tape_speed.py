"""How fast, how large and how one-sided orders come in each bar, each against its own past."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.notional import notional
from core.calc.per_second import per_second
from core.calc.ratio import ratio
from core.calc.tape_orders import tape_orders
from core.calc.trailing import Trailing, Usual, rank
from core.domain.arrays import FloatArray, IntArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.atoms import Atoms, Held
from data.views.held_bars import opens
from data.views.series import SETTLE_NS

PAST_BARS: Final = 1_440
"""So many bars, a day at most, are the past that a bar is compared with."""
LEAST_BARS: Final = 100
"""So many of them must be known before anything can be said."""
MEASURES: Final = ("orders/s", "notional/s", "average size", "aggression")


@dataclass(frozen=True, slots=True)
class TapeSpeedSpec:
    """Whose tape.

    Attributes:
        timeframe: a key of TIMEFRAMES_NS.
    """

    instrument: InstrumentId
    timeframe: str

    def query(self) -> "TapeSpeedQuery":
        """Return a new query that answers it."""
        return TapeSpeedQuery(self)


@dataclass(frozen=True, slots=True)
class TapeSpeedView:
    """One row per bar of the window, whether it traded or not.

    Attributes:
        instrument: whose tape it is.
        open_ns: int64[n]; the last bar is open.
        values: float64[4, n] in the order of MEASURES: orders per second, quote coins per second,
            quote coins per order, buys less sells over their sum; NaN is not known.
        ranks: float64[4, n] in [0, 1]: share of the bars before that had less; of aggression
            whatever its sign. NaN until LEAST_BARS of them are known.
    """

    instrument: Instrument
    open_ns: IntArray
    values: FloatArray
    ranks: FloatArray


class TapeSpeedQuery:
    """Answers one spec again and again; what has settled is computed once."""

    def __init__(self, spec: TapeSpeedSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._past_ns = min(NS_PER_DAY, PAST_BARS * self._step_ns) // self._step_ns * self._step_ns
        self._epoch = -1
        self._atoms = Atoms(self._step_ns, 4)
        self._ranks = _Ranks(self._past_ns)
        self._starts = -1

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return nothing: it rests on trades alone."""
        return ()

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> TapeSpeedView | None:
        """Return the newest view; None while nothing has come.

        Args:
            from_ns: open of the first bar, a multiple of the step.
            now_ns: the source's clock.
        """
        if engine.epoch != self._epoch:
            self._epoch = engine.epoch
            self._atoms, self._starts = Atoms(self._step_ns, 4), -1
        tape = engine.tape(self.spec.instrument)
        if tape is None:
            return None
        past_ns = from_ns - self._past_ns

        def read(edges: IntArray) -> FloatArray:
            return _sums(tape, edges)

        sums = self._atoms.update(held_trades(tape), read, from_ns=past_ns, now_ns=now_ns)
        if self._starts != self._atoms.starts:
            self._starts, self._ranks = self._atoms.starts, _Ranks(self._past_ns)
        open_ns = opens(past_ns, now_ns, self._step_ns)
        ends_ns = np.minimum(open_ns + self._step_ns, now_ns + 1)
        seconds = np.maximum(ends_ns - open_ns, NS_PER_S) / NS_PER_S
        values = _measures(sums, seconds, tape.instrument)
        ranks = self._ranks.update(self._atoms, ends_ns, values)
        shown = open_ns >= from_ns
        return TapeSpeedView(tape.instrument, open_ns[shown], values[:, shown], ranks[:, shown])


class _Ranks:
    """The ranks of the bars; those of settled bars are found once."""

    def __init__(self, past_ns: Ns) -> None:
        usual = Usual(window_ns=past_ns, least=LEAST_BARS)
        self._edge_ns: Ns = 0
        self._trailing = [Trailing(usual, rank) for _ in MEASURES]
        self._kept = np.zeros((len(MEASURES), 0))

    def update(self, atoms: Atoms, ends_ns: IntArray, values: FloatArray) -> FloatArray:
        """Return float64[4, n]."""
        done, settled = (
            int(np.searchsorted(ends_ns, each, side="right"))
            for each in (self._edge_ns, atoms.edge_ns)
        )
        sizes, settled = np.abs(values), max(settled, done)
        self._edge_ns = max(self._edge_ns, atoms.edge_ns)
        fresh, later = slice(done, settled), slice(settled, None)
        kept = np.append(self._kept, _ranked(self._trailing, ends_ns, sizes, fresh), axis=1)
        self._kept = kept[:, max(kept.shape[1] - settled, 0) :]
        forks = [each.fork() for each in self._trailing]
        before = np.full((len(MEASURES), settled - self._kept.shape[1]), np.nan)
        return np.hstack([before, self._kept, _ranked(forks, ends_ns, sizes, later)])


def _ranked(
    trailing: list[Trailing], ends_ns: IntArray, sizes: FloatArray, part: slice
) -> FloatArray:
    ranks = [
        each.after(ends_ns[part], row[part])[0] for each, row in zip(trailing, sizes, strict=True)
    ]
    return np.stack(ranks)


def held_trades(tape: Tape) -> Held:
    """Return how far a tape's trades are held."""
    newest_ns = tape.trades.newest_ns or 0
    return Held(
        from_ns=tape.complete_from_ns,
        settled_ns=newest_ns - SETTLE_NS,
        gaps_ns=tuple((gap.from_ns, gap.to_ns) for gap in tape.gaps),
        state=lambda edge_ns: (id(tape), tape.instrument, tape.trades.count_before(edge_ns)),
    )


def _sums(tape: Tape, edges: IntArray) -> FloatArray:
    """Return orders, notional, what was bought less what was sold, and their sum, per span."""
    trades = tape.trades.window(int(edges[0]), int(edges[-1]))
    orders = tape_orders(trades)
    worth, side = notional(trades), trades["aggressor"].astype(np.int64)
    ts_ns = trades["ts_event_ns"]
    counts = per_second(orders.ts_event_ns, np.ones_like(orders.levels), edges)
    parts = [per_second(ts_ns, each, edges) for each in (worth, worth * side, worth * side * side)]
    return np.stack([counts, *parts], axis=1).astype(np.float64)


def _measures(sums: FloatArray, seconds: FloatArray, listed: Instrument) -> FloatArray:
    quote = float(listed.tick_size) * float(listed.lot_size)
    orders, worth, net, sided = sums.T
    size, aggression = (ratio(*each) for each in ((worth * quote, orders), (net, sided)))
    return np.stack([orders / seconds, worth * quote / seconds, size, aggression])
