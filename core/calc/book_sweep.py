"""Book sweep, the marker: one side takes price level after price level at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from core.calc.consumed import Consumed, consumed
from core.calc.marking import beyond, edges, touches
from core.calc.tape_orders import tape_orders
from core.domain.arrays import IntArray, TradeArray, require_sorted
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind, Markers
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


def book_sweep(
    trades: TradeArray,
    instrument: Instrument,
    *,
    books: Books | None = None,
    rule: BookSweepRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the sweeps, each once, at the instant of the order with which it became one.

    ``value`` is levels cleared, or ticks where no book is known. Nothing later is looked at.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``, whole instants.
        instrument: what its ticks and lots are.
        books: the book before the first order of a sweep.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; no sweep reaches across one.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``.

    Source:
        DEFINITIONS section 8, sweep_book.
    """
    require_sorted(trades, "ts_event_ns")
    used = rule or BookSweepRule()
    found = [
        _marker(sweep, instrument, used.least)
        for side in (Aggressor.SELL, Aggressor.BUY)
        for sweep in _sweeps(trades, side, used, books, gaps_ns)
    ]
    return Markers(tuple(sorted(found, key=lambda each: (each.known_ns, each.side))))


def _sweeps(
    trades: TradeArray,
    side: Aggressor,
    rule: BookSweepRule,
    books: Books | None,
    gaps_ns: Sequence[tuple[Ns, Ns]],
) -> list[_Sweep]:
    ours = trades[trades["aggressor"] == side]
    orders = tape_orders(ours)
    stamps = orders.ts_event_ns
    if not stamps.size:
        return []
    first = np.searchsorted(stamps, stamps - rule.window_ns, side="left")
    spans = np.column_stack((first, np.arange(1, stamps.size + 1))).ravel()
    starts = np.minimum.reduceat(np.append(side * orders.first_ticks, 2**40), spans)[::2]
    ticks = side * orders.last_ticks - starts
    # So many levels cleared are one tick less at least.
    holds = ticks >= (rule.least if books is None else rule.least - 1)
    holds &= ~touches(stamps[first], stamps + 1, gaps_ns)
    ends = np.append(orders.first_row[1:], ours.size)

    def sweep(at: int) -> _Sweep:
        return _sweep(ours[orders.first_row[first[at]] : ends[at]], side, int(ticks[at]), books)

    for at in np.flatnonzero(holds).tolist() if books else ():
        holds[at] = sweep(at).value >= rule.least
    return [sweep(at) for at in edges(holds, stamps, rest_ns=rule.window_ns).tolist()]


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
    lot, grid, taken = float(instrument.lot_size), instrument.price_grid, sweep.taken
    quote = taken.notional_tick_lots * lot * float(instrument.tick_size)
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
            f"{taken.lots * lot:,.4g} {instrument.base} ({quote:,.0f} {instrument.quote}) "
            f"{'bought' if sweep.side > 0 else 'sold'} at once from {grid.text(first)} to "
            f"{grid.text(last)}: {through} ({least} are needed), "
            f"on average {abs(taken.vwap_ticks - first) / first * 1e4:.1f} bps worse than its start"
        ),
    )
