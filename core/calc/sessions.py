"""Sessions: which day, week or month a moment belongs to, by a start of one's own."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from core.calc.grouping import intervals
from core.domain.arrays import IntArray
from core.domain.units import NS_PER_DAY, Ns

_MONDAY_NS: Final[Ns] = 4 * NS_PER_DAY
"""The first Monday after the epoch, which was a Thursday."""

NEVER: Final[Ns] = np.iinfo(np.int64).max
"""The end of a session that has none."""


class Period(StrEnum):
    """How long a session is; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    EVER = "ever"


@dataclass(frozen=True, slots=True)
class Sessions:
    """When everything that runs since a session's start begins anew.

    Attributes:
        start_ns: added to 00:00 UTC of the day, the Monday or the first of the month at which a
            session starts, within a day of it: ``-2 h`` is 22:00 of the evening before.
    """

    period: Period = Period.DAY
    start_ns: Ns = 0

    def __post_init__(self) -> None:
        """Refuse a start that would be another day's.

        Raises:
            ValueError: ``start_ns`` is a day or more away from 00:00 UTC.
        """
        if not -NS_PER_DAY < self.start_ns < NS_PER_DAY:
            msg = f"a session starts within a day of 00:00 UTC, was {self.start_ns} ns from it"
            raise ValueError(msg)

    def index(self, ts_ns: IntArray) -> IntArray:
        """Return the number of the session of each moment; a later session has a larger one.

        Args:
            ts_ns: int64[n], nanoseconds UTC, any order.
        """
        since = ts_ns.astype(np.int64) - self.start_ns
        if self.period is Period.EVER:
            return np.zeros_like(since)
        if self.period is Period.MONTH:
            days = intervals(since, width=NS_PER_DAY).astype("datetime64[D]")
            return days.astype("datetime64[M]").astype(np.int64)
        if self.period is Period.WEEK:
            return intervals(since, width=7 * NS_PER_DAY, origin=_MONDAY_NS)
        return intervals(since, width=NS_PER_DAY)

    def end_ns(self, ts_ns: IntArray) -> IntArray:
        """Return the first instant after the session of each moment; NEVER where it has no end.

        Args:
            ts_ns: int64[n], nanoseconds UTC, any order.
        """
        following = self.index(ts_ns) + 1
        if self.period is Period.EVER:
            return np.full(ts_ns.size, NEVER)
        if self.period is Period.MONTH:
            days = following.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
            return days * NS_PER_DAY + self.start_ns
        if self.period is Period.WEEK:
            return following * (7 * NS_PER_DAY) + _MONDAY_NS + self.start_ns
        return following * NS_PER_DAY + self.start_ns


UTC_DAYS: Final = Sessions()
"""From 00:00 UTC to 00:00 UTC."""
NO_SESSIONS: Final = Sessions(Period.EVER)
"""Never begin anew."""
