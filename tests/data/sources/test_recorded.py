"""Our own recordings, played again with all their channels."""

from hashlib import sha256
from math import inf

import numpy as np
import pytest

from core.domain.errors import RecordingError
from core.domain.events import Channel, Gap, Listed, Rows, TradeBlock
from core.domain.units import NS_PER_MS, NS_PER_S
from data.sources.recorded import RecordedSource, recorded_source
from data.venues.sync import FetchSnapshot, Phase
from tests.support.rows import SIDE_CHANNELS, book, event, message, random_rows
from tests.support.trades import START_NS, instrument, random_trades
from tests.support.waiting import until

FOREVER = 2**62
BTC, OKX = instrument(), instrument("okx.spot.BTC-USDT")
DAY = "2023-11-14"
NAME = f"store:live/binance.perp.BTCUSDT/{DAY}"
TAPE = random_trades(np.random.default_rng(1), 300, span_s=30)


@pytest.fixture
def full(store):
    """Half a minute of all channels of two instruments."""
    rng = np.random.default_rng(2)
    for listed in (BTC, OKX):
        store.append("live", listed, "aggTrade", TAPE)
        for channel in SIDE_CHANNELS:
            rows = random_rows(rng, channel, 200, span_s=30)
            store.append_rows("live", event(channel, rows, listed))
    store.append_gap("live", Gap(BTC.id, START_NS + NS_PER_S, START_NS + 2 * NS_PER_S, "a hole"))
    store.flush()
    return store


@pytest.fixture
def play(engine):
    started = []

    def play(store, name=NAME, *, submit=engine.submit, speed=inf):
        source = recorded_source(store, name, speed=speed, on_restart=engine.clear)
        source.start(submit)
        started.append(source)
        return source

    yield play
    for source in started:
        source.stop()


def finish(source, engine):
    until(lambda: source.finished, within_s=30, what="the end of the recording")
    assert engine.settle()


def test_every_channel_is_played_and_trades_come_out_as_they_went_in(engine, play, full):
    source = play(full)
    finish(source, engine)
    tape = engine.tape(BTC.id)
    assert tape.trades.window(0, FOREVER).tobytes() == TAPE.tobytes()
    assert source.trades_played == 300
    assert len(tape.quotes) > 0
    assert len(tape.tickers) > 0
    assert len(tape.liquidations) == 200
    assert tape.book.phase is Phase.LIVE
    assert [each.reason for each in tape.gaps] == ["a hole"]
    assert engine.tape(OKX.id) is None


def test_it_knows_of_which_instruments_books_are_recorded(store, play):
    store.append_rows("live", event(Channel.BOOK, book(START_NS, {99: 1}, {101: 2})))
    store.append("live", OKX, "trades", TAPE)
    store.flush()
    source = play(store, f"store:live/binance.perp.BTCUSDT,okx.spot.BTC-USDT/{DAY}")
    assert source.has_book(BTC.id)
    assert not source.has_book(OKX.id)


def test_instruments_can_be_played_together(engine, play, full):
    source = play(full, f"store:live/binance.perp.BTCUSDT,okx.spot.BTC-USDT/{DAY}")
    finish(source, engine)
    assert [each.id for each in source.instruments()] == [BTC.id, OKX.id]
    for listed in (BTC, OKX):
        assert len(engine.tape(listed.id).trades.window(0, FOREVER)) == 300


def test_it_is_a_replay_and_its_name_tells_of_what(full, play):
    source = play(full, speed=1)
    assert source.name == "replay"
    assert source.run_id.startswith(f"replay-live-{DAY}-binance.perp.BTCUSDT-")
    assert source.span_ns[0] <= int(TAPE["ts_event_ns"][0])
    assert source.span_ns[1] >= int(TAPE["ts_event_ns"][-1])
    assert source.notes() == ()


def test_an_instrument_is_listed_before_anything_else(full, play):
    events = []
    source = play(full, submit=events.append)
    until(lambda: source.finished)
    assert [type(each) for each in events[:1]] == [Listed]
    assert {type(each) for each in events[1:]} == {TradeBlock, Rows, Gap}


def test_nothing_comes_before_it_had_arrived(full):
    late = []
    source = recorded_source(full, NAME, speed=20.0, on_restart=lambda: None)

    def submit(event):
        if isinstance(event, TradeBlock | Rows):
            late.append(source.now_ns() - int(event.rows["ts_recv_ns"].max()))

    source.start(submit)
    until(lambda: source.finished)
    source.stop()
    assert len(late) > 100
    # The last ones came after the newest trade was made: the span ends there.
    assert min(late) >= -2 * NS_PER_MS


