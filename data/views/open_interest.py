"""Open interest bar by bar, and what a move of the price did to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from core.calc.common_grid import factors
from core.calc.oi_quadrant import Quadrant, QuadrantRule, oi_quadrants
from core.calc.open_interest import total
from core.calc.trailing import Usual
from core.domain.arrays import FloatArray, IntArray, RowArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId, MarketKind
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.held_bars import HeldBars, Told, opens
from data.views.series import MergedBars

USUAL_BARS: Final = 240
"""So many changes before one say what is usual: at five of its bars none would have a day's."""
LEAST: Final = 60
_BEFORE: Final = USUAL_BARS + QuadrantRule().bars + 1
"""Bars before the first one shown that its quadrant rests on, wherever the chart begins."""


@dataclass(frozen=True, slots=True)
class OpenInterestSpec:
    """What is shown.

    Attributes:
        instruments: perpetuals; the first gives the price.
        timeframe: a key of TIMEFRAMES_NS.
        bars: how many the chart has.
        with_quadrants: what each move of the price did to it is asked, too.
        everywhere: instead of the instruments, all perpetuals of the coins of the first one; those
            of which nothing is known now are left out, and named.
    """

    instruments: tuple[InstrumentId, ...]
    timeframe: str
    bars: int = 300
    with_quadrants: bool = False
    everywhere: bool = False

    @property
    def candles(self) -> tuple[str, int]:
        """The venue's candles that should be held, and how many."""
        return self.timeframe, self.bars + (_BEFORE if self.with_quadrants else 0)

    def query(self) -> "OpenInterestQuery":
        """Return a new query that answers it."""
        return OpenInterestQuery(self)


@dataclass(frozen=True, slots=True)
class OpenInterestView:
    """One moment; every array has one value per bar.

    Attributes:
        open_ns: int64[n], open of every bar of the window, whether it traded or not; the last one
            is open.
        held: float64[n], base coins, one side, by instrument; NaN is not known.
        quadrants: int64[n], Quadrant; None = not asked. That of the open bar may change.
        lacking: perpetuals that a sum of everywhere is without.
    """

    spec: OpenInterestSpec
    step_ns: Ns
    open_ns: IntArray
    held: Mapping[InstrumentId, FloatArray]
    quadrants: IntArray | None
    lacking: tuple[InstrumentId, ...] = ()


def _held(rows: RowArray, _: Instrument) -> FloatArray:
    values: FloatArray = rows["open_interest"][:, None]
    return values


# The venues' own history of open interest is one of every five minutes.
_TOLD: Final = Told(Channel.TICKER, 5 * NS_PER_MINUTE, _held, 1)


class OpenInterestQuery:
    """Answers one spec again and again; what closed bars cost is paid once."""

    def __init__(self, spec: OpenInterestSpec) -> None:
        self.spec = spec
        self._step_ns = TIMEFRAMES_NS[spec.timeframe]
        self._rule = QuadrantRule(
            interest=Usual(Fraction(1, 2), window_ns=USUAL_BARS * self._step_ns, least=LEAST)
        )
        self._epoch = -1
        self._held: dict[InstrumentId, HeldBars] = {}

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return what it rests on."""
        return tuple((each, Channel.TICKER) for each in self._held or self.spec.instruments)

    def wanted(self, listed: Iterable[Instrument]) -> tuple[InstrumentId, ...]:
        """Return what is to be followed, of what the source lists."""
        return self._all(listed) if self.spec.everywhere else self.spec.instruments

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> OpenInterestView:
        """Return the newest view.

        Args:
            from_ns: open of the first bar, a multiple of the step.
            now_ns: the source's clock.
        """
        if engine.epoch != self._epoch:
            self._epoch = engine.epoch
            self._held = {}
            named = self.spec.timeframe if self._step_ns >= NS_PER_MINUTE else None
            self._bars = MergedBars(self._step_ns, named)
        before = _BEFORE if self.spec.with_quadrants else 0
        open_ns = opens(from_ns - before * self._step_ns, now_ns, self._step_ns)
        tapes = [tape for each in engine.ids() if (tape := engine.tape(each)) is not None]
        wanted = self.wanted([tape.instrument for tape in tapes])
        held = {each: self._of(engine.tape(each), open_ns, now_ns) for each in wanted}
        lacking = tuple(each for each, values in held.items() if np.isnan(values[-1]))
        if not self.spec.everywhere or len(lacking) == len(held):
            lacking = ()
        held = {each: values for each, values in held.items() if each not in lacking}
        found = None
        if self.spec.with_quadrants:
            found = self._quadrants(engine.tape(self.spec.instruments[0]), open_ns, held)[before:]
        shown = {each: values[before:] for each, values in held.items()}
        return OpenInterestView(self.spec, self._step_ns, open_ns[before:], shown, found, lacking)

    def _of(self, tape: Tape | None, open_ns: IntArray, now_ns: Ns) -> FloatArray:
        if tape is None:
            return np.full(open_ns.size, np.nan)
        bars = self._held.setdefault(tape.instrument.id, HeldBars(self._step_ns, _TOLD))
        return bars.update(tape, from_ns=int(open_ns[0]), now_ns=now_ns)[:, 0]

    def _all(self, known: Iterable[Instrument]) -> tuple[InstrumentId, ...]:
        """Return the perpetuals of the first one's coins; itself while it is unheard of."""
        listed = {each.id: each for each in known}
        first = listed.get(self.spec.instruments[0])
        coins = None if first is None else (first.base, first.quote)
        found = tuple(
            key
            for key, each in listed.items()
            if key.kind is MarketKind.PERP and (each.base, each.quote) == coins
        )
        return found or self.spec.instruments

    def _quadrants(
        self, tape: Tape | None, open_ns: IntArray, held: Mapping[InstrumentId, FloatArray]
    ) -> IntArray:
        out = np.full(open_ns.size, int(Quadrant.NONE))
        if tape is None:
            return out
        by = [factors(tape.instrument, tape.instrument)]
        bars = self._bars.update([tape], by, from_ns=int(open_ns[0]))
        bars = bars[bars["open_ns"] <= open_ns[-1]]
        at = (bars["open_ns"] - open_ns[0]) // self._step_ns
        summed = total(list(held.values()))[at]
        out[at] = oi_quadrants(bars, summed, step_ns=self._step_ns, rule=self._rule)
        return out
