"""Timeframe signs: trend, delta, CVD and side of the VWAP over the last bars of a timeframe."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np

from core.calc.slopes import slopes
from core.domain.arrays import BarArray, BoolArray, FloatArray, Provenance
from core.domain.frame import Framed

BARS: Final = 20
"""The open one is the last of them."""
_CLEAR_R: Final = 0.5
"""Closes that follow a straight line less closely than this have no trend."""


@dataclass(frozen=True, slots=True)
class TimeframeSigns(Framed):
    """One timeframe of one symbol; NaN is not known.

    Attributes:
        trend: 1 up, -1 down, 0 neither: the way of a straight line through the closes, where its
            correlation with them is at least a half.
        delta_frac: bought less sold of the newest bar, as a share of what traded with a side.
        cvd_base: bought less sold over all the bars, base coins.
        from_vwap_bps: the last close less the VWAP of all the bars, basis points of it.
        counted: which of the markets delta and CVD are of, in their order.
    """

    trend: float
    delta_frac: float
    cvd_base: float
    from_vwap_bps: float
    counted: tuple[bool, ...]


def timeframe_signs(
    parts: Sequence[BarArray], *, lot_base: float, is_whole: Sequence[bool] = ()
) -> TimeframeSigns:
    """Return the signs of the markets of one coin.

    Prices are those of the first market, volumes of all. A market counts in delta and CVD where
    nothing of it is missing and it tells the sides of every bar; a block among its trades has none.

    Args:
        parts: BAR_DTYPE[n] per market, sorted, on one grid of ticks and lots, at most BARS.
        lot_base: base coins in a lot.
        is_whole: per market whether no trade is missing; empty = of all.

    Source:
        DEFINITIONS sections 4, 7 and 9; section 20 for the words.
    """
    whole = is_whole or [True] * len(parts)
    counted = tuple(
        bool(bars.size) and each and not _is_unsided(bars)
        for bars, each in zip(parts, whole, strict=True)
    )
    told = [bars for bars, each in zip(parts, counted, strict=True) if each]
    newest_ns = max((int(bars["open_ns"][-1]) for bars in parts if bars.size), default=0)
    buy, sell = (sum(int(bars[name].sum()) for bars in told) for name in ("buy_lots", "sell_lots"))
    last = [bars[bars["open_ns"] == newest_ns] for bars in told]
    last_buy, last_sell = (
        sum(int(bars[name].sum()) for bars in last) for name in ("buy_lots", "sell_lots")
    )
    known = last_buy + last_sell
    return TimeframeSigns(
        trend=_trend(parts[0]["close_ticks"].astype(np.float64)) if parts else nan,
        delta_frac=(last_buy - last_sell) / known if known else nan,
        cvd_base=(buy - sell) * lot_base if told else nan,
        from_vwap_bps=_from_vwap_bps(parts),
        counted=counted,
    )


def _is_unsided(bars: BarArray) -> bool:
    """Return whether there is a bar, or a part of one, of which no side is told."""
    is_candle = bars["provenance"] == Provenance.KLINES
    sided = bars["buy_lots"] + bars["sell_lots"]
    return bool(((bars["unknown_lots"] > 0) & (is_candle | (sided == 0))).any())


def _trend(closes: FloatArray) -> float:
    if closes.size < 3:  # noqa: PLR2004  # through two points every line is straight
        return nan
    last = slopes(closes, window=closes.size)
    r = float(last.r[-1])
    return float(np.sign(last.slope[-1])) if abs(r) >= _CLEAR_R else 0.0


def _from_vwap_bps(parts: Sequence[BarArray]) -> float:
    every: BarArray | None = np.concatenate(list(parts)) if parts else None
    if every is None or not parts[0].size:
        return nan
    lots = every["buy_lots"] + every["sell_lots"] + every["unknown_lots"]
    traded: BoolArray = lots > 0
    if not traded.any():
        return nan
    # In floats, and from one price: a day of the finest lots times its ticks is beyond 64 bits.
    near = float(parts[0]["close_ticks"][-1])
    away = every["moment1"] + (every["open_ticks"] - near) * lots
    vwap = near + float(away.sum()) / float(lots.sum(dtype=np.float64))
    return (near - vwap) / vwap * 1e4
