"""Session VWAP: restarted by the calendar, or running from one anchor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.calc.grouping import runs
from core.calc.sessions import UTC_DAYS, Sessions
from core.calc.vwap import Vwap, vwap_bars
from core.domain.arrays import BarArray, BoolArray, FloatArray, require_sorted
from core.domain.frame import Framed
from core.domain.units import NS_PER_DAY, Ns


@dataclass(frozen=True, slots=True)
class AnchoredVwap(Framed):
    """A VWAP that begins at a moment which may have been chosen later.

    Attributes:
        line: one row per bar, NaN before the anchor.
        usable: bool[n], the anchor was known when the bar opened: what is before may be drawn, and
            no rule or statistic may use it.
    """

    line: Vwap
    usable: BoolArray

    def columns(self) -> Mapping[str, Any]:
        """Return the columns of the line, and ``usable``."""
        line = self.line
        return {
            "ts_ns": line.ts_ns,
            "vwap_ticks": line.vwap_ticks,
            "sigma_ticks": line.sigma_ticks,
            "usable": self.usable,
        }


def session_vwap(bars: BarArray, *, sessions: Sessions = UTC_DAYS) -> Vwap:
    """Return VWAP and sigma since the start of each bar's session, at the close of each bar.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``; a bar belongs to the session of its open.
        sessions: days, weeks or months with a start of their own, or none.

    Returns:
        One row per bar, ``ts_ns`` = its open.

    Raises:
        ValueError: ``bars`` is not sorted by ``open_ns``.

    Source:
        DEFINITIONS section 7.
    """
    require_sorted(bars, "open_ns")
    means, sigmas = np.zeros(bars.size), np.zeros(bars.size)
    for start, end in zip(*runs(sessions.index(bars["open_ns"])), strict=True):
        means[start:end], sigmas[start:end] = _unbroken(bars[start:end])
    return Vwap(ts_ns=bars["open_ns"].copy(), vwap_ticks=means, sigma_ticks=sigmas)


def anchored_vwap(bars: BarArray, *, anchor_ns: Ns, known_ns: Ns | None = None) -> AnchoredVwap:
    """Return VWAP and sigma since ``anchor_ns`` at the close of each bar, never restarted.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``.
        anchor_ns: first instant counted, nanoseconds UTC. A bar of trades of both sides of it
            does not count, so the anchor is exact where it lies between two bars.
        known_ns: when the anchor could first have been chosen: of a swing, when it was confirmed;
            None = at the anchor.

    Raises:
        ValueError: ``bars`` is not sorted by ``open_ns``, or the anchor is known before it is
            there.

    Source:
        DEFINITIONS section 7, anchored VWAP.
    """
    require_sorted(bars, "open_ns")
    known = anchor_ns if known_ns is None else known_ns
    if known < anchor_ns:
        msg = f"an anchor at {anchor_ns} cannot have been known at {known}"
        raise ValueError(msg)
    first = int(np.searchsorted(bars["first_ns"], anchor_ns))
    means, sigmas = np.full(bars.size, np.nan), np.full(bars.size, np.nan)
    means[first:], sigmas[first:] = _unbroken(bars[first:])
    line = Vwap(ts_ns=bars["open_ns"].copy(), vwap_ticks=means, sigma_ticks=sigmas)
    return AnchoredVwap(line, usable=(np.arange(bars.size) >= first) & (bars["open_ns"] >= known))


def _unbroken(bars: BarArray) -> tuple[FloatArray, FloatArray]:
    """Return VWAP and sigma of bars that are all of one session."""
    if not bars.size:
        return np.zeros(0), np.zeros(0)
    start, end = int(bars["open_ns"][0]), int(bars["open_ns"][-1])
    found = vwap_bars(bars, session_ns=end - start + NS_PER_DAY, session_start_ns=start)
    return found.vwap_ticks, found.sigma_ticks
