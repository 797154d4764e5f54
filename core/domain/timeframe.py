"""Timeframes: how long a time bar lasts, by the name that traders use."""

from typing import Final

from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, Ns

TIMEFRAMES_NS: Final[dict[str, Ns]] = {
    "1s": NS_PER_S,
    "5s": 5 * NS_PER_S,
    "15s": 15 * NS_PER_S,
    "30s": 30 * NS_PER_S,
    "1m": NS_PER_MINUTE,
    "3m": 3 * NS_PER_MINUTE,
    "5m": 5 * NS_PER_MINUTE,
    "15m": 15 * NS_PER_MINUTE,
    "30m": 30 * NS_PER_MINUTE,
    "1h": NS_PER_HOUR,
    "4h": 4 * NS_PER_HOUR,
    "1d": NS_PER_DAY,
}
"""Name -> length in nanoseconds, shortest first. A bar opens on a UTC multiple of its length."""
