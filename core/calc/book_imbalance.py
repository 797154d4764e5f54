"""Book imbalance: which side of the book holds more, and where that puts the price between."""

from typing import Final

import numpy as np

from core.calc.ratio import ratio
from core.domain.arrays import FloatArray, IntArray

_BPS: Final = 1e4


def queue_imbalance(bid_lots: IntArray, ask_lots: IntArray) -> FloatArray:
    """Return ``(bid - ask) / (bid + ask)`` of each pair of sizes.

    Args:
        bid_lots: int64[n], what rests at the best bid; 0 = nothing.
        ask_lots: int64[n], at the best ask.

    Returns:
        float64[n] in [-1, 1]; NaN where both are empty.

    Source:
        DEFINITIONS section 10 (Gould & Bonart).
    """
    bid, ask = bid_lots.astype(np.float64), ask_lots.astype(np.float64)
    return ratio(bid - ask, bid + ask)


def imbalance_by_level(bid_lots: IntArray, ask_lots: IntArray, *, levels: int) -> float:
    """Return the imbalance of the best ``levels`` levels of each side.

    Args:
        bid_lots: int64[n], best first.
        ask_lots: int64[m], best first.
        levels: how many of each side count, >= 1; fewer where there are fewer.

    Returns:
        A number in [-1, 1]; NaN when nothing rests there.

    Raises:
        ValueError: ``levels`` is below 1.

    Source:
        DEFINITIONS section 10.
    """
    if levels < 1:
        msg = f"an imbalance needs at least one level, was {levels}"
        raise ValueError(msg)
    return _imbalance(float(bid_lots[:levels].sum()), float(ask_lots[:levels].sum()))


def imbalance_within(
    bids: tuple[IntArray, IntArray], asks: tuple[IntArray, IntArray], *, within_bps: float
) -> float:
    """Return the imbalance of all that rests within a distance of the mid, the edge included.

    Unlike a number of levels it means the same for every coin.

    Args:
        bids: (ticks int64[n], lots int64[n]), best first.
        asks: (ticks int64[m], lots int64[m]), best first, above the bids.
        within_bps: distance from the mid in basis points of it, > 0.

    Returns:
        A number in [-1, 1]; NaN when a side is empty or nothing rests so near.

    Source:
        DEFINITIONS section 10, variant by distance.
    """
    near = [
        float(lots[distance_bps <= within_bps].sum())
        for distance_bps, lots in _distances(bids, asks)
    ]
    return _imbalance(near[0], near[1])


def imbalance_by_distance(
    bids: tuple[IntArray, IntArray], asks: tuple[IntArray, IntArray], *, decay_per_bps: float
) -> float:
    """Return the imbalance with each size weighted by ``exp(-decay_per_bps * distance)``.

    Args:
        bids: (ticks int64[n], lots int64[n]), best first.
        asks: (ticks int64[m], lots int64[m]), best first, above the bids.
        decay_per_bps: how fast weight falls with distance from the mid, per basis point, >= 0.

    Returns:
        A number in [-1, 1]; NaN when a side is empty.

    Source:
        DEFINITIONS section 10, distance-weighted.
    """
    weighted = [
        float((lots * np.exp(-decay_per_bps * distance_bps)).sum())
        for distance_bps, lots in _distances(bids, asks)
    ]
    return _imbalance(weighted[0], weighted[1])


def weighted_mid_ticks(
    bid_ticks: IntArray, bid_lots: IntArray, ask_ticks: IntArray, ask_lots: IntArray
) -> FloatArray:
    """Return ``(bid * ask size + ask * bid size) / (bid size + ask size)``.

    Many call this the microprice; Stoikov's is in ``microprice``.

    Args:
        bid_ticks: int64[n], best bid of each moment; the others likewise.

    Returns:
        float64[n], ticks, between bid and ask; NaN where a side is empty.

    Source:
        DEFINITIONS section 10.
    """
    imbalance = queue_imbalance(bid_lots, ask_lots)
    spread = ask_ticks.astype(np.float64) - bid_ticks
    middle = bid_ticks + (imbalance + 1) / 2 * spread
    return np.where((bid_lots > 0) & (ask_lots > 0), middle, np.nan)


def _distances(
    bids: tuple[IntArray, IntArray], asks: tuple[IntArray, IntArray]
) -> tuple[tuple[FloatArray, IntArray], tuple[FloatArray, IntArray]]:
    """Return the distance from the mid in basis points, and the lots, of both sides."""
    if not bids[0].size or not asks[0].size:
        none = np.zeros(0)
        return (none, np.zeros(0, np.int64)), (none, np.zeros(0, np.int64))
    mid = (int(bids[0][0]) + int(asks[0][0])) / 2
    below: FloatArray = (mid - bids[0].astype(np.float64)) / mid * _BPS
    above: FloatArray = (asks[0].astype(np.float64) - mid) / mid * _BPS
    return (below, bids[1]), (above, asks[1])


def _imbalance(bid: float, ask: float) -> float:
    return (bid - ask) / (bid + ask) if bid + ask > 0 else float("nan")
