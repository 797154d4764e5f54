"""Tape words: instants, and what is not live, as the tape page writes them."""

from datetime import UTC, datetime

from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_S, Ns
from data.views.moment import Off
from pages.figures.widgets import VENUE_CODES


def clock_text(ns: Ns, *, places: int = 3) -> str:
    """Return an instant's time of day in UTC: ``13:05:09.120``.

    Args:
        places: digits after the second, 0 to 9; what is beyond is cut off.
    """
    second, rest = divmod(ns, NS_PER_S)
    text = datetime.fromtimestamp(second, UTC).strftime("%H:%M:%S")
    return f"{text}.{rest:09d}"[: 9 + places] if places else text


def since_text(off: Off) -> str:
    """Return what is not live and since when: ``stale since 13:05:09``."""
    return f"{off.state} since {clock_text(off.since_ns, places=0)}"


def market_text(instrument_id: InstrumentId) -> str:
    """Return which market an instrument is on: ``BNC perp``."""
    return f"{VENUE_CODES[instrument_id.venue]} {instrument_id.kind}"
