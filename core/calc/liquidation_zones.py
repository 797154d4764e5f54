"""Liquidation zones: forced orders by price on a grid of one step, and which are dangerous."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.liquidation_buckets import LiquidationBuckets
from core.domain.arrays import BoolArray, FloatArray, IntArray, Position, RowArray
from core.domain.frame import Framed

_PLACES: Final = 6
"""A price on an edge may come out a hair below it: it belongs to the bucket above."""


@dataclass(frozen=True, slots=True)
class LiquidationZones(Framed):
    """One value per bucket in which anything was liquidated, ascending in price.

    Sums of what the venue tells; where it does not tell all, they are lower bounds.

    Attributes:
        bucket: int64[n], how many steps its lower edge is above zero.
        long_quote: float64[n], notional of the longs closed in it.
        short_quote: float64[n], of the shorts.
        longs: int64[n], how many longs.
        shorts: int64[n].
        step_quote: height of a bucket, quote coins.
    """

    bucket: IntArray
    long_quote: FloatArray
    short_quote: FloatArray
    longs: IntArray
    shorts: IntArray
    step_quote: float

    @property
    def total_quote(self) -> FloatArray:
        """float64[n], longs and shorts together."""
        return self.long_quote + self.short_quote

    @property
    def buckets(self) -> LiquidationBuckets:
        """The same as buckets with edges."""
        low = self.bucket.astype(np.float64) * self.step_quote
        return LiquidationBuckets(low, low + self.step_quote, self.long_quote, self.short_quote)


def liquidation_zones(rows: RowArray, *, lot_base: float, step_quote: float) -> LiquidationZones:
    """Return number and notional of liquidations by price.

    Args:
        rows: LIQUIDATION_DTYPE[n] of one venue, any order, prices > 0.
        lot_base: base coins in a lot.
        step_quote: height of a bucket, quote coins, > 0; an edge belongs to the bucket above.

    Source:
        DEFINITIONS sections 13 and 20.
    """
    bucket = np.floor(np.round(rows["price"] / step_quote, _PLACES)).astype(np.int64)
    notional = rows["price"] * rows["size_lots"] * lot_base
    is_long = rows["position"] == Position.LONG
    return _summed(
        bucket, (notional * is_long, notional * ~is_long), (is_long, ~is_long), step_quote
    )


def sum_zones(parts: Sequence[LiquidationZones], *, step_quote: float) -> LiquidationZones:
    """Return the sums of several venues, whose buckets are of one step and quote coin."""
    none = np.zeros(0)
    bucket, long_quote, short_quote, longs, shorts = (
        np.concatenate([none, *(getattr(each, name) for each in parts)])
        for name in ("bucket", "long_quote", "short_quote", "longs", "shorts")
    )
    return _summed(bucket.astype(np.int64), (long_quote, short_quote), (longs, shorts), step_quote)


def is_dangerous(zones: LiquidationZones, *, danger_quote: float = 1e6) -> BoolArray:
    """Return bool[n]: which buckets hold more than so much; at it they do not yet.

    Source:
        DEFINITIONS section 20, danger bucket.
    """
    found: BoolArray = zones.total_quote > danger_quote
    return found


def _summed(
    bucket: IntArray,
    quotes: tuple[FloatArray, FloatArray],
    counts: tuple[FloatArray | BoolArray, FloatArray | BoolArray],
    step_quote: float,
) -> LiquidationZones:
    every, index = np.unique(bucket, return_inverse=True)
    long_quote, short_quote, longs, shorts = (
        np.bincount(index, weights=each.astype(np.float64), minlength=every.size)
        for each in (*quotes, *counts)
    )
    return LiquidationZones(
        bucket=every,
        long_quote=long_quote.astype(np.float64),
        short_quote=short_quote.astype(np.float64),
        longs=longs.astype(np.int64),
        shorts=shorts.astype(np.int64),
        step_quote=step_quote,
    )
