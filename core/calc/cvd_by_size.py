"""CVD by size: the running sums of delta of small to large trades, which add up to that of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from core.calc.bars import time_bars
from core.calc.session_cvd import latest, session_cvd
from core.calc.sessions import UTC_DAYS, Sessions
from core.domain.arrays import FloatArray, IntArray, TradeArray
from core.domain.frame import Framed, matrix_columns
from core.domain.units import Ns


class Measure(StrEnum):
    """What a trade's bucket goes by."""

    LOTS = "lots"
    """Its size."""
    TICK_LOTS = "tick-lots"
    """Its worth: quote coins / (tick size * lot size)."""


@dataclass(frozen=True, slots=True)
class CvdBySize(Framed):
    """The sums of all buckets after each bar, ascending.

    Where the sum of all trades is known, what is known of the buckets adds up to it exactly.

    Attributes:
        open_ns: int64[n], open of each interval in which anything traded, ascending.
        close_lots: float64[b, n], whole lots; 0 until a bucket trades in the session, NaN while
            it has traded and no side of it is known.
    """

    open_ns: IntArray
    close_lots: FloatArray

    def columns(self) -> Mapping[str, Any]:
        """Return ``open_ns`` and ``close_0_lots`` and so on, a column per bucket."""
        buckets = matrix_columns("close_lots", self.close_lots)
        return {"open_ns": self.open_ns} | buckets


def cvd_by_size(
    trades: TradeArray,
    *,
    edges: Sequence[int],
    measure: Measure,
    step_ns: Ns,
    sessions: Sessions = UTC_DAYS,
) -> CvdBySize:
    """Return the running sum of delta of each bucket of trade sizes.

    Args:
        trades: TRADE_DTYPE[m], sorted by ``ts_event_ns``; fills, or orders made of them.
        edges: ascending, > 0; bucket ``i`` holds ``edges[i-1] <= x < edges[i]``, so there is one
            bucket more than edges.
        measure: what the edges count.
        step_ns: length of a bar, > 0.
        sessions: a new one begins at 0.

    Raises:
        ValueError: ``trades`` is not sorted, the edges do not ascend from above zero, or
            ``step_ns`` is not above zero.

    Source:
        DEFINITIONS section 4.
    """
    buckets = size_buckets(trades, edges=edges, measure=measure)
    grid_ns = time_bars(trades, step_ns=step_ns)["open_ns"].copy()
    closes = np.zeros((len(edges) + 1, grid_ns.size))
    for bucket, row in enumerate(closes):
        part = session_cvd(time_bars(trades[buckets == bucket], step_ns=step_ns), sessions=sessions)
        at = latest(part.open_ns, grid_ns, sessions=sessions)
        row[at >= 0] = part.close_lots[at[at >= 0]]
    return CvdBySize(grid_ns, closes)


def size_buckets(trades: TradeArray, *, edges: Sequence[int], measure: Measure) -> IntArray:
    """Return the bucket of each trade, as ``cvd_by_size`` counts them.

    Args:
        trades: TRADE_DTYPE[n], any order.
        edges: see ``cvd_by_size``.
        measure: what the edges count.

    Raises:
        ValueError: the edges do not ascend from above zero.
    """
    if any(low >= high for low, high in zip((0, *edges), edges, strict=False)):
        msg = f"the edges of sizes must ascend from above zero, were {list(edges)}"
        raise ValueError(msg)
    prices = np.maximum(trades["price_ticks"].astype(np.int64), 1)
    buckets = np.zeros(trades.size, np.int64)
    for edge in edges:
        # The least size worth the edge at this price: a product could wrap around.
        least = edge if measure is Measure.LOTS else -(-edge // prices)
        buckets += trades["size_lots"] >= least
    return buckets
