"""The same recording twice gives the same books, bars and rows, at any speed; and those of then.

What is played was recorded by the product itself, from three venues at once, with an update that
was lost and a connection that broke: every frame as it arrived, and what the engine made of it.
"""

from contextlib import contextmanager
from hashlib import sha256
from math import inf
from typing import Any, NamedTuple

import pytest

from core.calc.bars import time_bars
from core.calc.marker_rules import MARKER_RULES, find_markers
from core.calc.marker_tape import MarkerTape
from core.domain.events import Channel, Gap, TradeBlock
from core.domain.instrument import Venue
from core.domain.units import NS_PER_S
from data.engine import Engine
from data.feeds.health import HealthBoard
from data.runtime import Runtime
from data.settings import Settings
from data.sources.recorded import RecordedSource
from data.sources.replay import ReplaySource
from data.venues.sync import Phase
from tests.support.recordings import recording
from tests.support.virtual_market import LISTED, NAMES, VirtualMarket, fixed_past
from tests.support.virtual_time import NS, virtual_time
from tests.support.virtual_venues import virtual_venues
from tests.support.waiting import until

START_NS = 1_795_010_400 * NS
SPAN_NS = 75 * NS
FOREVER = 2**62
USDM = "nkaz001__hftbacktest/examples/usdm/btcusdt_20240808.gz"
BINANCE, OKX, BYBIT = NAMES


class Told:
    """A tap: the rows of each instrument's channels as one run of bytes, whatever the batches."""

    def __init__(self):
        self.rows, self.gaps = {}, []

    def __call__(self, event):
        if isinstance(event, Gap):
            self.gaps.append(event)
            return
        channel = Channel.TRADES if isinstance(event, TradeBlock) else event.channel
        key = str(event.instrument.id), str(channel)
        self.rows[key] = self.rows.get(key, b"") + event.rows.tobytes()


class Outcome(NamedTuple):
    """What an engine holds and what it told.

    Attributes:
        books: instrument -> (phase, update, bids, asks) as text.
        bars: instrument -> bytes of its second bars.
        told: (instrument, channel) -> bytes of all rows.
        gaps: sorted.
        markers: (instrument, rule) -> what it found on the trades, the bars of a second and the
            quotes.
    """

    books: dict
    bars: dict
    told: dict
    gaps: list
    markers: dict

    @property
    def hash(self):
        tables = [self.books, self.bars, self.told, self.markers]
        return sha256(repr([sorted(each.items()) for each in tables] + self.gaps).encode())


def outcome(engine, told):
    books, bars, markers = {}, {}, {}
    for found in engine.ids():
        tape = engine.tape(found)
        books[str(found)] = book_of(tape)
        trades = tape.trades.window(0, FOREVER)
        bars[str(found)] = time_bars(trades, step_ns=NS_PER_S).tobytes()
        markers |= {(str(found), rule): each for rule, each in marked(tape, trades)}
    gaps = sorted(
        f"{g.instrument_id} {g.channel} {g.from_ns} {g.to_ns} {g.reason}" for g in told.gaps
    )
    return Outcome(books, bars, dict(told.rows), gaps, markers)


def marked(tape, trades):
    """What each rule finds on a tape."""
    if not trades.size:
        return
    past = MarkerTape(
        instrument=tape.instrument,
        trades=trades,
        quotes=tape.quotes.window(0, FOREVER),
        liquidations=tape.liquidations.window(0, FOREVER),
        from_ns=int(trades["ts_event_ns"][0]),
        until_ns=int(trades["ts_event_ns"][-1]),
        step_ns=NS_PER_S,
        ticks_per_row=1,
    )
    for rule in MARKER_RULES:
        yield rule, find_markers(past, rule)


def book_of(tape):
    view = tape.book.view(10_000)
    columns = (view.bid_ticks, view.bid_lots, view.ask_ticks, view.ask_lots)
    return tape.book.phase, view.last_id, [each.tolist() for each in columns]


