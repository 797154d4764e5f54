"""Tape words: instants to the millisecond, and markets, as the tape page writes them."""

from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_MS, NS_PER_S, Ns
from pages.figures.off_words import clock_text
from pages.figures.widgets import VENUE_CODES


def stamp_text(ns: Ns) -> str:
    """Return a time of day, UTC, whose last digit is cut, not rounded: ``13:05:09.120``."""
    return f"{clock_text(ns)}.{ns % NS_PER_S // NS_PER_MS:03d}"


def market_text(instrument_id: InstrumentId) -> str:
    """Return which market an instrument is on: ``BNC perp``."""
    return f"{VENUE_CODES[instrument_id.venue]} {instrument_id.kind}"
