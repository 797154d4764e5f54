"""Liquidations of one perpetual: few when it is calm, cascades after sharp moves.

Their clusters are a Poisson process whose rate follows the square of the move of the last half
minute, compared to what is usual. Falls close longs, rises close shorts. Each venue tells what it
tells in life: Binance the largest of each second, OKX some, Bybit all.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from core.domain.arrays import (
    LIQUIDATION_DTYPE,
    BoolArray,
    FloatArray,
    IntArray,
    LiquidationPrice,
    Position,
    RowArray,
)
from core.domain.instrument import Venue
from core.domain.units import NS_PER_MS, NS_PER_S, Ns
from data.sources.simulated.chance import decaying
from data.sources.simulated.happened import Happened
from data.sources.simulated.schedule import BIN_NS

_MOVE_S: Final = 30
_USUAL_S: Final = 1_800.0
_LEAST_BPS: Final = 0.5
_CALM: Final = 0.3
_SHARP: Final = 4.0
_SHARP_FROM: Final = 3.0
_BUSIEST: Final = 60.0
"""No second has more than this many times the usual rate."""
_CLUSTER: Final = 3.0
_CLUSTER_S: Final = 3.0
_SIGMA: Final = 1.5
_LARGEST: Final = 400.0
_SLIPS_BPS: Final = 1.5
_MARGIN: Final = 0.004
"""The price at which the margin is used up lies about this far beyond the touch."""
_OKX_TELLS: Final = 0.8
_EVERY_NS: Final[dict[Venue, Ns]] = {
    Venue.BINANCE: NS_PER_S,
    Venue.OKX: NS_PER_MS,
    Venue.BYBIT: 500 * NS_PER_MS,
}
"""The venues push what came up to the end of such a span."""


class _Closed(NamedTuple):
    """Liquidations in the order in which they were drawn.

    Attributes:
        ns: int64[n], whole milliseconds.
        position: int64[n], Position.
        quote: float64[n], sizes.
    """

    ns: IntArray
    position: IntArray
    quote: FloatArray

    def take(self, which: BoolArray | IntArray) -> "_Closed":
        return _Closed(self.ns[which], self.position[which], self.quote[which])


def _none() -> _Closed:
    return _Closed(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


@dataclass(slots=True)
class LiquidationWriter:
    """Writes the liquidations of one perpetual, chunk after chunk.

    Attributes:
        per_s: clusters per second, at usual moves.
        order_quote: median size, in quote.
        tick: in quote.
        lot_base: base coins in one lot.
        latency_ms: from the venue's push to us.
    """

    venue: Venue
    per_s: float
    order_quote: float
    tick: float
    lot_base: float
    latency_ms: float
    _path_bps: FloatArray = field(default_factory=lambda: np.zeros(0))
    _usual: float | None = None
    _waiting: _Closed = field(default_factory=_none)

    def draw(self, happened: Happened, rng: np.random.Generator) -> tuple[RowArray, FloatArray]:
        """Return (LIQUIDATION_DTYPE[n], sorted; float64[seconds], base coins closed).

        The second counts all of them, the first only what the venue tells.
        """
        closed = self._closed(happened, rng)
        rows = self._rows(closed, happened, rng)
        second = (closed.ns - happened.chunk.start_ns) // NS_PER_S
        base = np.zeros(happened.chunk.seconds)
        np.add.at(base, second, rows["size_lots"] * self.lot_base)
        return rows[self._told(rows, rng)], base

    def _closed(self, happened: Happened, rng: np.random.Generator) -> _Closed:
        """Return the liquidations of the chunk, by time."""
        move, relative = self._moves(happened)
        rate = np.minimum(_CALM + _SHARP * np.maximum(relative - _SHARP_FROM, 0.0), _BUSIEST)
        rate *= self.per_s * np.sqrt(happened.weather.busy)
        second = np.repeat(np.arange(rate.size), rng.poisson(rate))
        at_s = second + rng.random(second.size)
        falls = move[second] < 0
        agrees = rng.random(second.size) < 0.5 + 0.48 * np.tanh(np.sqrt(relative[second]))
        position = np.where(falls == agrees, Position.LONG, Position.SHORT)
        members = rng.geometric(1.0 / _CLUSTER, second.size)
        parent = np.repeat(np.arange(second.size), members)
        is_first = np.diff(parent, prepend=-1) != 0
        late_s = np.where(is_first, 0.0, rng.exponential(_CLUSTER_S, parent.size))
        sizes = np.exp(_SIGMA * rng.standard_normal(parent.size))
        quote = self.order_quote * np.minimum(sizes, _LARGEST)
        ms = ((at_s[parent] + late_s) * (NS_PER_S // NS_PER_MS)).astype(np.int64)
        drawn = _Closed(happened.chunk.start_ns + ms * NS_PER_MS, position[parent], quote)
        every = _Closed(*(np.concatenate(pair) for pair in zip(self._waiting, drawn, strict=True)))
        now = every.ns < happened.chunk.end_ns
        self._waiting = every.take(~now)
        here = every.take(now)
        return here.take(np.argsort(here.ns, kind="stable"))

    def _moves(self, happened: Happened) -> tuple[FloatArray, FloatArray]:
        """Return the move of the last half minute at each second, and its square / the usual."""
        at_end = happened.common_bps[happened.last_bins]
        before = self._path_bps if self._path_bps.size else np.full(_MOVE_S, at_end[0])
        path = np.concatenate([before, at_end])
        self._path_bps = path[-_MOVE_S:]
        move = path[_MOVE_S:] - path[:-_MOVE_S]
        squares = move**2
        factor = float(np.exp(-1.0 / _USUAL_S))
        begin = float(squares.mean()) if self._usual is None else self._usual
        usual = decaying((1.0 - factor) * squares, factor=factor, before=begin)
        self._usual = float(usual[-1])
        return move, squares / np.maximum(usual, _LEAST_BPS**2)

    def _rows(self, closed: _Closed, happened: Happened, rng: np.random.Generator) -> RowArray:
        quotes = happened.quotes.take((closed.ns - happened.chunk.start_ns) // BIN_NS)
        longs = closed.position == Position.LONG
        touch = self.tick * np.where(longs, quotes.bid_ticks, quotes.ask_ticks)
        rows = np.zeros(closed.ns.size, LIQUIDATION_DTYPE)
        rows["ts_event_ns"] = closed.ns
        every_ns = _EVERY_NS[self.venue]
        pushed_ns = (closed.ns // every_ns + 1) * every_ns
        rows["ts_recv_ns"] = pushed_ns + round(self.latency_ms * NS_PER_MS)
        lots = np.rint(closed.quote / (touch * self.lot_base))
        rows["size_lots"] = np.maximum(lots, 1)
        rows["position"] = closed.position
        worse = rng.random(closed.ns.size)
        if self.venue is Venue.BINANCE:
            rows["price_kind"] = LiquidationPrice.EXECUTED
            rows["price"] = touch * (1.0 - closed.position * (worse * _SLIPS_BPS * 1e-4))
        else:
            rows["price_kind"] = LiquidationPrice.BANKRUPTCY
            beyond = touch * (1.0 - closed.position * (0.5 + worse) * _MARGIN)
            rows["price"] = np.rint(beyond / self.tick) * self.tick
        return rows

    def _told(self, rows: RowArray, rng: np.random.Generator) -> IntArray:
        """Return which rows the venue tells of, ascending."""
        if self.venue is Venue.BYBIT:
            return np.arange(rows.size)
        if self.venue is Venue.OKX:
            return np.flatnonzero(rng.random(rows.size) < _OKX_TELLS)
        second = rows["ts_event_ns"] // NS_PER_S
        largest_first = np.lexsort((-rows["size_lots"], second))
        _, first = np.unique(second[largest_first], return_index=True)
        return np.sort(largest_first[first])
