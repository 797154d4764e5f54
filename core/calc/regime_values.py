"""Regime values: what the regime of a market is read from, one value of each kind per minute."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from core.calc.slopes import slopes
from core.domain.arrays import FloatArray, IntArray

WINDOW: Final = 15
"""Minutes that a slope, a change and a volatility are of."""
_BPS: Final = 1e4


class Part(IntEnum):
    """The contributions, by their column."""

    PRICE = 0
    SPOT_CVD = 1
    PERP_CVD = 2
    OPEN_INTEREST = 3
    FUNDING = 4
    BASIS = 5
    VOLATILITY = 6
    SPREAD = 7


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes in a row, one value of each; the last one may be open. NaN is not known.

    Attributes:
        open_ns: int64[n], whole minutes, none left out.
        price: float64[n], last price, quote coins.
        spot_delta: float64[n], bought less sold on spot markets, base coins.
        perp_delta: float64[n], likewise of perpetuals.
        open_interest: float64[n], base coins, one side, at the minute's end.
        funding_8h_frac: float64[n], rate per eight hours, at the minute's end.
        basis_bps: float64[n], perpetual less spot, at the minute's end.
        spread_bps: float64[n], best ask less best bid, at the minute's end.
    """

    open_ns: IntArray
    price: FloatArray
    spot_delta: FloatArray
    perp_delta: FloatArray
    open_interest: FloatArray
    funding_8h_frac: FloatArray
    basis_bps: FloatArray
    spread_bps: FloatArray


def regime_values(minutes: Minutes, *, window: int = WINDOW) -> FloatArray:
    """Return one value per minute and part.

    Slopes are least squares over the window: of the logarithm of the price in bps a minute, of CVD
    in base coins a minute. CVD here has no session, so that no slope lies across a restart. The
    change of open interest is over the window, a share. The volatility is the root of the mean
    square of its one-minute returns, bps. Funding per eight hours and the basis in bps are as they
    are; the spread is the mean over the window, bps.

    Args:
        minutes: n of them.
        window: minutes, >= 2.

    Returns:
        float64[n, len(Part)]; NaN where something of the window is not known.

    Source:
        DEFINITIONS sections 9 and 20.
    """
    price = np.full(minutes.price.size, np.nan)
    above = minutes.price > 0
    price[above] = _BPS * np.log(minutes.price[above])
    moves = np.append(np.nan, np.diff(price))[: price.size]
    values = np.full((price.size, len(Part)), np.nan)
    values[:, Part.PRICE] = slopes(price, window=window).slope
    values[:, Part.SPOT_CVD] = _cvd_slope(minutes.spot_delta, window)
    values[:, Part.PERP_CVD] = _cvd_slope(minutes.perp_delta, window)
    values[:, Part.OPEN_INTEREST] = _change(minutes.open_interest, window)
    values[:, Part.FUNDING] = minutes.funding_8h_frac
    values[:, Part.BASIS] = minutes.basis_bps
    values[:, Part.VOLATILITY] = np.sqrt(_mean(moves**2, window))
    values[:, Part.SPREAD] = _mean(minutes.spread_bps, window)
    return values


def _cvd_slope(delta: FloatArray, window: int) -> FloatArray:
    """Return the slope of the running sum; of the first minute of a window only its end counts."""
    sums = np.cumsum(np.nan_to_num(delta))
    found = slopes(sums, window=window).slope
    unknown = np.append(0, np.cumsum(np.isnan(delta)))
    at = np.arange(delta.size)
    lacks = unknown[at + 1] - unknown[np.maximum(at - window + 2, 0)]
    found[lacks > 0] = np.nan
    return found


def _change(values: FloatArray, window: int) -> FloatArray:
    out = np.full(values.size, np.nan)
    before, now = values[:-window], values[window:]
    held = before > 0
    out[window:][held] = now[held] / before[held] - 1
    return out


def _mean(values: FloatArray, window: int) -> FloatArray:
    out = np.full(values.size, np.nan)
    if values.size >= window:
        last = np.lib.stride_tricks.sliding_window_view(values, window)
        out[window - 1 :] = last.mean(axis=1)
    return out
