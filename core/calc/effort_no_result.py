"""Effort without result: one side took much at the edge, and the mid did not follow."""

from collections.abc import Sequence
from copy import copy
from typing import Self

import numpy as np

from core.calc.effort import whole
from core.calc.effort_rule import Effort, EffortRule
from core.calc.efforts import Efforts, Heard
from core.calc.marking import Edges, beyond
from core.calc.words import coins_text, number_text
from core.domain.arrays import RowArray, TradeArray
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import NS_PER_S, Ns


def effort_no_result(
    trades: TradeArray,
    quotes: RowArray,
    instrument: Instrument,
    *,
    rule: EffortRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
    until_ns: Ns | None = None,
) -> Markers:
    """Return where windows of effort without a result begin, those of a side two windows apart.

    ``side`` is that of the passive orders that took it up: +1 = bids. ``value`` is the volume
    taken at the edge, in lots; ``threshold`` what was rare among those before.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        quotes: QUOTE_DTYPE[m], sorted by ``ts_event_ns``.
        instrument: what its ticks and lots are.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades or quotes may be missing; no window touches one.
        until_ns: as for ``effort``.

    Raises:
        ValueError: one of the two is not sorted.

    Source:
        DEFINITIONS section 8, absorption 1 to 3.
    """
    told = EffortsNoResult(instrument, rule)
    found = told.after(whole(trades, quotes, until_ns), gaps_ns)
    return Markers(tuple(found), told.not_ready)


class EffortsNoResult:
    """The same, told piece by piece.

    Attributes:
        not_ready: what the last window lacks, a clause; empty = nothing.
    """

    def __init__(self, instrument: Instrument, rule: EffortRule | None = None) -> None:
        self._instrument, self._rule = instrument, rule or EffortRule()
        self.not_ready = f"fewer than {self._rule.zone_minutes} minutes of trades are known"
        self._efforts = Efforts(self._rule)
        # The window of an effort goes on for one more, in which the condition comes and goes.
        rest_ns = 2 * self._rule.window_s * NS_PER_S
        self._bids, self._asks = Edges(rest_ns), Edges(rest_ns)

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        twin._efforts = self._efforts.fork()
        twin._bids, twin._asks = self._bids.fork(), self._asks.fork()
        return twin

    def after(self, heard: Heard, gaps_ns: Sequence[tuple[Ns, Ns]]) -> list[Marker]:
        """Return what was found in a piece, in the order of ``known_ns``."""
        efforts = self._efforts.after(heard, gaps_ns)
        found: list[Marker] = []
        for side, edges in ((1, self._bids), (-1, self._asks)):
            each = efforts[side]
            for at in edges.after(each.holds, each.end_ns).tolist():
                found.append(self._marker(each, at, side))
        if efforts[1].end_ns.size:
            self.not_ready = not_ready(efforts[1], self._rule) or not_ready(efforts[-1], self._rule)
        found.sort(key=lambda each: (each.known_ns, each.side))
        return found

    def _marker(self, efforts: Effort, at: int, side: int) -> Marker:
        window_s, instrument = self._rule.window_s, self._instrument
        lots, usual = float(efforts.lots[at]), float(efforts.usual_lots[at])
        tick = float(instrument.tick_size)
        went, usually = -efforts.moved_ticks[at] * tick, efforts.expected_ticks[at] * tick
        filled, shown = float(efforts.filled_lots[at]), float(efforts.shown_lots[at])
        rested = "how much rested there is not known"
        if shown:
            rested = f"{filled / shown:,.1f} times what rested at one price was filled"
        trades = self._efforts.trades
        return Marker(
            kind=MarkerKind.EFFORT_NO_RESULT,
            side=side,
            event_ns=last_fill_ns(trades, efforts, at, side=side, window_s=window_s),
            known_ns=int(efforts.end_ns[at]),
            price_ticks=int(efforts.edge_ticks[at]),
            value=lots,
            threshold=usual,
            strength=beyond(lots, usual),
            reason=(
                f"{'Sellers' if side > 0 else 'Buyers'} took {coins_text(lots, instrument)} at the "
                f"{'low' if side > 0 else 'high'} of {window_s} s ("
                f"{coins_text(usual, instrument)} are rare), for which the mid went "
                f"{number_text(0.0 + went)} of the usual {number_text(usually)} "
                f"{instrument.quote}; {rested}."
            ),
        )


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


def last_fill_ns(trades: TradeArray, efforts: Effort, at: int, *, side: int, window_s: int) -> Ns:
    """Return when the last trade against ``side`` was, in the zone of window ``at``."""
    end_ns = int(efforts.end_ns[at])
    first, end = np.searchsorted(trades["ts_event_ns"], [end_ns - window_s * NS_PER_S, end_ns])
    rows = trades[first:end]
    inside = side * (rows["price_ticks"] - efforts.edge_ticks[at]) < efforts.zone_ticks[at]
    return int(rows["ts_event_ns"][inside & (rows["aggressor"] == -side)][-1])
