"""A coin and the markets that trade it: shared orders and price, own quotes, book and tape."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.domain.arrays import (
    LIQUIDATION_DTYPE,
    TICKER_DTYPE,
    FloatArray,
    IntArray,
    RowArray,
)
from core.domain.instrument import Instrument, MarketKind
from core.domain.units import Ns
from data.sources.simulated.book import Depth
from data.sources.simulated.chance import generator
from data.sources.simulated.climate import Climate, Climates
from data.sources.simulated.happened import Drawn, Happened
from data.sources.simulated.ladder import Ladder, depth_of
from data.sources.simulated.liquidations import LiquidationWriter
from data.sources.simulated.orders import OrderFlow, Orders, no_orders, order_sizes
from data.sources.simulated.parameters import MARKETS, CoinModel
from data.sources.simulated.price import CommonPrice
from data.sources.simulated.quotes import Quotes, Quoting
from data.sources.simulated.schedule import BIN_NS, Chunk
from data.sources.simulated.tape import Arrivals, TapeWriter, lots_of
from data.sources.simulated.tickers import TickerWriter

_BPS: Final = 1e-4
_FIRST_PRICE_SIGMA: Final = 0.005
_ORDER_SIZES: Final = np.array([model.order_size for model in MARKETS.values()])
_WIDER_DEEPER: Final = 0.40
"""A level of a book with wider levels holds more, by this power of the width."""
_COIN_STREAM: Final = 0
_MARKET_STREAM: Final = 1
_ORIGIN_STREAM: Final = 2
_PERPETUAL_STREAM: Final = 4  # 3 is that of the candles
_TURNS: Final = 90_000.0
"""Open interest of a market, in sizes of a level of its book."""
_LIQUIDATIONS: Final = 0.0027
"""Clusters of liquidations per taker order."""
_LIQUIDATED: Final = 4.0
"""Median size of a liquidation, in median orders."""


@dataclass(frozen=True, slots=True)
class CoinChunk:
    """What all markets of a coin share within a chunk.

    Attributes:
        orders: of all markets.
        quote: float64[n], their sizes.
        flow: float64[markets, bins], signed flow, see CommonPrice.path.
        price_bps: float64[bins], the common price.
    """

    chunk: Chunk
    weather: Climate
    orders: Orders
    quote: FloatArray
    flow: FloatArray
    price_bps: FloatArray


@dataclass(frozen=True, slots=True)
class Top:
    """What one market quoted in one chunk."""

    chunk: Chunk
    quotes: Quotes

    def at(self, bins: IntArray) -> Quotes:
        """Return what was quoted in those of ``bins`` that lie in the chunk."""
        places = bins - self.chunk.start_ns // BIN_NS
        return self.quotes.take(places[(places >= 0) & (places < self.chunk.bins)])


class Coin:
    """One coin: its orders and its common price, drawn chunk after chunk."""

    def __init__(self, seed: int, number: int, model: CoinModel, shares: FloatArray) -> None:
        """Make a coin whose chunks are drawn from ``(seed, number, chunk)``.

        Args:
            shares: float64[markets], part of the orders that each market gets; sums to 1.
        """
        self.model = model
        self.first_price = model.price * float(
            np.exp(_FIRST_PRICE_SIGMA * generator(seed, _ORIGIN_STREAM, number).standard_normal())
        )
        self._key = (seed, _COIN_STREAM, number)
        self._markets = shares.size
        self._climates = Climates()
        self._flow = OrderFlow(model.orders_per_s, shares, no_orders())
        self._price = CommonPrice(model.news_bps, model.follows, model.impact_bps)

    def draw(self, chunk: Chunk, leader: CoinChunk | None) -> CoinChunk:
        """Return ``chunk``, which follows the one drawn last.

        Args:
            leader: the same chunk of the coin that this one follows; None = it leads.
        """
        rng = generator(*self._key, chunk.index)
        weather = self._climates.draw(chunk, leader.weather if leader else None, rng)
        news = self._price.news(chunk, weather, leader.price_bps if leader else None, rng)
        orders = self._flow.draw(chunk, weather, self._price.tilt(news, weather), rng)
        quote = order_sizes(orders.ns.size, self.model.order_quote, rng)
        quote *= _ORDER_SIZES[orders.market]
        flow = self._flow_of(orders, quote, chunk)
        price = self._price.path(news, flow.sum(axis=0), weather)
        return CoinChunk(chunk, weather, orders, quote, flow, price)

    def _flow_of(self, orders: Orders, quote: FloatArray, chunk: Chunk) -> FloatArray:
        signed = orders.side * np.sqrt(quote / self.model.order_quote)
        cell = orders.market * np.int64(chunk.bins) + (orders.ns - chunk.start_ns) // BIN_NS
        flow = np.bincount(cell, weights=signed, minlength=self._markets * chunk.bins)
        return flow.astype(np.float64, copy=False).reshape(self._markets, chunk.bins)


class Perpetual:
    """What one perpetual has besides a tape and a book."""

    def __init__(self, key: tuple[int, ...], instrument: Instrument, coin: Coin) -> None:
        """Make one whose chunks are drawn from ``(*key, chunk)``."""
        model = MARKETS[instrument.id.venue, instrument.id.kind]
        tick, lot_base = float(instrument.tick_size), float(instrument.lot_size)
        self._key = key
        self._tickers = TickerWriter(
            coin.first_price,
            tick,
            lot_base,
            model.basis_bps,
            _TURNS * model.best_quote * coin.model.depth / coin.first_price,
            model.latency_ms,
        )
        self._liquidations = LiquidationWriter(
            instrument.id.venue,
            _LIQUIDATIONS * model.share * coin.model.orders_per_s,
            _LIQUIDATED * coin.model.order_quote * model.order_size,
            tick,
            lot_base,
            model.latency_ms,
        )

    def draw(self, happened: Happened) -> tuple[RowArray, RowArray]:
        """Return (tickers, liquidations) of a chunk; it follows the chunk drawn last."""
        rng = generator(*self._key, 1 + happened.chunk.index)
        liquidations, closed_base = self._liquidations.draw(happened, rng)
        return self._tickers.draw(happened, closed_base, rng), liquidations


class InstrumentMarket:
    """One instrument's market: quotes and trades, drawn from what its coin shares.

    Attributes:
        tops: what was quoted in the last two chunks drawn, oldest first.
    """

    def __init__(self, seed: int, number: int, instrument: Instrument, coin: Coin) -> None:
        """Make the market number ``number`` (over all coins) of ``coin``."""
        model = MARKETS[instrument.id.venue, instrument.id.kind]
        self.instrument = instrument
        self._key = (seed, _MARKET_STREAM, number)
        self._place = list(MARKETS).index((instrument.id.venue, instrument.id.kind))
        price, tick = coin.first_price, float(instrument.tick_size)
        self._lot_base = float(instrument.lot_size)
        self._lot_quote = price * self._lot_base
        salt = int(generator(*self._key).integers(2**63))
        ticks_per_bps = price * _BPS / tick
        cell = max(1, round(model.cell_bps * ticks_per_bps))
        wider = max(1.0, 1.0 / (model.cell_bps * ticks_per_bps)) ** _WIDER_DEEPER
        level_quote = model.best_quote * coin.model.depth * wider
        rounds = round(coin.model.round_price / tick)
        self._depth = Depth(level_quote / self._lot_quote, cell, rounds, salt)
        self._quoting = Quoting(
            price / tick,
            model.basis_bps,
            coin.model.impact_bps,
            model.requotes_per_s,
            model.cell_bps * ticks_per_bps,
        )
        self._tape = TapeWriter(self._depth, model.latency_ms, salt)
        self._latency_ms = model.latency_ms
        self._levels = depth_of(cell / ticks_per_bps)
        self._perpetual = None
        if instrument.id.kind is MarketKind.PERP:
            self._perpetual = Perpetual((seed, _PERPETUAL_STREAM, number), instrument, coin)
        self.tops: tuple[Top, ...] = ()

    def draw(self, shared: CoinChunk) -> Drawn:
        """Return what a chunk brings; it follows the chunk drawn last."""
        rng = generator(*self._key, 1 + shared.chunk.index)
        flow = shared.flow[self._place]
        quotes = self._quoting.draw(shared.price_bps, flow, shared.weather, rng)
        here = np.flatnonzero(shared.orders.market == self._place)
        ns = shared.orders.ns[here]
        lots = lots_of(
            shared.quote[here], lot_quote=self._lot_quote, lot_base=self._lot_base, rng=rng
        )
        arrivals = Arrivals(
            ns,
            (ns - shared.chunk.start_ns) // BIN_NS,
            shared.orders.side[here].astype(np.int64),
            lots,
        )
        self.tops = (*self.tops[-1:], Top(shared.chunk, quotes))
        trades = self._tape.print(arrivals, quotes, start_ns=shared.chunk.start_ns)
        if self._perpetual is None:
            return Drawn(trades, np.zeros(0, TICKER_DTYPE), np.zeros(0, LIQUIDATION_DTYPE))
        happened = Happened(shared.chunk, shared.weather, shared.price_bps, flow, quotes)
        return Drawn(trades, *self._perpetual.draw(happened))

    def book(self, levels: int, *, ts_ns: Ns) -> tuple[IntArray, IntArray]:
        """Return (bids, asks), int64[n, 2] each: ticks and lots, from the best outwards."""
        for top in self.tops:
            if top.chunk.start_ns <= ts_ns < top.chunk.end_ns:
                return self._side(top, levels, ts_ns, -1), self._side(top, levels, ts_ns, 1)
        msg = f"the book of {self.instrument.id} is not known at {ts_ns} ns, only near the newest"
        raise ValueError(msg)

    def ladder(self, *, every_bins: int) -> Ladder:
        """Return what writes down the book from now on, a message every so many bins."""
        return Ladder(
            self._depth,
            self._touch,
            levels=self._levels,
            latency_ms=self._latency_ms,
            every_bins=every_bins,
        )

    def _touch(self, bins: IntArray) -> Quotes:
        parts = [top.at(bins) for top in self.tops]
        found = Quotes(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
        if found.thin.size != bins.size:
            msg = f"the book of {self.instrument.id} is asked for where it is not known"
            raise ValueError(msg)
        return found

    def _side(self, top: Top, levels: int, ts_ns: Ns, side: int) -> IntArray:
        at = np.array([(ts_ns - top.chunk.start_ns) // BIN_NS])
        best = (top.quotes.ask_ticks if side > 0 else top.quotes.bid_ticks)[at]
        args = (best, np.array([ts_ns // BIN_NS]), top.quotes.thin[at])
        # Some cells are empty: twice as many, and a few, have enough that are not.
        ticks, lots = self._depth.behind(best, np.array([side]), *args[1:], levels=2 * levels + 8)
        full = np.flatnonzero(lots[0])[: levels - 1]
        rows = [[best, self._depth.best(*args)], [ticks[0, full], lots[0, full]]]
        return np.concatenate([np.column_stack(row) for row in rows])
