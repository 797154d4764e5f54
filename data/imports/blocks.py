"""A block of lines at a time: the fast reading of a table, equal to the reading line by line."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.arrays import BoolArray, IntArray
from core.domain.errors import FeedError
from core.domain.events import Channel
from data.imports.cells import (
    PAD,
    Column,
    choices,
    decimals,
    names,
    signed,
    uuids,
    wholes,
)
from data.imports.layout import ABSENT, DRAFT_DTYPE, Layout
from data.imports.rows import NumberName, read_row, shown
from data.venues.decode import MAX_FILLS

_COMMA: Final = ord(",")
_BREAK: Final = ord("\n")
_RETURN: Final = ord("\r")
_POWERS: Final = 10 ** np.arange(19, dtype=np.int64)
# Seconds since 1970 of 2009-01-01 and 2100-01-01 as s, ms, us and ns; to ns: 9, 6, 3, 0 digits.
_FIRST: Final = 1_230_768_000 * _POWERS[[0, 3, 6, 9]]
_END: Final = 4_102_444_800 * _POWERS[[0, 3, 6, 9]]
_NAMES_A_BLOCK: Final = 512
_TO_NS: Final = np.array([9, 6, 3, 0])


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that was refused.

    Attributes:
        line: of the file, from 1.
        reason: why, in plain words.
    """

    line: int
    reason: str


def read_block(
    block: bytes, layout: Layout, *, first_line: int, number_name: NumberName
) -> tuple[NDArray[np.void], list[BadRow]]:
    """Return the trades of a block of whole lines.

    Args:
        block: lines, each ended by a line break.
        first_line: number of the first one in the file.
        number_name: tells which instrument a name is.

    Returns:
        DRAFT_DTYPE[n] in the order of the lines, and what was refused.
    """
    table = _Table.of(block, layout.cells)
    drafts = np.zeros(table.lines.size, DRAFT_DTYPE)
    drafts["line"] = first_line + table.lines
    sure = _fill(drafts, table, layout, number_name) if drafts.size else np.ones(0, np.bool_)
    bad: list[BadRow] = []
    for row in np.flatnonzero(~sure).tolist():
        line = int(drafts["line"][row])
        cells = table.cells_of(int(table.lines[row]))
        try:
            drafts[row] = read_row(cells, layout, line=line, number_name=number_name)
        except FeedError as error:
            bad.append(BadRow(line, str(error)))
        else:
            sure[row] = True
    for index in table.odd_lines.tolist():
        count, start = len(table.cells_of(index)), shown(table.line(index))
        reason = f"the line has {count} cells, not {layout.cells}: {start}"
        bad.append(BadRow(first_line + index, reason))
    return drafts[sure], sorted(bad, key=lambda each: each.line)


@dataclass(frozen=True, slots=True)
class _Table:
    """Where the cells of a block are.

    Attributes:
        block: as it came.
        text: the block with PAD bytes more at both ends.
        breaks: places of the commas and line breaks in ``text``, ascending.
        last: for each line, the index of its line break in ``breaks``.
        lines: indices of the lines that have the right number of cells.
        odd_lines: indices of the others, empty lines left out.
    """

    text: NDArray[np.uint8]
    breaks: IntArray
    last: IntArray
    lines: IntArray
    odd_lines: IntArray
    width: int

    @classmethod
    def of(cls, block: bytes, width: int) -> "_Table":
        """Find the cells; lines should have ``width`` of them."""
        text = np.zeros(len(block) + 2 * PAD, np.uint8)
        text[PAD:-PAD] = np.frombuffer(block, np.uint8)
        breaks = np.flatnonzero((text == _COMMA) | (text == _BREAK))
        last = np.flatnonzero(text[breaks] == _BREAK)
        right = np.diff(last, prepend=-1) == width
        ends = breaks[last]
        starts = np.concatenate(([PAD], ends[:-1] + 1))
        ends = ends - ((text[ends - 1] == _RETURN) & (ends > starts))
        filled = ends > starts
        return cls(
            text=text,
            breaks=breaks,
            last=last,
            lines=np.flatnonzero(right & filled),
            odd_lines=np.flatnonzero(~right & filled),
            width=width,
        )

    def column(self, place: int, to: int | None = None) -> Column:
        """Return the cells of a column, or of a run of columns with the commas between them."""
        to = place if to is None else to
        before = self.last[self.lines] - self.width
        starts = np.where(before + place >= 0, self.breaks[np.maximum(before + place, 0)] + 1, PAD)
        ends = self.breaks[before + to + 1]
        if to == self.width - 1:
            ends = ends - ((self.text[ends - 1] == _RETURN) & (ends > starts))
        return Column(self.text, starts, ends)

    def line(self, index: int) -> bytes:
        """Return a line without its end."""
        start = int(self.breaks[self.last[index - 1]]) + 1 if index else PAD
        return self.text[start : int(self.breaks[self.last[index]])].tobytes().rstrip(b"\r")

    def cells_of(self, index: int) -> list[bytes]:
        """Return the cells of a line."""
        return self.line(index).split(b",")


