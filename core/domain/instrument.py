"""Instruments: what is traded, where, and on which grid of ticks and lots."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final, Self

from core.domain.units import MAX_PRICE_TICKS, MAX_SIZE_LOTS, Grid, Ns

_SYMBOL: Final = re.compile(r"[A-Z0-9._:/-]{1,40}")


class Venue(StrEnum):
    """An exchange."""

    BINANCE = "binance"
    OKX = "okx"
    BYBIT = "bybit"


class MarketKind(StrEnum):
    """What kind of contract: spot, or a linear perpetual."""

    SPOT = "spot"
    PERP = "perp"


@dataclass(frozen=True, slots=True, order=True)
class InstrumentId:
    """The name of an instrument, written ``venue.kind.symbol``.

    Attributes:
        symbol: the venue's own string, upper case, for example ``BTC-USDT-SWAP``.
    """

    venue: Venue
    kind: MarketKind
    symbol: str

    def __post_init__(self) -> None:
        """Refuse a symbol that no venue would list.

        Raises:
            ValueError: the symbol has a character outside ``[A-Z0-9._:/-]`` or is over 40 long.
        """
        if not _SYMBOL.fullmatch(self.symbol):
            msg = (
                f"not a symbol: {self.symbol[:60]!r}; 1 to 40 of the characters A-Z 0-9 . _ : / - "
                "are allowed, for example BTCUSDT"
            )
            raise ValueError(msg)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``venue.kind.symbol``, for example ``okx.spot.BTC-USDT``.

        Raises:
            ValueError: a part is missing or unknown; the message names it.
        """
        venue, _, rest = text.partition(".")
        kind, _, symbol = rest.partition(".")
        if venue not in set(Venue) or kind not in set(MarketKind):
            msg = (
                f"not an instrument: {text[:60]!r}; write venue.kind.symbol with venue one of "
                f"{', '.join(Venue)} and kind one of {', '.join(MarketKind)}, "
                "for example binance.perp.BTCUSDT"
            )
            raise ValueError(msg)
        return cls(Venue(venue), MarketKind(kind), symbol)

    def __str__(self) -> str:
        """Return ``venue.kind.symbol``."""
        return f"{self.venue}.{self.kind}.{self.symbol}"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of an instrument's facts.

    Attributes:
        base: coin that is traded, for example ``BTC``.
        quote: coin that prices are in, for example ``USDT``.
        tick_size: smallest price step, in quote.
        size_step: smallest size step **in the venue's own unit** (coins, or contracts).
        contract_value: base coins per unit of the venue's size; 1 where sizes are coins.
        valid_from_ns: since when these facts hold; 0 = since ever. A change makes a new version.
        inferred: the steps were guessed from data (finest decimals seen), not told by the venue.
        price_grid: venue's price text -> ticks.
        size_grid: venue's size text -> lots.
    """

    id: InstrumentId
    base: str
    quote: str
    tick_size: Decimal
    size_step: Decimal
    contract_value: Decimal = Decimal(1)
    valid_from_ns: Ns = 0
    inferred: bool = False
    price_grid: Grid = field(init=False, repr=False, compare=False)
    size_grid: Grid = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the two grids.

        Raises:
            ValueError: a step or the contract value is not above zero.
        """
        if self.contract_value <= 0:
            msg = f"contract value of {self.id} must be above zero, was {self.contract_value}"
            raise ValueError(msg)
        object.__setattr__(self, "price_grid", Grid(self.tick_size, largest=MAX_PRICE_TICKS))
        object.__setattr__(self, "size_grid", Grid(self.size_step, largest=MAX_SIZE_LOTS))

    @property
    def lot_size(self) -> Decimal:
        """Base coins in one lot."""
        return self.size_step * self.contract_value
