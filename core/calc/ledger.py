"""Ledger: what was added to each level of a book, filled and cancelled, settled as it comes."""

from collections import deque
from heapq import heappop, heappush
from itertools import groupby
from typing import Final, TypeAlias

import numpy as np

from core.calc.level_side import ChangeKind
from core.domain.arrays import RowArray, TradeArray, TradeFlag
from core.domain.units import NS_PER_MS, Aggressor, Ns

TOLERANCE_NS: Final[Ns] = 250 * NS_PER_MS
"""Trades and books come on two streams; so far apart their times may be."""

STEP_DTYPE: Final = np.dtype(
    [
        ("ts_ns", "<i8"),  # of the message
        ("known_ns", "<i8"),  # when no trade can change it any more
        ("message", "<i8"),
        ("before_lots", "<i8"),
        ("after_lots", "<i8"),
        ("added_lots", "<i8"),
        ("filled_lots", "<i8"),
        ("cancelled_lots", "<i8"),  # a reduction that no trade accounts for
        ("price_ticks", "<i4"),
        ("bid_ticks", "<i4"),  # best after the message; 0 = nobody bids
        ("ask_ticks", "<i4"),  # best after the message; 0 = nobody offers
        ("side", "<i1"),  # BookSide
        ("kind", "<i1"),  # ChangeKind
    ]
)
"""One level between two messages: before + added - filled - cancelled = after.

Only of kind CHANGED; of the others nothing is accounted for.
"""

_NOT_OF_THE_BOOK: Final = TradeFlag.BLOCK | TradeFlag.RPI
_Key: TypeAlias = tuple[int, int]  # side and price


def of_the_book(trades: TradeArray) -> TradeArray:
    """Return the trades that met a level of the public book, as far as their side is known."""
    is_met = (trades["flags"] & _NOT_OF_THE_BOOK) == 0
    kept: TradeArray = trades[is_met & (trades["aggressor"] != Aggressor.UNKNOWN)]
    return kept


class Ledger:
    """Settles changes of levels with the trades at their price, once both must have come.

    A change takes all trades at its price until its own time that no change before it took. While
    it falls by more than they account for, it also takes those of the tolerance after it. What is
    left of the fall was cancelled; what was filled beyond it was added in between. A trade that no
    change took by the first message a tolerance later met a level that was filled up again. Adds
    and cancels between two messages are netted: both are lower bounds.

    Source: DEFINITIONS section 11.
    """

    def __init__(self, *, tolerance_ns: Ns = TOLERANCE_NS) -> None:
        self._tolerance_ns = tolerance_ns
        self._changes: deque[tuple[int, ...]] = deque()
        self._coming: list[tuple[Ns, int, _Key, int]] = []
        self._waiting: deque[tuple[Ns, _Key]] = deque()
        self._open: dict[_Key, deque[tuple[Ns, int]]] = {}
        self._resting: dict[_Key, int] = {}
        self._taken = 0

    def take_trades(self, trades: TradeArray) -> None:
        """Take TRADE_DTYPE[n], in any portions; one that is late counts with what comes next."""
        columns = of_the_book(trades)[["ts_event_ns", "aggressor", "price_ticks", "size_lots"]]
        for at_ns, aggressor, price, lots in columns.tolist():
            self._taken += 1
            key = -aggressor, price  # a seller meets the bids
            heappush(self._coming, (at_ns, self._taken, key, lots))

    def take_changes(self, changes: RowArray) -> None:
        """Take CHANGE_DTYPE[n], in their order, whole messages at a time."""
        self._changes.extend(changes.tolist())

    def settle(self, now_ns: Ns) -> RowArray:
        """Return what can be settled when all that happened before ``now_ns`` has been taken.

        Returns:
            STEP_DTYPE[n]: by message; its changes in their order, then levels filled up again, by
            side and price.
        """
        due, steps = [], list[tuple[int, ...]]()
        while self._changes and self._changes[0][0] + self._tolerance_ns < now_ns:
            due.append(self._changes.popleft())
        for _, rows in groupby(due, key=lambda row: row[1]):
            message = list(rows)
            self._let_in(message[0][0] + self._tolerance_ns)
            steps += [self._change(row) for row in message]
            for key in self._overdue(message[0][0]):
                steps += self._refill(message[0], key)
        return np.array(steps, STEP_DTYPE)

    def _let_in(self, until_ns: Ns) -> None:
        while self._coming and self._coming[0][0] <= until_ns:
            at_ns, _, key, lots = heappop(self._coming)
            self._open.setdefault(key, deque()).append((at_ns, lots))
            self._waiting.append((at_ns, key))

    def _overdue(self, ts_ns: Ns) -> list[_Key]:
        keys = set()
        while self._waiting and self._waiting[0][0] + self._tolerance_ns <= ts_ns:
            keys.add(self._waiting.popleft()[1])
        return sorted(keys)

    def _change(self, row: tuple[int, ...]) -> tuple[int, ...]:
        ts_ns, message, before, after, price, bid, ask, side, kind = row
        key = side, price
        tail = price, bid, ask, side, kind
        head = ts_ns, ts_ns + self._tolerance_ns, message, before, after
        filled = self._filled(key, ts_ns)
        self._resting[key] = after
        if kind == ChangeKind.LEFT:
            del self._resting[key]
        if kind != ChangeKind.CHANGED:
            return (*head, 0, 0, 0, *tail)
        filled += self._filled(key, ts_ns + self._tolerance_ns, max(before - after - filled, 0))
        net = after - before + filled
        return (*head, max(net, 0), filled, max(-net, 0), *tail)

    def _refill(self, first: tuple[int, ...], key: _Key) -> list[tuple[int, ...]]:
        ts_ns, message, _, _, _, bid, ask, _, _ = first
        side, price = key
        lots = self._filled(key, ts_ns - self._tolerance_ns)
        if not lots or key not in self._resting:
            return []
        resting = self._resting[key]
        head = ts_ns, ts_ns + self._tolerance_ns, message, resting, resting, lots, lots, 0
        return [(*head, price, bid, ask, side, ChangeKind.CHANGED)]

    def _filled(self, key: _Key, until_ns: Ns, most: int | None = None) -> int:
        """Take the open trades at a level until then, and return how much they are."""
        trades = self._open.get(key)
        total = 0
        while trades and trades[0][0] <= until_ns and (most is None or total < most):
            at_ns, lots = trades.popleft()
            used = lots if most is None else min(lots, most - total)
            total += used
            if used < lots:
                trades.appendleft((at_ns, lots - used))
        if not trades:
            self._open.pop(key, None)
        return total
