"""Floor: plays a stage order by order, so that trades, quotes and book agree by construction."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from core.domain.arrays import (
    LEVEL_DTYPE,
    QUOTE_DTYPE,
    TRADE_DTYPE,
    LevelFlag,
    RowArray,
    TradeArray,
)
from core.domain.units import NS_PER_MS, Ns
from data.sources.simulated.chance import generator
from data.sources.simulated.planted.stage import LEVEL_LOTS, Order, Rest, Stage

BATCH_MS: Final = 100
"""The book is told at the end of each such span in which it changed."""

_STREAM: Final = 8
_SIGMA: Final = 0.4
_LASTS_S: Final = 60
"""A level's size stays so long; a sixtieth of the levels changes every second."""
_TICKS: Final = 256
_EPOCHS: Final = 64
_BAND: Final = 600
"""The book is told so many ticks to both sides of where its span begins."""
_TELL_MS: Final = 20_000
"""A quote is told again after so long."""
_MS: Final = 1_000
_LATE_NS: Final[Ns] = 20 * NS_PER_MS


class Played(NamedTuple):
    """What a market printed.

    Attributes:
        trades: TRADE_DTYPE[n], sorted by ``(ts_event_ns, trade_id)``.
        quotes: QUOTE_DTYPE[m], sorted: where the best prices changed, and now and then.
        levels: LEVEL_DTYPE[k] of the spans that were to be told, each from a snapshot on.
    """

    trades: TradeArray
    quotes: RowArray
    levels: RowArray


@dataclass(slots=True)
class _Resting:
    order: Rest
    shown: int
    hidden: int


@dataclass(slots=True)
class _Told:
    """What the book's messages have said so far, within a band of prices."""

    low: int
    high: int
    since_ms: int = 0
    ageing: list[list[int]] = field(default_factory=lambda: [[] for _ in range(_LASTS_S)])
    levels: dict[int, tuple[int, int]] = field(default_factory=dict)
    dirty: set[int] = field(default_factory=set)


