"""Off words: what is said of what is not live."""

from datetime import UTC, datetime

from core.domain.units import NS_PER_S
from data.views.moment import Off


def off_text(off: Off | None) -> str:
    """Return for example ``STALE since 14:02:11 UTC``; empty where all is live."""
    if off is None:
        return ""
    if not off.since_ns:
        return off.state.upper()
    since = datetime.fromtimestamp(off.since_ns // NS_PER_S, UTC)
    return f"{off.state.upper()} since {since:%H:%M:%S} UTC"
