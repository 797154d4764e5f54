"""Price impact: how far the mid moves with an order, by the order's size."""

from dataclasses import dataclass

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class PriceImpact(Framed):
    """One value per bucket of sizes, each of about as many orders, sizes ascending.

    Attributes:
        size: float64[n], mean size of the bucket's orders, in the unit given.
        impact_bps: float64[n], mean move of the mid towards the order's side.
        error_bps: float64[n], standard error of it if the orders did not overlap in time; NaN
            with one order.
        orders: int64[n].
        left_out: how many orders had no side, or no mid before or after.
    """

    size: FloatArray
    impact_bps: FloatArray
    error_bps: FloatArray
    orders: IntArray
    left_out: int


def price_impact(
    sides: IntArray, sizes: FloatArray, before: FloatArray, after: FloatArray, *, buckets: int
) -> PriceImpact:
    """Return the mean move of the mid by size of the order that it followed.

    Args:
        sides: int64[n], +1 bought, -1 sold, 0 not known; whole orders, not their fills.
        sizes: float64[n], lots or notional.
        before: float64[n], the mid just before each order, > 0; NaN is not known.
        after: float64[n], the mid at the horizon after it.
        buckets: how many buckets at most, >= 1; equal sizes are never parted.

    Raises:
        ValueError: ``buckets`` is below 1.

    Source:
        DEFINITIONS section 12, price-impact curve.
    """
    if buckets < 1:
        msg = f"an impact curve needs at least one bucket, was {buckets}"
        raise ValueError(msg)
    moves = sides * (after - before) / before * 1e4
    is_known = (sides != 0) & ~np.isnan(moves)
    order = np.argsort(sizes[is_known], kind="stable")
    ranked, moved = sizes[is_known][order], moves[is_known][order]
    # The bucket of a size is that of its first rank, so that equal sizes stay together.
    first = np.searchsorted(ranked, ranked, side="left")
    _, bucket = np.unique(first * buckets // max(ranked.size, 1), return_inverse=True)
    orders = np.bincount(bucket)
    mean = np.bincount(bucket, weights=moved) / orders
    spread = np.bincount(bucket, weights=(moved - mean[bucket]) ** 2)
    variance = np.where(orders > 1, spread / np.maximum(orders - 1, 1), np.nan)
    return PriceImpact(
        size=np.bincount(bucket, weights=ranked) / orders,
        impact_bps=mean,
        error_bps=np.sqrt(variance / orders),
        orders=orders,
        left_out=int(sides.size - ranked.size),
    )
