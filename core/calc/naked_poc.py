"""Naked POC: points of control of past sessions that no later trade has come back to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.domain.arrays import BarArray, BoolArray, IntArray, require_sorted
from core.domain.frame import Framed
from core.domain.units import Ns

UNTOUCHED: Final[Ns] = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class NakedPoc(Framed):
    """The points of control of completed sessions, in the order given.

    Attributes:
        poc_ticks: int64[k], lower edge of the row.
        known_ns: int64[k], end of the session: before, it is developing and never naked.
        touched_ns: int64[k], last trade of the first bar that touched it; UNTOUCHED = none has.
    """

    poc_ticks: IntArray
    known_ns: IntArray
    touched_ns: IntArray

    def columns(self) -> Mapping[str, Any]:
        """Return the columns; ``touched_ns`` is not known where nothing has touched it."""
        touched = np.ma.MaskedArray(self.touched_ns, self.touched_ns == UNTOUCHED)
        return {"poc_ticks": self.poc_ticks, "known_ns": self.known_ns, "touched_ns": touched}

    def naked(self, at_ns: Ns) -> BoolArray:
        """Return which were naked at ``at_ns``: known by then, and touched after it or never."""
        return (self.known_ns <= at_ns) & (at_ns < self.touched_ns)


def naked_poc(
    poc_ticks: IntArray, known_ns: IntArray, *, bars: BarArray, ticks_per_row: int = 1
) -> NakedPoc:
    """Return when each point of control was touched by a bar that opened after its session.

    A bar touches it whose range holds any tick of its row, the ends included.

    Args:
        poc_ticks: int64[k], lower edge of the row of each, any order.
        known_ns: int64[k], end of the session of each, nanoseconds UTC.
        bars: BAR_DTYPE[n], closed, sorted by ``open_ns``; the finer, the earlier a touch is known.
        ticks_per_row: height of the rows of the profiles, >= 1.

    Raises:
        ValueError: ``bars`` is not sorted by ``open_ns``, or ``ticks_per_row`` is below 1.

    Source:
        DEFINITIONS section 6; flowsurface for the touch.
    """
    require_sorted(bars, "open_ns")
    if ticks_per_row < 1:
        msg = f"a row is at least one tick high, was {ticks_per_row}"
        raise ValueError(msg)
    lows, highs, opens = (
        bars[name].astype(np.int64) for name in ("low_ticks", "high_ticks", "open_ns")
    )
    firsts = np.searchsorted(opens, known_ns)
    touched = np.full(poc_ticks.size, UNTOUCHED)
    for index, (poc, first) in enumerate(zip(poc_ticks.tolist(), firsts.tolist(), strict=True)):
        hits = (lows[first:] < poc + ticks_per_row) & (highs[first:] >= poc)
        if hits.any():
            touched[index] = bars["last_ns"][first + int(hits.argmax())]
    return NakedPoc(poc_ticks.copy(), known_ns.copy(), touched)
