"""What the simulated source submits besides trades."""

from threading import Lock

import numpy as np
import pytest

from core.domain.arrays import LevelFlag
from core.domain.events import Channel, Rows
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from data.buffers.keeper import FetchSnapshot
from data.clock import monotonic_s
from data.engine import Engine
from data.sources.simulated import SimulatedSource
from data.sources.simulated.schedule import BIN_NS
from data.sources.simulated.source import every_bins
from data.venues.sync import Phase
from tests.support.simulated import WEDNESDAY_NS
from tests.support.waiting import until

PERP, SPOT = "binance.perp.BTCUSDT", "bybit.spot.SOLUSDT"


class Sink:
    """Keeps the rows by instrument and channel, and the source's clock when they came."""

    def __init__(self, source):
        self.source, self.lock = source, Lock()
        self.events, self.books_ns = [], {}

    def submit(self, event):
        if isinstance(event, Rows):
            with self.lock:
                self.events.append((self.source.now_ns(), event))
            if event.channel is Channel.BOOK:
                self.books_ns[str(event.instrument.id)] = int(event.rows["ts_event_ns"][-1])

    def rows(self, name, channel):
        with self.lock:
            parts = [
                e.rows
                for _, e in self.events
                if (str(e.instrument.id), e.channel) == (name, channel)
            ]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def newest_ns(self, name):
        return self.books_ns.get(name, 0)


def played(passed_ns, **arguments):
    source = SimulatedSource(start_ns=WEDNESDAY_NS, **arguments)
    sink = Sink(source)
    source.start(sink.submit)
    until(lambda: sink.newest_ns(SPOT) >= WEDNESDAY_NS + passed_ns, within_s=40)
    source.stop()
    return sink


@pytest.fixture(scope="module")
def slow():
    return played(3 * NS_PER_S, speed=1.0)


@pytest.fixture(scope="module")
def fast():
    return played(NS_PER_MINUTE, speed=20.0)


def test_every_instrument_has_a_book_and_quotes_and_perpetuals_have_the_rest(fast):
    came = {(str(event.instrument.id), event.channel) for _, event in fast.events}
    names = {str(each.id) for each in fast.source.instruments()}
    perps = {name for name in names if ".perp." in name}
    assert came == {
        *((name, channel) for name in names for channel in (Channel.BOOK, Channel.QUOTES)),
        *((name, channel) for name in perps for channel in (Channel.TICKER, Channel.LIQUIDATIONS)),
    }
    assert {event.stream for _, event in fast.events} == {"simulated"}


def test_nothing_comes_before_it_is_due_and_nothing_is_empty(slow, fast):
    for sink in (slow, fast):
        for now_ns, event in sink.events:
            assert event.rows.size > 0
            assert event.rows["ts_recv_ns"][-1] <= now_ns


def test_quotes_tickers_and_liquidations_have_a_past_at_once(slow):
    for channel in (Channel.QUOTES, Channel.TICKER, Channel.LIQUIDATIONS):
        stamps = slow.rows(PERP, channel)["ts_event_ns"]
        assert stamps[0] < WEDNESDAY_NS - 5 * NS_PER_HOUR
        assert stamps[-1] > WEDNESDAY_NS - NS_PER_HOUR
        assert (np.diff(stamps) >= 0).all()


def test_a_book_comes_ten_times_a_second_in_whole_messages(slow):
    parts = [
        e.rows for _, e in slow.events if e.channel is Channel.BOOK and str(e.instrument.id) == PERP
    ]
    assert all(rows["flags"][0] & LevelFlag.FIRST for rows in parts)
    rows = np.concatenate(parts)
    first = rows[rows["flags"] & LevelFlag.FIRST > 0]
    assert first["flags"][0] & LevelFlag.SNAPSHOT
    assert not (first["flags"][1:] & LevelFlag.SNAPSHOT).any()
    assert first["ts_event_ns"][0] == WEDNESDAY_NS // BIN_NS * BIN_NS
    assert set(np.diff(first["update_id"])) == {1}


