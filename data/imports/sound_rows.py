"""Which rows of a file are what they are said to be: a file may hold anything."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from core.domain.arrays import BoolArray, IntArray, LevelFlag, RowArray
from core.domain.events import Channel
from core.domain.units import MAX_PRICE_TICKS, MAX_SIZE_LOTS

_FIRST_NS: Final = 1_230_768_000 * 10**9  # 2009-01-01
_END_NS: Final = 4_102_444_800 * 10**9  # 2100-01-01
_FLAGS: Final = LevelFlag.FIRST | LevelFlag.SNAPSHOT | LevelFlag.ROLLS


def are_sound(rows: RowArray, channel: Channel) -> BoolArray:
    """Return which rows are rows of a channel; of a book, which are of messages that are.

    Args:
        rows: in the layout of the channel; of a book whole messages, but for the first.
    """
    return _CHECKS[channel](rows)


def _trades(rows: RowArray) -> BoolArray:
    good = _in_time(rows["ts_event_ns"]) & (rows["ts_recv_ns"] >= 0)
    good &= _in(rows["size_lots"], 1, MAX_SIZE_LOTS) & _in(rows["price_ticks"], 1, MAX_PRICE_TICKS)
    return good & _in(rows["aggressor"], -1, 1)


def _levels(rows: RowArray) -> BoolArray:
    good = _in_time(rows["ts_recv_ns"]) & (rows["flags"] & ~np.uint8(_FLAGS) == 0)
    good &= (rows["ts_event_ns"] == 0) | _in_time(rows["ts_event_ns"])
    good &= _in(rows["size_lots"], 0, MAX_SIZE_LOTS) & _in(rows["side"], -1, 1)
    is_level = _in(rows["price_ticks"], 1, MAX_PRICE_TICKS)
    good &= np.where(rows["side"] == 0, rows["size_lots"] == 0, is_level)
    first = (rows["flags"] & LevelFlag.FIRST) != 0
    good[1:] &= first[1:] | (rows["ts_recv_ns"][1:] == rows["ts_recv_ns"][:-1])
    number = np.cumsum(first)
    bad = np.zeros(int(number[-1]) + 1 if number.size else 1, np.bool_)
    bad[0] = True  # before the first beginning there is half a message
    bad[number[~good]] = True
    sound: BoolArray = ~bad[number]
    return sound


def _quotes(rows: RowArray) -> BoolArray:
    good = _in_time(rows["ts_event_ns"]) & _in_time(rows["ts_recv_ns"])
    for side in ("bid", "ask"):
        good &= _in(rows[f"{side}_lots"], 0, MAX_SIZE_LOTS)
        good &= _in(rows[f"{side}_ticks"], 0, MAX_PRICE_TICKS)
        good &= (rows[f"{side}_lots"] == 0) | (rows[f"{side}_ticks"] > 0)
    return good


def _tickers(rows: RowArray) -> BoolArray:
    good = _in_time(rows["ts_recv_ns"]) & (rows["ts_event_ns"] >= 0)
    good &= (rows["next_funding_ns"] >= 0) & (rows["funding_interval_ns"] >= 0)
    for name in ("mark", "index"):
        good &= ~(rows[name] <= 0) & ~np.isinf(rows[name])
    good &= ~np.isinf(rows["funding_rate"]) & ~(rows["open_interest"] < 0)
    return good


def _liquidations(rows: RowArray) -> BoolArray:
    good = _in_time(rows["ts_recv_ns"]) & _in_time(rows["ts_event_ns"])
    good &= _in(rows["size_lots"], 1, MAX_SIZE_LOTS) & (rows["price"] > 0)
    good &= np.isfinite(rows["price"]) & (np.abs(rows["position"]) == 1)
    return good & _in(rows["price_kind"], 0, 1)


def _in(values: IntArray, low: int, high: int) -> BoolArray:
    return np.logical_and(values >= low, values <= high)


def _in_time(stamps: IntArray) -> BoolArray:
    return np.logical_and(stamps >= _FIRST_NS, stamps < _END_NS)


_CHECKS: Final[Mapping[Channel, Callable[[RowArray], BoolArray]]] = {
    Channel.TRADES: _trades,
    Channel.BOOK: _levels,
    Channel.QUOTES: _quotes,
    Channel.TICKER: _tickers,
    Channel.LIQUIDATIONS: _liquidations,
}
