"""All markets, by venue and kind. A new venue adds one line here."""

from typing import Final

from core.domain.instrument import InstrumentId, MarketKind, Venue
from data.venues import binance, bybit, okx
from data.venues.market import Market

MARKETS: Final[dict[tuple[Venue, MarketKind], Market]] = {
    (market.facts.venue, market.facts.kind): market
    for market in (*binance.MARKETS, *okx.MARKETS, *bybit.MARKETS)
}


def market_of(instrument_id: InstrumentId) -> Market:
    """Return the market that trades ``instrument_id``."""
    return MARKETS[instrument_id.venue, instrument_id.kind]
