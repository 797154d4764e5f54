"""Sweeps, told piece by piece: orders of one side that take level after level at once."""

from collections.abc import Callable, Sequence
from copy import copy
from typing import Final, Self, TypeAlias

import numpy as np

from core.calc.consumed import consumed
from core.calc.marking import Edges
from core.calc.side_moves import Moves, SideMoves
from core.calc.sweep_marker import Sweep, sweep_marker
from core.calc.sweep_rule import BookSweepRule
from core.calc.usual_reach import UsualReach
from core.domain.arrays import FloatArray, IntArray, TradeArray
from core.domain.instrument import Instrument
from core.domain.marker import Marker
from core.domain.units import Aggressor, Ns

Levels: TypeAlias = tuple[IntArray, IntArray]
"""Ticks and lots of one side of a book, best first."""
Books: TypeAlias = Callable[[Ns, Aggressor], Levels | None]
"""What rested, before an instant, on the side that an aggressor takes from; None = not known."""

_SIDES: Final = (Aggressor.SELL, Aggressor.BUY)


class Sweeps:
    """The sweeps of both sides; keeps the trades of one window, and how far seconds went."""

    def __init__(
        self,
        instrument: Instrument,
        rule: BookSweepRule | None = None,
        *,
        books: Books | None = None,
    ) -> None:
        self._instrument, self._books = instrument, books
        self._rule = rule or BookSweepRule()
        window_ns = self._rule.window_ns
        self._moves = tuple(SideMoves(side, window_ns) for side in _SIDES)
        self._edges = tuple(Edges(window_ns, lasts_ns=window_ns) for _ in _SIDES)
        self._usual = UsualReach(self._rule.usual) if self._rule.usual else None

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        twin._moves = tuple(each.fork() for each in self._moves)
        twin._edges = tuple(each.fork() for each in self._edges)
        twin._usual = self._usual.fork() if self._usual else None
        return twin

    @property
    def not_ready(self) -> str:
        """Return why sweeps cannot be told yet, a clause; empty = they can."""
        return self._usual.not_ready if self._usual else ""

    def after(self, trades: TradeArray, gaps_ns: Sequence[tuple[Ns, Ns]]) -> list[Marker]:
        """Return the sweeps of a piece, in the order of ``known_ns``.

        Args:
            trades: TRADE_DTYPE[n], sorted, whole instants, all after the piece before.
            gaps_ns: half-open spans in which trades may be missing.
        """
        sides = [each.after(trades, gaps_ns) for each in self._moves]
        found: list[Marker] = []
        reaches = self._reaches(sides, gaps_ns)
        for side, moves, reach, edges in zip(_SIDES, sides, reaches, self._edges, strict=True):
            least = self._rule.least if self._books is None else self._rule.least - 1
            # So many levels cleared are one tick less at least.
            holds = moves.is_whole & (moves.ticks >= least) & (moves.ticks >= reach)
            for at in np.flatnonzero(holds).tolist() if self._books else ():
                holds[at] = self._sweep(side, moves, at, 0.0).value >= self._rule.least
            for at in edges.after(holds, moves.at_ns).tolist():
                sweep = self._sweep(side, moves, at, float(reach[at]))
                found.append(sweep_marker(sweep, self._instrument, self._rule))
        return sorted(found, key=lambda each: (each.known_ns, each.side))

    def _reaches(
        self, sides: Sequence[Moves], gaps_ns: Sequence[tuple[Ns, Ns]]
    ) -> tuple[FloatArray, ...]:
        """Return what the moves of each side have to reach, besides ``least``."""
        sold, bought = (each.at_ns for each in sides)
        if self._usual is None:
            return np.zeros(sold.size), np.zeros(bought.size)
        at_ns = np.append(sold, bought)
        ticks = np.append(sides[0].ticks, sides[1].ticks)
        order = np.argsort(at_ns, kind="stable")
        reach = np.empty(at_ns.size)
        reach[order] = self._usual.after(at_ns[order], ticks[order], gaps_ns)
        return reach[: sold.size], reach[sold.size :]

    def _sweep(self, side: Aggressor, moves: Moves, at: int, reach: float) -> Sweep:
        fills = moves.taken(at)
        levels = self._books(int(fills["ts_event_ns"][0]), side) if self._books else None
        level_ticks, level_lots = levels or (np.zeros(0, np.int64), np.zeros(0, np.int64))
        taken = consumed(
            fills["price_ticks"].astype(np.int64),
            fills["size_lots"],
            level_ticks=level_ticks,
            level_lots=level_lots,
        )
        return Sweep(side, fills, int(moves.ticks[at]), taken, levels is not None, reach)
