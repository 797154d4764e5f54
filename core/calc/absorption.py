"""Absorption: effort without result, after which the price held."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Self

import numpy as np

from core.calc.effort import whole
from core.calc.effort_no_result import EffortsNoResult
from core.calc.effort_rule import EffortRule
from core.calc.efforts import Heard
from core.calc.marking import touches
from core.domain.arrays import RowArray, TradeArray, empty_trades
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import NS_PER_S, Ns


def absorption(
    trades: TradeArray,
    quotes: RowArray,
    instrument: Instrument,
    *,
    rule: EffortRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
    until_ns: Ns | None = None,
) -> Markers:
    """Return the efforts without a result beyond whose edge nothing traded for a window more.

    One tick beyond is forgiven. A marker is drawn at the last trade of the effort and known a
    window after the effort was. ``side`` +1 = bids took up sells.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        quotes: QUOTE_DTYPE[m], sorted by ``ts_event_ns``.
        instrument: what its ticks and lots are.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades or quotes may be missing; no finding, and no wait
            for it to hold, touches one.
        until_ns: as for ``effort``.

    Raises:
        ValueError: one of the two is not sorted.

    Source:
        DEFINITIONS section 8, absorption 1 to 4.
    """
    heard = whole(trades, quotes, until_ns)
    found, held = EffortsNoResult(instrument, rule), Held(rule)
    return Markers(tuple(held.after(heard, found.after(heard, gaps_ns), gaps_ns)), found.not_ready)


class Held:
    """Which efforts without a result were held, told piece by piece."""

    def __init__(self, rule: EffortRule | None = None) -> None:
        self._wait_ns = (rule or EffortRule()).window_s * NS_PER_S
        self._waiting: tuple[Marker, ...] = ()
        self._trades = empty_trades()

    def fork(self) -> Self:
        """Return a copy."""
        return copy(self)

    def after(
        self, heard: Heard, efforts: Sequence[Marker], gaps_ns: Sequence[tuple[Ns, Ns]]
    ) -> list[Marker]:
        """Return those that turned out to be held in a piece.

        Args:
            efforts: those found in this piece, in the order of ``known_ns``.
            gaps_ns: half-open spans in which trades or quotes may be missing.
        """
        since_ns = min((each.known_ns for each in self._waiting), default=heard.end_ns)
        recent = self._trades[np.searchsorted(self._trades["ts_event_ns"], since_ns) :]
        trades = np.concatenate([recent, heard.trades])
        waiting = [*self._waiting, *efforts]
        over = [each for each in waiting if each.known_ns + self._wait_ns <= heard.end_ns]
        self._waiting = tuple(waiting[len(over) :])
        self._trades = trades[
            np.searchsorted(trades["ts_event_ns"], heard.end_ns - self._wait_ns) :
        ]
        return [
            _held(each, each.known_ns + self._wait_ns, self._wait_ns // NS_PER_S)
            for each in over
            if self._holds(trades, each, gaps_ns)
        ]

    def _holds(self, trades: TradeArray, marker: Marker, gaps_ns: Sequence[tuple[Ns, Ns]]) -> bool:
        span = np.array([marker.known_ns, marker.known_ns + self._wait_ns])
        first, end = np.searchsorted(trades["ts_event_ns"], span)
        prices = trades["price_ticks"][first:end].astype(np.int64)
        broken = bool(np.any(marker.side * (prices - marker.price_ticks) < -1))
        return not broken and not touches(span[:1], span[1:], gaps_ns)[0]


def _held(marker: Marker, known_ns: Ns, window_s: int) -> Marker:
    side = "below" if marker.side > 0 else "above"
    return replace(
        marker,
        kind=MarkerKind.ABSORPTION,
        known_ns=known_ns,
        reason=f"{marker.reason[:-1]}; nothing traded {side} it for {window_s} s more.",
    )
