"""Spreads: what takers paid, how much of it their makers kept, and how much the price moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.basis import mids
from core.calc.held import held
from core.domain.arrays import FloatArray, IntArray, RowArray, TradeArray, require_sorted
from core.domain.frame import Framed
from core.domain.units import NS_PER_S, Aggressor, Ns

_BPS: Final = 1e4


@dataclass(frozen=True, slots=True)
class Spreads(Framed):
    """One value per trade, basis points of the middle just before it; NaN where not known.

    Attributes:
        ts_event_ns: int64[n], of the trades.
        known_ns: int64[n], when the realised spread and the impact are known.
        effective_bps: float64[n]; below zero the quote was stale, which is not cut off.
        realised_bps: float64[n], against the middle a horizon later.
        impact_bps: float64[n], effective less realised.
        mean_effective_bps: weighted by notional, of the trades of which it is known; NaN = none.
        mean_realised_bps: likewise.
        mean_impact_bps: likewise.
        negative_frac: share of the trades with a known effective spread in which it is below zero.
    """

    ts_event_ns: IntArray
    known_ns: IntArray
    effective_bps: FloatArray
    realised_bps: FloatArray
    impact_bps: FloatArray
    mean_effective_bps: float
    mean_realised_bps: float
    mean_impact_bps: float
    negative_frac: float


def spreads(
    trades: TradeArray,
    quotes: RowArray,
    *,
    horizon_ns: Ns,
    hold_ns: Ns = 60 * NS_PER_S,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Spreads:
    """Return effective and realised spread and impact of each trade.

    With ``m`` the middle before the trade and ``m_h`` that of a horizon later: effective =
    2s(p - m)/m, realised = 2s(p - m_h)/m. A trade of unknown side has none.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        quotes: QUOTE_DTYPE[k], sorted by ``ts_event_ns``; they must reach a horizon beyond the
            trades, else what is missing looks like a quote that stayed.
        horizon_ns: > 0.
        hold_ns: an older quote is not known to hold.
        gaps_ns: half-open spans in which a quote may be missing.

    Raises:
        ValueError: ``trades`` or ``quotes`` is not sorted by ``ts_event_ns``.

    Source:
        DEFINITIONS section 12; Huang & Stoll (1996), J. Financial Economics 41(3).
    """
    require_sorted(trades, "ts_event_ns")
    require_sorted(quotes, "ts_event_ns")
    ts_ns = trades["ts_event_ns"].copy()
    middles = mids(quotes, tick_quote=1.0)

    def middle(ends_ns: IntArray) -> FloatArray:
        return held(quotes["ts_event_ns"], middles, ends_ns, hold_ns=hold_ns, gaps_ns=gaps_ns)

    before, later = middle(ts_ns), middle(ts_ns + horizon_ns + 1)
    side = trades["aggressor"].astype(np.float64)
    side[trades["aggressor"] == Aggressor.UNKNOWN] = np.nan
    prices = trades["price_ticks"].astype(np.float64)
    effective = 2 * side * (prices - before) / before * _BPS
    realised = 2 * side * (prices - later) / before * _BPS
    impact = effective - realised
    weights = prices * trades["size_lots"]
    is_known = ~np.isnan(effective)
    negative = int(np.count_nonzero(effective < 0))
    return Spreads(
        ts_event_ns=ts_ns,
        known_ns=ts_ns + horizon_ns,
        effective_bps=effective,
        realised_bps=realised,
        impact_bps=impact,
        mean_effective_bps=_mean(effective, weights),
        mean_realised_bps=_mean(realised, weights),
        mean_impact_bps=_mean(impact, weights),
        negative_frac=negative / int(is_known.sum()) if is_known.any() else np.nan,
    )


def _mean(values: FloatArray, weights: FloatArray) -> float:
    is_known = ~np.isnan(values)
    weight = float(weights[is_known].sum())
    return float((values * weights)[is_known].sum()) / weight if weight else np.nan
