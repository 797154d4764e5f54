"""A column of cells at a time: decimal text to integers, exactly and without a float.

Eight characters are one machine word, worked on at once. A cell that this module is not sure of
is left to the reader of single rows: ``sure`` is False there, and its value means nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from core.domain.arrays import BoolArray, IntArray

Words: TypeAlias = NDArray[np.uint64]

PAD: Final = 64
"""Bytes that the text must have before its first cell and after its last one."""

WIDEST_NAME: Final = 64

_WORD: Final = 8
_WIDEST_NUMBER: Final = 19  # characters, the dot included: their digits fit 64 bits
_TEN: Final = np.uint64(10) ** np.arange(20, dtype=np.uint64)
_MAX_INT64: Final = np.uint64(2**63 - 1)
_UUID: Final = 36
_DASHES: Final = (8, 13, 18, 23)
_NO_HEX: Final = 255


def _every(octet: int) -> np.uint64:
    return np.uint64(int.from_bytes(bytes([octet]) * _WORD, "little"))


_LOW7, _FILL, _DOTS, _SIX, _HIGH4, _THREES, _VALUES = map(
    _every, (0x7F, 0x30, 0x2E, 0x06, 0xF0, 0x33, 0x0F)
)
_DOT_TO_ZERO: Final = np.uint64(0x2E ^ 0x30)
_PAIRS: Final = np.uint64(0x00FF00FF00FF00FF)
_QUADS: Final = np.uint64(0x0000FFFF0000FFFF)


def _hex_values() -> NDArray[np.uint8]:
    table = np.full(256, _NO_HEX, np.uint8)
    for value, characters in enumerate(zip("0123456789abcdef", "0123456789ABCDEF", strict=True)):
        for each in characters:
            table[ord(each)] = value
    return table


_HEX: Final = _hex_values()


def _keep(width: int) -> Words:
    """Return, for each length, the words of a cell of ``width`` bytes whose last ones are set."""
    masks = np.zeros((width + 1, width), np.uint8)
    for length in range(1, width + 1):
        masks[length, width - length :] = 0xFF
    return masks.view("<u8")


_KEEP: Final = {words: _keep(words * _WORD) for words in range(1, WIDEST_NAME // _WORD + 1)}


@dataclass(frozen=True, slots=True)
class Column:
    """The cells ``text[starts[i]:ends[i]]``; ``text`` has PAD bytes more at both ends."""

    text: NDArray[np.uint8]
    starts: IntArray
    ends: IntArray


@dataclass(frozen=True, slots=True)
class Decimals:
    """Exact decimals: ``digits / 10**places``, without zeros at the end of the fraction.

    Attributes:
        digits: int64[n].
        places: int64[n], digits after the dot.
        sure: bool[n].
    """

    digits: IntArray
    places: IntArray
    sure: BoolArray


def decimals(column: Column, *, below: int = 10**18) -> Decimals:
    """Return plain decimals: digits with at most one dot, which is not the first character.

    Args:
        below: what has this many digits' worth or more is left, at most 2^63.
    """
    words, sure = _number_words(column)
    after_dot = np.zeros(column.ends.size, np.uint64)
    has_dot = np.zeros(column.ends.size, np.uint64)
    for index, dots in enumerate(map(_dots_in, words)):
        words[index] ^= (dots >> np.uint64(7)) * _DOT_TO_ZERO
        count = np.bitwise_count(dots).astype(np.uint64)
        has_dot += count
        # One flag at bit 8b+7: the ones below it count to 8b+7.
        place = np.bitwise_count(dots - (dots != 0)).astype(np.uint64) >> np.uint64(3)
        behind = np.uint64(_WORD * (len(words) - index) - 1) - place
        after_dot += np.where(count > 0, behind, np.uint64(0))
    sure &= (has_dot <= 1) & (column.text[column.starts] != ord("."))
    after_dot[~sure] = 0
    raw = _value(words, sure)
    scale = _TEN[np.minimum(after_dot + has_dot * sure, 19)]
    whole = raw // scale
    digits = np.where(has_dot == 1, whole * _TEN[after_dot] + (raw - whole * scale), raw)
    drop = np.minimum(_zeros_at_end(words), after_dot)
    digits //= _TEN[drop]
    sure &= digits < np.uint64(below)
    return Decimals(digits.astype(np.int64), (after_dot - drop).astype(np.int64), sure)


def wholes(column: Column) -> tuple[IntArray, BoolArray]:
    """Return whole numbers, ``0 <= n < 2**63``, and which of them are sure."""
    words, sure = _number_words(column)
    values = _value(words, sure)
    sure &= values <= _MAX_INT64
    return values.astype(np.int64), sure


def signed(column: Column) -> tuple[IntArray, BoolArray]:
    """Return whole numbers that may be negative, and which of them are sure."""
    minus = (column.text[column.starts] == ord("-")) & (column.ends > column.starts)
    values, sure = wholes(Column(column.text, column.starts + minus, column.ends))
    return np.where(minus, -values, values), sure


def choices(column: Column, words: Mapping[str, int]) -> tuple[IntArray, BoolArray]:
    """Return the value of each cell that is one of ``words``; words of over 8 bytes are left."""
    lengths = column.ends - column.starts
    cells = _right(column, 1)[0]
    values = np.zeros(cells.size, np.int64)
    sure = np.zeros(cells.size, np.bool_)
    for word, value in words.items():
        if len(word) <= _WORD:
            code = int.from_bytes(word.encode("ascii").rjust(_WORD, b"\0"), "little")
            same = cells == np.uint64(code)
            values[same], sure = value, sure | same
    return values, sure & (lengths <= _WORD)


def uuids(column: Column) -> tuple[IntArray, BoolArray]:
    """Return UUIDs as the exclusive or of their halves, and which of the cells are UUIDs."""
    sure = column.ends - column.starts == _UUID
    cells = sliding_window_view(column.text, _UUID)[np.where(sure, column.starts, 0)]
    sure &= (cells[:, _DASHES] == ord("-")).all(axis=1)
    nibbles = _HEX[np.delete(cells, _DASHES, axis=1)]
    sure &= (nibbles != _NO_HEX).all(axis=1)
    octets = np.ascontiguousarray(nibbles[:, ::2] << 4 | nibbles[:, 1::2] & 0x0F)
    halves = octets.view(">u8")
    return (halves[:, 0] ^ halves[:, 1]).astype(np.uint64).view(np.int64), sure


def names(
    column: Column, number: Callable[[bytes], int | None], *, rounds: int
) -> tuple[IntArray, BoolArray]:
    """Return the number of each cell's name; names of over 64 bytes are left.

    Args:
        number: name -> its number; None = leave it.
        rounds: names asked about at most; each one costs a look at every cell.
    """
    lengths = column.ends - column.starts
    count = min(max(-(-int(lengths.max(initial=1)) // _WORD), 1), WIDEST_NAME // _WORD)
    cells = _right(column, count)
    values = np.zeros(lengths.size, np.int64)
    sure = np.zeros(lengths.size, np.bool_)
    left = lengths <= count * _WORD
    for _ in range(rounds):
        if not left.any():
            break
        row = int(left.argmax())
        name = column.text[column.starts[row] : column.ends[row]].tobytes()
        same = lengths == lengths[row]
        for word in cells:
            same &= word == word[row]
        left &= ~same
        value = number(name)
        if value is not None:
            values[same], sure = value, sure | same
    return values, sure


def _right(column: Column, count: int) -> list[Words]:
    """Return the last ``count`` words of each cell, zero bytes where the cell is shorter."""
    width = count * _WORD
    cells = sliding_window_view(column.text, width)[column.ends - width].view("<u8")
    keep = _KEEP[count][np.clip(column.ends - column.starts, 0, width)]
    return [cells[:, word] & keep[:, word] for word in range(count)]


def _number_words(column: Column) -> tuple[list[Words], BoolArray]:
    """Return cells as words with ``0`` before the first character; which are not too long."""
    lengths = column.ends - column.starts
    sure = (lengths > 0) & (lengths <= _WIDEST_NUMBER)
    longest = int(np.minimum(lengths, _WIDEST_NUMBER).max(initial=1))
    count = max(-(-longest // _WORD), 1)
    width = count * _WORD
    cells = sliding_window_view(column.text, width)[column.ends - width].view("<u8")
    keep = _KEEP[count][np.clip(lengths, 0, width)]
    return [cells[:, n] & keep[:, n] | _FILL & ~keep[:, n] for n in range(count)], sure


def _dots_in(word: Words) -> Words:
    """Return 0x80 in each byte that is a dot, and zero in the others."""
    other = word ^ _DOTS
    return ~(((other & _LOW7) + _LOW7) | other | _LOW7)


def _value(words: list[Words], sure: BoolArray) -> Words:
    """Return the number that the digits make; clears ``sure`` where there is another character."""
    total = np.zeros(sure.size, np.uint64)
    for word in words:
        sure &= (word & _HIGH4 | (word + _SIX & _HIGH4) >> np.uint64(4)) == _THREES
        part = (word & _VALUES) * np.uint64(2561) >> np.uint64(8)
        part = (part & _PAIRS) * np.uint64(6553601) >> np.uint64(16)
        part = (part & _QUADS) * np.uint64(42949672960001) >> np.uint64(32)
        total = total * _TEN[_WORD] + part
    return total


def _zeros_at_end(words: list[Words]) -> Words:
    """Return how many zeros each cell ends with; the place of the dot counts as one."""
    zeros = np.zeros(words[0].size, np.uint64)
    still = np.ones(words[0].size, np.bool_)
    for word in reversed(words):
        digits = word ^ _FILL
        for shift in (1, 2, 4, 8, 16, 32):
            digits |= digits >> np.uint64(shift)
        used = np.bitwise_count(digits).astype(np.uint64) + np.uint64(7) >> np.uint64(3)
        zeros += np.where(still, np.uint64(_WORD) - used, np.uint64(0))
        still &= used == 0
    return zeros
