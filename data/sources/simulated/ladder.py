"""The messages of one market's book: a snapshot first, then what changed, and its best quotes."""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from core.domain.arrays import (
    LEVEL_DTYPE,
    QUOTE_DTYPE,
    BookSide,
    FloatArray,
    IntArray,
    LevelFlag,
    RowArray,
)
from core.domain.units import NS_PER_MS
from data.sources.simulated.book import Depth
from data.sources.simulated.chance import hashed
from data.sources.simulated.quotes import Quotes
from data.sources.simulated.schedule import BIN_NS

_JITTER_MS: Final = 8.0
_JITTER_SALT: Final = 1
_MOST: Final = 1_000
_FEWEST: Final = 100
_REACH_BPS: Final = 20.0


class Messages(NamedTuple):
    """What a stretch of time brought.

    Attributes:
        levels: LEVEL_DTYPE[n], whole messages.
        quotes: QUOTE_DTYPE[m], one row where the best bid or ask, or its size, changed.
    """

    levels: RowArray
    quotes: RowArray


class _Held(NamedTuple):
    """One side as the newest message left it: ticks ascending, lots > 0."""

    ticks: IntArray
    lots: IntArray


_NOTHING: Final = _Held(np.zeros(0, np.int64), np.zeros(0, np.int64))


def depth_of(cell_bps: float) -> int:
    """Return how many levels a side a venue shows where levels are so wide."""
    return int(np.clip(round(_REACH_BPS / cell_bps), _FEWEST, _MOST))


