"""What the venues' decoders of perpetuals share: texts in; prices, rates and interest out."""

import re
from collections.abc import Iterable
from math import nan
from typing import Final, TypeAlias

import numpy as np

from core.domain.arrays import TICKER_DTYPE, LiquidationPrice, Position, RowArray
from core.domain.derivatives import LiquidationRow
from core.domain.errors import BadNumber, MalformedFrame
from core.domain.instrument import Instrument
from core.domain.units import MAX_PRICE_TICKS, MAX_SIZE_LOTS, NS_PER_HOUR, Ns
from data.venues.decode import decimal_of, int_of, ns_of

LONG: Final = Position.LONG
SHORT: Final = Position.SHORT
EXECUTED: Final = LiquidationPrice.EXECUTED
BANKRUPTCY: Final = LiquidationPrice.BANKRUPTCY

_DAY_HOURS: Final = 24
_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,24})?")
_ZERO: Final = re.compile(r"0+(\.0+)?")

Told: TypeAlias = float | None
"""A number; None = the venue did not tell it."""


def price_of(text: str | None, instrument: Instrument) -> Told:
    """Return a price in quote coins; it may lie between two ticks. Empty = not told.

    Raises:
        BadNumber: it is no plain decimal above zero, or beyond what ticks can hold.
    """
    if not text:
        return None
    price = decimal_of(text)
    if price > MAX_PRICE_TICKS * instrument.tick_size:
        msg = f"{text} is beyond belief as a price of {instrument.id}"
        raise BadNumber(msg)
    return float(price)


def rate_of(text: str | None) -> Told:
    """Return a funding rate as a fraction; empty = not told.

    Raises:
        BadNumber: it is no plain decimal between -1 and 1.
    """
    if not text:
        return None
    if not _PLAIN_NUMBER.fullmatch(text) or not -1 < float(text) < 1:
        msg = f"a funding rate is a plain decimal between -1 and 1, was {text[:40]!r}"
        raise BadNumber(msg)
    return float(text)


def open_interest_of(text: str | None, instrument: Instrument) -> Told:
    """Return open interest in base coins, which may be zero; empty = not told.

    Raises:
        BadNumber: it is no plain decimal, or beyond what lots can hold.
    """
    if not text:
        return None
    coins = 0 if _ZERO.fullmatch(text) else decimal_of(text)
    if coins > MAX_SIZE_LOTS * instrument.lot_size:
        msg = f"{text} is beyond belief as open interest of {instrument.id}"
        raise BadNumber(msg)
    return float(coins)


def interval_of(interval_ns: Ns) -> Ns:
    """Return the time between two fundings.

    Raises:
        MalformedFrame: it is shorter than an hour or longer than a day.
    """
    if not NS_PER_HOUR <= interval_ns <= _DAY_HOURS * NS_PER_HOUR:
        msg = f"between two fundings lie 1 to 24 hours, was {interval_ns / NS_PER_HOUR:g}"
        raise MalformedFrame(msg)
    return interval_ns


def hours_of(hours: int | str | None) -> Ns | None:
    """Return hours between two fundings in nanoseconds; empty = not told.

    Raises:
        MalformedFrame: it is not 1 to 24.
    """
    if hours is None or hours == "":
        return None
    return interval_of((hours if isinstance(hours, int) else int_of(hours)) * NS_PER_HOUR)


def next_of(stamp: int | str | None) -> Ns | None:
    """Return when funding is paid next; empty and zero = not told.

    Raises:
        MalformedFrame: it is no time.
    """
    if stamp is None or stamp == "":
        return None
    stamp = stamp if isinstance(stamp, int) else int_of(stamp)
    return ns_of(stamp) if stamp else None


def liquidation_row(
    instrument: Instrument,
    *,
    times_ns: tuple[Ns, Ns],
    size: str,
    price: str,
    position: int,
    price_kind: int,
) -> LiquidationRow:
    """Return one row in the order of LIQUIDATION_DTYPE.

    Args:
        times_ns: the venue's time, and when it reached us.
        size: in the venue's unit.
        price: quote coins; it may lie between two ticks.

    Raises:
        BadNumber: size or price is not above zero, or the size is off the grid.
    """
    size_lots = instrument.size_grid.positive[size]
    number = price_of(price, instrument)
    if number is None:
        msg = "a liquidation must have a price"
        raise BadNumber(msg)
    return (*times_ns, size_lots, number, position, price_kind)


def open_interest_rows(points: Iterable[tuple[Ns, Told]], *, ts_recv_ns: Ns) -> RowArray:
    """Return TICKER_DTYPE[n], sorted, in which only open interest is told.

    Args:
        points: (when, base coins), in any order; those that are not told are left out.
    """
    told = sorted((at_ns, held) for at_ns, held in points if held is not None)
    rows = [(at_ns, ts_recv_ns, 0, 0, nan, nan, nan, held) for at_ns, held in told]
    return np.array(rows, TICKER_DTYPE)
