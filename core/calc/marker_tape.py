"""Marker tape: a piece of the past as the rules that mark moments need it."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from core.calc.bars import time_bars
from core.calc.bursts import Burst, bursts
from core.calc.footprint import Footprint, footprint
from core.calc.stacked import stacked
from core.calc.taker_seconds import TakerSeconds, taker_seconds
from core.calc.typical_cell import typical_cell
from core.domain.arrays import BarArray, RowArray, TradeArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_S, Ns

_BARS_BEFORE: Final = 20
_TRADES_BEFORE: Final = 50_000
_LEAST_ROWS: Final = 3


@dataclass(frozen=True)
class MarkerTape:
    """What happened until an instant.

    Attributes:
        instrument: what its ticks and lots are.
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``, whole instants.
        quotes: QUOTE_DTYPE[m], sorted by ``ts_event_ns``; None = not known.
        liquidations: LIQUIDATION_DTYPE[k], sorted by ``ts_event_ns``; None = not known.
        from_ns: first instant whose findings are wanted; what is before is the past of rules.
        until_ns: the tape is complete up to and including this instant.
        step_ns: length of the bars.
        ticks_per_row: height of the rows of footprints.
        gaps_ns: half-open spans in which trades may be missing.
        quote_gaps_ns: half-open spans in which quotes may be.
    """

    instrument: Instrument
    trades: TradeArray
    quotes: RowArray | None
    liquidations: RowArray | None
    from_ns: Ns
    until_ns: Ns
    step_ns: Ns
    ticks_per_row: int
    gaps_ns: tuple[tuple[Ns, Ns], ...] = ()
    quote_gaps_ns: tuple[tuple[Ns, Ns], ...] = ()

    def since(self, begin_ns: Ns) -> "MarkerTape":
        """Return the tape without the trades before ``begin_ns``."""
        first = int(np.searchsorted(self.trades["ts_event_ns"], begin_ns))
        return replace(self, trades=self.trades[first:])

    @cached_property
    def bars(self) -> BarArray:
        """The bars that have closed, BAR_DTYPE[n]."""
        bars = time_bars(self.trades, step_ns=self.step_ns)
        closed: BarArray = bars[bars["open_ns"] + self.step_ns <= self.until_ns]
        return closed

    @cached_property
    def seconds(self) -> TakerSeconds:
        """What each side took in every second."""
        return taker_seconds(self.trades, until_ns=self.until_ns)

    @cached_property
    def bursts(self) -> list[Burst]:
        """The bursts, by the rule's defaults."""
        return bursts(self.seconds, gaps_ns=self.gaps_ns)

    @cached_property
    def stacked_bars(self) -> list[Footprint]:
        """Footprints of the closed bars since ``from_ns`` that have rows upon each other.

        The least volume of an imbalance is that of the cells of the twenty bars before, of fewer
        where they hold over 50,000 trades.
        """
        found = []
        for open_ns in self.bars["open_ns"].tolist():
            if open_ns + self.step_ns >= self.from_ns:
                bar = self._footprint(open_ns, 0)
                if _has_stack(bar):  # a least volume only takes away
                    found.append(self._footprint(open_ns, self._least_lots(open_ns)))
        return found

    def _footprint(self, open_ns: Ns, least_lots: int) -> Footprint:
        ends_ns = (open_ns, open_ns + self.step_ns)
        first, end = np.searchsorted(self.trades["ts_event_ns"], ends_ns)
        return footprint(
            self.trades[first:end],
            open_ns=open_ns,
            ticks_per_row=self.ticks_per_row,
            min_lots=least_lots,
        )

    def _least_lots(self, open_ns: Ns) -> int:
        stamps = self.trades["ts_event_ns"]
        first, end = np.searchsorted(stamps, (open_ns - _BARS_BEFORE * self.step_ns, open_ns))
        if end - first > _TRADES_BEFORE:
            cut_ns = int(stamps[end - _TRADES_BEFORE - 1])
            first = np.searchsorted(stamps, (cut_ns // NS_PER_S + 1) * NS_PER_S)
        before = self.trades[first:end]
        return typical_cell(before, step_ns=self.step_ns, ticks_per_row=self.ticks_per_row)


def _has_stack(bar: Footprint) -> bool:
    return any(
        stacked(flags, least=_LEAST_ROWS) for flags in (bar.buy_imbalance, bar.sell_imbalance)
    )
