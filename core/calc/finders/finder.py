"""Finder: what all rules that are told a tape piece by piece have in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Protocol, Self, TypeAlias

from core.calc.taker_seconds import TakerSeconds
from core.domain.arrays import BarArray, RowArray, TradeArray
from core.domain.marker import Marker
from core.domain.units import Ns

Spans: TypeAlias = tuple[tuple[Ns, Ns], ...]
"""Half-open spans of time."""
Found: TypeAlias = Mapping[str, Sequence[Marker]]
"""By rule, in any order."""


@dataclass(frozen=True, slots=True)
class MarkerPiece:
    """What became known since the piece before.

    Attributes:
        until_ns: the tape is complete up to and including this instant.
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``, all after the piece before.
        quotes: QUOTE_DTYPE[m], likewise; None = not known.
        liquidations: LIQUIDATION_DTYPE[k], likewise; None = not known.
        tickers: TICKER_DTYPE[l], likewise; None = not known.
        gaps_ns: every span known so far in which trades may be missing, those after it too.
        quote_gaps_ns: in which quotes may be.
        liquidation_gaps_ns: in which liquidations may be.
    """

    until_ns: Ns
    trades: TradeArray
    quotes: RowArray | None = None
    liquidations: RowArray | None = None
    tickers: RowArray | None = None
    gaps_ns: Spans = ()
    quote_gaps_ns: Spans = ()
    liquidation_gaps_ns: Spans = ()


@dataclass(frozen=True, slots=True)
class Fresh:
    """A piece, and what ended in it.

    Attributes:
        from_ns: the instant up to which the piece before was complete; None = there is none.
        ended: TRADE_DTYPE[n] of the seconds that ended, some of them told by the piece before.
        seconds: BAR_DTYPE[n], the seconds with a trade that ended.
        takers: what each side took in them.
        minutes: BAR_DTYPE[n], the minutes that closed.
        bars: BAR_DTYPE[n], the bars that closed.
    """

    piece: MarkerPiece
    from_ns: Ns | None
    ended: TradeArray
    seconds: BarArray
    takers: TakerSeconds
    minutes: BarArray
    bars: BarArray


class Forks(Protocol):
    """Anything that can be copied so that both go their own way."""

    def fork(self) -> Self:
        """Return a copy."""


class Finder(ABC):
    """One or more rules. What it holds is either forked, or replaced and never written to."""

    @abstractmethod
    def after(self, fresh: Fresh) -> Found:
        """Return what became known in this piece."""

    def not_ready(self) -> Mapping[str, str]:
        """Return, of each rule that cannot judge yet, why; a clause."""
        return {}

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        for name, part in vars(self).items():
            fork = getattr(part, "fork", None)
            if fork is not None:
                setattr(twin, name, fork())
        return twin
