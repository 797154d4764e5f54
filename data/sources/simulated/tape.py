"""The tape of one market: taker orders walk its book and print fills."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.domain.arrays import TRADE_DTYPE, BoolArray, FloatArray, IntArray, TradeArray
from core.domain.units import NS_PER_MS, Ns
from data.sources.simulated.book import Depth
from data.sources.simulated.chance import hashed
from data.sources.simulated.quotes import Quotes
from data.sources.simulated.schedule import BIN_NS

_TIERS: Final = (6, 40)
"""Levels looked at behind the best one: few for most orders, more for what those few leave over."""
_JITTER_MS: Final = 14.0
_FIRST_ID: Final = 1_000_000_001
_ROUNDED: Final = 0.22
"""Part of the orders whose size has one significant digit: people like round numbers."""


class Arrivals(NamedTuple):
    """Taker orders of one market within a chunk, by time.

    Attributes:
        ns: int64[n].
        bin: int64[n], of the chunk.
        side: int64[n], +1 or -1.
        lots: int64[n], >= 1.
    """

    ns: IntArray
    bin: IntArray
    side: IntArray
    lots: IntArray


class _Fills(NamedTuple):
    order: IntArray
    ticks: IntArray
    lots: IntArray


@dataclass(slots=True)
class TapeWriter:
    """Prints the trades of one market, chunk after chunk.

    Attributes:
        latency_ms: from the venue's stamp to us, at least.
        salt: tells markets apart.
    """

    depth: Depth
    latency_ms: float
    salt: int
    _next_id: int = _FIRST_ID
    _last_recv_ns: Ns = 0

    def print(self, arrivals: Arrivals, quotes: Quotes, *, start_ns: Ns) -> TradeArray:
        """Return the trades that ``arrivals`` make, sorted by (ts_event_ns, trade_id).

        Args:
            start_ns: begin of the chunk that ``arrivals`` and ``quotes`` are of.
        """
        fills = self._fills(arrivals, quotes, start_ns // BIN_NS)
        rows = np.zeros(fills.order.size, TRADE_DTYPE)
        ids = self._next_id + np.arange(rows.size)
        rows["ts_event_ns"] = (arrivals.ns // NS_PER_MS * NS_PER_MS)[fills.order]
        rows["trade_id"] = ids
        rows["size_lots"] = fills.lots
        rows["price_ticks"] = fills.ticks
        rows["aggressor"] = arrivals.side[fills.order]
        rows["fills"] = 1
        rows["ts_recv_ns"] = self._received(rows["ts_event_ns"], ids)
        self._next_id += rows.size
        return rows

    def _received(self, event_ns: IntArray, ids: IntArray) -> IntArray:
        """Return when each trade reaches us: a little later, never before the one before it."""
        if not ids.size:
            return event_ns
        jitter = (hashed(ids, self.salt) >> np.uint64(40)).astype(np.float64) / 2**24
        delay_ns = (self.latency_ms + _JITTER_MS * jitter**3) * NS_PER_MS
        recv_ns = event_ns + delay_ns.astype(np.int64)
        recv_ns[0] = max(int(recv_ns[0]), self._last_recv_ns)
        recv_ns = np.maximum.accumulate(recv_ns)
        self._last_recv_ns = int(recv_ns[-1])
        return recv_ns

    def _fills(self, arrivals: Arrivals, quotes: Quotes, first_bin: int) -> _Fills:
        """Return what each order takes from which level, order by order, from the best outwards."""
        buys = arrivals.side > 0
        best = np.where(buys, quotes.ask_ticks[arrivals.bin], quotes.bid_ticks[arrivals.bin])
        bins = first_bin + arrivals.bin
        thin = quotes.thin[arrivals.bin]
        at_best = self.depth.best(best, bins, thin)
        eaten = _taken_before(arrivals, buys)
        stays = eaten + arrivals.lots <= at_best
        parts = [_Fills(np.flatnonzero(stays), best[stays], arrivals.lots[stays])]
        walks = np.flatnonzero(~stays)
        for tier in _TIERS:
            args = (best[walks], arrivals.side[walks], bins[walks], thin[walks])
            ticks, there = self.depth.behind(*args, levels=tier)
            ticks = np.concatenate([best[walks, None], ticks], axis=1)
            there = np.concatenate([at_best[walks, None], there], axis=1)
            taken, enough = _taken(there, eaten[walks], arrivals.lots[walks])
            # What the last tier cannot fill is cancelled: the trader's limit is reached.
            done = enough | (tier == _TIERS[-1])
            row, level = np.nonzero(taken * done[:, None])
            parts.append(_Fills(walks[row], ticks[row, level], taken[row, level]))
            walks = walks[~done]
        return _by_order(parts)


def lots_of(
    quote: FloatArray, *, lot_quote: float, lot_base: float, rng: np.random.Generator
) -> IntArray:
    """Return sizes in lots, >= 1; some of them rounded to one digit of the coin.

    Args:
        quote: sizes in quote.
        lot_quote: what one lot costs.
        lot_base: coins in one lot.
    """
    base = quote * (lot_base / lot_quote)
    rounded = np.flatnonzero(rng.random(quote.size) < _ROUNDED)
    digit = 10.0 ** np.floor(np.log10(base[rounded]))
    base[rounded] = np.rint(base[rounded] / digit) * digit
    return np.maximum(np.rint(base / lot_base), 1).astype(np.int64)


def _taken_before(arrivals: Arrivals, buys: BoolArray) -> IntArray:
    """Return what earlier orders of the same bin and side have taken, in lots."""
    out = np.zeros(arrivals.lots.size, np.int64)
    for side in (buys, ~buys):
        which = np.flatnonzero(side)
        lots, bins = arrivals.lots[which], arrivals.bin[which]
        before = np.cumsum(lots) - lots
        first = np.concatenate([[True], bins[1:] != bins[:-1]])[: bins.size]
        start = np.maximum.accumulate(np.where(first, np.arange(bins.size), 0))
        out[which] = before - before[start]
    return out


def _taken(there: IntArray, eaten: IntArray, lots: IntArray) -> tuple[IntArray, BoolArray]:
    """Return (int64[n, levels] lots taken from each level, bool[n] whether that was all)."""
    upto = np.cumsum(there, axis=1)
    want = (eaten + lots)[:, None]
    taken = np.minimum(upto, want) - np.maximum(upto - there, eaten[:, None])
    return np.maximum(taken, 0), upto[:, -1] >= want[:, 0]


def _by_order(parts: list[_Fills]) -> _Fills:
    """Return all fills, sorted by order; those of one order stay from the best outwards."""
    order = np.concatenate([part.order for part in parts])
    ticks = np.concatenate([part.ticks for part in parts])
    lots = np.concatenate([part.lots for part in parts])
    key = order << 32 | np.arange(order.size)
    key.sort()
    sorted_by: NDArray[np.int64] = key & 0xFFFF_FFFF
    return _Fills(order[sorted_by], ticks[sorted_by], lots[sorted_by])
