"""What the heat map of a book costs: its history as it is written, and a frame of it.

Processor time, since the history is written in the engine's thread and a frame in the publisher's.
"""

import time
from collections.abc import Iterator

import numpy as np

from core.domain.units import NS_PER_S
from data.buffers.depth_history import MAX_COLUMNS
from data.buffers.followed_book import FollowedBook
from data.buffers.tape import Tape
from data.venues.sync import Phase
from data.views.depth import DepthSpec
from data.views.moment import Moment
from pages.figures import depth_map
from pages.shell.codec import encode
from tests.bench.figure import Figure
from tests.support.book_events import BTC, START_NS, delta, snapshot
from tests.support.trades import random_trades

BOOKS = 18
MIDDLE = 600_000
DEPTHS = (400, 1_000, 5_000)
FRAMES = 100


def figures() -> Iterator[Figure]:
    """A share of a core and memory by depth of the books, then a frame."""
    for levels in DEPTHS:
        book, spent_s = _written(levels)
        name = f"depth_history_{levels}_levels"
        yield Figure(f"{name}_{BOOKS}_books", 100 * BOOKS * spent_s, "% of a core")
        held = book.history.nbytes() / 1e6
        yield Figure(f"{name}_memory", held, "MB a book")
        yield Figure(f"{name}_memory_{BOOKS}_books", BOOKS * held, "MB")
    yield from _frame()


def _book(levels):
    rng = np.random.default_rng(7)
    bids, asks = (
        [(MIDDLE + step * (1 + 2 * n), int(lots)) for n, lots in enumerate(sizes)]
        for step, sizes in zip((-1, 1), rng.integers(1, 10**6, (2, levels)), strict=True)
    )
    book = FollowedBook()
    book.replace(snapshot(1, bids, asks, at_ms=0, depth=levels))
    return book


def _written(levels):
    """Return a book with a full history, and the seconds of processor that a column took."""
    book, columns = _book(levels), MAX_COLUMNS + 1
    began_s = time.process_time()
    for second in range(1, columns + 1):
        book.history.advance(book, START_NS + second * NS_PER_S)
    return book, (time.process_time() - began_s) / columns


class _Engine:
    """One instrument, whose book is live."""

    epoch = 0

    def __init__(self, tape):
        self._tape = tape

    def tape(self, _instrument_id):
        return self._tape


def _frame() -> Iterator[Figure]:
    tape = Tape(BTC)
    keeper = tape.book._keeper
    keeper.book = _book(1_000)
    tape.book._taken = Phase.LIVE
    rng = np.random.default_rng(3)
    for second in range(1, MAX_COLUMNS + 1):
        ticks = MIDDLE - 1 - 2 * int(rng.integers(0, 900))
        changed = [(ticks, int(rng.integers(1, 10**6)))]
        keeper.book.apply(delta(second + 1, bids=changed, at_ms=1_000 * second))
    rows = random_trades(rng, 20_000, span_s=MAX_COLUMNS)
    rows["ts_event_ns"] += START_NS - rows["ts_event_ns"][0]
    tape.take_trades("trade", rows)
    query, engine = DepthSpec(BTC.id).query(), _Engine(tape)
    spent_s, size = [], 0
    for number in range(FRAMES):
        now_ns = START_NS + MAX_COLUMNS * NS_PER_S + number * NS_PER_S // 5
        began_s = time.process_time()
        view = query.view(engine, Moment(now_ns))
        frame = encode({"kind": "depth"} | depth_map.draw(view, None))
        spent_s.append(time.process_time() - began_s)
        size = len(frame)
    yield Figure("depth_frame", 1_000 * float(np.median(spent_s)), "ms of processor")
    yield Figure("depth_frame_first", 1_000 * spent_s[0], "ms of processor")
    yield Figure("depth_frame_size", size / 1_000, "kB")
