from itertools import pairwise

import numpy as np
import pytest

from core.domain.events import Channel, Gap, Rows, TradeBlock
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from data.store.recovery import quick_since_ns, recover
from data.store.session import JOIN_NS, Session
from data.store.store import Store
from tests.support.rows import SIDE_CHANNELS, book, event, random_rows
from tests.support.trades import START_NS, instrument, random_trades
from tests.support.waiting import until

OTHER = instrument("okx.spot.BTC-USDT")


@pytest.fixture
def session(store):
    session = Session(store, "live", keep_days=None, keep_gb=None)
    yield session
    session.pause(now_ns=0)


def hours_of_trades(seed, hours=8):
    return random_trades(np.random.default_rng(seed), 4_000, span_s=hours * 3600)


def restored(session, now_ns):
    events = []
    session.restore(events.append, now_ns=now_ns)
    return events


def rows_of(events, listed):
    return np.concatenate(
        [e.rows for e in events if isinstance(e, TradeBlock) and e.instrument == listed]
    )


def test_the_last_hours_come_back_sorted_and_marked_as_history(store):
    rows = hours_of_trades(1)
    store.append("live", instrument(), "aggTrade", rows)
    store.append("live", OTHER, "trades", rows[:2_000])
    store.append("simulated", instrument(), "aggTrade", rows)
    store.flush()
    since_ns = int(rows["ts_event_ns"][-1]) - 2 * NS_PER_HOUR
    events = list(recover(store, "live", since_ns))
    assert all(event.history for event in events)
    assert {event.channel for event in events} == {"aggTrade"}
    expected = rows[rows["ts_event_ns"] >= since_ns]
    assert np.array_equal(rows_of(events, instrument()), expected)


def test_with_too_many_trades_fewer_hours_come_back(store):
    rows = hours_of_trades(2)
    store.append("live", instrument(), "aggTrade", rows)
    store.flush()
    now_ns = int(rows["ts_event_ns"][-1])
    assert quick_since_ns(store, "live", now_ns) == now_ns - 24 * NS_PER_HOUR
    assert quick_since_ns(store, "live", now_ns, max_rows=2_000) == now_ns - 3 * NS_PER_HOUR
    assert quick_since_ns(store, "live", now_ns, max_rows=1) == now_ns - NS_PER_HOUR


def test_only_what_is_on_the_newest_steps_and_stream_comes_back(store):
    rows = hours_of_trades(3)
    store.append("live", instrument(tick="0.5"), "aggTrade", rows[:1_000])
    store.append("live", instrument(), "trade", rows[1_000:1_500])
    store.append("live", instrument(), "aggTrade", rows[1_500:])
    store.flush()
    events = list(recover(store, "live", 0))
    assert {event.instrument for event in events} == {instrument()}
    assert np.array_equal(rows_of(events, instrument()), rows[1_500:])


def test_stored_gaps_come_back_after_their_trades(store, session):
    rows = hours_of_trades(4)
    now_ns = int(rows["ts_event_ns"][-1]) + NS_PER_S
    old, new = Gap(instrument().id, 1, 2, "old"), Gap(instrument().id, now_ns - 9, now_ns, "new")
    store.append("live", instrument(), "aggTrade", rows)
    store.append_gap("live", old)
    store.append_gap("live", new)
    store.flush()
    events = restored(session, now_ns)
    assert events[-1] == new
    assert old not in events


def test_a_short_hole_is_to_be_joined_and_a_long_one_is_marked(store, session):
    rows = hours_of_trades(5)
    end_ns = int(rows["ts_event_ns"][-1])
    now_ns = end_ns + NS_PER_MINUTE
    long_ago = rows[rows["ts_event_ns"] < now_ns - JOIN_NS - NS_PER_S]
    store.append("live", instrument(), "aggTrade", rows)
    store.append("live", OTHER, "trades", long_ago)
    store.flush()
    restored(session, now_ns)
    assert session.known(now_ns).keys() == {instrument().id}
    newest = session.known(now_ns)[instrument().id]
    assert np.array_equal(newest, rows[-newest.size :])
    (gap,) = session.gaps(now_ns)
    assert gap.instrument_id == OTHER.id
    assert (gap.from_ns, gap.to_ns) == (int(long_ago["ts_event_ns"][-1]), now_ns)