def test_a_market_that_runs_faster_tells_its_books_less_often(fast):
    rows = fast.rows(PERP, Channel.BOOK)
    first = rows[rows["flags"] & LevelFlag.FIRST > 0]
    assert set(np.diff(first["update_id"][1:])) == {100}
    assert (first["update_id"][1:] % 100 == 0).all()


@pytest.mark.parametrize(
    ("speed", "bins"), [(0.5, 1), (1, 1), (3, 5), (5, 5), (6, 50), (20, 100), (1_000, 5_000)]
)
def test_books_cost_the_same_at_any_speed(speed, bins):
    assert every_bins(speed) == bins


def test_the_same_seed_gives_the_same_rows_whatever_the_wall_clock_does(slow):
    other = played(4 * NS_PER_S, speed=1.0)
    compared = 0
    for name in (PERP, SPOT):
        for channel in Channel:
            one, two = slow.rows(name, channel), other.rows(name, channel)
            common = min(one.size, two.size)
            assert one[:common].tobytes() == two[:common].tobytes()
            compared += common
    assert compared > 4_000


def test_speed_changes_nothing_in_tickers_and_liquidations(slow, fast):
    for channel in (Channel.TICKER, Channel.LIQUIDATIONS):
        one, two = slow.rows(PERP, channel), fast.rows(PERP, channel)
        common = min(one.size, two.size)
        assert one[:common].tobytes() == two[:common].tobytes()


def test_requests_of_a_book_are_of_no_use_here(slow):
    slow.source.ask(slow.source.instruments()[0].id, FetchSnapshot("for the test"))


def test_the_engine_keeps_the_books_as_they_were_made():
    engine = Engine()
    engine.start()
    source = SimulatedSource(start_ns=WEDNESDAY_NS, speed=20.0)
    sink = Sink(source)

    def both(event):
        sink.submit(event)
        engine.submit(event)

    source.start(both)
    until(lambda: sink.newest_ns(SPOT) > WEDNESDAY_NS + NS_PER_MINUTE, within_s=40)
    source.stop()
    assert engine.settle()
    engine.stop()
    assert engine.faults == 0
    for listed in source.instruments():
        tape = engine.tape(listed.id)
        view = tape.book.view(50)
        bids, asks = source.market.book(listed.id, 50, ts_ns=view.ts_event_ns)
        assert tape.book.phase is Phase.LIVE
        assert list(zip(view.bid_ticks, view.bid_lots, strict=True)) == list(map(tuple, bids))
        assert list(zip(view.ask_ticks, view.ask_lots, strict=True)) == list(map(tuple, asks))
        assert len(tape.quotes) > 2_000
        assert (len(tape.tickers) > 4_000) is (listed.id.kind == "perp")


@pytest.fixture
def woken():
    """(source, sink) of a machine that slept for a week."""
    source = SimulatedSource(start_ns=WEDNESDAY_NS)
    sink = Sink(source)
    source.start(sink.submit)
    until(lambda: sink.newest_ns(SPOT) >= WEDNESDAY_NS, within_s=40)
    source._started_s -= 7 * 24 * 3600
    until(lambda: sink.newest_ns(PERP) > WEDNESDAY_NS + 5 * NS_PER_MINUTE, within_s=40)
    yield source, sink
    source.stop()


def test_stopping_does_not_wait_until_a_market_that_lags_has_caught_up(woken):
    since_s = monotonic_s()
    woken[0].stop()
    assert monotonic_s() - since_s < 2


def test_books_say_less_on_the_way_while_a_market_catches_up(woken):
    source, sink = woken
    source.stop()
    rows = sink.rows(PERP, Channel.BOOK)
    first = rows[rows["flags"] & LevelFlag.FIRST > 0]
    assert (np.diff(first["update_id"]) == 600).sum() >= 3
    stamps = sink.rows(PERP, Channel.TICKER)["ts_event_ns"]
    assert set(np.diff(stamps[stamps > WEDNESDAY_NS])) == {NS_PER_S}
