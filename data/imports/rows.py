"""One line of a table at a time: the plain reading, and the words for what is wrong with a line."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from core.domain.errors import BadNumber, MalformedFrame
from core.domain.events import Channel
from core.domain.units import Ns
from data.imports.layout import ABSENT, Layout
from data.venues.bybit.frames import id_of
from data.venues.decode import MAX_FILLS, int_of

Draft: TypeAlias = tuple[int, int, int, int, int, int, int, int, int, int, int, int]
"""One row in the order of DRAFT_DTYPE."""

NumberName: TypeAlias = Callable[[bytes], int]
"""Instrument's name -> its number in this file; FeedError where it cannot be imported."""

_DECIMAL: Final = re.compile(rb"([0-9]{1,31})(?:\.([0-9]{0,30}))?")
_SIGNED: Final = re.compile(rb"-?[0-9]{1,19}")
_MAX_TEXT: Final = 32
_MAX_DIGITS: Final = 10**18
_INT64: Final = 2**63
# Greatest whole part of a time from 2009 to 2099 in s, ms, us and ns, and the digits to ns.
_FIRST_S: Final = 1_230_768_000  # 2009-01-01: no coin traded before
_END_S: Final = 4_102_444_800  # 2100-01-01
_UNITS: Final = ((1, 9), (10**3, 6), (10**6, 3), (10**9, 0))


def read_row(
    cells: Sequence[bytes], layout: Layout, *, line: int, number_name: NumberName
) -> Draft:
    """Return the trade, or the level, that the cells of one line tell.

    Raises:
        FeedError: they tell none; the message says why.
    """
    if len(cells) != layout.cells:
        msg = f"the line has {len(cells)} cells, not {layout.cells}"
        raise MalformedFrame(msg)
    cells = [cell.strip(b' "') for cell in cells]
    price, price_places = amount_of(cells[layout.price])
    size_of = amount_of if layout.holds is Channel.TRADES else decimal_of
    size, size_places = size_of(cells[layout.size])
    recv = cells[layout.recv] if layout.recv != ABSENT else b""
    name = b"" if layout.name is None else b",".join(cells[layout.name[0] : layout.name[1] + 1])
    return (
        stamp_of(cells[layout.stamp]),
        stamp_of(recv) if recv else 0,
        _id_of(cells, layout),
        price,
        size,
        line,
        price_places,
        size_places,
        _word_of(cells[layout.side], layout.sides, "a side"),
        _word_of(cells[layout.flag], layout.flags, "a flag") if layout.flag != ABSENT else 0,
        _fills_of(cells, layout),
        number_name(name),
    )


def decimal_of(cell: bytes, *, below: int = _MAX_DIGITS) -> tuple[int, int]:
    """Return a plain decimal as digits and how many of them are behind the dot.

    Zeros at the end of the fraction are dropped.

    Raises:
        BadNumber: it is no plain decimal, or its digits are not ``below``.
    """
    match = _DECIMAL.fullmatch(cell)
    if match is None or len(cell) > _MAX_TEXT:
        msg = f"not a plain decimal number: {shown(cell)}"
        raise BadNumber(msg)
    fraction = (match[2] or b"").rstrip(b"0")
    digits = int(match[1] + fraction)
    if digits >= below:
        msg = f"beyond belief: {shown(cell)} has too many digits"
        raise BadNumber(msg)
    return digits, len(fraction)


def amount_of(cell: bytes) -> tuple[int, int]:
    """Return a price or a size; as decimal_of, and above zero."""
    digits, places = decimal_of(cell)
    if not digits:
        msg = "price and size must be above zero"
        raise BadNumber(msg)
    return digits, places


def stamp_of(cell: bytes) -> Ns:
    """Return a time in nanoseconds; its unit (s, ms, us, ns) is known by its magnitude.

    Raises:
        FeedError: it is no plain decimal, lies outside 2009 to 2099, or is finer than 1 ns.
    """
    digits, places = decimal_of(cell, below=_INT64)
    for per_s, zeros in _UNITS:
        if _FIRST_S * per_s <= digits // 10**places < _END_S * per_s and places <= zeros:
            return digits * int(10 ** (zeros - places))
    msg = f"a time of the years 2009 to 2099 in s, ms, us or ns was expected, was {shown(cell)}"
    raise MalformedFrame(msg)


def shown(cell: bytes) -> str:
    """Return a cell for a message: short, and without characters that a terminal would obey."""
    return ascii(cell[:40].decode("utf-8", "replace"))


def _id_of(cells: Sequence[bytes], layout: Layout) -> int:
    if layout.trade_id == ABSENT:
        return 0
    cell = cells[layout.trade_id]
    if not layout.signed_ids:
        return id_of(cell.decode("latin-1"))
    if not _SIGNED.fullmatch(cell) or not -_INT64 <= int(cell) < _INT64:
        msg = f"a whole number of 64 bits was expected, was {shown(cell)}"
        raise MalformedFrame(msg)
    return int(cell)


def _word_of(cell: bytes, words: Mapping[str, int], what: str) -> int:
    value = words.get(cell.decode("latin-1"))
    if value is None:
        msg = f"not {what}: {shown(cell)}"
        raise MalformedFrame(msg)
    return value


def _fills_of(cells: Sequence[bytes], layout: Layout) -> int:
    if layout.fills_column != ABSENT:
        return min(int_of(cells[layout.fills_column].decode("latin-1")), MAX_FILLS)
    if layout.first_fill == ABSENT:
        return layout.fills
    first, last = (
        int_of(cells[place].decode("latin-1")) for place in (layout.first_fill, layout.last_fill)
    )
    if last < first:
        msg = f"an aggregate must hold a fill, was from {first} to {last}"
        raise MalformedFrame(msg)
    return min(last - first + 1, MAX_FILLS)
