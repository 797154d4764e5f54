"""Deltas: buys less sells of one tape in each bar, counted once, from bars or trade by trade."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.calc.common_grid import Factors
from core.calc.grouping import runs
from core.calc.notional import notional
from core.calc.tape_orders import tape_orders
from core.domain.arrays import IntArray, TradeArray
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.views.series import FOREVER, SETTLE_NS, MergedBars


@dataclass(frozen=True, slots=True)
class Deltas:
    """Whole numbers of buckets; the last column counts what is known of the sides: 0 = nothing.

    Attributes:
        before: int64[k + 1], sums from the start of the count to the first bar.
        inside: int64[n, k + 1], of each bar.
        since_ns: first instant counted of what is held; None = nothing is.
    """

    before: IntArray
    inside: IntArray
    since_ns: Ns | None


@dataclass(frozen=True, slots=True)
class Window:
    """The bars of which deltas are wanted.

    Attributes:
        since_ns: start of the count; what traded before it does not count.
        open_ns: int64[n], every bar in order, whether it traded or not.
    """

    since_ns: Ns
    open_ns: IntArray
    step_ns: Ns

    def sums(self, open_ns: IntArray, rows: IntArray) -> tuple[IntArray, IntArray]:
        """Return the rows before the first bar summed, and those of each bar.

        Args:
            open_ns: int64[m], the bar of each row, any order; the same may come again.
            rows: int64[m, c].
        """
        inside = np.zeros((self.open_ns.size, rows.shape[1]), np.int64)
        counted = open_ns >= self.since_ns
        slots = (open_ns - self.open_ns[0]) // self.step_ns
        shown = counted & (slots >= 0) & (slots < self.open_ns.size)
        np.add.at(inside, slots[shown], rows[shown])
        return rows[counted & (slots < 0)].sum(axis=0), inside


class BarDeltas:
    """Deltas of the bars of one or more tapes, klines with them where trades are missing."""

    def __init__(self, step_ns: Ns, timeframe: str) -> None:
        """Make an empty one.

        Args:
            step_ns: length of a bar.
            timeframe: its name.
        """
        self._step_ns = step_ns
        self._bars = MergedBars(step_ns, timeframe if step_ns >= NS_PER_MINUTE else None)
        self._minutes = MergedBars(NS_PER_MINUTE, "1m")

    def update(self, tapes: Sequence[Tape], by: Sequence[Factors], window: Window) -> Deltas:
        """Return one bucket, in common lots."""
        from_ns = int(window.open_ns[0])
        if self._step_ns >= NS_PER_MINUTE:
            start_ns = window.since_ns // self._step_ns * self._step_ns
            bars = self._bars.update(tapes, by, from_ns=min(start_ns, from_ns))
        else:
            # Before fine bars only sums are needed: minutes are enough, but for the anchor's own.
            minute_ns = from_ns // NS_PER_MINUTE * NS_PER_MINUTE
            start_ns = -(-window.since_ns // NS_PER_MINUTE) * NS_PER_MINUTE
            before = self._minutes.update(tapes, by, from_ns=min(start_ns, minute_ns))
            fine = self._bars.update(tapes, by, from_ns=minute_ns)
            bars = np.concatenate([before[before["open_ns"] < minute_ns], fine])
        bought, sold = bars["buy_lots"], bars["sell_lots"]
        rows = np.stack([bought - sold, bought + sold], axis=1)
        first = bars["first_ns"][bars["open_ns"] >= window.since_ns][:1]
        return Deltas(*window.sums(bars["open_ns"], rows), int(first[0]) if first.size else None)


class _Hour:
    """What settled in one hour of a tape.

    Attributes:
        edge_ns: trades before it are in.
        trades: how many were read.
        dropped: how many the ring had let go of when it began.
        open_ns: int64[m], the bars, ascending.
        rows: int64[m, k + 1].
        total: int64[k + 1].
    """

    def __init__(self, open_ns: Ns, columns: int, dropped: int) -> None:
        self.edge_ns = open_ns
        self.trades = 0
        self.dropped = dropped
        self.open_ns: IntArray = np.zeros(0, np.int64)
        self.rows: IntArray = np.zeros((0, columns), np.int64)
        self.total: IntArray = np.zeros(columns, np.int64)

    def add(self, open_ns: IntArray, rows: IntArray) -> None:
        """Add the bars of later trades; the first may go on where the last one ended."""
        self.total = self.total + rows.sum(axis=0)
        if self.open_ns.size and open_ns.size and self.open_ns[-1] == open_ns[0]:
            rows = np.concatenate([self.rows[-1:] + rows[:1], rows[1:]])
            self.open_ns, self.rows = self.open_ns[:-1], self.rows[:-1]
        self.open_ns = np.concatenate([self.open_ns, open_ns])
        self.rows = np.concatenate([self.rows, rows])


class TradeDeltas:
    """Deltas of one tape's trades, by the worth of their orders or as money: no bar knows them.

    Settled hours are kept, also when their trades are let go of. A late trade makes its own hour
    be counted again, no other.
    """

    def __init__(self, step_ns: Ns, *, in_quote: bool, ladder: Sequence[float] = ()) -> None:
        """Make an empty one.

        Args:
            step_ns: length of a bar.
            in_quote: count tick-lots, which are money; else lots.
            ladder: ascending, quote coins: bucket i holds the orders worth
                ``[ladder[i-1], ladder[i])``, so there is one bucket more.
        """
        self._step_ns = step_ns
        self._in_quote = in_quote
        self._ladder = np.array(ladder, np.float64)
        self._columns = self._ladder.size + 2
        self._hours: dict[Ns, _Hour] = {}
        self._tape: Tape | None = None
        self._since_ns: Ns = 0
        self._edge_ns: Ns | None = None
        self._count = 0

    def update(self, tape: Tape, window: Window) -> Deltas:
        """Return the buckets, in the tape's own lots or tick-lots."""
        if tape is not self._tape or window.since_ns < self._since_ns:
            self._tape, self._hours, self._edge_ns = tape, {}, None
        self._since_ns = window.since_ns
        self._hours = {
            at: hour for at, hour in self._hours.items() if at + NS_PER_HOUR > window.since_ns
        }
        edge_ns = self._settle(tape)
        rest = _Hour(edge_ns, self._columns, 0)
        rest.add(*self._counted(tape.trades.window(edge_ns, FOREVER), tape.instrument))
        before = np.zeros(self._columns, np.int64)
        inside = np.zeros((window.open_ns.size, self._columns), np.int64)
        for at, hour in (*self._hours.items(), (FOREVER, rest)):
            if at >= window.since_ns and at + NS_PER_HOUR <= window.open_ns[0]:
                before += hour.total
                continue
            early, shown = window.sums(hour.open_ns, hour.rows)
            before += early
            inside += shown
        return Deltas(before, inside, self._first_ns(rest, window.since_ns))

    def _first_ns(self, rest: _Hour, since_ns: Ns) -> Ns | None:
        opens = [each.open_ns[0] for each in (*self._hours.values(), rest) if each.open_ns.size]
        return max(int(min(opens)), since_ns) if opens else None

    def _settle(self, tape: Tape) -> Ns:
        """Read what settled since, and again the hours that late trades came into."""
        ring = tape.trades
        first_ns = ring.first_ns
        if first_ns is None:
            return self._since_ns
        start_ns = max(self._since_ns, first_ns) // NS_PER_HOUR * NS_PER_HOUR
        old_ns = start_ns if self._edge_ns is None else self._edge_ns
        known = ring.count_before(old_ns)
        is_stale = self._edge_ns is None or known != self._count
        edge_ns = max((ring.newest_ns or 0) - SETTLE_NS, old_ns)
        at_ns = start_ns if is_stale else max(old_ns // NS_PER_HOUR * NS_PER_HOUR, start_ns)
        # Of what was read, not of what is there: a trade that came in between is found next time.
        self._count = known + sum(
            self._read(tape, hour_ns, (old_ns, edge_ns), is_stale=is_stale)
            for hour_ns in range(at_ns, edge_ns, NS_PER_HOUR)
        )
        self._edge_ns = edge_ns
        return edge_ns

    def _read(self, tape: Tape, hour_ns: Ns, edges_ns: tuple[Ns, Ns], *, is_stale: bool) -> int:
        """Bring an hour up to the new edge; return how many trades came after the old one."""
        ring, hour = tape.trades, self._hours.get(hour_ns)
        if hour is None or (is_stale and self._is_late(tape, hour_ns, hour)):
            hour = _Hour(hour_ns, self._columns, ring.count_before(0))
            self._hours[hour_ns] = hour
        to_ns = min(hour_ns + NS_PER_HOUR, edges_ns[1])
        rows = ring.window(hour.edge_ns, to_ns)
        hour.add(*self._counted(rows, tape.instrument))
        hour.trades, hour.edge_ns = hour.trades + rows.size, max(to_ns, hour.edge_ns)
        return int(np.count_nonzero(rows["ts_event_ns"] >= edges_ns[0]))

    def _is_late(self, tape: Tape, hour_ns: Ns, hour: _Hour) -> bool:
        """Return whether the hour has trades that were not there when it was read."""
        ring = tape.trades
        first_ns = ring.first_ns
        if first_ns is not None and hour_ns < first_ns and ring.count_before(0) != hour.dropped:
            return False  # some of it was let go of: what was read is all there will ever be
        return ring.count_before(hour.edge_ns) - ring.count_before(hour_ns) != hour.trades

    def _counted(self, trades: TradeArray, grid: Instrument) -> tuple[IntArray, IntArray]:
        """Return the bars of trades, and their buckets; orders are never cut within an instant."""
        sizes = notional(trades) if self._in_quote else trades["size_lots"]
        signed = sizes * trades["aggressor"]
        starts, _ = runs(trades["ts_event_ns"] // self._step_ns)
        if not starts.size:
            return starts, np.zeros((0, self._columns), np.int64)
        parts = [signed]
        if self._ladder.size:
            buckets = self._buckets(trades, grid)
            parts = [np.where(buckets == each, signed, 0) for each in range(self._columns - 1)]
        parts.append((trades["aggressor"] != 0).astype(np.int64))
        rows = np.stack([np.add.reduceat(each, starts) for each in parts], axis=1)
        return trades["ts_event_ns"][starts] // self._step_ns * self._step_ns, rows

    def _buckets(self, trades: TradeArray, grid: Instrument) -> IntArray:
        """Return the bucket of each trade: that of the order it filled."""
        orders = tape_orders(trades)
        worth = orders.notional_tick_lots * float(grid.tick_size * grid.lot_size)
        bucket = np.searchsorted(self._ladder, worth, side="right")
        return np.repeat(bucket, np.diff(np.append(orders.first_row, trades.size)))
