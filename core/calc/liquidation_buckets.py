"""Liquidation buckets: forced orders by price, and how near the market is to most of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.domain.arrays import FloatArray, IntArray, Position, RowArray
from core.domain.frame import Framed

_DANGER_FRAC: Final = 0.01


@dataclass(frozen=True, slots=True)
class LiquidationBuckets(Framed):
    """One value per bucket in which anything was liquidated, ascending in price.

    Sums of what the venue tells; where it does not tell all, they are lower bounds.

    Attributes:
        low: float64[n], lower edge of the bucket, quote coins.
        high: float64[n], upper edge; not in the bucket.
        long_quote: float64[n], notional of the longs closed in it.
        short_quote: float64[n], of the shorts.
    """

    low: FloatArray
    high: FloatArray
    long_quote: FloatArray
    short_quote: FloatArray


def price_buckets(price: FloatArray, *, width_bps: float) -> IntArray:
    """Return the bucket of each price on a grid of equal ratios, anchored at a price of 1.

    Args:
        price: float64[n], > 0.
        width_bps: width of a bucket in basis points of its lower edge, > 0.
    """
    numbers: IntArray = np.floor(np.log(price) / np.log1p(width_bps / 1e4)).astype(np.int64)
    return numbers


def liquidation_buckets(
    rows: RowArray, *, lot_base: float, width_bps: float = 10.0
) -> LiquidationBuckets:
    """Return the notional of liquidations by price.

    Args:
        rows: LIQUIDATION_DTYPE[n] of one venue, any order, prices > 0.
        lot_base: base coins in a lot.
        width_bps: width of a bucket, > 0.

    Source:
        DEFINITIONS section 13, liquidations.
    """
    bucket, index = np.unique(
        price_buckets(rows["price"], width_bps=width_bps), return_inverse=True
    )
    notional = rows["price"] * rows["size_lots"] * lot_base
    by_side = [
        np.bincount(index, weights=notional * (rows["position"] == side), minlength=bucket.size)
        for side in (Position.LONG, Position.SHORT)
    ]
    step = np.log1p(width_bps / 1e4)
    return LiquidationBuckets(
        low=np.exp(bucket * step),
        high=np.exp((bucket + 1) * step),
        long_quote=by_side[0].astype(np.float64),
        short_quote=by_side[1].astype(np.float64),
    )


def sum_buckets(parts: Sequence[LiquidationBuckets]) -> LiquidationBuckets:
    """Return the sums of several venues, whose buckets are of one width and quote coin."""
    none = np.zeros(0)
    low, index = np.unique(
        np.concatenate([none, *(each.low for each in parts)]), return_inverse=True
    )
    high = np.zeros(low.size)
    high[index] = np.concatenate([none, *(each.high for each in parts)])
    longs, shorts = (
        np.bincount(index, weights=np.concatenate([none, *values]), minlength=low.size)
        for values in ([each.long_quote for each in parts], [each.short_quote for each in parts])
    )
    return LiquidationBuckets(low, high, longs.astype(np.float64), shorts.astype(np.float64))


def nearest_large(buckets: LiquidationBuckets, price: float) -> int | None:
    """Return the place of the large bucket that is nearest to a price; None = there is none.

    Large is what holds at least half of what the largest one does, longs and shorts together; of
    two as near the larger one counts.

    Args:
        price: quote coins, > 0; NaN is not known.

    Source:
        DEFINITIONS section 13, liquidations.
    """
    total = buckets.long_quote + buckets.short_quote
    if np.isnan(price) or not total.size:
        return None
    large = np.flatnonzero(2 * total >= total.max())
    return int(large[np.lexsort((-total[large], _away(buckets, price)[large]))[0]])


def cascade_risk(buckets: LiquidationBuckets, price: float) -> float:
    """Return how one-sided the liquidations are, times how near their largest bucket is.

    The danger bucket is the one with the most notional of the side that lost more; of equal ones
    the nearer. Closeness is 1 inside it and falls to 0 at one per cent away.

    Args:
        buckets: of the last five minutes.
        price: the market's now, quote coins, > 0; NaN is not known.

    Returns:
        A number in [0, 1]; 0 when nothing was liquidated, NaN without a price.

    Source:
        DEFINITIONS section 20, cascade risk.
    """
    if np.isnan(price):
        return float("nan")
    longs, shorts = float(buckets.long_quote.sum()), float(buckets.short_quote.sum())
    if not longs + shorts:
        return 0.0
    side = buckets.long_quote if longs >= shorts else buckets.short_quote
    nearest = float(_away(buckets, price)[side == side.max()].min())
    return max(longs, shorts) / (longs + shorts) * max(1 - nearest / _DANGER_FRAC, 0.0)


def _away(buckets: LiquidationBuckets, price: float) -> FloatArray:
    """Return how far each bucket is from a price, as a share of it; 0 = it holds it."""
    outside: FloatArray = np.maximum(buckets.low - price, price - buckets.high)
    return np.maximum(outside, 0) / price
