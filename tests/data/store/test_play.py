"""A recording as events again."""

import numpy as np

from core.domain.events import Channel, Gap, Rows, TradeBlock
from core.domain.units import NS_PER_S
from data.store.play import STEP_NS, play
from tests.support.rows import SIDE_CHANNELS, book, event, message, random_rows
from tests.support.trades import START_NS, instrument, random_trades

FOREVER = 2**62
OTHER = instrument("okx.spot.BTC-USDT")
IDS = [instrument().id, OTHER.id]


def arrivals(event):
    received = event.rows["ts_recv_ns"]
    return np.where(received > 0, received, event.rows["ts_event_ns"])


def of(events, channel, listed):
    return [
        each
        for each in events
        if not isinstance(each, Gap)
        and each.instrument.id == listed.id
        and (each.channel if isinstance(each, Rows) else Channel.TRADES) == channel
    ]


def test_everything_comes_once_in_the_order_of_its_arrival(store):
    rng = np.random.default_rng(1)
    kept = {}
    for listed in (instrument(), OTHER):
        kept[listed, Channel.TRADES] = random_trades(rng, 500, span_s=60)
        store.append("live", listed, "aggTrade", kept[listed, Channel.TRADES])
        for channel in SIDE_CHANNELS:
            kept[listed, channel] = random_rows(rng, channel, 300, span_s=60)
            store.append_rows("live", event(channel, kept[listed, channel], listed))
    store.seal()
    events = list(store.play("live", IDS, 0, FOREVER))
    for (listed, channel), rows in kept.items():
        found = of(events, channel, listed)
        assert np.concatenate([each.rows for each in found]).tobytes() == rows.tobytes()
        assert all(np.ptp(arrivals(each)) < STEP_NS for each in found)
    newest = 0
    for each in events:
        times = arrivals(each)
        assert times.min() > newest - STEP_NS
        newest = max(newest, int(times.max()))


def test_a_span_has_what_arrived_in_it_and_begins_with_the_book(store):
    levels = [book(START_NS, {99: 1}, {101: 2})]
    levels += [message(START_NS + i * NS_PER_S, [(1, 90 + i, i)], update_id=i) for i in range(1, 9)]
    for part in levels:
        store.append_rows("live", event(Channel.BOOK, part))
    tape = random_trades(np.random.default_rng(2), 200, span_s=9)
    store.append("live", instrument(), "aggTrade", tape)
    store.flush()
    low, high = START_NS + 3 * NS_PER_S, START_NS + 6 * NS_PER_S
    first, *events = store.play("live", IDS, low, high)
    assert first.channel is Channel.BOOK
    known = {(int(r["price_ticks"]), int(r["size_lots"])) for r in first.rows}
    assert known == {(99, 1), (101, 2), (91, 1), (92, 2)}
    assert first.rows["ts_recv_ns"][0] == low - NS_PER_S
    found = [int(each.rows["update_id"][0]) for each in of(events, Channel.BOOK, instrument())]
    assert found == [3, 4, 5]
    inside = tape[(tape["ts_recv_ns"] >= low) & (tape["ts_recv_ns"] < high)]
    found = of(events, Channel.TRADES, instrument())
    assert np.array_equal(np.concatenate([each.rows for each in found]), inside)


def test_a_gap_comes_where_it_begins_and_parts_the_rows_around_it(store):
    parts = [book(START_NS + i * 1_000_000, {99: 1 + i}, {101: 2}) for i in range(10)]
    for part in parts:
        store.append_rows("live", event(Channel.BOOK, part))
    gap = Gap(IDS[0], START_NS + 4_500_000, START_NS + 5_000_000, "lost", Channel.BOOK)
    asleep = Gap(IDS[0], START_NS - 5, START_NS + 1, "asleep")
    store.append_gap("live", gap)
    store.append_gap("live", asleep)
    store.flush()
    events = list(store.play("live", IDS, START_NS - 1, FOREVER))
    assert events[0] == asleep
    assert events[2] == gap
    assert [each.rows.size for each in (events[1], events[3])] == [10, 10]
    later = list(store.play("live", IDS, START_NS + 4_800_000, FOREVER))
    assert gap not in later


def test_a_late_trade_comes_when_it_came(store):
    tape = random_trades(np.random.default_rng(3), 50, span_s=5)
    tape["ts_recv_ns"][10] = START_NS + 20 * NS_PER_S
    tape["ts_recv_ns"][20] = 0
    store.append("live", instrument(), "aggTrade", tape)
    store.flush()
    events = list(play(store, "live", IDS, (0, FOREVER), step_ns=1_000_000))
    assert all(isinstance(each, TradeBlock) for each in events)
    assert events[-1].rows["trade_id"].tolist() == [11]
    order = [each for event in events for each in event.rows["trade_id"].tolist()]
    assert sorted(order) == list(range(1, 51))
    (at,) = [i for i, each in enumerate(events) if 21 in each.rows["trade_id"]]
    assert abs(int(events[at].rows["ts_event_ns"][0]) - int(tape["ts_event_ns"][20])) < 10**6


def test_a_source_without_recordings_plays_nothing(store):
    assert list(store.play("live", IDS, 0, FOREVER)) == []
