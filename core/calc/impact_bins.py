"""Impact bins: signed notional and the middle's move, interval by interval, for Kyle's lambda."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.calc.basis import mids
from core.calc.grouping import intervals
from core.calc.held import held
from core.domain.arrays import FloatArray, IntArray, RowArray, TradeArray, require_sorted
from core.domain.frame import Framed
from core.domain.units import NS_PER_S, Ns


@dataclass(frozen=True, slots=True)
class ImpactBins(Framed):
    """One element per whole interval, ascending.

    Attributes:
        open_ns: int64[n], start of the interval.
        signed_tick_lots: float64[n], price in ticks times lots, buys less sells; 0 = none traded.
        move_bps: float64[n], of the middle from start to end; NaN where one is not known.
    """

    open_ns: IntArray
    signed_tick_lots: FloatArray
    move_bps: FloatArray


def impact_bins(
    trades: TradeArray,
    quotes: RowArray,
    *,
    span_ns: tuple[Ns, Ns],
    step_ns: Ns = 5 * NS_PER_S,
    hold_ns: Ns = 60 * NS_PER_S,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> ImpactBins:
    """Return the intervals ``[k*step_ns, (k+1)*step_ns)`` that lie whole in the span.

    Args:
        trades: TRADE_DTYPE[n], any order.
        quotes: QUOTE_DTYPE[m], sorted by ``ts_event_ns``.
        span_ns: first instant, and first no longer counted; at the end everything must have come.
        step_ns: length of an interval, > 0.
        hold_ns: an older quote is not known to hold.
        gaps_ns: half-open spans in which something may be missing; intervals that touch one have
            no move.

    Raises:
        ValueError: ``quotes`` is not sorted by ``ts_event_ns``, or ``step_ns`` is not above zero.

    Source:
        DEFINITIONS section 12.
    """
    require_sorted(quotes, "ts_event_ns")
    ends = np.array(span_ns, np.int64)
    low, high = -intervals(-ends[:1], width=step_ns)[0], intervals(ends[1:], width=step_ns)[0]
    edges = np.arange(low, max(high, low) + 1) * step_ns
    middles = mids(quotes, tick_quote=1.0)
    at = held(quotes["ts_event_ns"], middles, edges, hold_ns=hold_ns, gaps_ns=gaps_ns)
    moves = (at[1:] - at[:-1]) / at[:-1] * 1e4
    for from_ns, to_ns in gaps_ns:
        moves[(edges[:-1] < to_ns) & (edges[1:] > from_ns)] = np.nan
    bins = intervals(trades["ts_event_ns"], width=step_ns) - low
    inside = (bins >= 0) & (bins < moves.size)
    signed = trades["price_ticks"].astype(np.float64) * trades["size_lots"] * trades["aggressor"]
    flows = np.zeros(moves.size)
    np.add.at(flows, bins[inside], signed[inside])
    return ImpactBins(open_ns=edges[:-1], signed_tick_lots=flows, move_bps=moves)
