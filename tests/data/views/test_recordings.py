import pytest

from core.domain.events import Channel, Gap
from core.domain.units import NS_PER_DAY, NS_PER_S
from data.store.store import Store
from data.views import recordings
from data.views.recordings import RecordedQuery, by_day, recorded, stored_twice
from tests.support.trades import START_NS, instrument, trades

BINANCE = instrument("binance.perp.BTCUSDT")
BYBIT = instrument("bybit.perp.BTCUSDT")
MINUTE = [(second, 1000, 5, 1) for second in range(101)]


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    yield store
    store.close()


def put(store, listed, rows, *, source="live", gaps=()):
    store.append(source, listed, "trades", rows)
    for from_s, to_s, reason in gaps:
        span = START_NS + from_s * NS_PER_S, START_NS + to_s * NS_PER_S
        store.append_gap(source, Gap(listed.id, *span, reason))
    store.sync()


def test_ids_that_count_prove_that_nothing_is_missing(store):
    put(store, BINANCE, trades(*MINUTE))
    (found,) = recorded(store)
    assert (found.grade_frac, found.ids_missing) == (1.0, 0)
    assert found.key == ("live", BINANCE.id, "2023-11-14")


def test_ids_that_count_tell_how_many_are_missing(store):
    rows = trades(*MINUTE)
    put(store, BINANCE, rows[(rows["trade_id"] < 20) | (rows["trade_id"] > 40)])
    (found,) = recorded(store)
    assert found.ids_missing == 21
    assert found.grade_frac == pytest.approx(80 / 101)


def test_where_ids_tell_nothing_the_time_outside_gaps_is_the_grade(store):
    put(store, BYBIT, trades(*MINUTE), gaps=[(10, 20, "lost"), (15, 30, "lost again")])
    (found,) = recorded(store)
    assert found.ids_missing is None
    assert found.grade_frac == pytest.approx(0.8)


def test_gaps_before_the_first_and_after_the_last_row_count(store):
    put(store, BYBIT, trades(*MINUTE), gaps=[(-100, -50, "a"), (150, 200, "b")])
    (found,) = recorded(store)
    assert found.grade_frac == pytest.approx(2 / 3)


def test_a_single_row_has_no_grade(store):
    put(store, BYBIT, trades(MINUTE[0]))
    (found,) = recorded(store)
    assert found.grade_frac is None


def test_trades_stored_twice_prove_nothing_by_their_ids(store):
    put(store, BINANCE, trades(*MINUTE))
    put(store, BINANCE, trades(*MINUTE))
    (found,) = recorded(store)
    assert found.ids_missing is None


def test_trades_stored_twice_are_counted(store):
    put(store, BINANCE, trades(*MINUTE))
    put(store, BINANCE, trades(*MINUTE[:40]))
    recordings = [each.recording for each in recorded(store)]
    assert recordings[0].rows == 141
    assert stored_twice(store, "live", recordings) == 40


def test_the_newest_day_comes_first(store):
    rows = trades(*MINUTE)
    later = trades(*MINUTE)
    later["ts_event_ns"] += NS_PER_DAY
    later["trade_id"] += 1000
    put(store, BINANCE, rows)
    put(store, BINANCE, later)
    assert [each.recording.date for each in recorded(store)] == ["2023-11-15", "2023-11-14"]


def test_a_day_has_its_channels_its_span_and_its_gaps_in_order(store):
    put(store, BINANCE, trades(*MINUTE), gaps=[(50, 60, "b"), (10, 20, "a")])
    put(store, BYBIT, trades(*MINUTE), source="import")
    days = by_day(recorded(store))
    assert list(days) == [
        ("import", BYBIT.id, "2023-11-14"),
        ("live", BINANCE.id, "2023-11-14"),
    ]
    day = days["live", BINANCE.id, "2023-11-14"]
    assert [each.recording.channel for each in day.channels] == [Channel.TRADES]
    assert day.span_ns == (START_NS, START_NS + 100 * NS_PER_S)
    assert [gap.reason for gap in day.gaps] == ["a", "b"]
    assert day.bytes > 0
    assert day.growing


def test_another_source_is_not_listed(store):
    put(store, BINANCE, trades(*MINUTE))
    assert recorded(store, "import") == []


def test_a_quick_disk_is_looked_at_whenever_it_is_asked(store):
    query = RecordedQuery(store)
    assert query.found() == []
    put(store, BINANCE, trades(*MINUTE))
    assert len(query.found()) == 1


def test_a_slow_disk_is_looked_at_now_and_then_or_when_something_was_deleted(store, monkeypatch):
    clock = iter([0.0, 1.0, 2.0, 19.0, 20.0, 21.0, 22.0, 23.0])
    monkeypatch.setattr(recordings, "monotonic_s", lambda: next(clock))
    query = RecordedQuery(store)
    put(store, BINANCE, trades(*MINUTE))
    assert len(query.found()) == 1
    store.delete("live", BINANCE.id)
    assert len(query.found()) == 1
    assert len(query.found()) == 1
    assert query.found() == []
    put(store, BINANCE, trades(*MINUTE))
    query.forget()
    assert len(query.found()) == 1