class Ladder:
    """Writes down the book of one market, message after message.

    What a message says depends on its moment alone; how many are made at once changes nothing.

    Attributes:
        next_bin: when the next message is made, in bins since 1970.
        every_bins: from a message to the next.
    """

    def __init__(
        self,
        depth: Depth,
        touch: Callable[[IntArray], Quotes],
        *,
        levels: int,
        latency_ms: float,
        every_bins: int = 1,
    ) -> None:
        """Make a ladder; ``begin`` comes next.

        Args:
            touch: returns the best prices of some bins, ascending.
            levels: on each side, all of them above zero.
            latency_ms: from the venue's stamp to us, at least.
        """
        self.next_bin = 0
        self.every_bins = every_bins
        self._depth = depth
        self._touch = touch
        self._levels = levels
        self._latency_ms = latency_ms
        self._sides = {BookSide.BID: _NOTHING, BookSide.ASK: _NOTHING}
        self._quote: tuple[int, ...] = ()

    def begin(self, at_bin: int) -> Messages:
        """Return a snapshot."""
        self._sides = dict.fromkeys(self._sides, _NOTHING)
        made = self._make(np.array([at_bin]))
        made.levels["flags"] |= LevelFlag.SNAPSHOT | LevelFlag.ROLLS
        made.levels["depth"] = self._levels
        self.next_bin = (at_bin // self.every_bins + 1) * self.every_bins
        return made

    def skip_to(self, at_bin: int) -> None:
        """Make the next message the last one that is due by ``at_bin``: it says all changes."""
        self.next_bin = max(self.next_bin, at_bin // self.every_bins * self.every_bins)

    def until(self, end_bin: int) -> Messages:
        """Return the messages of the bins before ``end_bin``; those without a change are none."""
        bins = np.arange(self.next_bin, end_bin, self.every_bins)
        if not bins.size:
            return Messages(np.zeros(0, LEVEL_DTYPE), np.zeros(0, QUOTE_DTYPE))
        self.next_bin = int(bins[-1]) + self.every_bins
        return self._make(bins)

    def quotes(self, bins: IntArray) -> RowArray:
        """Return QUOTE_DTYPE[n], n <= bins: those of some bins, ascending, without messages."""
        touch = self._touch(bins)
        sizes = [
            self._depth.best(best, bins, touch.thin) for best in (touch.bid_ticks, touch.ask_ticks)
        ]
        return self._quotes(bins, self._received(bins), touch, sizes)

    def _make(self, bins: IntArray) -> Messages:
        touch = self._touch(bins)
        parts = [
            self._changes(BookSide.BID, touch.bid_ticks, bins, touch.thin),
            self._changes(BookSide.ASK, touch.ask_ticks, bins, touch.thin),
        ]
        sizes = [part[1] for part in parts]
        message = np.concatenate([part[0].message for part in parts])
        order = np.argsort(message, kind="stable")
        message = message[order]
        rows = np.zeros(message.size, LEVEL_DTYPE)
        recv_ns = self._received(bins)
        rows["ts_event_ns"] = (bins * BIN_NS)[message]
        rows["ts_recv_ns"] = recv_ns[message]
        rows["update_id"] = bins[message]
        rows["size_lots"] = np.concatenate([part[0].lots for part in parts])[order]
        rows["price_ticks"] = np.concatenate([part[0].ticks for part in parts])[order]
        side = np.repeat([BookSide.BID, BookSide.ASK], [part[0].lots.size for part in parts])
        rows["side"] = side[order]
        rows["flags"][np.flatnonzero(np.diff(message, prepend=-1))] = LevelFlag.FIRST
        return Messages(rows, self._quotes(bins, recv_ns, touch, sizes))

    def _changes(
        self, side: int, best: IntArray, bins: IntArray, thin: FloatArray
    ) -> tuple["_Changes", IntArray]:
        """Return what changed on one side, message by message, and the size at the best price."""
        lots_there = self._depth.best(best, bins, thin)
        outwards = -side
        cells = self._cells(best, outwards)
        away = (cells - (best // self._depth.cell_ticks)[:, None]) * outwards
        lots = self._depth.over(cells, away, bins, thin)
        behind = self._depth.tick_of(cells)
        held = self._sides[side]
        ticks = np.union1d(np.concatenate([behind, held.ticks]), best)
        table = np.zeros((bins.size + 1, ticks.size), np.int64)
        table[0, np.searchsorted(ticks, held.ticks)] = held.lots
        table[1:, np.searchsorted(ticks, behind)] = lots
        table[np.arange(1, bins.size + 1), np.searchsorted(ticks, best)] = lots_there
        self._cut(table[1:, ::outwards])
        full = np.flatnonzero(table[-1])
        self._sides[side] = _Held(ticks[full], table[-1, full])
        message, slot = np.nonzero(table[1:] != table[:-1])
        return _Changes(message, ticks[slot], table[message + 1, slot]), lots_there

    def _cells(self, best: IntArray, outwards: int) -> IntArray:
        """Return all cells that may be among the levels shown, ascending."""
        # Some cells are empty: a quarter more, and a few, have enough that are not.
        reach = self._levels + self._levels // 4 + 16
        first, last = (int(edge) // self._depth.cell_ticks for edge in (best.min(), best.max()))
        if outwards > 0:
            return np.arange(first, last + reach + 1)
        return np.arange(max(first - reach, 1), last + 1)

    def _cut(self, table: IntArray) -> None:
        """Empty what lies behind the levels shown; columns from the best outwards."""
        table[np.cumsum(table > 0, axis=1) > self._levels] = 0

    def _received(self, bins: IntArray) -> IntArray:
        jitter = (hashed(bins, _JITTER_SALT) >> np.uint64(40)).astype(np.float64) / 2**24
        delay_ns = (self._latency_ms + _JITTER_MS * jitter**3) * NS_PER_MS
        received: IntArray = bins * BIN_NS + delay_ns.astype(np.int64)
        return received

    def _quotes(
        self, bins: IntArray, recv_ns: IntArray, touch: Quotes, sizes: list[IntArray]
    ) -> RowArray:
        rows = np.zeros(bins.size, QUOTE_DTYPE)
        rows["ts_event_ns"] = bins * BIN_NS
        rows["ts_recv_ns"] = recv_ns
        rows["update_id"] = bins
        told = np.stack([touch.bid_ticks, touch.ask_ticks, *sizes], axis=1)
        for place, name in enumerate(("bid_ticks", "ask_ticks", "bid_lots", "ask_lots")):
            rows[name] = told[:, place]
        changed = np.ones(bins.size, np.bool_)
        changed[1:] = (told[1:] != told[:-1]).any(axis=1)
        changed[0] = tuple(told[0]) != self._quote
        self._quote = tuple(told[-1])
        return rows[changed]


class _Changes(NamedTuple):
    """Changed levels in the order of the messages, each side's ascending."""

    message: IntArray
    ticks: IntArray
    lots: IntArray