class Lived(NamedTuple):
    """What a live run left behind."""

    frames: list
    store: Any
    outcome: Outcome


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A minute and a quarter of three venues, recorded in both ways."""
    ids = tuple(each.id for each in LISTED.values())
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, source="live", instruments=ids, record_raw=True)
    told = Told()
    with virtual_time(START_NS) as hub, virtual_venues(hub) as venues:
        fixed_past(venues, START_NS)
        market = VirtualMarket(hub, venues, trade_s=0.2, busy=20)
        run = Runtime(settings)
        run.start()
        hub.run_until(START_NS + NS // 100)
        run.engine.tap(run.recorder, told)
        hub.at(START_NS + 30 * NS, lambda: venues.faults.spoil(BINANCE, "drop"))
        hub.at(START_NS + 45 * NS, lambda: venues.cut(Venue.OKX, "reset", out_s=3))
        hub.run_until(START_NS + SPAN_NS)
        market.is_open = False
        run.engine.settle()
        left = outcome(run.engine, told)
        run.stop()
    return Lived(sorted((home / "recordings" / "raw").rglob("*.log*")), run.store, left)


@contextmanager
def played(make):
    """Play a source to its end; give the engine and what it told."""
    engine, told = Engine(), Told()
    source = make(engine.clear)
    engine.start()
    engine.follow(source.ask, now_ns=source.now_ns)
    engine.tap(told)
    source.start(engine.submit)
    until(lambda: source.finished, within_s=90, what="the end of the recording")
    assert engine.settle(30)
    yield engine, told
    source.stop()
    engine.stop()
    assert engine.faults == 0


def play_frames(paths, speed):
    def make(clear):
        return ReplaySource(paths, speed=speed, health=HealthBoard(), on_restart=clear)

    with played(make) as (engine, told):
        return outcome(engine, told)


def play_store(lived, speed):
    def make(clear):
        ids, span = [each.id for each in LISTED.values()], (START_NS - NS, START_NS + 600 * NS)
        return RecordedSource(lived.store, "live", ids, span, speed=speed, on_restart=clear)

    with played(make) as (engine, told):
        return outcome(engine, told)


def assert_same(left, right):
    """Hold two outcomes against one another part by part, so that a failure names the part."""
    assert left.books == right.books
    assert left.bars == right.bars
    assert {key: len(rows) for key, rows in left.told.items()} == {
        key: len(rows) for key, rows in right.told.items()
    }
    assert left.told == right.told
    assert left.gaps == right.gaps
    assert left.markers == right.markers
    assert left.hash.digest() == right.hash.digest()


def test_the_recording_has_what_could_go_wrong(lived):
    assert {book[0] for book in lived.outcome.books.values()} == {Phase.LIVE}
    assert {channel for _, channel in lived.outcome.told} == {str(each) for each in Channel}
    reasons = " ".join(lived.outcome.gaps)
    assert "updates of the book were lost" in reasons
    assert f"{OKX} book" in reasons
    assert len(lived.frames) >= 3


@pytest.mark.parametrize("speed", [inf, 50])
def test_frames_played_twice_give_the_same_books_bars_and_rows(lived, speed):
    assert_same(play_frames(lived.frames, inf), play_frames(lived.frames, speed))


def test_a_recording_of_a_venue_played_twice_gives_the_same():
    path = recording(USDM)
    first = play_frames([path], inf)
    assert first.told
    assert sum(len(each.found) for each in first.markers.values()) > 50
    assert_same(first, play_frames([path], 1000))


@pytest.mark.parametrize("speed", [inf, 50])
def test_rows_played_twice_give_the_same_books_bars_and_rows(lived, speed):
    assert_same(play_store(lived, inf), play_store(lived, speed))


def test_rows_that_are_played_end_with_the_books_and_bars_of_then(lived):
    again = play_store(lived, inf)
    assert again.books == lived.outcome.books
    assert again.bars == lived.outcome.bars


def test_frames_that_are_played_end_with_the_books_of_then_and_with_the_bars_of_what_came(lived):
    """Trades that came over REST, after the connection broke, are in no frame."""
    again = play_frames(lived.frames, inf)
    assert again.books == lived.outcome.books
    differing = {name for name, bars in again.bars.items() if bars != lived.outcome.bars[name]}
    assert differing == {OKX}
