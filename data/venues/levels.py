"""What the venues' book decoders share: texts of levels in, whole numbers out."""

from collections.abc import Sequence
from typing import Annotated, Final, TypeAlias

import msgspec

from core.domain.errors import BadNumber, MalformedFrame, OffGrid
from core.domain.events import Level
from core.domain.instrument import Instrument

_MAX_INT64: Final = 2**63 - 1

UpdateId: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=_MAX_INT64)]
"""An id of a book update."""

Texts: TypeAlias = tuple[str, str]
"""(price, size) as the venue wrote them."""

Sides: TypeAlias = tuple[list[Level], list[Level], int]
"""Bids, asks, and how many levels are in neither, since their prices lie between two ticks."""


def sides_of(bids: Sequence[Texts], asks: Sequence[Texts], instrument: Instrument) -> Sides:
    """Return levels as ticks and lots, in the order of the texts.

    Where a venue made its steps larger, orders from before still rest between the new ones; on
    Binance's spot that was recorded of prices and of sizes. Such sizes are rounded to the nearest
    lot. Such prices are left out and counted: what was rounded could not be removed again.

    Raises:
        BadNumber: a price is zero, or a number is none.
    """
    ticks, lots = instrument.price_grid.positive, instrument.size_grid.nearest
    try:
        return (
            [(ticks[price], lots[size]) for price, size in bids],
            [(ticks[price], lots[size]) for price, size in asks],
            0,
        )
    except OffGrid:
        bids_kept = [each for each in bids if _on_grid(each, instrument)]
        asks_kept = [each for each in asks if _on_grid(each, instrument)]
        left_out = len(bids) - len(bids_kept) + len(asks) - len(asks_kept)
        return *sides_of(bids_kept, asks_kept, instrument)[:2], left_out


def _on_grid(texts: Texts, instrument: Instrument) -> bool:
    try:
        instrument.price_grid.units(texts[0])
    except OffGrid:
        return False
    return True


def best_of(price: str, size: str, instrument: Instrument) -> Level | None:
    """Return the level of a best quote; None where the venue says by zeros that there is none.

    Raises:
        BadNumber: the price is not on the grid, a number is none, or only one of the two is zero.
    """
    level = (instrument.price_grid.units(price), instrument.size_grid.nearest[size])
    if all(level):
        return level
    if any(level):
        msg = f"price and size must both be above zero or both be zero, was {price} and {size}"
        raise BadNumber(msg)
    return None


def require_symbol(symbol: str, instrument: Instrument) -> None:
    """Check that a book is the book of ``instrument``.

    Raises:
        MalformedFrame: it names another symbol.
    """
    if symbol != instrument.id.symbol:
        msg = f"a book of {symbol[:40]!r} came as that of {instrument.id.symbol}"
        raise MalformedFrame(msg)
