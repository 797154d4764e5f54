"""Liquidations: clusters of them, and those that are cascades."""

from collections.abc import Mapping

import numpy as np

from core.calc.finders.cascades import Around, LiquidationCascades
from core.calc.finders.finder import Finder, Found, Fresh
from core.calc.liquidation_clusters import LiquidationClusters
from core.domain.arrays import TICKER_DTYPE
from core.domain.instrument import Instrument


class ClusterFinder(Finder):
    """Keeps the clusters to which something may still come."""

    def __init__(self, instrument: Instrument) -> None:
        self._clusters = LiquidationClusters(instrument)
        self._is_told = False

    def not_ready(self) -> Mapping[str, str]:
        """Return what it lacks."""
        return {} if self._is_told else {"liquidation-cluster": "no liquidations are known"}

    def after(self, fresh: Fresh) -> Found:
        """Return what became known in this piece."""
        piece = fresh.piece
        self._is_told = piece.liquidations is not None
        if piece.liquidations is None:
            return {}
        gaps_ns = piece.liquidation_gaps_ns
        found = self._clusters.after(piece.liquidations, until_ns=piece.until_ns, gaps_ns=gaps_ns)
        return {"liquidation-cluster": found}


class CascadeFinder(Finder):
    """Keeps the clusters that go on, and what those of a day came to."""

    def __init__(self, instrument: Instrument) -> None:
        self._cascades = LiquidationCascades(instrument)
        self._lacks = ""

    def not_ready(self) -> Mapping[str, str]:
        """Return what it lacks."""
        lacks = self._lacks or self._cascades.not_ready
        return {"liquidation-cascade": lacks} if lacks else {}

    def after(self, fresh: Fresh) -> Found:
        """Return what became known in this piece."""
        piece = fresh.piece
        self._lacks = ""
        if piece.liquidations is None:
            self._lacks = "no liquidations are known"
            return {}
        if piece.tickers is None:
            self._lacks = "no open interest is known"
        told = piece.tickers if piece.tickers is not None else np.zeros(0, TICKER_DTYPE)
        around = Around(
            seconds=fresh.seconds,
            minutes=fresh.minutes,
            told_ns=told["ts_event_ns"],
            interest=told["open_interest"],
            gaps_ns=piece.gaps_ns,
            liquidation_gaps_ns=piece.liquidation_gaps_ns,
        )
        return {"liquidation-cascade": self._cascades.after(piece.liquidations, around)}
