"""Stacks: imbalances upon each other in a bar that has closed."""

from fractions import Fraction

import numpy as np

from core.calc.finders.finder import Finder, Found, Fresh
from core.calc.footprint import Footprint, footprint
from core.calc.stacked import stacked
from core.calc.stacked_imbalance import StackedImbalanceRule, stacked_imbalance
from core.calc.typical_cell import CANDLES_BEFORE, TRADES_BEFORE, typical_cell
from core.domain.arrays import TradeArray, empty_trades
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_S, Ns


class StackFinder(Finder):
    """Keeps the trades of the bar that goes on, and those of the CANDLES_BEFORE bars before it.

    The least volume of an imbalance is that of the cells of these bars, of fewer where they hold
    over TRADES_BEFORE trades.
    """

    def __init__(
        self, instrument: Instrument, *, step_ns: Ns, ticks_per_row: int, ratio: Fraction
    ) -> None:
        """Begin without a past.

        Args:
            step_ns: length of a bar.
            ticks_per_row: height of a row.
            ratio: multiplier of an imbalance.
        """
        self._instrument, self._step_ns = instrument, step_ns
        self._ticks_per_row, self._ratio = ticks_per_row, ratio
        self._rule = StackedImbalanceRule()
        self._before = empty_trades()
        self._parts: tuple[TradeArray, ...] = ()

    def after(self, fresh: Fresh) -> Found:
        """Return what became known in this piece."""
        self._parts = _piled(self._parts, fresh.ended)
        if not fresh.bars.size:
            return {}
        trades = np.concatenate([self._before, *self._parts])
        bars = [bar for each in fresh.bars for bar in self._stacked(trades, each)]
        open_ns = int(fresh.bars["open_ns"][-1]) + self._step_ns
        opened = int(np.searchsorted(trades["ts_event_ns"], open_ns))
        since_ns = open_ns - CANDLES_BEFORE * self._step_ns
        since = int(np.searchsorted(trades["ts_event_ns"], since_ns))
        # One more than count, so that it is known where the oldest of them begins.
        self._before = trades[max(since, opened - TRADES_BEFORE - 1) : opened].copy()
        self._parts = (trades[opened:].copy(),)
        told = stacked_imbalance(
            bars,
            self._instrument,
            step_ns=self._step_ns,
            until_ns=fresh.piece.until_ns,
            rule=self._rule,
            gaps_ns=fresh.piece.gaps_ns,
        )
        return {"stacked-imbalance": told.found}

    def _stacked(self, trades: TradeArray, bar: np.void) -> list[Footprint]:
        """Return the footprint of a bar if it has rows upon each other."""
        rows = [int(bar[name]) // self._ticks_per_row for name in ("low_ticks", "high_ticks")]
        if rows[1] - rows[0] < self._rule.least:  # the row at the end is none
            return []
        open_ns = int(bar["open_ns"])
        if not self._has_stack(self._footprint(trades, open_ns, 0)):
            return []  # a least volume only takes away
        return [self._footprint(trades, open_ns, self._least_lots(trades, open_ns))]

    def _has_stack(self, bar: Footprint) -> bool:
        flags = bar.buy_imbalance, bar.sell_imbalance
        return any(stacked(each, least=self._rule.least) for each in flags)

    def _footprint(self, trades: TradeArray, open_ns: Ns, least_lots: int) -> Footprint:
        ends_ns = (open_ns, open_ns + self._step_ns)
        first, end = np.searchsorted(trades["ts_event_ns"], ends_ns)
        return footprint(
            trades[first:end],
            open_ns=open_ns,
            ticks_per_row=self._ticks_per_row,
            ratio=self._ratio,
            min_lots=least_lots,
        )

    def _least_lots(self, trades: TradeArray, open_ns: Ns) -> int:
        stamps = trades["ts_event_ns"]
        ends_ns = (open_ns - CANDLES_BEFORE * self._step_ns, open_ns)
        first, end = np.searchsorted(stamps, ends_ns)
        if end - first > TRADES_BEFORE:
            cut_ns = int(stamps[end - TRADES_BEFORE - 1])
            first = np.searchsorted(stamps, (cut_ns // NS_PER_S + 1) * NS_PER_S)
        return typical_cell(
            trades[first:end], step_ns=self._step_ns, ticks_per_row=self._ticks_per_row
        )


def _piled(parts: tuple[TradeArray, ...], part: TradeArray) -> tuple[TradeArray, ...]:
    """Return the parts with one more, small ones joined, so that they stay few."""
    while parts and part.size >= parts[-1].size // 2:
        part = np.concatenate([parts[-1], part])
        parts = parts[:-1]
    return (*parts, part)
