"""What the venue modules share: JSON and text in; exact numbers, or a FeedError, out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final, TypeAlias, TypeVar

import msgspec
import numpy as np

from core.domain.arrays import TRADE_DTYPE, TradeArray
from core.domain.errors import BadNumber, MalformedFrame, UnknownSymbol
from core.domain.events import TradeRow
from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue
from core.domain.units import NS_PER_MS, Aggressor, Ns

T = TypeVar("T")

UNREADABLE: Final = (ValueError, RecursionError)
"""What msgspec raises: its own errors and bad UTF-8 are ValueErrors, too deep a nesting is not."""

_MAX_INT64: Final = 2**63 - 1

Id: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=_MAX_INT64)]
"""A trade id that fits TRADE_DTYPE."""

NO_JSON: Final = msgspec.Raw(b"")
"""Stands for a part of a frame that is not there; JSON ``null`` is there."""

BUY: Final = int(Aggressor.BUY)
SELL: Final = int(Aggressor.SELL)
UNKNOWN: Final = int(Aggressor.UNKNOWN)

MAX_FILLS: Final = 2**16 - 1
"""Greatest ``fills`` that TRADE_DTYPE holds; more are written as this."""

QUOTES: Final = frozenset({"USDT", "USDC"})
"""Only these quote coins are listed."""

_FIRST_MS: Final = 1_230_768_000_000  # 2009-01-01: no coin traded before
_END_MS: Final = 4_102_444_800_000  # 2100-01-01
_US_PER_MS: Final = 1_000
_NS_PER_US: Final = NS_PER_MS // _US_PER_MS

_MAX_ID_DIGITS: Final = 19
_PLAIN_DECIMAL: Final = re.compile(r"[0-9]{1,24}(\.[0-9]{1,24})?")
_COIN: Final = re.compile(r"[A-Z0-9._-]{1,40}")


def decode(decoder: msgspec.json.Decoder[T], raw: bytes | msgspec.Raw) -> T:
    """Return what ``raw`` says, by the schema of ``decoder``.

    Raises:
        MalformedFrame: it is not JSON, or not of that schema.
    """
    try:
        return decoder.decode(raw)
    except UNREADABLE as error:
        msg = f"the message does not have the documented shape: {error}"
        raise MalformedFrame(msg) from error


def convert(body: Any, schema: type[T]) -> T:
    """Return ``body`` (decoded JSON) as ``schema``.

    Raises:
        MalformedFrame: it is not of that schema.
    """
    try:
        return msgspec.convert(body, schema)
    except UNREADABLE as error:
        msg = f"the answer does not have the documented shape: {error}"
        raise MalformedFrame(msg) from error


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


def ns_of(stamp: int) -> Ns:
    """Return a venue's time in nanoseconds; its unit, ms or us, is known by its magnitude.

    Raises:
        MalformedFrame: it lies outside the years 2009 to 2099 in either unit.
    """
    if _FIRST_MS <= stamp < _END_MS:
        return stamp * NS_PER_MS
    if _FIRST_MS * _US_PER_MS <= stamp < _END_MS * _US_PER_MS:
        return stamp * _NS_PER_US
    msg = f"a time of the years 2009 to 2099 in ms or us was expected, was {stamp}"
    raise MalformedFrame(msg)


def int_of(text: str) -> int:
    """Return ``text`` as an int64 >= 0.

    Raises:
        MalformedFrame: it is not 1 to 19 ASCII digits, or is too large.
    """
    if len(text) <= _MAX_ID_DIGITS and text.isascii() and text.isdigit():
        value = int(text)
        if value <= _MAX_INT64:
            return value
    msg = f"a whole number below 2^63 was expected, was {text[:40]!r}"
    raise MalformedFrame(msg)


def decimal_of(text: str) -> Decimal:
    """Return a plain decimal above zero, without trailing zeros.

    Raises:
        BadNumber: ``text`` is something else; signs, exponents and underscores are something else.
    """
    if _PLAIN_DECIMAL.fullmatch(text):
        # Not Decimal.normalize(): that rounds to the precision of the thread's context.
        value = Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
        if value > 0:
            return value
    msg = f"a plain decimal above zero was expected, was {text[:40]!r}"
    raise BadNumber(msg)


def trade_array(rows: list[TradeRow], *, ids_count: bool = True) -> TradeArray:
    """Return ``rows`` as TRADE_DTYPE[n], sorted by time.

    Args:
        ids_count: trades of one instant go by id; False = they stay in the order of ``rows``.
    """
    trades = np.array(rows, TRADE_DTYPE)
    if ids_count:
        return trades[np.lexsort((trades["trade_id"], trades["ts_event_ns"]))]
    return trades[np.argsort(trades["ts_event_ns"], kind="stable")]


@dataclass(frozen=True, slots=True)
class Listing:
    """One tradable row of a venue's instrument list.

    Attributes:
        tick_size: text as the venue sent it, in quote.
        size_step: text as the venue sent it, in the venue's own unit.
        contract_value: base coins per unit of size.
    """

    symbol: str
    base: str
    quote: str
    tick_size: str
    size_step: str
    contract_value: Decimal = Decimal(1)


def instruments_of(rows: Iterable[Listing], venue: Venue, kind: MarketKind) -> list[Instrument]:
    """Return the instruments of ``rows`` that are quoted in USDT or USDC, in their order.

    A symbol or coin with characters outside our allow-list (Binance lists some in Chinese) is left
    out: it can reach neither a page nor a path.

    Raises:
        BadNumber: a step of a listed row is not a plain decimal above zero.
    """
    instruments = []
    for row in rows:
        if row.quote not in QUOTES or not _COIN.fullmatch(row.base):
            continue
        try:
            instrument_id = InstrumentId(venue, kind, row.symbol)
        except ValueError:
            continue
        tick_size, size_step = decimal_of(row.tick_size), decimal_of(row.size_step)
        instruments.append(
            Instrument(instrument_id, row.base, row.quote, tick_size, size_step, row.contract_value)
        )
    return instruments
