"""Venues: their names, and their colours where they stand side by side; instruments by name."""

from collections.abc import Mapping
from typing import Final

from core.domain.instrument import InstrumentId, Venue

VENUE_NAMES: Final[Mapping[Venue, str]] = {
    Venue.BINANCE: "Binance",
    Venue.OKX: "OKX",
    Venue.BYBIT: "Bybit",
}
VENUE_COLOURS: Final[Mapping[Venue, str]] = {
    Venue.BINANCE: "#f0b90b",
    Venue.OKX: "#e2e8f0",
    Venue.BYBIT: "#38bdf8",
}


def instrument_title(instrument_id: InstrumentId) -> str:
    """Return for example ``BTCUSDT Binance perp``."""
    return f"{instrument_id.symbol} {VENUE_NAMES[instrument_id.venue]} {instrument_id.kind}"
