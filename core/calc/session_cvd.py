"""Session CVD: the running sum of delta, restarted by the calendar, or at one moment alone."""

from dataclasses import fields

import numpy as np

from core.calc.cvd import Cvd, cvd
from core.calc.grouping import runs
from core.calc.sessions import UTC_DAYS, Sessions
from core.domain.arrays import BarArray, IntArray, require_sorted
from core.domain.units import Ns


def session_cvd(bars: BarArray, *, sessions: Sessions = UTC_DAYS) -> Cvd:
    """Return the running sum of delta since the start of each bar's session.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``; a bar belongs to the session of its open.
        sessions: days, weeks or months with a start of their own, or none.

    Raises:
        ValueError: ``bars`` is not sorted by ``open_ns``.

    Source:
        DEFINITIONS section 4.
    """
    require_sorted(bars, "open_ns")
    spans = zip(*runs(sessions.index(bars["open_ns"])), strict=True)
    parts = [cvd(bars[start:end], session_ns=None) for start, end in spans]
    return _joined(parts or [cvd(bars, session_ns=None)])


def anchored_cvd(bars: BarArray, *, anchor_ns: Ns) -> Cvd:
    """Return the running sum of delta since ``anchor_ns``, never restarted.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``.
        anchor_ns: first instant counted, nanoseconds UTC. A bar of trades of both sides of it
            does not count, so the anchor is exact where it lies between two bars.

    Returns:
        One candle per bar, NaN before the anchor.

    Raises:
        ValueError: ``bars`` is not sorted by ``open_ns``.

    Source:
        DEFINITIONS section 4.
    """
    require_sorted(bars, "open_ns")
    first = int(np.searchsorted(bars["first_ns"], anchor_ns))
    since = cvd(bars[first:], session_ns=None)
    unknown = np.full(first, np.nan)
    before = Cvd(bars["open_ns"][:first].copy(), unknown, unknown, unknown, unknown)
    return _joined([before, since])


def latest(open_ns: IntArray, grid_ns: IntArray, *, sessions: Sessions) -> IntArray:
    """Return the place of the last of ``open_ns`` at or before each of ``grid_ns``.

    Args:
        open_ns: int64[m], sorted.
        grid_ns: int64[n], any order.
        sessions: what lies in an earlier session does not count.

    Returns:
        int64[n]; -1 = none yet in this session.
    """
    at = np.searchsorted(open_ns, grid_ns, side="right") - 1
    if not open_ns.size:
        return at
    same = sessions.index(open_ns)[np.maximum(at, 0)] == sessions.index(grid_ns)
    return np.where((at >= 0) & same, at, -1)


def _joined(parts: list[Cvd]) -> Cvd:
    names = [field.name for field in fields(Cvd)]
    return Cvd(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
