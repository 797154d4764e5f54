"""Short ways to make rows of the channels other than trades."""

import numpy as np

from core.domain.arrays import (
    LEVEL_DTYPE,
    LIQUIDATION_DTYPE,
    QUOTE_DTYPE,
    TICKER_DTYPE,
    BookSide,
    LevelFlag,
)
from core.domain.events import Channel, Rows
from tests.support.trades import START_NS, instrument

SIDE_CHANNELS = [each for each in Channel if each is not Channel.TRADES]
MESSAGE = 3
"""Levels in a message of ``random_rows``."""


def message(at_ns, levels, *, update_id=1, snapshot=False, depth=0, rolls=False):
    """A message of a book: levels are (side, price_ticks, size_lots)."""
    rows = np.zeros(len(levels), LEVEL_DTYPE)
    flags = (LevelFlag.SNAPSHOT if snapshot else 0) | (LevelFlag.ROLLS if rolls else 0)
    for index, (side, ticks, lots) in enumerate(levels):
        rows[index] = (at_ns, at_ns, update_id, lots, ticks, side, flags, depth)
    rows["flags"][0] |= LevelFlag.FIRST
    return rows


def book(at_ns, bids, asks, **options):
    """A snapshot: prices in ticks -> lots."""
    levels = [(BookSide.BID, *each) for each in bids.items()]
    levels += [(BookSide.ASK, *each) for each in asks.items()]
    return message(at_ns, levels, snapshot=True, **{"depth": 1_000, **options})


def random_rows(rng, channel, count, *, span_s=600):
    """Rows of a channel by arrival; of a book ``count`` messages of MESSAGE rows."""
    arrival = START_NS + np.sort(rng.integers(0, span_s * 1000, count)) * 1_000_000
    if channel is Channel.BOOK:
        return _levels(rng, arrival)
    rows = np.zeros(count, _DTYPES[channel])
    rows["ts_recv_ns"] = arrival
    rows["ts_event_ns"] = arrival - rng.integers(1, 10**8, count)
    for name, dtype in rows.dtype.fields.items():
        if not name.startswith("ts_"):
            values = rng.random(count) if dtype[0].kind == "f" else rng.integers(1, 99, count)
            rows[name] = values
    if channel is Channel.TICKER:
        rows["index"][::2] = np.nan
    return rows


def _levels(rng, arrival):
    rows = np.zeros(arrival.size * MESSAGE, LEVEL_DTYPE)
    rows["ts_recv_ns"] = np.repeat(arrival, MESSAGE)
    rows["update_id"] = np.repeat(np.arange(arrival.size), MESSAGE)
    rows["size_lots"] = rng.integers(0, 500, rows.size)
    rows["price_ticks"] = rng.integers(900, 1_100, rows.size)
    rows["side"] = np.where(rows["price_ticks"] < 1_000, BookSide.BID, BookSide.ASK)
    rows["flags"][::MESSAGE] = LevelFlag.FIRST
    rows["flags"][:MESSAGE] |= LevelFlag.SNAPSHOT
    rows["depth"][:MESSAGE] = 1_000
    return rows


def event(channel, rows, listed=None, stream="stream"):
    return Rows(listed or instrument(), channel, stream, rows)


_DTYPES = {
    Channel.QUOTES: QUOTE_DTYPE,
    Channel.TICKER: TICKER_DTYPE,
    Channel.LIQUIDATIONS: LIQUIDATION_DTYPE,
}
