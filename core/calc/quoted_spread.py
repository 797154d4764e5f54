"""Quoted spread: how far apart best bid and best ask were, for as long as each quote stood."""

from collections.abc import Sequence

import numpy as np

from core.calc.basis import mids
from core.domain.arrays import RowArray, require_sorted
from core.domain.units import NS_PER_S, Ns


def quoted_spread_bps(
    quotes: RowArray,
    *,
    from_ns: Ns,
    to_ns: Ns,
    hold_ns: Ns = 60 * NS_PER_S,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> float:
    """Return the mean of ``(ask - bid) / middle`` over the time in which it is known.

    Args:
        quotes: QUOTE_DTYPE[n], sorted by ``ts_event_ns``; of one instant the last counts.
        from_ns: first instant counted.
        to_ns: first instant no longer counted.
        hold_ns: an older quote is not known to hold.
        gaps_ns: half-open spans in which a quote may be missing; the quote before one holds only
            until it starts.

    Returns:
        Basis points; NaN where it was known at no time. Below zero the book was crossed.

    Raises:
        ValueError: ``quotes`` is not sorted by ``ts_event_ns``.

    Source:
        DEFINITIONS section 12.
    """
    require_sorted(quotes, "ts_event_ns")
    begins = quotes["ts_event_ns"]
    ends = np.minimum(np.append(begins[1:], to_ns)[: begins.size], begins + hold_ns)
    for gap_from_ns, gap_to_ns in gaps_ns:
        ends = np.where((begins < gap_to_ns) & (ends > gap_from_ns), gap_from_ns, ends)
    stood = np.minimum(ends, to_ns) - np.maximum(begins, from_ns)
    apart = quotes["ask_ticks"].astype(np.float64) - quotes["bid_ticks"]
    values = apart / mids(quotes, tick_quote=1.0) * 1e4
    counted = (stood > 0) & ~np.isnan(values)
    if not counted.any():
        return float("nan")
    return float(np.average(values[counted], weights=stood[counted]))