def test_two_runs_submit_the_same_events(full, play):
    told = []
    for _ in range(2):
        events = []
        source = play(full, submit=events.append)
        until(lambda source=source: source.finished)
        digest = sha256()
        for each in events:
            digest.update(repr((type(each), getattr(each, "channel", ""))).encode())
            digest.update(each.rows.tobytes() if hasattr(each, "rows") else repr(each).encode())
        told.append((len(events), digest.hexdigest()))
    assert told[0] == told[1]


def test_pause_speed_and_jumps_are_those_of_any_replay(engine, play, full):
    source = play(full, speed=0.001)
    source.pause()
    assert source.paused
    at_ns = START_NS + 10 * NS_PER_S
    source.seek(at_ns)
    until(lambda: source.now_ns() >= at_ns)
    until(lambda: source.trades_played > 0 and engine.settle() and engine.queued == 0)
    held = engine.tape(BTC.id).trades.window(0, FOREVER)
    assert int(held["ts_recv_ns"].max()) <= at_ns
    source.seek(START_NS + 2 * NS_PER_S)
    until(lambda: engine.epoch == 1)
    source.set_speed(inf)
    source.resume()
    finish(source, engine)
    assert engine.tape(BTC.id).trades.window(0, FOREVER).tobytes() == TAPE.tobytes()


def test_a_span_begins_with_the_book_that_was_known_then(engine, store):
    store.append_rows("live", event(Channel.BOOK, book(START_NS, {99: 1}, {101: 2})))
    later = message(START_NS + 5 * NS_PER_S, [(1, 98, 7)], update_id=2)
    store.append_rows("live", event(Channel.BOOK, later))
    store.flush()
    span_ns = (START_NS + NS_PER_S, START_NS + 9 * NS_PER_S)
    source = RecordedSource(store, "live", [BTC.id], span_ns, speed=inf, on_restart=engine.clear)
    source.start(engine.submit)
    finish(source, engine)
    source.stop()
    view = engine.tape(BTC.id).book.view(5)
    assert view.bid_ticks.tolist() == [99, 98]
    assert source.span_ns == (START_NS + NS_PER_S, START_NS + 5 * NS_PER_S)


def test_a_book_is_not_live_where_its_messages_are_missing(engine, store):
    hole_ns = START_NS + NS_PER_S
    store.append_rows("live", event(Channel.BOOK, book(START_NS, {99: 1}, {101: 2})))
    store.append_rows(
        "live", event(Channel.BOOK, message(START_NS + 3 * NS_PER_S, [(1, 98, 7)], update_id=2))
    )
    gap = Gap(BTC.id, hole_ns, hole_ns + NS_PER_S, "the connection was lost", Channel.BOOK)
    store.append_gap("live", gap)
    store.flush()
    source = recorded_source(store, NAME, speed=inf, on_restart=engine.clear)
    source.start(engine.submit)
    finish(source, engine)
    source.stop()
    tape = engine.tape(BTC.id)
    assert tape.book.phase is Phase.STALE
    assert [each.reason for each in tape.gaps_of(Channel.BOOK)] == ["the connection was lost"]


@pytest.mark.parametrize(
    "name",
    [
        "store:",
        "store:live",
        f"store:live/{DAY}",
        f"store:live/binance.BTCUSDT/{DAY}",
        "store:live/binance.perp.BTCUSDT/yesterday",
        f"store:../binance.perp.BTCUSDT/{DAY}",
        f"store:li ve/binance.perp.BTCUSDT/{DAY}",
    ],
)
def test_a_name_of_another_form_is_refused_with_an_example(full, name):
    with pytest.raises(RecordingError, match=r"names no recording.*store:live/binance"):
        recorded_source(full, name, on_restart=lambda: None)


def test_an_instrument_that_was_never_recorded_is_refused(full):
    with pytest.raises(RecordingError, match="was recorded by live; choose another"):
        recorded_source(full, f"store:live/bybit.perp.ETHUSDT/{DAY}", on_restart=lambda: None)


def test_a_day_without_a_recording_is_refused_and_the_others_are_named(full):
    with pytest.raises(RecordingError, match="on 2023-11-15; there is something of 2023-11-14"):
        recorded_source(full, NAME.replace(DAY, "2023-11-15"), on_restart=lambda: None)


def test_no_instrument_or_a_speed_out_of_range_is_refused(full):
    with pytest.raises(ValueError, match="at least one instrument"):
        RecordedSource(full, "live", [], (0, FOREVER), on_restart=lambda: None)
    with pytest.raises(ValueError, match="speed"):
        recorded_source(full, NAME, speed=0, on_restart=lambda: None)


def test_nobody_answers_what_a_book_asks_for(full, play):
    source = play(full, speed=1)
    source.ask(BTC.id, FetchSnapshot("for the test"))
    source.want(BTC.id, "1m", 300)
