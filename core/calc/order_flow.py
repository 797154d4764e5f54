"""Order flow imbalance: what was added to the best bid less what was added to the best ask."""

from dataclasses import dataclass

import numpy as np

from core.calc.grouping import intervals, runs
from core.domain.arrays import BoolArray, FloatArray, IntArray, RowArray, require_sorted
from core.domain.frame import Framed
from core.domain.units import Ns


@dataclass(frozen=True, slots=True)
class OrderFlow(Framed):
    """One value per interval in which the best quote was told again.

    Attributes:
        open_ns: int64[n], first instant of the interval, nanoseconds UTC, ascending.
        flow_lots: int64[n], sum of the events; above zero the bid grew more than the ask.
        events: int64[n], how many events are in the sum.
        depth_lots: float64[n], mean of half of what rested at both best prices, > 0; NaN = none.
    """

    open_ns: IntArray
    flow_lots: IntArray
    events: IntArray
    depth_lots: FloatArray

    @property
    def share(self) -> FloatArray:
        """Return float64[n]: the flow in units of the mean depth, which compares across coins."""
        return self.flow_lots / self.depth_lots


def flow_events(
    bid_ticks: IntArray, bid_lots: IntArray, ask_ticks: IntArray, ask_lots: IntArray
) -> IntArray:
    """Return what each quote adds to the flow, compared with the one before it.

    ``e = qb·[b >= b'] - qb'·[b <= b'] - qa·[a <= a'] + qa'·[a >= a']`` with ' for before. The
    inequalities are weak: a change of size at the same price is most of the flow.

    Args:
        bid_ticks: int64[n], or int64[n, m] for m levels of the book by rank, in the order told;
            the others likewise. An empty side has 0 lots, whatever its price says.

    Returns:
        int64[n] or int64[n, m]; the first is 0, since it is compared with nothing.

    Source:
        DEFINITIONS section 10; Cont, Kukanov & Stoikov (2014); for levels Xu, Gould & Howison
        (2019).
    """
    out = np.zeros(bid_lots.shape, np.int64)
    bids = _grown(bid_ticks.astype(np.int64), bid_lots)
    asks = _grown(-ask_ticks.astype(np.int64), ask_lots)
    out[1:] = bids - asks
    return out


def order_flow(quotes: RowArray, *, step_ns: Ns, follows: BoolArray | None = None) -> OrderFlow:
    """Return the flow at the best prices in every interval ``[k*step_ns, (k+1)*step_ns)`` UTC.

    Quotes that were conflated (the last of each 100 ms) give the net of what came between.

    Args:
        quotes: QUOTE_DTYPE[n], sorted by ``ts_event_ns``.
        step_ns: length of an interval, > 0.
        follows: bool[n], False where quotes are missing just before, so that the quote is not
            compared with the one before it; None = none are.

    Returns:
        Intervals without an event are left out.

    Raises:
        ValueError: ``quotes`` is not sorted by ``ts_event_ns``, or ``step_ns`` is not above zero.

    Source:
        DEFINITIONS section 10.
    """
    require_sorted(quotes, "ts_event_ns")
    sides = [quotes[name] for name in ("bid_ticks", "bid_lots", "ask_ticks", "ask_lots")]
    events = flow_events(*sides)
    is_event = np.ones(quotes.size, np.bool_) if follows is None else follows.copy()
    is_event[:1] = False
    slots = intervals(quotes["ts_event_ns"][is_event], width=step_ns)
    starts, ends = runs(slots)
    depth = (quotes["bid_lots"] + quotes["ask_lots"])[is_event] / 2
    mean = _sums(depth, starts) / np.maximum(ends - starts, 1)
    return OrderFlow(
        open_ns=slots[starts] * step_ns,
        flow_lots=_sums(events[is_event], starts).astype(np.int64),
        events=ends - starts,
        depth_lots=np.where(mean > 0, mean, np.nan),
    )


def _grown(height: IntArray, lots: IntArray) -> IntArray:
    """Return by how much a side grew from each row to the next; height is what ranks it first."""
    better = (height[1:] > height[:-1]) & (lots[1:] > 0) | (lots[:-1] == 0)
    worse = (height[1:] < height[:-1]) & (lots[:-1] > 0) | (lots[1:] == 0)
    grown: IntArray = np.where(worse, 0, lots[1:]) - np.where(better, 0, lots[:-1])
    return grown


def _sums(values: FloatArray | IntArray, starts: IntArray) -> FloatArray | IntArray:
    return np.add.reduceat(values, starts) if starts.size else values[:0]
