"""Absorption outcome: whether the price that was held went on to hold."""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np

from core.domain.arrays import IntArray, TradeArray, require_sorted
from core.domain.marker import Marker
from core.domain.units import NS_PER_S, Ns


class Outcome(IntEnum):
    """What became of it."""

    OPEN = 0
    """Its time is not over yet."""
    HELD = 1
    FAILED = -1


def absorption_outcome(
    trades: TradeArray, markers: Sequence[Marker], *, within_ns: Ns = 100 * NS_PER_S
) -> IntArray:
    """Return the Outcome of each absorption, so that hit rates are of all and not of survivors.

    It fails with the first trade over a tick beyond its price, and has held when none came
    ``within_ns`` after it was known.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``, whole up to the last one.
        markers: of kind ABSORPTION or EFFORT_NO_RESULT, any order.
        within_ns: ten windows of the rule, by default of ten seconds each.

    Returns:
        int64[m]. An outcome is known later than its marker and never changes the marker.

    Raises:
        ValueError: ``trades`` is not sorted.

    Source:
        DEFINITIONS section 8, outcome labels.
    """
    require_sorted(trades, "ts_event_ns")
    stamps = trades["ts_event_ns"]
    outcomes = np.full(len(markers), int(Outcome.OPEN))
    for index, marker in enumerate(markers):
        until_ns = marker.known_ns + within_ns
        first, end = np.searchsorted(stamps, [marker.known_ns, until_ns])
        prices = trades["price_ticks"][first:end].astype(np.int64)
        if bool(np.any(marker.side * (prices - marker.price_ticks) < -1)):
            outcomes[index] = Outcome.FAILED
        elif stamps.size and int(stamps[-1]) >= until_ns:
            outcomes[index] = Outcome.HELD
    return outcomes
