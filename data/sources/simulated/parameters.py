"""What the simulated market is like: one line of figures per coin and per market."""

from dataclasses import dataclass
from typing import Final

from core.domain.instrument import MarketKind, Venue


@dataclass(frozen=True, slots=True)
class CoinModel:
    """One coin over all its markets.

    Attributes:
        price: where the history begins, in quote, give or take half a percent.
        orders_per_s: taker orders over all markets, at average activity.
        news_bps: volatility that is not caused by orders, basis points per root second.
        follows: how far it goes along with the moves of the common price of the first of COINS.
        impact_bps: what one order of median size moves the common price at first.
        order_quote: median size of a taker order, in quote.
        depth: size of a book level relative to that of BTC.
        round_price: prices on which more is quoted than elsewhere are multiples of this.
    """

    price: float
    orders_per_s: float
    news_bps: float
    follows: float
    impact_bps: float
    order_quote: float
    depth: float
    round_price: float


@dataclass(frozen=True, slots=True)
class MarketModel:
    """One market of a venue, for all coins.

    Attributes:
        share: of all taker orders of a coin; the six sum to 1.
        basis_bps: where its price lies on average, relative to the common price.
        order_size: size of its taker orders relative to the coin's.
        best_quote: size of a level of BTC's book, in quote, where cells are as wide as below.
        cell_bps: behind the best level the book has about one level per cell of this width, or
            per tick where ticks are wider.
        requotes_per_s: how often makers follow the fair price, at average activity.
        latency_ms: from the venue's stamp to us, at least.
    """

    share: float
    basis_bps: float
    order_size: float
    best_quote: float
    cell_bps: float
    requotes_per_s: float
    latency_ms: float


COINS: Final[dict[str, CoinModel]] = {
    "BTC": CoinModel(97_000.0, 34.0, 0.052, 0.0, 0.0185, 1_500.0, 1.0, 100.0),
    "ETH": CoinModel(3_400.0, 25.0, 0.07, 0.95, 0.027, 1_000.0, 0.55, 5.0),
    "SOL": CoinModel(190.0, 17.0, 0.11, 1.15, 0.050, 650.0, 0.30, 0.5),
}

MARKETS: Final[dict[tuple[Venue, MarketKind], MarketModel]] = {
    (Venue.BINANCE, MarketKind.PERP): MarketModel(0.33, -1.5, 1.2, 90_000.0, 0.01, 3.5, 9.0),
    (Venue.OKX, MarketKind.PERP): MarketModel(0.17, -1.2, 1.0, 55_000.0, 0.01, 2.5, 22.0),
    (Venue.BYBIT, MarketKind.PERP): MarketModel(0.19, -1.8, 0.9, 50_000.0, 0.01, 2.5, 27.0),
    (Venue.BINANCE, MarketKind.SPOT): MarketModel(0.17, 1.6, 0.8, 45_000.0, 0.02, 2.0, 8.0),
    (Venue.OKX, MarketKind.SPOT): MarketModel(0.07, 1.4, 0.6, 28_000.0, 0.03, 2.0, 21.0),
    (Venue.BYBIT, MarketKind.SPOT): MarketModel(0.07, 1.3, 0.5, 24_000.0, 0.03, 2.0, 26.0),
}

ORDER_QUOTE_SIGMA: Final = 1.75
"""Spread of the logarithm of a taker order's size: many small ones, a few large."""
LARGEST_ORDERS: Final = 2_000.0
"""No taker order is larger than this many median ones."""
