"""How the rows of each channel lie on the disk: their layout, their clock, and their order.

Trades are ordered by the venue's time, since they come again over REST and late. Everything else
is ordered by its arrival: a book is what its messages made of it, one after the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.calc.common_grid import Factors
from core.domain.arrays import (
    LEVEL_DTYPE,
    LIQUIDATION_DTYPE,
    QUOTE_DTYPE,
    TICKER_DTYPE,
    TRADE_DTYPE,
    LevelFlag,
    RowArray,
)
from core.domain.errors import RecordingError
from core.domain.events import Channel
from core.domain.units import MAX_PRICE_TICKS, MAX_SIZE_LOTS


@dataclass(frozen=True, slots=True)
class RowLayout:
    """The rows of one channel.

    Attributes:
        clock: the column that days, spans and order go by.
        ticks: columns in price ticks.
        lots: columns in lots.
        near: columns of whole numbers that differ little from row to row: kept as differences.
        split: columns whose high bytes are alike: all first bytes are kept together, and so on.
            Of a book that is a third less than differences.
        group_rows: rows in a row group of a compacted file; a reader holds one at a time.
    """

    dtype: np.dtype[Any]
    clock: str
    ticks: tuple[str, ...]
    lots: tuple[str, ...]
    near: tuple[str, ...]
    split: tuple[str, ...]
    group_rows: int

    @property
    def names(self) -> tuple[str, ...]:
        """The columns."""
        return self.dtype.names or ()

    def empty(self) -> RowArray:
        """Return no rows."""
        return np.zeros(0, self.dtype)


_TIMES: Final = ("ts_event_ns", "ts_recv_ns")
_MANY: Final = 65_536
_FEWER: Final = 16_384
"""Four of a channel are read at once when recordings are played."""

LAYOUTS: Final[Mapping[Channel, RowLayout]] = {
    Channel.TRADES: RowLayout(
        dtype=TRADE_DTYPE,
        clock="ts_event_ns",
        ticks=("price_ticks",),
        lots=("size_lots",),
        near=(*_TIMES, "trade_id", "size_lots", "price_ticks"),
        split=(),
        group_rows=_MANY,
    ),
    Channel.BOOK: RowLayout(
        dtype=LEVEL_DTYPE,
        clock="ts_recv_ns",
        ticks=("price_ticks",),
        lots=("size_lots",),
        near=(),
        split=("size_lots", "price_ticks"),
        group_rows=_FEWER,
    ),
    Channel.QUOTES: RowLayout(
        dtype=QUOTE_DTYPE,
        clock="ts_recv_ns",
        ticks=("bid_ticks", "ask_ticks"),
        lots=("bid_lots", "ask_lots"),
        near=(*_TIMES, "update_id", "bid_ticks", "ask_ticks"),
        split=("bid_lots", "ask_lots"),
        group_rows=_FEWER,
    ),
    Channel.TICKER: RowLayout(
        dtype=TICKER_DTYPE,
        clock="ts_recv_ns",
        ticks=(),
        lots=(),
        near=_TIMES,
        split=("mark", "index", "funding_rate", "open_interest"),
        group_rows=_FEWER,
    ),
    Channel.LIQUIDATIONS: RowLayout(
        dtype=LIQUIDATION_DTYPE,
        clock="ts_recv_ns",
        ticks=(),
        lots=("size_lots",),
        near=_TIMES,
        split=("size_lots", "price"),
        group_rows=_FEWER,
    ),
}
"""Every channel that is stored."""


def require_rows(rows: RowArray, channel: Channel) -> None:
    """Refuse what is not of a channel's layout, or is half a message of a book.

    Args:
        rows: at least one.

    Raises:
        ValueError: it is.
    """
    if rows.dtype != LAYOUTS[channel].dtype:
        msg = f"rows of another layout than that of {channel}"
        raise ValueError(msg)
    if channel is Channel.BOOK and not _is_whole(rows):
        msg = "rows of a book must be whole messages, each of one moment"
        raise ValueError(msg)


def pieces(rows: RowArray, channel: Channel, *, size: int) -> Iterator[RowArray]:
    """Yield rows in pieces of ``size``; of a book the messages stay whole, whatever their size."""
    starts = None
    if channel is Channel.BOOK and rows.size > size:
        starts = np.append(np.flatnonzero(rows["flags"] & LevelFlag.FIRST), rows.size)
    low = 0
    while low < rows.size:
        high = min(low + size, rows.size)
        if starts is not None:
            before = int(np.searchsorted(starts, high, side="right")) - 1
            high = int(starts[before] if starts[before] > low else starts[before + 1])
        yield rows[low:high]
        low = high


def by_arrival(rows: RowArray) -> RowArray:
    """Return rows by ``ts_recv_ns``; those of one instant stay in the order given."""
    times = rows["ts_recv_ns"]
    if bool(np.all(times[1:] >= times[:-1])):
        return rows
    return rows[np.argsort(times, kind="stable")]


def rescale(rows: RowArray, channel: Channel, by: Factors) -> RowArray:
    """Return rows in other ticks and lots.

    Raises:
        RecordingError: a price or a size would be beyond what a row holds.
    """
    if by == Factors(1, 1):
        return rows
    layout = LAYOUTS[channel]
    out = rows.copy()
    for names, factor, largest in (
        (layout.ticks, by.ticks, MAX_PRICE_TICKS),
        (layout.lots, by.lots, MAX_SIZE_LOTS),
    ):
        for name in names:
            if int(rows[name].max(initial=0)) * factor > largest:
                msg = "its steps are too far from those of the other files"
                raise RecordingError(msg)
            out[name] *= factor
    return out


def _is_whole(rows: RowArray) -> bool:
    first = (rows["flags"] & LevelFlag.FIRST) != 0
    times = rows["ts_recv_ns"]
    return bool(first[0]) and bool(np.all(first[1:] | (times[1:] == times[:-1])))
