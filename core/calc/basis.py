"""Basis: how far a perpetual trades above or below its coin's spot market."""

from typing import Final

import numpy as np

from core.domain.arrays import FloatArray, RowArray

_BPS: Final = 1e4


def mids(quotes: RowArray, *, tick_quote: float) -> FloatArray:
    """Return the middle between best bid and best ask.

    Args:
        quotes: QUOTE_DTYPE[n], any order.
        tick_quote: price of a tick, in quote coins, > 0.

    Returns:
        float64[n], quote coins; NaN where a side is empty.

    Source:
        DEFINITIONS section 13, basis.
    """
    two_sided = (quotes["bid_lots"] > 0) & (quotes["ask_lots"] > 0)
    # One tick after the other: two prices may be more than int32 together.
    middle = quotes["bid_ticks"].astype(np.float64) + quotes["ask_ticks"]
    return np.where(two_sided, middle * (tick_quote / 2), np.nan)


def basis_bps(perp_mid: FloatArray, spot_mid: FloatArray) -> FloatArray:
    """Return ``(perp - spot) / spot`` in basis points.

    Args:
        perp_mid: float64[n], quote coins; NaN is not known.
        spot_mid: float64[n], at the same instants, in the same coin, > 0.

    Returns:
        float64[n]; above zero the perpetual is dearer. NaN where one of the two is not known.

    Source:
        DEFINITIONS section 13, basis.
    """
    return (perp_mid - spot_mid) / spot_mid * _BPS
