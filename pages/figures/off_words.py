"""Off words: what is said of what is not live, and how times of day are written."""

from datetime import UTC, datetime
from typing import Final

from core.domain.units import NS_PER_S, Ns
from data.feeds.health import State
from data.views.moment import Off

WORST_FIRST: Final = (
    State.REJECTED,
    State.STALE,
    State.HALTED,
    State.CONNECTING,
    State.SYNCING,
    State.LIVE,
)


def off_text(off: Off | None) -> str:
    """Return for example ``STALE since 14:02:11 UTC``; empty where all is live."""
    if off is None:
        return ""
    since = f" since {clock_text(off.since_ns)} UTC" if off.since_ns else ""
    return off.state.upper() + since


def clock_text(ns: Ns) -> str:
    """Return a time of day, UTC: ``14:02:11``."""
    return f"{datetime.fromtimestamp(ns // NS_PER_S, UTC):%H:%M:%S}"
