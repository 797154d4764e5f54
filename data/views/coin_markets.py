"""Coin markets: which instruments of which venues stand for a coin."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue

QUOTE: Final = "USDT"
"""Sums over venues are of markets against this coin; it is taken as the US dollar, and said so."""


@dataclass(frozen=True, slots=True)
class CoinMarkets:
    """The markets of one coin, by venue in the order of ``Venue``; at most one of each kind.

    Attributes:
        coin: its letters.
    """

    coin: str
    perps: tuple[InstrumentId, ...] = ()
    spots: tuple[InstrumentId, ...] = ()

    def of(self, kind: MarketKind) -> tuple[InstrumentId, ...]:
        """Return those of one kind; the two are never summed."""
        return self.perps if kind is MarketKind.PERP else self.spots


def coin_markets(
    listed: Iterable[Instrument], coin: str, venues: Sequence[Venue] = tuple(Venue)
) -> CoinMarkets:
    """Return the markets of a coin against QUOTE that the venues list; of two the first."""
    found: dict[tuple[MarketKind, Venue], InstrumentId] = {}
    for each in listed:
        if each.base == coin and each.quote == QUOTE and each.id.venue in venues:
            found.setdefault((each.id.kind, each.id.venue), each.id)
    perps, spots = (
        tuple(found[kind, venue] for venue in Venue if (kind, venue) in found)
        for kind in (MarketKind.PERP, MarketKind.SPOT)
    )
    return CoinMarkets(coin, perps, spots)


def coins_of(listed: Iterable[Instrument]) -> tuple[str, ...]:
    """Return the coins that have a market against QUOTE, in the order listed, each once."""
    return tuple(dict.fromkeys(each.base for each in listed if each.quote == QUOTE))
