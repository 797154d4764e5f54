"""Sweeps, told piece by piece: orders of one side that take level after level at once."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np

from core.calc.consumed import Consumed, consumed
from core.calc.marking import Edges, beyond, coins, touches
from core.calc.tape_orders import tape_orders
from core.domain.arrays import IntArray, TradeArray, empty_trades
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_MS, Aggressor, Ns

Levels: TypeAlias = tuple[IntArray, IntArray]
"""Ticks and lots of one side of a book, best first."""
Books: TypeAlias = Callable[[Ns, Aggressor], Levels | None]
"""What rested, before an instant, on the side that an aggressor takes from; None = not known."""


@dataclass(frozen=True, slots=True)
class BookSweepRule:
    """What counts as a sweep.

    Attributes:
        least: fewest levels cleared; where the book is not known, fewest ticks gone through.
        window_ns: orders of one side so close together count as one; 0 = one instant.
    """

    least: int = 3
    window_ns: Ns = 50 * NS_PER_MS


@dataclass(frozen=True, slots=True)
class _Sweep:
    """Orders of one side up to the one with which it became a sweep."""

    side: Aggressor
    ts_ns: Ns
    fills: TradeArray
    ticks: int
    taken: Consumed
    has_book: bool

    @property
    def value(self) -> int:
        return self.taken.levels_cleared if self.has_book else self.ticks


class Sweeps:
    """The sweeps of one side; keeps the trades of one window."""

    def __init__(
        self,
        instrument: Instrument,
        side: Aggressor,
        rule: BookSweepRule | None = None,
        *,
        books: Books | None = None,
    ) -> None:
        self._instrument, self._side, self._books = instrument, side, books
        self._rule = rule or BookSweepRule()
        self._edges = Edges(self._rule.window_ns)
        self._recent = empty_trades()

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        twin._edges = self._edges.fork()
        return twin

    def after(self, trades: TradeArray, gaps_ns: Sequence[tuple[Ns, Ns]]) -> list[Marker]:
        """Return the sweeps of a piece.

        Args:
            trades: TRADE_DTYPE[n], sorted, whole instants, all after the piece before.
            gaps_ns: half-open spans in which trades may be missing.
        """
        fresh = trades[trades["aggressor"] == self._side]
        if not fresh.size:
            return []
        rule, from_ns = self._rule, int(fresh["ts_event_ns"][0])
        recent = self._recent[self._recent["ts_event_ns"] >= from_ns - rule.window_ns]
        ours = np.concatenate([recent, fresh])
        self._recent = ours[ours["ts_event_ns"] >= int(ours["ts_event_ns"][-1]) - rule.window_ns]
        orders = tape_orders(ours)
        stamps = orders.ts_event_ns
        first = np.searchsorted(stamps, stamps - rule.window_ns, side="left")
        spans = np.column_stack((first, np.arange(1, stamps.size + 1))).ravel()
        starts = np.minimum.reduceat(np.append(self._side * orders.first_ticks, 2**40), spans)[::2]
        ticks = self._side * orders.last_ticks - starts
        # So many levels cleared are one tick less at least.
        holds = ticks >= (rule.least if self._books is None else rule.least - 1)
        holds &= ~touches(stamps[first], stamps + 1, gaps_ns)
        ends = np.append(orders.first_row[1:], ours.size)

        def sweep(at: int) -> _Sweep:
            fills = ours[orders.first_row[first[at]] : ends[at]]
            return _sweep(fills, self._side, int(ticks[at]), self._books)

        begin = int(np.searchsorted(stamps, from_ns))
        for at in (begin + np.flatnonzero(holds[begin:])).tolist() if self._books else ():
            holds[at] = sweep(at).value >= rule.least
        begun = begin + self._edges.after(holds[begin:], stamps[begin:])
        return [_marker(sweep(at), self._instrument, rule.least) for at in begun.tolist()]


def _sweep(fills: TradeArray, side: Aggressor, ticks: int, books: Books | None) -> _Sweep:
    levels = books(int(fills["ts_event_ns"][0]), side) if books else None
    level_ticks, level_lots = levels or (np.zeros(0, np.int64), np.zeros(0, np.int64))
    taken = consumed(
        fills["price_ticks"].astype(np.int64),
        fills["size_lots"],
        level_ticks=level_ticks,
        level_lots=level_lots,
    )
    return _Sweep(side, int(fills["ts_event_ns"][-1]), fills, ticks, taken, levels is not None)


def _marker(sweep: _Sweep, instrument: Instrument, least: int) -> Marker:
    first, last = (int(sweep.fills["price_ticks"][at]) for at in (0, -1))
    grid, taken = instrument.price_grid, sweep.taken
    tick_lot = float(instrument.tick_size) * float(instrument.lot_size)
    worse_bps = abs(taken.vwap_ticks - first) / first * 1e4
    quote = taken.notional_tick_lots * tick_lot
    through = f"{sweep.value:,} ticks gone through"
    if sweep.has_book:
        through = f"{sweep.value} levels cleared, {taken.visible_frac:.0%} of what was seen resting"
    return Marker(
        kind=MarkerKind.SWEEP,
        side=int(sweep.side),
        event_ns=sweep.ts_ns,
        known_ns=sweep.ts_ns,
        price_ticks=last,
        value=float(sweep.value),
        threshold=float(least),
        strength=beyond(sweep.value, least),
        reason=(
            f"{'Bought' if sweep.side > 0 else 'Sold'} at once {coins(taken.lots, instrument)} "
            f"({quote:,.0f} {instrument.quote}) from {grid.text(first)} to "
            f"{grid.text(last)}: {through} ({least} are needed), "
            f"on average {worse_bps:.1f} bps worse than its start."
        ),
    )
