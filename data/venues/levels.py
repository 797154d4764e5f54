"""What the venues' book decoders share: texts of levels in, whole numbers out."""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Annotated, Final, TypeAlias

import msgspec

from core.domain.errors import BadNumber, MalformedFrame, UnknownSymbol
from core.domain.events import Level
from core.domain.instrument import Instrument

_MAX_INT64: Final = 2**63 - 1

UpdateId: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=_MAX_INT64)]
"""An id of a book update."""

Texts: TypeAlias = tuple[str, str]
"""(price, size) as the venue wrote them."""

_PRICE: Final = itemgetter(0)


def levels_of(texts: Iterable[Texts], instrument: Instrument) -> list[Level]:
    """Return levels as ticks and lots, in the order of ``texts``.

    Sizes between two lots are rounded: Binance's spot book of BTC holds a few such, of orders from
    before its step grew.

    Raises:
        BadNumber: a price is zero or not on the grid, or a number is none.
    """
    ticks, lots = instrument.price_grid.by_text, instrument.size_grid.nearest
    levels = [(ticks[price], lots[size]) for price, size in texts]
    if 0 in map(_PRICE, levels):
        msg = "the price of a level must be above zero, was 0"
        raise BadNumber(msg)
    return levels


def best_of(price: str, size: str, instrument: Instrument) -> Level | None:
    """Return the level of a best quote; None where the venue says by zeros that there is none.

    Raises:
        BadNumber: as ``levels_of``, or only one of the two is zero.
    """
    level = (instrument.price_grid.units(price), instrument.size_grid.nearest[size])
    if all(level):
        return level
    if any(level):
        msg = f"price and size must both be above zero or both be zero, was {price} and {size}"
        raise BadNumber(msg)
    return None


def asked_for(symbol: str, instruments: Mapping[str, Instrument]) -> Instrument:
    """Return the instrument of ``symbol``.

    Raises:
        UnknownSymbol: nobody asked for it.
    """
    instrument = instruments.get(symbol)
    if instrument is None:
        msg = f"nobody asked for the symbol {symbol[:40]!r}"
        raise UnknownSymbol(msg)
    return instrument


def require_symbol(symbol: str, instrument: Instrument) -> None:
    """Check that a book is the book of ``instrument``.

    Raises:
        MalformedFrame: it names another symbol.
    """
    if symbol != instrument.id.symbol:
        msg = f"a book of {symbol[:40]!r} came as that of {instrument.id.symbol}"
        raise MalformedFrame(msg)