def _fill(
    drafts: NDArray[np.void], table: _Table, layout: Layout, number_name: NumberName
) -> BoolArray:
    """Write what can be read at once; return in which rows that is everything."""
    sure = np.ones(drafts.size, np.bool_)
    for field, place in (("price", layout.price), ("size", layout.size)):
        numbers = decimals(table.column(place))
        drafts[field], drafts[f"{field}_places"] = numbers.digits, numbers.places
        may_be_zero = field == "size" and layout.holds is Channel.BOOK
        sure &= numbers.sure & ((numbers.digits > 0) | may_be_zero)
    drafts["ts_event_ns"], known_time = _stamps(table.column(layout.stamp))
    sure &= known_time
    if layout.recv != ABSENT:
        drafts["ts_recv_ns"], known_time = _stamps(table.column(layout.recv))
        sure &= known_time
    drafts["aggressor"], known_side = choices(table.column(layout.side), layout.sides)
    sure &= known_side
    if layout.trade_id != ABSENT:
        drafts["trade_id"], known_id = _ids(table.column(layout.trade_id), layout)
        sure &= known_id
    if layout.flag != ABSENT:
        drafts["flags"], known_flag = choices(table.column(layout.flag), layout.flags)
        sure &= known_flag
    drafts["fills"], known_fills = _fills(table, layout)
    sure &= known_fills
    if layout.name is not None:
        drafts["name"], known_name = _names(table.column(*layout.name), number_name)
        sure &= known_name
    return sure


def _names(column: Column, number_name: NumberName) -> tuple[IntArray, BoolArray]:
    def number(name: bytes) -> int | None:
        try:
            return number_name(name)
        except FeedError:
            return None

    return names(column, number, rounds=_NAMES_A_BLOCK)


def _stamps(column: Column) -> tuple[IntArray, BoolArray]:
    times = decimals(column, below=2**63)
    seconds = times.digits // _POWERS[np.minimum(times.places, 18)]
    unit = np.searchsorted(_FIRST, seconds, side="right") - 1
    zeros = _TO_NS[np.maximum(unit, 0)] - times.places
    sure = times.sure & (unit >= 0) & (seconds < _END[unit]) & (zeros >= 0)
    return times.digits * _POWERS[np.where(sure, zeros, 0)], sure


def _ids(column: Column, layout: Layout) -> tuple[IntArray, BoolArray]:
    if layout.signed_ids:
        return signed(column)
    values, sure = wholes(column)
    if not sure.all():
        digests, are_uuids = uuids(column)
        values, sure = np.where(are_uuids, digests, values), sure | are_uuids
    return values, sure


def _fills(table: _Table, layout: Layout) -> tuple[IntArray, BoolArray]:
    if layout.fills_column != ABSENT:
        fills, sure = wholes(table.column(layout.fills_column))
        return np.minimum(fills, MAX_FILLS), sure
    if layout.first_fill == ABSENT:
        rows = table.lines.size
        return np.full(rows, layout.fills, np.int64), np.ones(rows, np.bool_)
    first, sure_first = wholes(table.column(layout.first_fill))
    last, sure_last = wholes(table.column(layout.last_fill))
    return np.minimum(last - first, MAX_FILLS - 1) + 1, sure_first & sure_last & (last >= first)
