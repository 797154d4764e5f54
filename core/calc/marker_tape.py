"""Marker tape: a piece of the past as the rules that mark moments need it."""

from dataclasses import dataclass

import numpy as np

from core.calc.finders.finder import MarkerPiece, Spans
from core.domain.arrays import RowArray, TradeArray
from core.domain.instrument import Instrument
from core.domain.units import Ns


@dataclass(frozen=True)
class MarkerTape:
    """What happened until an instant.

    Attributes:
        instrument: what its ticks and lots are.
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``, whole instants.
        quotes: QUOTE_DTYPE[m], sorted by ``ts_event_ns``; None = not known.
        liquidations: LIQUIDATION_DTYPE[k], sorted by ``ts_event_ns``; None = not known.
        from_ns: first instant whose findings are wanted; what is before is the past of rules.
        until_ns: the tape is complete up to and including this instant.
        step_ns: length of the bars, whole seconds.
        ticks_per_row: height of the rows of footprints.
        gaps_ns: half-open spans in which trades may be missing.
        quote_gaps_ns: half-open spans in which quotes may be.
        tickers: TICKER_DTYPE[l], sorted by ``ts_event_ns``; None = not known.
        liquidation_gaps_ns: half-open spans in which liquidations may be missing.
    """

    instrument: Instrument
    trades: TradeArray
    quotes: RowArray | None
    liquidations: RowArray | None
    from_ns: Ns
    until_ns: Ns
    step_ns: Ns
    ticks_per_row: int
    gaps_ns: Spans = ()
    quote_gaps_ns: Spans = ()
    tickers: RowArray | None = None
    liquidation_gaps_ns: Spans = ()

    def piece(self, begin_ns: Ns) -> MarkerPiece:
        """Return all of it as one piece, without the trades before ``begin_ns``."""
        first, end = np.searchsorted(self.trades["ts_event_ns"], (begin_ns, self.until_ns + 1))
        return MarkerPiece(
            until_ns=self.until_ns,
            trades=self.trades[first:end],
            quotes=self.quotes,
            liquidations=self.liquidations,
            tickers=self.tickers,
            gaps_ns=self.gaps_ns,
            quote_gaps_ns=self.quote_gaps_ns,
            liquidation_gaps_ns=self.liquidation_gaps_ns,
        )
