"""Every channel besides trades: kept in the order of arrival, books in whole messages."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.arrays import LevelFlag
from core.domain.errors import RecordingError
from core.domain.events import Channel, Gap
from core.domain.units import NS_PER_DAY, NS_PER_HOUR
from data.store import paths
from data.store.facts import Facts
from data.store.layouts import LAYOUTS, pieces
from data.store.manifest import GAPS
from data.store.store import Store
from tests.support.rows import MESSAGE, SIDE_CHANNELS, book, event, message, random_rows
from tests.support.trades import START_NS, instrument, random_trades, trades

FOREVER = 2**62
LISTED = instrument().id


def read(store, channel, span=(0, FOREVER), source="live"):
    blocks = list(store.read(source, LISTED, channel, span))
    assert all(block.size for block in blocks)
    return np.concatenate([LAYOUTS[channel].empty(), *blocks])


def same(left, right):
    return left.tobytes() == right.tobytes()


def put(store, channel, rows, size=300):
    for part in pieces(rows, channel, size=size):
        store.append_rows("live", event(channel, part))
        store.flush()


@pytest.mark.parametrize("end", ["flush", "sync", "seal"])
@pytest.mark.parametrize("channel", SIDE_CHANNELS)
def test_what_is_appended_is_read_back_in_the_order_of_its_arrival(store, channel, end):
    rows = random_rows(np.random.default_rng(1), channel, 1_500, span_s=3 * 86_400)
    put(store, channel, rows)
    getattr(store, end)()
    assert same(read(store, channel), rows)
    times = rows["ts_recv_ns"]
    low, high = int(times[400]), int(times[1_000])
    assert same(read(store, channel, (low, high)), rows[(times >= low) & (times < high)])
    names = {path.name.partition("-")[0] for path in store.root.rglob("*-*.*") if path.is_file()}
    assert names == {channel.value}


@settings(max_examples=40, deadline=None)
@given(
    channel=st.sampled_from(SIDE_CHANNELS),
    seed=st.integers(0, 99),
    sizes=st.lists(st.integers(1, 20), min_size=1, max_size=6),
    ends=st.lists(st.sampled_from(["flush", "sync", "seal", "nothing"]), min_size=1, max_size=6),
)
def test_any_cuts_and_ends_read_back_to_the_same_bytes(
    tmp_path_factory, channel, seed, sizes, ends
):
    store = Store(tmp_path_factory.mktemp("store"))
    rows = random_rows(np.random.default_rng(seed), channel, 60, span_s=1)
    step = MESSAGE if channel is Channel.BOOK else 1
    start = turn = 0
    while start < rows.size:
        size = step * sizes[turn % len(sizes)]
        store.append_rows("live", event(channel, rows[start : start + size]))
        end = ends[turn % len(ends)]
        if end != "nothing":
            getattr(store, end)()
        start, turn = start + size, turn + 1
    store.flush()
    assert same(read(store, channel), rows)
    store.seal()
    assert same(read(store, channel), rows)
    store.close()


def test_channels_of_one_instrument_lie_side_by_side_and_never_meet(store):
    rng = np.random.default_rng(2)
    kept = {channel: random_rows(rng, channel, 40) for channel in SIDE_CHANNELS}
    tape = random_trades(rng, 40)
    store.append("live", instrument(), "aggTrade", tape)
    for channel, rows in kept.items():
        store.append_rows("live", event(channel, rows))
    store.seal()
    for channel, rows in kept.items():
        assert same(read(store, channel), rows)
    assert same(read(store, Channel.TRADES), tape)
    assert store.instruments()[0].rows == 40


def test_a_message_larger_than_a_batch_stays_whole(store, monkeypatch):
    monkeypatch.setattr("data.store.tail.BATCH_ROWS", 10)
    monkeypatch.setattr("data.store.tail.SEGMENT_ROWS", 30)
    large = book(START_NS, {900 + i: 5 for i in range(25)}, {1_000: 1})
    small = [message(START_NS + i, [(1, 950, i), (-1, 1_000, i)]) for i in range(1, 9)]
    rows = np.concatenate([large, *small])
    store.append_rows("live", event(Channel.BOOK, rows))
    store.sync()
    assert same(read(store, Channel.BOOK), rows)
    assert [part.size for part in pieces(rows, Channel.BOOK, size=10)] == [26, 10, 6]


@pytest.mark.parametrize("damage", ["no beginning", "two moments", "another layout"])
def test_half_a_message_or_other_rows_are_refused(store, damage):
    rows = message(START_NS, [(1, 100, 5), (-1, 101, 5)])
    if damage == "no beginning":
        rows = rows[1:]
    elif damage == "two moments":
        rows["ts_recv_ns"][1] += 1
    else:
        rows = trades((1, 100, 5, 1))
    with pytest.raises(ValueError, match=r"message|layout"):
        store.append_rows("live", event(Channel.BOOK, rows))
    assert store.sources() == []


def test_the_same_rows_in_two_files_are_read_once_and_repeats_in_one_stay(store):
    rng = np.random.default_rng(3)
    rows = random_rows(rng, Channel.LIQUIDATIONS, 200, span_s=2)
    rows = np.repeat(rows, 2)
    for _ in range(2):
        store.append_rows("live", event(Channel.LIQUIDATIONS, rows))
        store.seal()
    assert same(read(store, Channel.LIQUIDATIONS), rows)
    levels = random_rows(rng, Channel.BOOK, 200, span_s=1)
    for part in (levels[: 150 * MESSAGE], levels[100 * MESSAGE :]):
        store.append_rows("live", event(Channel.BOOK, part))
        store.seal()
    assert same(read(store, Channel.BOOK), levels)


def test_messages_of_one_moment_in_two_files_are_not_mixed(store):
    first = message(START_NS, [(1, 90 + i, 1) for i in range(5)], update_id=1)
    second = message(START_NS, [(1, 90 + i, 2) for i in range(5)], update_id=2)
    for rows in (first, second):
        store.append_rows("live", event(Channel.BOOK, rows))
        store.seal()
    assert same(read(store, Channel.BOOK), np.concatenate([first, second]))


def test_a_change_of_steps_is_read_on_one_grid(store):
    coarse, fine = instrument(tick="0.1", step="0.01"), instrument(tick="0.05", step="0.001")
    quotes = random_rows(np.random.default_rng(4), Channel.QUOTES, 2)
    store.append_rows("live", event(Channel.QUOTES, quotes[:1], coarse))
    store.append_rows("live", event(Channel.QUOTES, quotes[1:], fine))
    store.seal()
    rows = read(store, Channel.QUOTES)
    assert rows["bid_ticks"].tolist() == [2 * quotes["bid_ticks"][0], quotes["bid_ticks"][1]]
    assert rows["ask_lots"].tolist() == [10 * quotes["ask_lots"][0], quotes["ask_lots"][1]]


def test_rows_of_many_files_are_read_a_few_at_a_time(store):
    rows = random_rows(np.random.default_rng(5), Channel.BOOK, 50_000)
    store.append_rows("live", event(Channel.BOOK, rows))
    store.seal()
    sizes = [b.size for b in store.read("live", LISTED, Channel.BOOK, (0, FOREVER))]
    assert sum(sizes) == 150_000
    assert max(sizes) <= 2 * 16_384


def test_a_gap_names_its_channel_and_an_old_one_is_of_trades(store):
    store.append("live", instrument(), "aggTrade", trades((1, 1_000, 3, 1)))
    store.flush()
    of_book = Gap(LISTED, 1, 2, "the connection was lost", Channel.BOOK)
    store.append_gap("live", of_book)
    of_trades = Gap(LISTED, 1, 2, "the connection was lost")
    store.append_gap("live", of_trades)
    assert store.gaps("live", LISTED) == [of_book, of_trades]
    assert store.gaps("live", LISTED, Channel.BOOK) == [of_book]
    (path,) = store.root.rglob(GAPS)
    # As it was written when there was nothing but trades.
    path.write_bytes(b'3e73f5ee {"from_ns":5,"to_ns":6,"reason":"asleep"}\n')
    assert store.gaps("live", LISTED) == [Gap(LISTED, 5, 6, "asleep")]


def test_a_file_without_a_word_of_what_it_holds_holds_trades():
    facts = Facts.of("live", instrument(), "depth", holds=Channel.BOOK)
    told = msgspec.json.encode(facts)
    assert b'"holds":"book"' in told
    silent = msgspec.json.decode(told.replace(b'"holds":"book",', b""), type=Facts)
    assert silent.holds is Channel.TRADES


def test_a_file_under_the_name_of_another_channel_is_not_read(store):
    store.append_rows("live", event(Channel.BOOK, message(START_NS, [(1, 100, 5)])))
    store.seal()
    (path,) = store.root.rglob("book-0.parquet")
    path.rename(path.with_name("trades-0.parquet"))
    assert read(store, Channel.TRADES).size == 0
    later = message(START_NS + NS_PER_DAY, [(1, 100, 5)])
    store.append_rows("live", event(Channel.BOOK, later))
    store.flush()
    bad, good = Store(store.root).recordings()
    assert (bad.channel, bad.rows, good.rows) == (Channel.TRADES, 0, 1)
    assert "renamed" in bad.problems[0]


def test_the_list_of_recordings_has_an_entry_per_day_and_channel(store):
    day_ns = (START_NS // NS_PER_DAY + 1) * NS_PER_DAY
    tape = random_trades(np.random.default_rng(6), 100)
    tape["ts_event_ns"] += day_ns - START_NS
    levels = np.concatenate(
        [
            message(day_ns + 5, [(1, 100, 5), (-1, 101, 5)]),
            message(day_ns + NS_PER_DAY, [(1, 9, 1)]),
        ]
    )
    store.append("live", instrument(), "aggTrade", tape)
    store.append_rows("live", event(Channel.BOOK, levels, stream="depth"))
    gap = Gap(LISTED, day_ns - 9, day_ns + NS_PER_HOUR, "lost", Channel.BOOK)
    store.append_gap("live", gap)
    store.append_gap("live", Gap(LISTED, day_ns, day_ns + 2 * NS_PER_HOUR, "late", Channel.BOOK))
    store.sync()
    found = store.recordings()
    dates = [paths.day_name(day_ns), paths.day_name(day_ns + NS_PER_DAY)]
    assert [(each.date, each.channel, each.rows) for each in found] == [
        (dates[0], Channel.TRADES, 100),
        (dates[0], Channel.BOOK, 2),
        (dates[1], Channel.BOOK, 1),
    ]
    on_disk = sum(path.stat().st_size for path in store.root.rglob("*.arrow"))
    assert sum(each.bytes for each in found) == on_disk
    assert [each.first_ns for each in found[1:]] == [day_ns + 5, day_ns + NS_PER_DAY]
    assert found[1].streams == ("depth",)
    assert [each.from_ns for each in found[1].gaps] == [day_ns, day_ns]
    assert found[1].missing_ns == 2 * NS_PER_HOUR
    assert found[0].gaps == found[2].gaps == ()
    assert all(each.growing for each in found)
    assert [each.channel for each in store.recordings("live", LISTED)] == [
        each.channel for each in found
    ]
    assert store.recordings("import") == []


def test_the_list_of_recordings_opens_no_compacted_file(store, monkeypatch):
    store.append_rows("live", event(Channel.BOOK, message(START_NS, [(1, 100, 5)])))
    store.seal()
    before = store.recordings()

    def opened(*_args, **_options):
        raise AssertionError("a file was opened")

    monkeypatch.setattr("data.store.looking.ParquetRows", opened)
    assert Store(store.root).recordings() == before


def test_a_day_that_is_being_written_is_not_deleted(store):
    for day in range(2):
        at_ns = START_NS + day * NS_PER_DAY
        store.append_rows("live", event(Channel.BOOK, message(at_ns, [(1, 100, 5)])))
        if not day:
            store.seal()
    store.flush()
    yesterday, today = store.recordings()
    assert (yesterday.growing, today.growing) == (False, True)
    with pytest.raises(RecordingError, match="being recorded"):
        store.delete_day("live", LISTED, today.date)
    store.delete_day("live", LISTED, yesterday.date)
    assert store.recordings() == [today]
    second = Store(store.root)
    with pytest.raises(RecordingError, match="another Tapescope"):
        second.delete_day("live", LISTED, today.date)


def test_the_oldest_days_go_with_all_their_channels(store):
    rows = random_rows(np.random.default_rng(7), Channel.BOOK, 400, span_s=4 * 86_400)
    store.append_rows("live", event(Channel.BOOK, rows))
    store.append("live", instrument(), "aggTrade", random_trades(np.random.default_rng(8), 50))
    store.seal()
    now_ns = int(rows["ts_recv_ns"][-1])
    size = sum(each.bytes for each in store.recordings())
    store.retain("live", days=None, size_bytes=size - 1, now_ns=now_ns)
    dates = {each.date for each in store.recordings()}
    assert paths.day_name(START_NS) not in dates
    assert len(dates) == 4
    store.retain("live", days=1, size_bytes=None, now_ns=now_ns)
    assert {each.date for each in store.recordings()} == set(sorted(dates)[-2:])


def test_every_layout_says_all_of_its_columns():
    for layout in LAYOUTS.values():
        assert {*layout.near, *layout.split, *layout.ticks, *layout.lots, layout.clock} <= set(
            layout.names
        )
    assert set(LAYOUTS) == set(Channel)
    assert LevelFlag.FIRST == 1


def test_a_day_that_changed_long_ago_is_not_looked_through_again_and_a_change_is_noticed(
    store, monkeypatch
):
    monkeypatch.setattr("data.store.catalog._SETTLED_NS", -1)
    store.append_rows("live", event(Channel.BOOK, message(START_NS, [(1, 100, 5)])))
    store.seal()
    (before,) = store.recordings()
    reader, looks = Store(store.root), []
    look_at = reader._catalog._look_at
    monkeypatch.setattr(
        reader._catalog, "_look_at", lambda *day: looks.append(day) or look_at(*day)
    )
    assert reader.recordings() == [before]
    many = len(looks)
    assert reader.recordings() == [before]
    assert len(looks) == many
    store.append_rows("live", event(Channel.BOOK, message(START_NS + 1, [(1, 100, 5)])))
    store.flush()
    assert reader.recordings()[0].rows == 2
    store.delete("live", LISTED)
    assert reader.recordings() == []
