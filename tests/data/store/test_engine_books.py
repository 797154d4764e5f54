"""What the engine accepted of a book is what a recording gives back."""

import numpy as np
import pytest
from msgspec.structs import replace

from core.domain.arrays import LevelFlag
from core.domain.errors import RecordingError
from core.domain.events import BookBegins, BookEnds, Channel, Rows
from core.domain.units import NS_PER_MS
from data.buffers.desk import WHOLE_NS
from data.engine import Engine
from data.store.past_book import book_at
from data.store.recorder import Recorder
from data.venues.sync import Phase
from tests.support.book_events import BTC, START_NS, delta, snapshot


def pairs(rng, low, high):
    prices, sizes = rng.integers(low, high, 5), rng.integers(0, 9, 5)
    return list(zip(prices.tolist(), sizes.tolist(), strict=True))


def changes(first, last):
    """Updates of a book that follow one another."""
    rng = np.random.default_rng(first)
    for number in range(first, last):
        bids, asks = pairs(rng, 60, 100), pairs(rng, 101, 140)
        yield delta(number, after=number - 1, bids=bids, asks=asks)


def held(engine):
    view = engine.tape(BTC.id).book.view(1_000)
    bids = zip(view.bid_ticks.tolist(), view.bid_lots.tolist(), strict=True)
    return list(bids), list(zip(view.ask_ticks.tolist(), view.ask_lots.tolist(), strict=True))


def submit(engine, *events):
    for each in events:
        engine.submit(each)
    assert engine.settle()


def at(store, number):
    return book_at(store, "live", BTC, START_NS + number * NS_PER_MS)


def test_the_recorded_book_is_the_engines_book_and_its_losses_are_gaps(store):
    engine, recorder = Engine(), Recorder(store, "live")
    engine.start()
    engine.tap(recorder)
    submit(engine, BookBegins(BTC), *changes(1, 2), snapshot(1), *changes(2, 200))
    assert engine.tape(BTC.id).book.phase is Phase.LIVE
    first = held(engine)
    lost = BookEnds(BTC, "the connection was lost", START_NS + 301 * NS_PER_MS)
    submit(engine, *changes(300, 301), lost, BookBegins(BTC))
    submit(engine, *changes(400, 401), snapshot(400, bids=((90, 1),)), *changes(401, 402))
    assert engine.tape(BTC.id).book.phase is Phase.LIVE
    last = held(engine)
    engine.stop()
    recorder.start()
    recorder.stop()
    assert recorder.status().refused == recorder.status().lost == 0
    assert at(store, 199).top(1_000) == first
    assert at(store, 401).top(1_000) == last
    (gap,) = store.gaps("live", BTC.id, Channel.BOOK)
    assert gap.from_ns == START_NS + 199 * NS_PER_MS
    with pytest.raises(RecordingError, match="it was lost"):
        at(store, 250)


def test_a_recording_that_is_switched_on_begins_with_the_whole_book(store):
    engine, recorder = Engine(), Recorder(store, "live")
    engine.start()
    submit(engine, BookBegins(BTC), *changes(1, 2), snapshot(1), *changes(2, 100))
    first = held(engine)
    engine.tap(recorder)
    submit(engine, *changes(100, 120))
    last = held(engine)
    engine.stop()
    recorder.start()
    recorder.stop()
    assert first != last
    assert at(store, 119).top(1_000) == last


def test_a_book_is_told_whole_now_and_then_so_that_a_loss_is_not_for_ever():
    engine, told = Engine(), []
    engine.start()
    engine.tap(lambda event: told.append(event.rows) if isinstance(event, Rows) else None)
    submit(engine, BookBegins(BTC), *changes(1, 2), snapshot(1))
    told.clear()
    later = [replace(each, ts_recv_ns=START_NS + 2 * WHOLE_NS) for each in changes(2, 4)]
    submit(engine, *later)
    engine.stop()
    flags = np.concatenate(told)["flags"]
    wholes = (flags & LevelFlag.SNAPSHOT != 0) & (flags & LevelFlag.FIRST != 0)
    assert wholes.sum() == 1
    assert wholes[0]