class Floor:
    """One market at work. Makers stand at every price and come back with each new second."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._path = np.floor(stage.path()).astype(np.int64).tolist()
        rng = generator(stage.seed, _STREAM)
        sizes = LEVEL_LOTS * np.exp(_SIGMA * rng.standard_normal((_TICKS, _EPOCHS)))
        self._sizes = np.maximum(np.rint(sizes), 1).astype(np.int64).tolist()
        self._phases = rng.integers(0, _LASTS_S, _TICKS).tolist()
        self._second = 0
        self._ms = 0
        self._taken: dict[int, int] = {}
        self._rests: dict[int, _Resting] = {}
        self._bid = self._path[0]
        self._ask = self._bid + 1
        self._trades: list[tuple[int, ...]] = []
        self._quotes: list[tuple[int, ...]] = []
        self._levels: list[tuple[int, ...]] = []
        self._told: _Told | None = None

    def play(self) -> Played:
        """Play it from begin to end; once."""
        happens: list[tuple[int, int, Order | Rest]] = []
        happens += [(each.ms, 2, each) for each in self._stage.all_orders()]
        for rest in self._stage.rests:
            happens += [(rest.from_ms, 1, rest), (rest.to_ms, 0, rest)]
        happens.sort(key=lambda each: each[:2])
        begins = {first for first, _ in self._stage.told_s}
        ends = {end for _, end in self._stage.told_s}
        at = 0
        for second in range(self._stage.seconds):
            self._tell(second * _MS)
            self._begin(second)
            if second in ends:
                self._told = None
            if second in begins:
                self._snapshot(second * _MS)
            while at < len(happens) and happens[at][0] < (second + 1) * _MS:
                ms, what, it = happens[at]
                at += 1
                self._tell(ms)
                self._ms = ms
                if isinstance(it, Order):
                    self._fill(it)
                else:
                    self._place(it, what)
                self._quote(ms)
        return Played(
            self._rows(self._trades, TRADE_DTYPE),
            self._rows(self._quotes, QUOTE_DTYPE),
            self._rows(self._levels, LEVEL_DTYPE),
        )

    def lots_at(self, ticks: int) -> int:
        """Return what rests at a price now, of either side."""
        rest = self._rests.get(ticks)
        if rest is not None:
            return rest.shown
        place = ticks % _TICKS
        epoch = (self._second + self._phases[place]) // _LASTS_S
        size: int = self._sizes[place][(epoch + ticks // _TICKS) % _EPOCHS]
        return max(size - self._taken.get(ticks, 0), 0)

    def _begin(self, second: int) -> None:
        self._second, self._ms = second, second * _MS
        if self._told:
            self._touch(*self._taken, *self._told.ageing[second % _LASTS_S])
        self._taken.clear()
        self._settle()
        self._quote(second * _MS)

    def _settle(self) -> None:
        """Put the best prices where the fair price and the resting orders let them be."""
        before = self._bid, self._ask
        bid = self._path[self._second]
        bids = [price for price, rest in self._rests.items() if rest.order.side > 0]
        asks = [price for price, rest in self._rests.items() if rest.order.side < 0]
        bid = max([bid, *bids])
        self._ask = min([bid + 1, *asks])
        self._bid = min(bid, self._ask - 1)
        if self._told and before != (self._bid, self._ask):
            edges = (*before, self._bid, self._ask)
            self._touch(*range(min(edges), max(edges) + 1))

    def _place(self, rest: Rest, what: int) -> None:
        if what:
            self._rests[rest.ticks] = _Resting(rest, rest.shown_lots, rest.hidden_lots)
        elif rest.ticks in self._rests and self._rests[rest.ticks].order is rest:
            del self._rests[rest.ticks]
        self._touch(rest.ticks)
        self._settle()

    def _touch(self, *prices: int) -> None:
        if self._told and prices:
            if not self._told.dirty:
                self._told.since_ms = self._ms
            self._told.dirty.update(prices)

    def _fill(self, order: Order) -> None:
        price = self._ask if order.side > 0 else self._bid
        left = order.lots
        while left:
            there = min(self.lots_at(price), left)
            if there:
                stamp = self._stage.ns(order.ms)
                number = len(self._trades) + 1
                row = (stamp, stamp + _LATE_NS, number, there, price, order.side, 0, 1)
                self._trades.append(row)
                self._take(price, there)
                left -= there
            else:
                price += order.side

    def _take(self, price: int, lots: int) -> None:
        self._touch(price)
        rest = self._rests.get(price)
        if rest is None:
            self._taken[price] = self._taken.get(price, 0) + lots
            return
        rest.shown -= lots
        if not rest.shown and rest.hidden:
            rest.shown = min(rest.order.shown_lots, rest.hidden)
            rest.hidden -= rest.shown
        elif not rest.shown:
            del self._rests[price]
            self._taken[price] = self.lots_at(price) + self._taken.get(price, 0)

    def _quote(self, ms: int) -> None:
        bid, ask = self._bid, self._ask
        while not (bid_lots := self.lots_at(bid)):
            bid -= 1
        while not (ask_lots := self.lots_at(ask)):
            ask += 1
        stamp = self._stage.ns(ms)
        if self._quotes:
            last = self._quotes[-1]
            if last[5:] == (bid, ask) and stamp - last[0] < _TELL_MS * NS_PER_MS:
                return
        number = len(self._quotes) + 1
        self._quotes.append((stamp, stamp + _LATE_NS, number, bid_lots, ask_lots, bid, ask))

    def _snapshot(self, ms: int) -> None:
        self._told = _Told(self._bid - _BAND, self._bid + _BAND)
        for price in range(self._told.low, self._told.high):
            self._told.ageing[-self._phases[price % _TICKS] % _LASTS_S].append(price)
        self._told.dirty.update(range(self._told.low, self._told.high))
        self._write(ms, LevelFlag.SNAPSHOT)

    def _tell(self, now_ms: int) -> None:
        """Tell what changed in the batch before, if it is over."""
        if not self._told or not self._told.dirty:
            return
        end_ms = (self._told.since_ms // BATCH_MS + 1) * BATCH_MS
        if end_ms <= now_ms:
            self._write(end_ms, 0)

    def _write(self, ms: int, flags: int) -> None:
        told = self._told
        if told is None:
            return
        stamp = self._stage.ns(ms)
        rows: list[tuple[int, int, int]] = []
        for price in sorted(told.dirty):
            if told.low <= price < told.high:
                side = 1 if price <= self._bid else -1 if price >= self._ask else 0
                now = (side, self.lots_at(price) if side else 0)
                before = told.levels.get(price, (0, 0))
                if before[1] and before[0] != now[0]:
                    rows.append((price, before[0], 0))
                if now[1] and now != before:
                    rows.append((price, side, now[1]))
                elif before[1] and not now[1] and before[0] == now[0]:
                    rows.append((price, side, 0))
                told.levels[price] = now
        told.dirty.clear()
        number = len(self._levels) + 1
        for index, (price, side, lots) in enumerate(rows):
            mark = flags | (0 if index else LevelFlag.FIRST)
            depth = 2**16 - 1 if flags else 0
            self._levels.append((stamp, stamp + _LATE_NS, number, lots, price, side, mark, depth))

    @staticmethod
    def _rows(rows: list[tuple[int, ...]], dtype: np.dtype[np.void]) -> RowArray:
        return np.array(rows, dtype)
