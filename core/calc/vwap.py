"""VWAP: the volume-weighted average price and its sigma, running from an anchor or session open."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from core.calc.compiled import compilable
from core.calc.grouping import BLOCK, intervals, runs
from core.calc.merge_moments import Moments
from core.domain.arrays import BarArray, FloatArray, IntArray, TradeArray, require_sorted
from core.domain.frame import Framed
from core.domain.units import NS_PER_DAY, Ns


@dataclass(frozen=True, slots=True)
class Vwap(Framed):
    """Running values, in the order of what they were computed from.

    Attributes:
        ts_ns: int64[n], nanoseconds UTC, non-decreasing: of the trade, or the open of the bar.
        vwap_ticks: float64[n], average price in ticks, not whole; NaN until volume trades.
        sigma_ticks: float64[n], volume-weighted population deviation around ``vwap_ticks``, >= 0.
    """

    ts_ns: IntArray
    vwap_ticks: FloatArray
    sigma_ticks: FloatArray


_NOTHING: Final = Moments(0.0, 0.0, 0.0)
EXACT_MOST: Final = 2.0**62
"""Sums of lots times ticks are whole numbers up to here, and floats beyond: 64 bits would wrap."""


@compilable
def vwap(trades: TradeArray, *, anchor_ns: Ns) -> Vwap:
    """Return VWAP and sigma after each trade since ``anchor_ns``.

    Args:
        trades: TRADE_DTYPE[m], sorted by ``ts_event_ns``.
        anchor_ns: first instant counted, nanoseconds UTC; usually a session open.

    Returns:
        One row per trade at or after the anchor; empty when there was none.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``.

    Source:
        DEFINITIONS section 7; Berkowitz, Logue & Noser (1988), J. Finance 43(1).
    """
    require_sorted(trades, "ts_event_ns")
    since = trades[int(np.searchsorted(trades["ts_event_ns"], anchor_ns)) :]
    origin = int(since["price_ticks"][:1].sum())
    means, sigmas = np.zeros(since.size), np.zeros(since.size)
    state = _NOTHING
    for first in range(0, since.size, BLOCK):
        block = slice(first, first + BLOCK)
        lots = since["size_lots"][block].copy()
        offsets = since["price_ticks"][block].astype(np.int64) - origin
        parts = _Parts(lots, lots * offsets, offsets.astype(np.float64), np.zeros(lots.size))
        means[block], sigmas[block], state = _running(state, parts)
    return Vwap(ts_ns=since["ts_event_ns"].copy(), vwap_ticks=origin + means, sigma_ticks=sigmas)


@compilable
def vwap_bars(bars: BarArray, *, session_ns: Ns = NS_PER_DAY, session_start_ns: Ns = 0) -> Vwap:
    """Return session VWAP and sigma at the close of each bar: what ``vwap`` has at its last trade.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``; a bar belongs to the session of its open.
        session_ns: length of a session.
        session_start_ns: any instant at which a session starts, nanoseconds UTC.

    Returns:
        One row per bar, ``ts_ns`` = its open.

    Raises:
        ValueError: ``bars`` is not sorted by ``open_ns``, or ``session_ns`` is not above zero.

    Source:
        DEFINITIONS section 7, merge of partial states.
    """
    require_sorted(bars, "open_ns")
    sessions = intervals(bars["open_ns"], width=session_ns, origin=session_start_ns)
    means, sigmas = np.zeros(bars.size), np.zeros(bars.size)
    for first, end in zip(*runs(sessions), strict=True):
        means[first:end], sigmas[first:end] = _session(bars[first:end])
    return Vwap(ts_ns=bars["open_ns"].copy(), vwap_ticks=means, sigma_ticks=sigmas)


def _session(bars: BarArray) -> tuple[FloatArray, FloatArray]:
    opens = bars["open_ticks"].astype(np.int64)
    lots = bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"]
    own = bars["moment1"] / np.maximum(lots, 1)
    own_m2 = np.maximum(bars["moment2"] - own * bars["moment1"], 0.0)
    # From the session's first price: squares of whole prices would lose the variance to rounding.
    shifts = opens - opens[0]
    moment1: IntArray | FloatArray = bars["moment1"] + shifts.astype(np.float64) * lots
    if np.abs(moment1).sum() < EXACT_MOST:
        moment1 = bars["moment1"] + shifts * lots
    parts = _Parts(lots, moment1, shifts + own, own_m2)
    mean, sigma, _ = _running(_NOTHING, parts)
    return opens[0] + mean, sigma


class _Parts(NamedTuple):
    """Trades or bars to merge one after the other, prices counted from one origin near them."""

    lots: IntArray
    moment1: IntArray | FloatArray
    mean: FloatArray
    m2: FloatArray


def _running(start: Moments, parts: _Parts) -> tuple[FloatArray, FloatArray, Moments]:
    """Return mean and sigma after each part, and the last state: ``merge_moments`` without a loop.

    Both factors of m2's growth have one sign (West 1979), so no digit is lost to cancellation.
    """
    total = start.weight + np.cumsum(parts.lots)
    divisor = np.maximum(total, 1.0)
    mean = (start.weight * start.mean_ticks + np.cumsum(parts.moment1)) / divisor
    gap = parts.mean - np.concatenate(([start.mean_ticks], mean[:-1]))
    m2 = start.m2 + np.cumsum(parts.m2 + np.abs(gap * (parts.mean - mean) * parts.lots))
    end = Moments(float(total[-1]), float(mean[-1]), float(m2[-1]))
    sigma = np.sqrt(m2 / divisor)
    silent = int(np.searchsorted(total, 0.0, side="right"))
    mean[:silent] = sigma[:silent] = np.nan
    return mean, sigma, end
