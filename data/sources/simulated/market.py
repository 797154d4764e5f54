"""The simulated market: three coins on six markets, the same for every run with the same seed."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from core.domain.arrays import BarArray, IntArray, RowArray, TradeArray
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_S, Ns
from data.sources.simulated.candles import PastPrices, candles
from data.sources.simulated.coin import Coin, CoinChunk, InstrumentMarket
from data.sources.simulated.happened import Drawn
from data.sources.simulated.ladder import Ladder
from data.sources.simulated.parameters import COINS, MARKETS
from data.sources.simulated.schedule import BIN_NS, WARM_UP_CHUNKS, Chunk, Schedule
from data.venues.registry import MARKETS as VENUE_MARKETS

_PAST_STREAM: Final = 3
_PAST_NS: Final[Ns] = 5 * NS_PER_S
"""The past has a ticker and a quote for each such span."""
_SHARES: Final = np.array([model.share for model in MARKETS.values()])


class History(NamedTuple):
    """The past of one instrument.

    Attributes:
        trades: TRADE_DTYPE[n], from the begin of the history to a little after the start.
        klines: timeframe -> closed bars from before the history, see ``candles``.
        tickers: TICKER_DTYPE[n], one in five seconds up to the start, then one a second.
        liquidations: LIQUIDATION_DTYPE[n].
        quotes: QUOTE_DTYPE[n], one in five seconds up to the start.
    """

    instrument: Instrument
    trades: TradeArray
    klines: dict[str, BarArray]
    tickers: RowArray
    liquidations: RowArray
    quotes: RowArray


class SimulatedMarket:
    """Generates the market: first ``history`` to its end, then ``advance`` again and again.

    What it generates depends on seed and start alone. One thread generates; any may ask ``book``.

    Attributes:
        instruments: all of them, in the order in which their history comes.
    """

    def __init__(self, *, seed: int, start_ns: Ns) -> None:
        """Make the market.

        Args:
            seed: >= 0.
            start_ns: the market's clock at the start: the history ends here.
        """
        self.schedule = Schedule(start_ns)
        self._seed = seed
        self._next_chunk = self.schedule.history_chunks
        self._coins: list[tuple[Coin, list[InstrumentMarket]]] = []
        for number, (base, model) in enumerate(COINS.items()):
            coin = Coin(seed, number, model, _SHARES)
            markets = [
                InstrumentMarket(seed, number * len(MARKETS) + place, instrument, coin)
                for place, instrument in enumerate(_listed(base))
            ]
            self._coins.append((coin, markets))
        self.instruments = tuple(m.instrument for _, markets in self._coins for m in markets)

    def history(self) -> Iterator[History]:
        """Generate the past, instrument by instrument; to be exhausted once."""
        chunks = [self.schedule.chunk(index) for index in range(self.schedule.history_chunks)]
        leader: list[CoinChunk | None] = [None] * len(chunks)
        first_path: PastPrices | None = None
        for number, (coin, markets) in enumerate(self._coins):
            shared = [coin.draw(chunk, first) for chunk, first in zip(chunks, leader, strict=True)]
            leader = [first or own for first, own in zip(leader, shared, strict=True)]
            key = (self._seed, _PAST_STREAM, number)
            path = PastPrices.draw(key, shared[WARM_UP_CHUNKS:], first_path)
            first_path = first_path or path
            for place, market in enumerate(markets):
                yield self._history_of(market, shared, path.of_market(place))

    def _history_of(
        self, market: InstrumentMarket, shared: list[CoinChunk], past: PastPrices
    ) -> History:
        drawn, quoted = [], []
        ladder = market.ladder(every_bins=1)
        for each in shared:
            drawn.append(market.draw(each))
            quoted.append(ladder.quotes(self._past_bins(each.chunk)))
        columns = zip(*drawn[WARM_UP_CHUNKS:], strict=True)
        trades, tickers, liquidations = map(np.concatenate, columns)
        told_ns = tickers["ts_event_ns"]
        kept = (told_ns % _PAST_NS == 0) | (told_ns > self.schedule.start_ns)
        klines = candles(past, trades, self.schedule)
        quotes = np.concatenate(quoted[WARM_UP_CHUNKS:])
        return History(market.instrument, trades, klines, tickers[kept], liquidations, quotes)

    def _past_bins(self, chunk: Chunk) -> IntArray:
        """Return the bins of a chunk before the start of which the past has quotes."""
        end_ns = min(chunk.end_ns, self.schedule.start_ns // BIN_NS * BIN_NS)
        return np.arange(chunk.start_ns // BIN_NS, end_ns // BIN_NS, _PAST_NS // BIN_NS)

    def advance(self) -> tuple[Ns, list[Drawn]]:
        """Generate the next minute.

        Returns:
            (its end, what it brings of each of ``instruments``).
        """
        chunk = self.schedule.chunk(self._next_chunk)
        self._next_chunk += 1
        drawn = []
        leader: CoinChunk | None = None
        for coin, markets in self._coins:
            shared = coin.draw(chunk, leader)
            leader = leader or shared
            drawn += [market.draw(shared) for market in markets]
        return chunk.end_ns, drawn

    @property
    def generated_to_ns(self) -> Ns:
        """End of what ``advance`` (or, before its first call, ``history``) has generated."""
        return self.schedule.chunk(self._next_chunk - 1).end_ns

    def book(
        self, instrument_id: InstrumentId, levels: int, *, ts_ns: Ns
    ) -> tuple[IntArray, IntArray]:
        """Return the book as each tenth of a second begins, before its orders.

        Args:
            levels: of each side, at most, >= 1.
            ts_ns: within the last two chunks generated.

        Returns:
            (bids, asks), int64[n, 2] each: price in ticks and size in lots, best first, sizes > 0.

        Raises:
            KeyError: there is no such instrument.
            ValueError: ``ts_ns`` is too long ago, or not yet.
        """
        return self._market(instrument_id).book(levels, ts_ns=ts_ns)

    def ladder(self, instrument_id: InstrumentId, *, every_bins: int) -> Ladder:
        """Return what writes down a book near the newest chunk, a message every so many bins.

        Raises:
            KeyError: there is no such instrument.
        """
        return self._market(instrument_id).ladder(every_bins=every_bins)

    def _market(self, instrument_id: InstrumentId) -> InstrumentMarket:
        for _, markets in self._coins:
            for market in markets:
                if market.instrument.id == instrument_id:
                    return market
        raise KeyError(str(instrument_id))


def _listed(base: str) -> list[Instrument]:
    """Return the instruments of a coin, the most traded market first."""
    defaults = [VENUE_MARKETS[key].facts.defaults for key in MARKETS]
    return [next(each for each in listed if each.base == base) for listed in defaults]
