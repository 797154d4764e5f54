"""Absorption: effort without result, after which the price held."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.calc.effort import EffortRule
from core.calc.effort_no_result import effort_no_result
from core.calc.marking import touches
from core.domain.arrays import RowArray, TradeArray
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import NS_PER_S, Ns


def absorption(
    trades: TradeArray,
    quotes: RowArray,
    *,
    rule: EffortRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the efforts without a result beyond whose edge nothing traded for a window more.

    One tick beyond is forgiven. A marker is drawn at the last trade of the effort and known a
    window after the effort was. ``side`` +1 = bids took up sells.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``; up to the last one the tape is whole.
        quotes: QUOTE_DTYPE[m], sorted by ``ts_event_ns``.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades or quotes may be missing; no finding, and no wait
            for it to hold, touches one.

    Raises:
        ValueError: one of the two is not sorted.

    Source:
        DEFINITIONS section 8, absorption 1, 2 and 4. What refills a level is not looked at.
    """
    used = rule or EffortRule()
    wait_ns = used.window_s * NS_PER_S
    efforts = effort_no_result(trades, quotes, rule=used, gaps_ns=gaps_ns)
    found = [
        _held(each, each.known_ns + wait_ns, used.window_s)
        for each in efforts.found
        if _holds(trades, each, each.known_ns + wait_ns)
        and not touches(
            np.array([each.known_ns]), np.array([each.known_ns + wait_ns]), gaps_ns
        ).any()
    ]
    return Markers(tuple(found), efforts.not_ready)


def _holds(trades: TradeArray, marker: Marker, until_ns: Ns) -> bool:
    """Return whether it is known that the edge was not broken before ``until_ns``."""
    stamps = trades["ts_event_ns"]
    if int(stamps[-1]) < until_ns:
        return False
    first, end = np.searchsorted(stamps, [marker.known_ns, until_ns])
    prices = trades["price_ticks"][first:end].astype(np.int64)
    return not bool(np.any(marker.side * (prices - marker.price_ticks) < -1))


def _held(marker: Marker, known_ns: Ns, window_s: int) -> Marker:
    side = "below" if marker.side > 0 else "above"
    return replace(
        marker,
        kind=MarkerKind.ABSORPTION,
        known_ns=known_ns,
        reason=f"{marker.reason}; nothing traded {side} it for {window_s} s more",
    )