def test_reading_ends_when_the_run_is_over(store, session):
    store.append("live", instrument(), "aggTrade", hours_of_trades(6))
    store.flush()
    events = []
    session.restore(events.append, now_ns=10**18 * 17 // 10, is_over=lambda: True)
    assert events == []


def test_while_recording_is_off_there_is_a_gap(store, session):
    rows = hours_of_trades(7)
    recorder = session.record(now_ns=0)
    recorder(TradeBlock(instrument(), "aggTrade", rows[:10]))
    session.pause(now_ns=100)
    assert recorder.status().acknowledged == 10
    assert session.recorder is None
    assert not any(each.growing for each in store.recordings())
    session.record([instrument().id], now_ns=200)
    until(lambda: len(store.gaps("live", instrument().id)) == len(Channel))
    gaps = store.gaps("live", instrument().id)
    assert {gap.channel for gap in gaps} == set(Channel)
    assert {(gap.from_ns, gap.to_ns) for gap in gaps} == {(100, 200)}


def test_quotes_tickers_and_liquidations_come_back_and_books_do_not(store, session, monkeypatch):
    rng = np.random.default_rng(10)
    kept = {channel: random_rows(rng, channel, 400, span_s=7_200) for channel in SIDE_CHANNELS}
    store.append("live", instrument(), "aggTrade", hours_of_trades(11))
    for channel, rows in kept.items():
        store.append_rows("live", event(channel, rows))
    store.flush()
    now_ns = int(kept[Channel.QUOTES]["ts_recv_ns"][-1])
    monkeypatch.setattr("data.store.recovery.MAX_SIDE_ROWS", 300)
    came = [each for each in restored(session, now_ns) if isinstance(each, Rows)]
    assert {each.channel for each in came} == set(SIDE_CHANNELS) - {Channel.BOOK}
    assert {(each.instrument, each.stream) for each in came} == {(instrument(), "stream")}
    for channel in {each.channel for each in came}:
        rows = kept[channel]
        since_ns = rows["ts_recv_ns"][-1] - NS_PER_HOUR
        found = np.concatenate([each.rows for each in came if each.channel is channel])
        assert found.tobytes() == rows[rows["ts_recv_ns"] >= since_ns].tobytes()


def test_what_was_not_recorded_of_a_book_before_a_start_is_a_gap(store, session):
    store.append_rows("live", event(Channel.BOOK, book(START_NS, {99: 1}, {101: 1})))
    store.flush()
    restored(session, START_NS + NS_PER_MINUTE)
    (gap,) = session.gaps(START_NS + NS_PER_MINUTE)
    assert gap.channel is Channel.BOOK
    assert (gap.from_ns, gap.to_ns) == (START_NS + 1, START_NS + NS_PER_MINUTE)
    session.record(now_ns=START_NS + NS_PER_MINUTE)
    assert until(lambda: store.gaps("live", instrument().id)) == [gap]
    assert session.gaps(START_NS + NS_PER_MINUTE) == [gap]


def test_liquidations_are_missing_since_the_last_ticker_however_long_there_was_none(store, session):
    rng = np.random.default_rng(12)
    told = random_rows(rng, Channel.TICKER, 50)
    last_ns = int(told["ts_recv_ns"][-1])
    store.append_rows("live", event(Channel.TICKER, told))
    store.flush()
    now_ns = last_ns + NS_PER_HOUR
    (gap,) = [each for each in session.gaps(now_ns) if each.channel is Channel.LIQUIDATIONS]
    assert (gap.from_ns, gap.to_ns) == (last_ns + 1, now_ns)
    store.append_rows("live", event(Channel.LIQUIDATIONS, random_rows(rng, gap.channel, 2)[:1]))
    store.flush()
    other = Session(store, "live", keep_days=None, keep_gb=None)
    assert gap in other.gaps(now_ns)


def test_what_is_not_followed_any_more_is_missing_once_however_often_one_starts(store):
    rows = random_rows(np.random.default_rng(13), Channel.QUOTES, 9)
    last_ns = int(rows["ts_recv_ns"][-1])
    store.append_rows("live", event(Channel.QUOTES, rows, OTHER))
    store.flush()
    for hours in (1, 2, 3):
        now_ns = last_ns + hours * NS_PER_HOUR
        session = Session(store, "live", keep_days=None, keep_gb=None)
        session.record(now_ns=now_ns)
        session.pause(now_ns=now_ns)
    gaps = store.gaps("live", OTHER.id, Channel.QUOTES)
    edges_ns = [last_ns + 1, *(last_ns + hours * NS_PER_HOUR for hours in (1, 2, 3))]
    assert [(gap.from_ns, gap.to_ns) for gap in gaps] == list(pairwise(edges_ns))


def test_a_second_session_reads_and_says_that_it_does_not_record(store, session):
    rows = hours_of_trades(8)
    store.append("live", instrument(), "aggTrade", rows)
    store.flush()
    second = Session(Store(store.root), "live", keep_days=None, keep_gb=None)
    assert np.array_equal(
        rows_of(restored(second, int(rows["ts_event_ns"][-1])), instrument()), rows
    )
    assert second.record(now_ns=0) is None
    assert "another Tapescope" in " ".join(second.notes())
    assert session.notes() == ()


def test_what_a_crash_tore_is_mended_before_it_is_read(store, tmp_path):
    rows = hours_of_trades(9)
    for start in range(0, 4_000, 1_000):
        store.append("live", instrument(), "aggTrade", rows[start : start + 1_000])
        store.sync()
    path = max(store.root.rglob("*.arrow"))
    store.close()
    path.write_bytes(path.read_bytes()[:-3])
    again = Store(tmp_path / "recordings")
    session = Session(again, "live", keep_days=None, keep_gb=None)
    events = restored(session, int(rows["ts_event_ns"][-1]))
    found = rows_of(events, instrument())
    assert found.size < 4_000
    assert np.all(np.isin(found["trade_id"], rows["trade_id"]))
    assert list(again.root.glob("quarantine/live~*"))
    again.close()


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_recorded(tmp_path):
    (tmp_path / "recordings").write_text("a file is in the way")
    session = Session(Store(tmp_path / "recordings"), "live", keep_days=None, keep_gb=None)
    assert restored(session, 0) == []
    assert session.record(now_ns=0) is None
    assert "cannot be written" in " ".join(session.notes())
