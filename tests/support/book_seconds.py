"""Seconds of a book as an engine would hold them, and the engine's book made live."""

import numpy as np

from core.domain.arrays import QUOTE_DTYPE
from core.domain.events import Channel, Listed, Rows
from core.domain.units import NS_PER_S
from data.buffers.book import Book
from data.buffers.book_seconds import BOOK_SECOND_DTYPE
from data.buffers.level_rows import as_rows, book_rows
from tests.support.book_events import snapshot
from tests.support.trades import START_NS


def seconds(at_s, **columns):
    """Rows of these seconds after START_NS; what is not named is a calm book at 1000 and 1001."""
    rows = np.zeros(len(at_s), BOOK_SECOND_DTYPE)
    rows["ts_event_ns"] = START_NS + np.asarray(at_s) * NS_PER_S
    calm = {"bid_ticks": 1000, "ask_ticks": 1001, "bid_lots": 5, "ask_lots": 5, "spread_bps": 10.0}
    for name, values in ({"near_lots": np.nan} | calm | columns).items():
        rows[name] = values
    return rows


def random_seconds(rng, at_s):
    """Busy ones."""
    count = len(at_s)
    middle = 1_000 + np.cumsum(rng.integers(-2, 3, count))
    return seconds(
        at_s,
        flow_lots=rng.integers(-500, 500, count),
        deep_flow_lots=rng.integers(-900, 900, count),
        bid_lots=rng.integers(1, 50, count),
        ask_lots=rng.integers(1, 50, count),
        bid_ticks=middle,
        ask_ticks=middle + 1,
        spread_bps=rng.random(count),
        near_lots=rng.integers(1, 90, (count, 2, 2)),
    )


def quotes_of(rows):
    """The best prices at the end of each second as QUOTE_DTYPE, a moment before it ends."""
    out = np.zeros(rows.size, QUOTE_DTYPE)
    for name in ("bid_lots", "ask_lots", "bid_ticks", "ask_ticks"):
        out[name] = rows[name]
    out["ts_event_ns"] = rows["ts_event_ns"] + NS_PER_S - 1
    return out


def live_tape(engine, listed):
    """The tape of an instrument whose book is live, with nothing in it so far."""
    book = Book()
    book.replace(snapshot(1))
    engine.submit(Listed(listed))
    engine.submit(Rows(listed, Channel.BOOK, "depth", as_rows(book_rows(book))))
    assert engine.settle()
    return engine.tape(listed.id)
