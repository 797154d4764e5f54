"""The rebuilt orders of one tape that a wish asks for: each trade is read once, from both ends."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.notional import notional
from core.calc.tape_orders import tape_orders
from core.domain.arrays import RowArray, TradeArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_MINUTE, Aggressor, Ns
from data.buffers.tape import Tape
from data.views.series import FOREVER, SETTLE_NS

ORDER_DTYPE: Final = np.dtype(
    [
        ("ts_event_ns", "<i8"),
        ("price", "<f8"),  # average, quote coins
        ("first_price", "<f8"),
        ("last_price", "<f8"),  # the worst for the taker
        ("size_base", "<f8"),
        ("value_quote", "<f8"),
        ("fills", "<i8"),  # at least
        ("levels", "<i8"),  # prices it took
        ("of", "<i4"),  # whose: the place of its instrument in the question
        ("aggressor", "<i1"),  # core.domain.units.Aggressor
    ]
)
"""One order, or one row of the tape."""
_SLICE_NS: Final[Ns] = 2 * NS_PER_MINUTE
_ROUNDING: Final = 1 + 1e-9
"""A sum in floats is off by less."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which orders.

    Attributes:
        least_quote: worth at least so many quote coins.
        most_quote: and less than so many.
        side: only those of this side; None = all, those of unknown side too.
        as_fills: rows of the tape instead of what they are rebuilt to.
    """

    least_quote: float = 0.0
    most_quote: float = float("inf")
    side: Aggressor | None = None
    as_fills: bool = False


def order_rows(trades: TradeArray, listed: Instrument, wish: Wish, of: int = 0) -> RowArray:
    """Return the orders of some trades that a wish asks for, in the order of the tape.

    No order goes on over two instants, so those of two pieces cut between instants are those of
    the whole.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        of: written into each row.

    Returns:
        ORDER_DTYPE[m].
    """
    tick, lot = float(listed.tick_size), float(listed.lot_size)
    quote = tick * lot
    if trades.size and wish.least_quote > 0:
        # Mostly nothing of a piece is large: then it is not put together at all.
        worth = float(np.dot(trades["price_ticks"].astype(np.float64), trades["size_lots"]))
        if worth * quote * _ROUNDING < wish.least_quote:
            return np.zeros(0, ORDER_DTYPE)
    rows = _fills(trades) if wish.as_fills else _orders(trades)
    rows["value_quote"] *= quote
    value = rows["value_quote"]
    meant = (value >= wish.least_quote) & (value < wish.most_quote)
    if wish.side is not None:
        meant &= rows["aggressor"] == wish.side
    rows = rows[meant]
    for name in ("price", "first_price", "last_price"):
        rows[name] *= tick
    rows["size_base"] *= lot
    rows["of"] = of
    return rows


class OrderRows:
    """Follows one tape forward, and reads its past back from where it began, as far as asked.

    Trades that come late between the two ends are noticed: rows of the last seconds are made
    again, or all of them. What was made of trades that the tape has let go of stays.

    Attributes:
        tape: what is read.
        version: changes when ``rows`` do.
        rows: ORDER_DTYPE[n], sorted: all orders since ``from_ns``.
        from_ns: an instant; the trades before it were not read.
    """

    def __init__(self, tape: Tape, wish: Wish, of: int, *, end_ns: Ns = FOREVER) -> None:
        """Begin shortly before the newest trade.

        Args:
            end_ns: orders since then are left out.
        """
        self.tape = tape
        self.version = 0
        self.rows: RowArray = np.zeros(0, ORDER_DTYPE)
        self.from_ns: Ns = 0
        self._wish, self._of, self._end_ns = wish, of, end_ns
        self._total, self._done, self._base = -1, 0, 0
        # Instants, and how many trades there were before: until where a late one is looked for.
        self._settled = self._edge = (0, 0)

    def follow(self) -> None:
        """Read what came since the last time."""
        ring = self.tape.trades
        total = ring.count_before(FOREVER)
        if total == self._total:
            return
        if self._total <= 0:
            self._begin()  # with the first trades, of which there may be many already
        while not self._goes_on(ring.newest_ns or 0):
            self._begin()
            self.version += 1
        self._total = total

    def _goes_on(self, newest_ns: Ns) -> bool:
        """Read on; False = a trade came between those that were settled."""
        ring = self.tape.trades
        # Orders of the newest instant may go on: they are made again until there is a later one.
        edge_ns = max(min(newest_ns, self._end_ns), self._edge[0])
        settled_ns = max(min(newest_ns - SETTLE_NS, edge_ns), self._settled[0])
        # Counted before anything is checked or read: a trade that comes in between then makes
        # these counts false, and is found at the next look.
        counts = ring.count_before(edge_ns), ring.count_before(settled_ns)
        if not self._is_true():
            return False
        tail = self._read(self._edge[0], self._end_ns)
        if tail.size or self._done < self.rows.size:
            self.rows = np.concatenate([self.rows[: self._done], tail])
            self._done = int(np.searchsorted(self.rows["ts_event_ns"], edge_ns))
            self.version += 1
        self._edge, self._settled = (edge_ns, counts[0]), (settled_ns, counts[1])
        return True

    def is_read(self, limit_ns: Ns) -> bool:
        """Return whether all that is held since a limit was read."""
        first_ns = self.tape.trades.first_ns
        return first_ns is None or self.from_ns <= max(first_ns, limit_ns)

    def read_back(self, limit_ns: Ns) -> None:
        """Read two more minutes of the past, not beyond a limit."""
        ring = self.tape.trades
        first_ns = ring.first_ns or 0
        # Not before the first trade: older ones may still come, and would make this begin again.
        from_ns = max(self.from_ns - _SLICE_NS, first_ns, limit_ns)
        base = ring.count_before(from_ns)
        past = self._read(from_ns, self.from_ns)
        if past.size:
            self.rows = np.concatenate([past, self.rows])
            self._done += past.size
            self.version += 1
        self.from_ns, self._base = from_ns, base

    def drop_before(self, ns: Ns) -> None:
        """Let go of rows before an instant; they would have to be read again."""
        if not self.from_ns < ns <= self._settled[0]:
            return
        base = self.tape.trades.count_before(ns)
        first = int(np.searchsorted(self.rows["ts_event_ns"], ns))
        if first:
            self.rows = self.rows[first:].copy()
            self._done -= first
            self.version += 1
        self.from_ns, self._base = ns, base

    def _begin(self) -> None:
        newest_ns = self.tape.trades.newest_ns or 0
        self.from_ns = max(min(newest_ns - SETTLE_NS, self._end_ns), 0)
        self.rows, self._done = np.zeros(0, ORDER_DTYPE), 0
        self._base = self.tape.trades.count_before(self.from_ns)
        self._settled = self._edge = (self.from_ns, self._base)

    def _is_true(self) -> bool:
        """Go back to where no trade came before; return whether that is not the beginning."""
        ring = self.tape.trades
        first_ns = ring.first_ns
        base = ring.count_before(self.from_ns)
        # Trades that came before the first one read change all counts alike. Once the tape has let
        # go of some that were read, the first count says how many, and nothing may come before.
        let_go = first_ns is not None and first_ns > self.from_ns
        more = 0 if let_go else base - self._base
        if ring.count_before(self._settled[0]) != self._settled[1] + more:
            return False
        self._base += more
        if ring.count_before(self._edge[0]) != self._edge[1] + more:
            self._edge = self._settled[0], self._settled[1] + more
            self._done = int(np.searchsorted(self.rows["ts_event_ns"], self._edge[0]))
        return True

    def _read(self, from_ns: Ns, to_ns: Ns) -> RowArray:
        trades = self.tape.trades.window(from_ns, to_ns)
        return order_rows(trades, self.tape.instrument, self._wish, self._of)


def _orders(trades: TradeArray) -> RowArray:
    """Return orders in ticks, lots and tick-lots."""
    found = tape_orders(trades)
    rows = np.zeros(found.ts_event_ns.size, ORDER_DTYPE)
    rows["ts_event_ns"], rows["aggressor"] = found.ts_event_ns, found.aggressor
    rows["price"], rows["value_quote"] = found.vwap_ticks, found.notional_tick_lots
    rows["first_price"], rows["last_price"] = found.first_ticks, found.last_ticks
    rows["size_base"], rows["fills"], rows["levels"] = found.size_lots, found.fills, found.levels
    return rows


def _fills(trades: TradeArray) -> RowArray:
    """Return the rows of the tape, likewise."""
    rows = np.zeros(trades.size, ORDER_DTYPE)
    rows["ts_event_ns"], rows["aggressor"] = trades["ts_event_ns"], trades["aggressor"]
    for name in ("price", "first_price", "last_price"):
        rows[name] = trades["price_ticks"]
    rows["value_quote"], rows["size_base"] = notional(trades), trades["size_lots"]
    rows["fills"], rows["levels"] = np.maximum(trades["fills"], 1), 1
    return rows
