"""Array layouts: the dtypes that buffers, calculators and files agree on."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.domain.units import MAX_PRICE_TICKS

IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
TradeArray: TypeAlias = NDArray[np.void]
"""TRADE_DTYPE[n]."""
BarArray: TypeAlias = NDArray[np.void]
"""BAR_DTYPE[n]."""
RowArray: TypeAlias = NDArray[np.void]
"""An array of one of the other layouts below."""

TRADE_DTYPE: Final = np.dtype(
    [
        ("ts_event_ns", "<i8"),  # the venue's trade time
        ("ts_recv_ns", "<i8"),  # when the bytes reached us
        ("trade_id", "<i8"),  # the venue's id; where that is a UUID, its 64-bit digest
        ("size_lots", "<i8"),
        ("price_ticks", "<i4"),
        ("aggressor", "<i1"),  # core.domain.units.Aggressor
        ("flags", "<u1"),  # TradeFlag bits
        ("fills", "<u2"),  # fills merged into this row; 0 = the venue does not say
    ]
)
"""One trade, 40 bytes. Sorted by ``(ts_event_ns, trade_id)`` wherever a reader gets it."""


class TradeFlag:
    """Bits of ``TRADE_DTYPE.flags``."""

    BLOCK: Final = 1
    """Negotiated off the book; kept out of delta and CVD (``aggressor`` is UNKNOWN)."""
    RPI: Final = 2
    """Filled against retail price improvement liquidity."""


BAR_DTYPE: Final = np.dtype(
    [
        ("open_ns", "<i8"),  # label and first instant of [open_ns, close_ns)
        ("first_ns", "<i8"),  # venue time of the first trade
        ("last_ns", "<i8"),  # venue time of the last trade
        ("buy_lots", "<i8"),
        ("sell_lots", "<i8"),
        ("unknown_lots", "<i8"),  # volume whose aggressor nobody told us
        ("min_delta_lots", "<i8"),  # running delta inside the bar, from 0: <= 0
        ("max_delta_lots", "<i8"),  # >= 0
        ("moment1", "<i8"),  # sum of lots * (price_ticks - open_ticks)
        ("moment2", "<f8"),  # sum of lots * (price_ticks - open_ticks)^2
        ("open_ticks", "<i4"),
        ("high_ticks", "<i4"),
        ("low_ticks", "<i4"),
        ("close_ticks", "<i4"),
        ("trades", "<i4"),
        ("provenance", "<i4"),  # Provenance
    ]
)
"""One time bar. The two moments make VWAP and sigma of any merge of bars exact."""


class Provenance:
    """Where a bar came from; a merge has the largest (weakest) of its parts."""

    TRADES: Final = 0
    """Built from every trade."""
    KLINES: Final = 1
    """The venue's own candle: no price-by-price detail; ``moment2`` is an estimate."""


LEVEL_DTYPE: Final = np.dtype(
    [
        ("ts_event_ns", "<i8"),  # the venue's time; 0 where it gives none
        ("ts_recv_ns", "<i8"),  # when the bytes reached us
        ("update_id", "<i8"),  # the book is at this id once the whole message is applied
        ("size_lots", "<i8"),  # what rests now; 0 = nothing
        ("price_ticks", "<i4"),
        ("side", "<i1"),  # BookSide; NONE = the message had no level, and this row stands for it
        ("flags", "<u1"),  # LevelFlag bits, the same on every row of a message
        ("depth", "<u2"),  # of a snapshot: BookSnapshot.depth; else 0
    ]
)
"""One changed level of a book, 40 bytes, in the order of the messages."""


class BookSide:
    """Values of ``LEVEL_DTYPE.side``."""

    BID: Final = 1
    NONE: Final = 0
    ASK: Final = -1


DEEPEST: Final = 2**16 - 1
"""The most levels a side that ``LEVEL_DTYPE.depth`` can state."""


class LevelFlag:
    """Bits of ``LEVEL_DTYPE.flags``."""

    FIRST: Final = 1
    """The first row of its message; set on that row alone."""
    SNAPSHOT: Final = 2
    """The message replaces the book."""
    ROLLS: Final = 4
    """Of a snapshot: BookSnapshot.rolls."""


QUOTE_DTYPE: Final = np.dtype(
    [
        ("ts_event_ns", "<i8"),  # the venue's time; where it gives none, ts_recv_ns
        ("ts_recv_ns", "<i8"),
        ("update_id", "<i8"),
        ("bid_lots", "<i8"),  # 0 = nobody bids
        ("ask_lots", "<i8"),  # 0 = nobody offers
        ("bid_ticks", "<i4"),
        ("ask_ticks", "<i4"),
    ]
)
"""The best bid and ask of one moment, 48 bytes."""

TICKER_DTYPE: Final = np.dtype(
    [
        ("ts_event_ns", "<i8"),
        ("ts_recv_ns", "<i8"),
        ("next_funding_ns", "<i8"),  # 0 = not told
        ("funding_interval_ns", "<i8"),  # 0 = not told
        ("mark", "<f8"),  # quote coins; NaN = not told
        ("index", "<f8"),  # quote coins; NaN = not told
        ("funding_rate", "<f8"),  # of one interval, a fraction; NaN = not told
        ("open_interest", "<f8"),  # base coins, one side; NaN = not told
    ]
)
"""What a venue says of a perpetual besides trades and book, 64 bytes."""

LIQUIDATION_DTYPE: Final = np.dtype(
    [
        ("ts_event_ns", "<i8"),
        ("ts_recv_ns", "<i8"),
        ("size_lots", "<i8"),
        ("price", "<f8"),  # quote coins; may lie between two ticks
        ("position", "<i1"),  # Position
        ("price_kind", "<i1"),  # LiquidationPrice
    ]
)
"""One liquidation as far as the venue tells, 34 bytes."""


class Position:
    """Values of ``LIQUIDATION_DTYPE.position``: whose position was closed."""

    LONG: Final = 1
    SHORT: Final = -1


class LiquidationPrice:
    """Values of ``LIQUIDATION_DTYPE.price_kind``."""

    EXECUTED: Final = 0
    """The average that it was executed at."""
    BANKRUPTCY: Final = 1
    """Where the position's margin is used up; the fills may differ."""


def empty_trades() -> TradeArray:
    """Return TRADE_DTYPE[0]."""
    return np.zeros(0, TRADE_DTYPE)


def empty_bars() -> BarArray:
    """Return BAR_DTYPE[0]."""
    return np.zeros(0, BAR_DTYPE)


def require_sorted(array: NDArray[Any], field: str) -> None:
    """Raise unless ``array[field]`` is non-decreasing.

    Raises:
        ValueError: it is not.
    """
    values = array[field]
    if values.size > 1 and bool(np.any(values[1:] < values[:-1])):
        msg = f"rows must be sorted by {field}"
        raise ValueError(msg)


def stated_depth(sides: Sequence[int], *, from_ticks: int, to_ticks: int) -> int:
    """Return ``LEVEL_DTYPE.depth`` of a snapshot: one that calls no side whole that is not.

    Args:
        sides: BookSide of each of its levels; it does not roll.
        from_ticks: the bids are known down to here; 0 = all of them.
        to_ticks: the asks are known up to here; MAX_PRICE_TICKS = all of them.
    """
    counts = [DEEPEST]
    if from_ticks > 0:
        counts.append(sides.count(BookSide.BID))
    if to_ticks < MAX_PRICE_TICKS:
        counts.append(sides.count(BookSide.ASK))
    return min(counts)
