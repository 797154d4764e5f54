"""The volume buckets of one tape, for VPIN: settled trades are cut into them once."""

from typing import Final

import numpy as np

from core.calc.vpin import vpin
from core.domain.arrays import FloatArray, IntArray, TradeArray, empty_trades
from core.domain.units import NS_PER_HOUR, NS_PER_S, Ns
from data.buffers.tape import Tape

_EVERY_NS: Final[Ns] = 5 * NS_PER_S
"""Trades are cut in portions of this length: each costs a look at the whole open bucket."""


class Buckets:
    """The imbalance of each full bucket since the tape begins."""

    def __init__(self) -> None:
        self._state: object = None
        self._edge_ns: Ns = 0
        self._begin(0)

    def update(
        self, tape: Tape, *, bucket_lots: int, settled_ns: Ns
    ) -> tuple[IntArray, FloatArray]:
        """Return when each bucket was full, and its imbalance as a share of it.

        Args:
            bucket_lots: another one begins anew, as a late trade does.
            settled_ns: trades before it do not change.
        """
        if self._state != _state(tape, bucket_lots, self._edge_ns):
            self._begin(tape.complete_from_ns or 0)
        settled_ns = max(settled_ns // _EVERY_NS * _EVERY_NS, self._edge_ns)
        # Before the rows are read: one that comes in between then makes this state false.
        self._state = _state(tape, bucket_lots, settled_ns)
        while self._edge_ns < settled_ns:
            to_ns = min(self._edge_ns + NS_PER_HOUR, settled_ns)
            self._cut(tape.trades.window(self._edge_ns, to_ns), bucket_lots)
            self._edge_ns = to_ns
        return self._full_ns, self._shares

    def _begin(self, start_ns: Ns) -> None:
        self._edge_ns = start_ns
        self._full_ns = np.zeros(0, np.int64)
        self._shares = np.zeros(0)
        self._rest: TradeArray = empty_trades()

    def _cut(self, trades: TradeArray, bucket_lots: int) -> None:
        """Fill buckets with what was left and what comes; the trade that fills one is split."""
        rows = np.concatenate([self._rest, trades])
        found = vpin(rows, bucket_lots=bucket_lots, buckets=1)
        self._rest = rows
        if found.last_row.size:
            last = int(found.last_row[-1])
            self._rest = rows[last:].copy()
            over = int(rows["size_lots"][: last + 1].sum()) - found.last_row.size * bucket_lots
            self._rest["size_lots"][0] = over
        self._full_ns = np.append(self._full_ns, found.known_ns)
        self._shares = np.append(self._shares, found.imbalance_lots / bucket_lots)


def _state(tape: Tape, bucket_lots: int, edge_ns: Ns) -> tuple[object, ...]:
    """Return what must not change if buckets of the trades before ``edge_ns`` are to stay true."""
    gaps = tuple(gap.from_ns for gap in tape.gaps)
    return id(tape), bucket_lots, gaps, tape.trades.count_before(edge_ns)
