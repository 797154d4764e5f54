"""What happened in one market within a chunk, and what its perpetual has to say of it."""

from typing import NamedTuple

import numpy as np

from core.domain.arrays import FloatArray, IntArray, RowArray, TradeArray
from core.domain.units import NS_PER_S
from data.sources.simulated.climate import Climate
from data.sources.simulated.quotes import Quotes
from data.sources.simulated.schedule import BINS_PER_S, Chunk


class Happened(NamedTuple):
    """A chunk of one market.

    Attributes:
        common_bps: float64[bins], the coin's common price.
        flow: float64[bins], this market's own signed flow.
    """

    chunk: Chunk
    weather: Climate
    common_bps: FloatArray
    flow: FloatArray
    quotes: Quotes

    @property
    def last_bins(self) -> IntArray:
        """int64[seconds], the last bin of each second."""
        return np.arange(BINS_PER_S - 1, self.chunk.bins, BINS_PER_S)

    @property
    def end_ns(self) -> IntArray:
        """int64[seconds], the end of each second."""
        return self.chunk.second_ns + NS_PER_S


class Drawn(NamedTuple):
    """The rows that a chunk of one market brings, each sorted by the venue's time.

    Attributes:
        trades: TRADE_DTYPE[n].
        tickers: TICKER_DTYPE[seconds]; none on a spot market.
        liquidations: LIQUIDATION_DTYPE[n]; none on a spot market.
    """

    trades: TradeArray
    tickers: RowArray
    liquidations: RowArray
