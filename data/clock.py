"""The only module that asks what time it is."""

import time

from core.domain.units import Ns


def wall_ns() -> Ns:
    """Return nanoseconds since 1970-01-01 UTC."""
    return time.time_ns()


def monotonic_s() -> float:
    """Return seconds on a clock that never steps back; for durations and deadlines."""
    return time.monotonic()


def sleep_s(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)
