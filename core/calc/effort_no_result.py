"""Effort without result: one side took much at the edge, and the mid did not follow."""

from collections.abc import Sequence

import numpy as np

from core.calc.effort import Effort, EffortRule, effort
from core.calc.marking import beyond, edges
from core.domain.arrays import RowArray, TradeArray
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import NS_PER_S, Ns


def effort_no_result(
    trades: TradeArray,
    quotes: RowArray,
    *,
    rule: EffortRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return where windows of effort without a result begin, each a window apart.

    ``side`` is that of the passive orders that took it up: +1 = bids. ``value`` is the volume
    taken at the edge, in lots; ``threshold`` what was rare among those before.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``; up to the last one the tape is whole.
        quotes: QUOTE_DTYPE[m], sorted by ``ts_event_ns``.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades or quotes may be missing; no window touches one.

    Raises:
        ValueError: one of the two is not sorted.

    Source:
        DEFINITIONS section 8, absorption 1 and 2.
    """
    used = rule or EffortRule()
    found: list[Marker] = []
    waits = ""
    for side in (1, -1):
        efforts = effort(trades, quotes, side=side, rule=used, gaps_ns=gaps_ns)
        at = edges(efforts.holds, efforts.end_ns, rest_ns=used.window_s * NS_PER_S)
        found += [_marker(trades, efforts, int(each), (side, used.window_s)) for each in at]
        waits = waits or not_ready(efforts, used)
    found.sort(key=lambda each: (each.known_ns, each.side))
    return Markers(tuple(found), waits)


def not_ready(efforts: Effort, rule: EffortRule) -> str:
    """Return what the last window lacks, a clause; empty = nothing."""
    if not efforts.end_ns.size or np.isnan(efforts.zone_ticks[-1]):
        return f"fewer than {rule.zone_minutes} minutes of trades are known"
    if np.isnan(efforts.usual_lots[-1]):
        return f"fewer than {rule.usual.needed} earlier windows are known"
    if np.isnan(efforts.moved_ticks[-1]):
        return "the best quotes are not known"
    if np.isnan(efforts.expected_ticks[-1]):
        return "how far such a flow usually moves the mid is not known"
    return ""


def _marker(trades: TradeArray, efforts: Effort, at: int, where: tuple[int, int]) -> Marker:
    side, window_s = where
    end_ns = int(efforts.end_ns[at])
    event_ns = last_fill_ns(trades, efforts, at, side=side, window_s=window_s)
    lots, usual = float(efforts.lots[at]), float(efforts.usual_lots[at])
    went, usually = 0.0 - efforts.moved_ticks[at], efforts.expected_ticks[at]
    return Marker(
        kind=MarkerKind.EFFORT_NO_RESULT,
        side=side,
        event_ns=event_ns,
        known_ns=end_ns,
        price_ticks=int(efforts.edge_ticks[at]),
        value=lots,
        threshold=usual,
        strength=beyond(lots, usual),
        reason=(
            f"{lots:,.0f} lots {'sold into the low' if side > 0 else 'bought at the high'} of "
            f"{window_s} s ({usual:,.0f} are rare), for which the mid went "
            f"{went:.1f} of the usual {usually:.1f} ticks"
        ),
    )


def last_fill_ns(trades: TradeArray, efforts: Effort, at: int, *, side: int, window_s: int) -> Ns:
    """Return when the last trade against ``side`` was, in the zone of window ``at``."""
    end_ns = int(efforts.end_ns[at])
    first, end = np.searchsorted(trades["ts_event_ns"], [end_ns - window_s * NS_PER_S, end_ns])
    rows = trades[first:end]
    inside = side * (rows["price_ticks"] - efforts.edge_ticks[at]) < efforts.zone_ticks[at]
    return int(rows["ts_event_ns"][inside & (rows["aggressor"] == -side)][-1])
